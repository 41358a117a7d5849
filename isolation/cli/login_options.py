"""The options of commands that look at a login: who, through which channel, by which network path."""

from __future__ import annotations

import argparse

from isolation.cli.common import Options
from isolation.errors import UsageError
from isolation.model import CHANNELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.policy import Policy
    from isolation.probes.public.settings import PublicAddressSettings


class Once(argparse.Action):
    """An option that may be given once: a verdict is about one place and one path, never a list to try."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, *_: Any) -> None:
        """Stores it. Raises ArgumentError for a second one, or an empty one."""
        if getattr(namespace, self.dest, "") or not values:
            raise argparse.ArgumentError(self, "it is given once, and names one")
        setattr(namespace, self.dest, values)


def add_path_options(parser: argparse.ArgumentParser) -> None:
    """`--proxy`, `--proxy-env` and `--public-ip`: how the public address is seen."""
    parser.add_argument(
        "--proxy",
        metavar="URL",
        action=Once,
        default=argparse.SUPPRESS,
        help="the proxy that this account's traffic uses",
    )
    parser.add_argument(
        "--proxy-env",
        metavar="NAME",
        action=Once,
        default=argparse.SUPPRESS,
        help="the same, read from an environment variable",
    )
    parser.add_argument("--public-ip", action="store_true", help="ask the named services for the public address")


def add_login_options(parser: argparse.ArgumentParser) -> None:
    """The options of `check`, `begin` and `run`."""
    parser.add_argument("--operator", metavar="NAME", default="", help="the person at the keyboard")
    parser.add_argument("--channel", choices=CHANNELS, default="ui", help="how the account is used (ui)")
    add_path_options(parser)


def public_address_settings(options: Options, policy: Policy) -> PublicAddressSettings:
    """Which services to ask by which path. Raises UsageError for a proxy that cannot be one."""
    from isolation.probes.public.proxy import parse_proxy, proxy_from_environment
    from isolation.probes.public.settings import PublicAddressSettings

    if options.proxy and options.proxy_env:
        raise UsageError("Both --proxy and --proxy-env name a proxy.", "Give one of them.")
    proxy = None
    if options.proxy:
        proxy = parse_proxy(options.proxy)
    elif options.proxy_env:
        proxy = proxy_from_environment(options.proxy_env)
    if policy.services4 or policy.services6:
        return PublicAddressSettings(policy.services4, policy.services6, proxy)
    return PublicAddressSettings(proxy=proxy)
