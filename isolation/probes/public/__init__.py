"""What a public-address reading needs to know: services, proxy, deadline. Cheap to import: nothing is asked yet."""

from __future__ import annotations

from isolation.probes.public.proxy import Proxy, parse_proxy, proxy_from_environment
from isolation.probes.public.settings import DEFAULT_SERVICES4, DEFAULT_SERVICES6, PublicAddressSettings

__all__ = [
    "DEFAULT_SERVICES4", "DEFAULT_SERVICES6", "Proxy", "PublicAddressSettings", "parse_proxy", "proxy_from_environment",
]  # fmt: skip
