"""Which services are asked for the public address, through which proxy, and for how long."""

from __future__ import annotations

from isolation.errors import UsageError
from isolation.messages import message
from isolation.model import Value
from isolation.probes.public.url import split_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from isolation.probes.public.proxy import Proxy

# Each answers with nothing but the caller's address. The first two of either family have no address of the other
# family, so that a proxy, which resolves the name itself, cannot come to them by the wrong one.
# https://www.ipify.org, https://major.io/p/icanhazip-com-faq, https://checkip.amazonaws.com, https://ifconfig.co
DEFAULT_SERVICES4 = ("https://api.ipify.org", "https://ipv4.icanhazip.com", "https://checkip.amazonaws.com")
DEFAULT_SERVICES6 = ("https://api6.ipify.org", "https://ipv6.icanhazip.com", "https://ifconfig.co/ip")

# Each service is one thread and one connection for every path asked.
_MOST = 7


class PublicAddressSettings(Value):
    """`services4` and `services6` are https URLs, asked over IPv4 and IPv6; () leaves that family out.

    More than half of a family's services, and two at least, must give the same address. `proxy` is the account's
    own, None where it uses none; `deadline` is in seconds, for all requests together. Raises UsageError.
    """

    __slots__ = ("deadline", "proxy", "services4", "services6")
    services4: tuple[str, ...]
    services6: tuple[str, ...]
    proxy: Proxy | None
    deadline: float

    def __init__(
        self,
        services4: Sequence[str] = DEFAULT_SERVICES4,
        services6: Sequence[str] = DEFAULT_SERVICES6,
        proxy: Proxy | None = None,
        deadline: float = 3.0,
    ) -> None:
        _check_services("IPv4", services4)
        _check_services("IPv6", services6)
        if not services4 and not services6:
            raise UsageError("No public-address service is named.", "Name at least two https URLs.")
        if not 0 < deadline <= 60:
            raise UsageError("The time for asking public-address services is more than 0 and at most 60 seconds.")
        self._init(services4=tuple(services4), services6=tuple(services6), proxy=proxy, deadline=float(deadline))

    def services(self, family: int) -> tuple[str, ...]:
        """The services of family 4 or 6."""
        return self.services4 if family == 4 else self.services6


def needed(services: int) -> int:
    """How many of so many services (two or more) must agree: more than half of them, and so never one alone."""
    return services // 2 + 1


def host_of(url: str) -> str:
    """A service's host, and its port where that is not 443: all that is shown of a URL, as the rest may hold a key."""
    _, _, host, port, _ = split_url(url) or ("", "", "", None, "")
    return host if port in (None, 443) else f"{host}:{port}"


def _check_services(family: str, services: Sequence[str]) -> None:
    if isinstance(services, str):
        raise UsageError(
            message("The public-address services for {family} are a list of https URLs, not one text.", family=family)
        )
    if len(services) == 1 or len(services) > _MOST:
        raise UsageError(
            message(
                "The public-address services for {family} are {services}; an address needs two that "
                "agree, and at most {most} are asked.",
                family=family,
                services=len(services),
                most=_MOST,
            ),
            "Name three of different operators.",
        )
    places = [_place(family, number, url) for number, url in enumerate(services, 1)]
    if len(set(places)) < len(places):
        raise UsageError(
            message(
                "A public-address service for {family} is named twice, so it would agree with itself.", family=family
            )
        )


def _place(family: str, number: int, url: str) -> tuple[str, int]:
    """The host and port of one service; raises UsageError where it is no https URL. The URL is not repeated."""
    parts = split_url(url)
    if parts is None or parts[0] != "https" or parts[1] or "#" in parts[4]:
        raise UsageError(
            message(
                "Public-address service {number} for {family} is not an https URL without user name and fragment.",
                number=number,
                family=family,
            ),
            "Write it like https://api.ipify.org.",
        )
    return parts[2], parts[3] or 443
