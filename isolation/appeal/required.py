"""The documents that an appeal is asked for, and which of them the person says are at hand.

Lack of evidence is the commonest refusal. What each case asks for is what platforms' notices to sellers say (notices
that sellers published, read 2026-11-25); the notice in hand always comes first.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from isolation.errors import UsageError
from isolation.messages import Message, joined, message
from isolation.model import Value
from isolation.times import format_in, parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from isolation.appeal.case import Case
    from isolation.appeal.reasons import Reason

OLDEST_BILL = 90  # days

# Id -> what it is, and what makes it good.
DOCUMENTS = {
    "identity": (
        message("identity document of the person whom the account names"),
        message("passport or national identity card, valid, in colour, all corners visible; or the business licence"),
    ),
    "licence": (
        message("business licence"),
        message("name, address and number as the account has them; or, of a person, the identity document"),
    ),
    "utility-bill": (
        message("utility or internet bill under 90 days old"),
        message("name and address as the account has them; unedited"),
    ),
    "reinstatement": (
        message("notice that the other account was reactivated"),
        message("reactivate that account first; give its name and the date of its reactivation"),
    ),
    "end-of-tie": (
        message("proof that the tie ended"),
        message("contract end, sale or transfer of the business, resignation: with the date and both parties"),
    ),
    "list-of-links": (
        message("list of every person, service and event since the account was opened that could link the two"),
        message("employees, agencies, tools, earlier owners, moves, borrowed or second-hand machines, shared networks"),
    ),
    "account-records": (
        message("documents that match the account's information word by word"),
        message("bank statement, registration, tax form: names, addresses and numbers agree across all of them"),
    ),
    "order-records": (
        message("records of the orders concerned"),
        message("carrier's scans, tracking numbers, dates of dispatch, cause of each late or cancelled order"),
    ),
    "invoices": (
        message("suppliers' invoices of the last 365 days"),
        message("quantities that cover what was sold; supplier's name, address, telephone and website; unedited"),
    ),
    "authorisation": (
        message("letter of authorisation, or the trademark's registration"),
        message("from the owner of the rights, with the chain of supply down to you"),
    ),
    "test-reports": (
        message("test reports and certificates of the products concerned"),
        message("from an accredited laboratory, for the very model, with labels and instructions"),
    ),
    "listing-records": (
        message("list of the listings concerned, and what was done with each"),
        message("product number, what was wrong, the date on which it was corrected or removed"),
    ),
}  # fmt: skip

_ALWAYS = ("identity", "licence", "utility-bill")
_INSTEAD = {"identity": "licence", "licence": "identity"}  # one of the two is enough
_BY_CASE = {"mine": ("reinstatement",), "known": ("end-of-tie",), "unknown": ("list-of-links",)}
_BY_REASON = {
    "account-information": ("account-records",), "poor-performance": ("order-records",),
    "counterfeit": ("invoices", "authorisation"), "product-safety": ("test-reports", "invoices"),
    "other-breach": ("listing-records",),
}  # fmt: skip


class Document(Value):
    """A document that is asked for. `state` is `at-hand`, `missing`, `not-needed` (its alternative is at hand),
    `too-old`, `undated` (at hand, and nobody told how old it is) or `in-the-future`; `dated` is its day as told, "" for
    none."""

    __slots__ = ("dated", "id", "state")
    id: str
    state: str
    dated: str

    def __init__(self, id: str, state: str, dated: str = "") -> None:  # noqa: A002 - as in the JSON
        self._init(id=id, state=state, dated=dated)

    @property
    def name(self) -> Message:
        """What it is."""
        return DOCUMENTS[self.id][0]

    @property
    def quality(self) -> Message:
        """What makes it good."""
        return DOCUMENTS[self.id][1]


STATES = {
    "at-hand": message("at hand, as you say"), "missing": message("MISSING"),
    "not-needed": message("not needed beside the other"), "too-old": message("TOO OLD"),
    "undated": message("at hand, as you say; check its date"), "in-the-future": message("its date lies in the future"),
}  # fmt: skip


def needed(reasons: Iterable[Reason], case: Case | None) -> tuple[str, ...]:
    """The ids of what is asked for; where nobody told the case, what each of the three would ask for."""
    ids = [*_ALWAYS]
    if case is not None:
        kinds = [case.kind] if case.kind else list(_BY_CASE)
        ids += [one for kind in kinds for one in _BY_CASE[kind]]
    ids += [one for reason in reasons for one in _BY_REASON.get(reason.id, ())]
    return tuple(dict.fromkeys(ids))


def parse_having(texts: Iterable[str]) -> dict[str, str]:
    """Document by id with its day (`2026-11-25`, "" for none), of texts like `utility-bill=2026-11-25`.

    Raises UsageError for an id or a day that is none.
    """
    having = {}
    for text in texts:
        name, _, day = (part.strip() for part in text.partition("="))
        if name not in DOCUMENTS:
            raise UsageError(
                message("There is no document {name!r} to have.", name=name),
                message("Use one of: {documents}.", documents=joined(", ", DOCUMENTS)),
            )
        having[name] = format_in(parse_time(day, UTC, whole_days=True), UTC)[:10] if day else ""
    return having


def checked(ids: Iterable[str], having: Mapping[str, str], now: int, zone: tzinfo) -> tuple[Document, ...]:
    """Each document with its state at `now` (µs), whose day is that of `zone`."""
    return tuple(_checked(one, having, format_in(now, zone)[:10]) for one in ids)


def _checked(name: str, having: Mapping[str, str], today: str) -> Document:
    if name not in having:
        state = "not-needed" if _INSTEAD.get(name) in having else "missing"
        return Document(name, state)
    dated = having[name]
    if dated > today:
        return Document(name, "in-the-future", dated)
    if name == "utility-bill":
        oldest = datetime.fromisoformat(today) - timedelta(days=OLDEST_BILL)
        state = "undated" if not dated else "at-hand" if datetime.fromisoformat(dated) > oldest else "too-old"
        return Document(name, state, dated)
    return Document(name, "at-hand", dated)


__all__ = ["DOCUMENTS", "STATES", "Document", "checked", "needed", "parse_having"]
