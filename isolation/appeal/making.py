"""From a notice and the ledger to all that a pack is made of, and the files that other modules make."""

from __future__ import annotations

from isolation.appeal import mentions
from isolation.appeal.reasons import REASONS, Reason, recognised
from isolation.appeal.record import Record, alike, read_record
from isolation.errors import UsageError
from isolation.identifiers.accounts import account_key, account_spelling
from isolation.messages import joined, message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from isolation.appeal.mentions import Mentioned
    from isolation.appeal.notice import Notice
    from isolation.audited import Audit
    from isolation.ledger import Ledger
    from isolation.policy import Policy
    from isolation.reports.frame import Frame

_RELATED = "related-accounts"


class Told(Value):
    """What a notice tells: its reasons, and the stores, case numbers and dates that it names."""

    __slots__ = ("cases", "dates", "reasons", "stores")
    reasons: tuple[Reason, ...]
    stores: tuple[Mentioned, ...]
    cases: tuple[Mentioned, ...]
    dates: tuple[Mentioned, ...]

    def __init__(
        self,
        reasons: Iterable[Reason],
        stores: Iterable[Mentioned],
        cases: Iterable[Mentioned],
        dates: Iterable[Mentioned],
    ) -> None:
        self._init(reasons=tuple(reasons), stores=tuple(stores), cases=tuple(cases), dates=tuple(dates))

    def is_about_another(self) -> bool:
        """Whether one of the three cases applies: it names related accounts, or a store."""
        return bool(self.stores) or any(one.id == _RELATED for one in self.reasons)


def told_by(notice: Notice, stated: Iterable[str] = ()) -> Told:
    """What the notice tells; `stated` are ids of reasons that the person names besides. Raises UsageError."""
    reasons = {one.id: one for one in recognised(notice.parts)}
    for name in stated:
        if name not in REASONS:
            raise UsageError(
                message("There is no reason {name!r}.", name=name),
                message("Use one of: {reasons}.", reasons=joined(", ", REASONS)),
            )
        reasons.setdefault(name, Reason(name))
    ordered = sorted(reasons.values(), key=lambda one: one.number)
    return Told(ordered, mentions.stores(notice.parts), mentions.cases(notice.parts), mentions.dates(notice.parts))


def on_record(
    ledger: Ledger | None, policy: Policy, account: str, associated: Iterable[str], stores: Iterable[str]
) -> tuple[Record, tuple[str, ...], Audit | None]:
    """The record of the account and of the associated ones, the accounts that a named store could be, and the audit.

    `associated` are named by the person; without any, the `stores` of the notice are looked for. Raises LedgerError,
    KeyUnavailable, BadIdentifier, RuleError.
    """
    named = [account_spelling(name) for name in associated]
    could_be: list[str] = []
    for store in () if named else stores:
        same, could = alike(ledger, policy, store)
        named += [same] if same else []
        could_be += could
    if ledger is None:
        return Record(account_spelling(account), named), tuple(dict.fromkeys(could_be)), None
    audit = None
    if _is_known(ledger, policy, account):
        from isolation.audit import audit_ledger

        audit = audit_ledger(ledger, accounts=[account], policy=policy, now=ledger.clock())
    record = read_record(ledger, policy, audit, account_spelling(account), named)
    return record, tuple(dict.fromkeys(could_be)), audit


def _is_known(ledger: Ledger, policy: Policy, account: str) -> bool:
    with ledger.reading() as reader:
        return any(reader.account_number(key) is not None for key in policy.spellings(account_key(account)))


def further_files(
    ledger: Ledger | None, policy: Policy, account: str, frame: Frame | None, disclosed: Iterable[str], language: str
) -> dict[str, bytes]:
    """The audit report in its frame and the proof bundle of the account, by file name; without a use there are none."""
    if ledger is None or frame is None:
        return {}
    from isolation.ledger.remembered import remember
    from isolation.reports import rendered
    from isolation.reports.bundle import Request, make_bundle

    bundle = make_bundle(ledger, policy, Request(account, disclosed=disclosed))
    remember(ledger)
    return {"audit.html": rendered(frame, ".html", language), "proof.json": bundle.data}


__all__ = ["Told", "further_files", "on_record", "told_by"]
