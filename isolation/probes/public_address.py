"""The public address: what named services on the internet see this machine, and this account's proxy, come from.

Nobody is asked unless a person named the services, in the policy's [public_ip] table or by `--public-ip` for the
usual ones. An address is believed only where more than half of them, and two at least, gave the same one, each
over HTTPS with a verified certificate, in an answer that consists of nothing but a public address of the family
asked. IPv4 and IPv6 are asked apart, directly and, where the account has a proxy, through that too: the platform
meets the latter. A reading's detail `path` says which it is (`direct` or `account`), its detail `family` 4 or 6.

This module is on the path of a pre-login check; all that asks is imported only when something is asked.
"""

from __future__ import annotations

from isolation.messages import message
from isolation.model import Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from isolation.probes.public.ask import Transport
    from isolation.probes.public.settings import PublicAddressSettings

FACTS = ("public_ip", "public_prefix")

_HOW_TO_ASK = message(
    "No service was asked for the public address; --public-ip asks the usual ones, and the policy's [public_ip] "
    "table names others."
)


def read(
    settings: PublicAddressSettings | None,
    *,
    deadline: float | None = None,
    tunnel: bool = False,
    transport: Transport | None = None,
    portal: Callable[[float], bool] | None = None,
    clock: Callable[[], float] | None = None,
) -> list[Reading]:
    """The readings of `public_ip` and `public_prefix`; `not_requested` where `settings` is None.

    Takes `settings.deadline` seconds at most, or `deadline` where that is less. `tunnel` says that this machine's
    traffic leaves by a tunnel, whose exit is not this machine's alone. Tests hand in the rest: `transport` does
    one HTTPS request, `portal` tells of a captive portal, `clock` is a monotonic clock in seconds.

    Raises nothing because of what services, proxies or the network do: that is a reading's status and reason.
    """
    if settings is None:
        return [Reading(fact, "not_requested", reason=_HOW_TO_ASK) for fact in FACTS]
    from isolation.probes.public.survey import Survey

    seconds = settings.deadline if deadline is None else min(deadline, settings.deadline)
    return Survey(settings, tunnel).readings(seconds, transport, portal, clock)


__all__ = ["FACTS", "read"]
