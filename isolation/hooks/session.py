"""A session around a login: checked and recorded in one transaction, ended when the work is done."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress

from isolation.errors import Collision, Unknown, UsageError
from isolation.home import policy_path
from isolation.hooks.machine import own_machine
from isolation.messages import joined, message
from isolation.model import Session, Value
from isolation.policy import Policy, load_policy
from isolation.verdict import NOTE, judge, with_install_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.ledger import Ledger
    from isolation.model import Channel, Identity, Verdict


class OpenSession(Value):
    """A begun session: its entry in the ledger and the verdict it was begun under."""

    __slots__ = ("account", "entry", "verdict")
    entry: int
    account: str
    verdict: Verdict

    def __init__(self, entry: int, account: str, verdict: Verdict) -> None:
        self._init(entry=entry, account=account, verdict=verdict)

    def observe(self, ledger: Ledger, identity: Identity) -> int | None:
        """Records what else the session sees while it goes on; see `observe`."""
        return observe(ledger, self.entry, identity)


def begin_session(
    ledger: Ledger,
    account: str,
    identity: Identity,
    *,
    operator: str = "",
    channel: Channel = "ui",
    force: str = "",
    policy: Policy | None = None,
    now: int | None = None,
) -> OpenSession:
    """Checks and records the begin of a session, in one transaction: of two begins at once, one sees the other.

    Without `force`, a collision records the refusal and raises Collision, and an unknown verdict raises Unknown
    where the policy blocks on it. With `force`, a reason, the session is recorded with it and goes on; blanks are none.
    Raises UsageError, PolicyError, LedgerError, RuleError as `check_login` does.
    """
    if policy is None:
        policy = load_policy(policy_path())
    force = force.strip()
    moment = now if now is not None else time.time_ns() // 1000
    identity = with_install_id(identity, ledger.install_id)
    machine = own_machine(ledger)
    with ledger.writing() as log:
        log.require_machine(machine)
        verdict = judge(log.reader, account, identity, policy, operator=operator, channel=channel, now=moment)
        stop = not force and _stops(verdict, policy)
        session = Session(
            verdict.account, moment, operator=operator, channel=channel, readings=identity.readings, refused=stop,
            forced=force, source=identity.source,
        )  # fmt: skip
        entry = log.add_session(session)
    if stop:
        raise refusal(verdict)
    return OpenSession(entry, verdict.account, verdict)


def observe(ledger: Ledger, entry: int, identity: Identity) -> int | None:
    """Records what else a session that is going on sees: another network, another adapter.

    Nothing is recorded where every identifying reading is one that the session has shown before. Returns the entry,
    or None. Raises UsageError for no open session, BadIdentifier, LedgerError.
    """
    with ledger.writing() as log:
        if not log.reader.is_news(entry, identity.identifying()):
            return None
        return log.add_observation(entry, identity.observed_at, identity.readings)


def _stops(verdict: Verdict, policy: Policy) -> bool:
    return verdict.outcome == "collision" or (verdict.outcome == "unknown" and policy.on_unknown == "block")


def refusal(verdict: Verdict) -> Collision | Unknown:
    """The exception that stops this login, in words."""
    if verdict.outcome == "collision":
        others = joined(", ", verdict.would_join[:5])
        if len(verdict.would_join) > 5:
            others = message("{names} and others", names=others)
        happens = (
            message("would be joined to {others}", others=others)
            if others
            else message("itself has findings that the policy blocks at")
        )
        said = message("{account} {happens}.", account=verdict.account, happens=happens)
        return Collision(said, NOTE, verdict=verdict)
    reasons = joined(", ", [gap.code for gap in verdict.unknown if gap.decides])
    return Unknown(
        message(
            "It cannot be told whether {account} may log in here: {reasons}.", account=verdict.account, reasons=reasons
        ),
        "`isolation status` says how to make it known.",
        verdict=verdict,
    )


def end_session(ledger: Ledger, entry: int | None = None, *, now: int | None = None) -> int:
    """Ends that session, or the latest one that is open, and returns its entry. Raises UsageError for none."""
    moment = now if now is not None else time.time_ns() // 1000
    with ledger.writing() as log:
        known = log.reader.open_sessions()
        if entry is None:
            if not known:
                raise UsageError("No session is open.", "`isolation begin ACCOUNT` begins one.")
            entry = max(number for number, _, _ in known)
        elif entry not in {number for number, _, _ in known}:
            raise UsageError(
                message("Session {entry} is not open.", entry=entry), "Name the number that `isolation begin` printed."
            )
        log.add_end(entry, moment)
    return entry


@contextmanager
def open_session(
    ledger: Ledger,
    account: str,
    identity: Identity,
    *,
    operator: str = "",
    channel: Channel = "ui",
    force: str = "",
    policy: Policy | None = None,
) -> Iterator[OpenSession]:
    """A session for the length of a `with` block: begun before it, ended after it however it ends.

    Raises Collision before the login (see `begin_session`), unless `force` gives a reason, which is recorded.
    """
    session = begin_session(ledger, account, identity, operator=operator, channel=channel, force=force, policy=policy)
    try:
        yield session
    finally:
        with suppress(UsageError):  # somebody else ended it: nothing is left to do, and the caller's own error counts
            end_session(ledger, session.entry)
