"""One writer of the storm: begins and ends sessions, and says each one's number once it is recorded."""

from __future__ import annotations

import sys

from isolation.hooks.session import begin_session
from isolation.ledger import Ledger
from isolation.model import Identity, Reading
from isolation.policy import Policy

DEVICE = Reading("device_id", "observed", "1f0c2a9be8d74c4e9a53b7d1c6e2f480", source="test", identifying=True)


def main() -> None:
    """Begins sessions of one account until it is killed or has begun as many as it was told."""
    path, account, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    policy = Policy()
    for _ in range(count):
        with Ledger.open(path) as ledger:
            identity = Identity((DEVICE,), ledger.clock(), source="storm")
            session = begin_session(ledger, account, identity, force="storm", policy=policy)
        sys.stdout.write(f"{session.entry}\n")
        sys.stdout.flush()


main()
