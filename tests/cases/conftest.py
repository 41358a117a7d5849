"""The fixtures of other folders that the cases use."""

from __future__ import annotations

from ..anchors.conftest import authority, certificates, trust
from ..backup.conftest import another_machine, isolation
from ..bundles.conftest import second
from ..cli.conftest import cli

__all__ = ["another_machine", "authority", "certificates", "cli", "isolation", "second", "trust"]
