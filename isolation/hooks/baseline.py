"""What was used here before the ledger began, as a person tells it."""

from __future__ import annotations

import time

from isolation.model import MACHINE_FACTS, NETWORK_FACTS, Session, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from isolation.ledger import Ledger
    from isolation.model import Identity


class Answers(Value):
    """The answers of `setup`.

    `here` are the accounts used on this computer before (() for none, None for "cannot tell"), `others` those that
    other people use on this network; `standing` gives each account its state and since when.
    """

    __slots__ = ("accounts", "agency", "here", "others", "owners", "retention", "standing")
    accounts: tuple[str, ...]
    owners: Mapping[str, str]
    standing: Mapping[str, tuple[str, datetime.date | None]]
    agency: bool
    here: tuple[str, ...] | None
    others: tuple[str, ...]
    retention: int

    def __init__(
        self,
        accounts: tuple[str, ...],
        owners: Mapping[str, str],
        standing: Mapping[str, tuple[str, datetime.date | None]],
        agency: bool,
        here: tuple[str, ...] | None,
        others: tuple[str, ...],
        retention: int,
    ) -> None:
        self._init(
            accounts=accounts, owners=owners, standing=standing, agency=agency, here=here, others=others,
            retention=retention,
        )  # fmt: skip


def record_baseline(
    ledger: Ledger, answers: Answers, identity: Identity, policy_text: str, *, now: int | None = None
) -> tuple[int, ...]:
    """Records policy, answer and declared uses in one transaction; returns the entries.

    An account used on this computer before becomes a declared use of this machine, one that somebody else uses here
    a declared use of this network: from then on they can collide. "Cannot tell" records no baseline, so that verdicts
    stay unknown.
    """
    moment = now if now is not None else time.time_ns() // 1000
    with ledger.writing() as log:
        entries = [log.add_policy(policy_text)]
        if answers.here is not None:
            entries.append(log.add_baseline((*answers.here, *answers.others), by="setup"))
        entries += [log.add_session(_told(name, identity, MACHINE_FACTS, moment)) for name in answers.here or ()]
        entries += [log.add_session(_told(name, identity, NETWORK_FACTS, moment)) for name in answers.others]
    return tuple(entries)


def _told(account: str, identity: Identity, facts: tuple[str, ...], moment: int) -> Session:
    readings = tuple(reading for reading in identity.identifying() if reading.fact in facts)
    return Session(account, moment, end=moment, provenance="declared", readings=readings, source="setup")
