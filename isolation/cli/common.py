"""The options that commands share."""

from __future__ import annotations

import os

from isolation.home import ledger_path, policy_path, resolved
from isolation.messages import joined, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from isolation.ledger import Ledger
    from isolation.model import Channel
    from isolation.policy import Policy


_SHARED = ("ledger", "policy", "lang")  # what decides for every command which data it works on, and how it speaks


class Options:
    """What the command line gave: `ledger`, `policy`, `format` for all, and a command's own as further attributes."""

    ledger: str
    policy: str
    format: str
    operator: str
    channel: Channel

    def __init__(self, **given: Any) -> None:
        self.operator = ""
        self.channel = "ui"
        self.proxy = ""
        self.proxy_env = ""
        self.public_ip = False
        self.at_machine = ""
        self.at_network = ""
        self.__dict__.update(given)
        self.ledger = resolved(given.get("ledger") or ledger_path())
        self.policy = given.get("policy") or policy_path()
        self.policy_is_named = bool(given.get("policy") or os.environ.get("ISOLATION_POLICY"))
        self.format = given.get("format") or "text"
        self._shared = [word for name in _SHARED if given.get(name) for word in (f"--{name}", given[name])]
        if given.get("lang"):
            from isolation.cli import terminal

            terminal.speak(given["lang"])

    def __getattr__(self, name: str) -> Any:
        # Only reached for what neither the defaults nor the command's parser set.
        raise AttributeError(f"the command line has no option {name!r}")

    def command(self, name: str, words: Iterable[str]) -> str:
        """The line that runs a command of the program on the same ledger, as this computer's shell reads it."""
        from isolation.cli.words import quoted

        return " ".join(["isolation", name, *map(quoted, [*words, *self._shared])])

    @property
    def json(self) -> bool:
        """Whether the result is one JSON document."""
        return self.format == "json"


def load_policy(options: Options) -> Policy:
    """The policy in force; a remark on stderr where one was named and is not there."""
    from isolation.policy import load_policy as load

    if options.policy_is_named and not os.path.lexists(options.policy):
        from isolation.cli import terminal

        terminal.note(message("isolation: There is no policy at {policy}; the defaults hold.", policy=options.policy))
    return load(options.policy)


def require_names(options: Options) -> None:
    """Refuses an account or an operator that cannot be one, before anything is read or made. Raises BadIdentifier."""
    from isolation.errors import BadIdentifier
    from isolation.identifiers.accounts import account_spelling, operator_key

    if not options.account:
        raise BadIdentifier("The account's name is empty.", "Write it as amazon:store-us, or a plain name.")
    account_spelling(options.account)
    if options.operator:
        operator_key(options.operator)


def point_out_near_name(ledger: Ledger, account: str) -> None:
    """Says on stderr where a new name looks like a known one: one account under two names hides its links.

    On a terminal it asks. Raises UsageError where the answer is that they are one account.
    """
    from isolation.cli import terminal
    from isolation.errors import UsageError
    from isolation.hooks.names import near_accounts

    alike = joined(", ", near_accounts(ledger, account))
    if not alike:
        return
    said = message("isolation: {account} is new here and looks like {alike}", account=account, alike=alike)
    if not terminal.is_interactive():
        terminal.note(message("{said}; are they one account?", said=said))
    elif (terminal.ask(message("{said}. Is it one of them? (y/N)", said=said)) or "").lower() in terminal.YES:
        raise UsageError(
            message("{account} was not recorded.", account=account),
            message("Use the name that is known: {alike}.", alike=alike),
        )


def open_for_recording(options: Options, key_store: str | None = None, *, edits: bool = True) -> Ledger:
    """The ledger, made where there is none; what its making must tell goes to stderr.

    With `edits` a policy that an editor changed is recorded first.
    """
    from isolation.cli import terminal
    from isolation.ledger import Ledger
    from isolation.policy import compile_policy

    compile_policy(options.policy)
    ledger = Ledger.open(options.ledger, key_store=key_store)
    for sentence in ledger.announcements:
        terminal.note(sentence)
    if ledger.announcements:
        from isolation.hooks.machine import remember_machine

        remember_machine(ledger)
    if edits:
        from isolation.hooks.policy import record_edit

        record_edit(ledger, options.policy)
    return ledger
