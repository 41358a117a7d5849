"""Making a proof bundle: what a stranger can verify of one account, or of one operator, and nothing of the others.

What a bundle says is logged, by its digest, before the checkpoint that covers it is signed. docs/bundles.md
describes the form, `isolation.ledger.bundle` verifies it.
"""

from __future__ import annotations

from isolation import __version__
from isolation.digests import sha256
from isolation.errors import LedgerDamaged, LedgerError, UsageError
from isolation.identifiers.accounts import account_key, account_spelling, operator_key
from isolation.identifiers.escape import excerpt
from isolation.ledger.bundle import (
    DOES_NOT_PROVE,
    MOST_ENTRIES,
    SCHEMA,
    proves,
    statement_digest,
    verify_bundle,
    within_bounds,
)
from isolation.ledger.bundle_anchors import anchor_proof, shown_anchors
from isolation.ledger.canonical import encode
from isolation.ledger.disclosure import choose, disclose
from isolation.ledger.entry import to_base64
from isolation.ledger.issuing import logged_bundle, size_before_reports
from isolation.ledger.proofs import StoredTree, signed_checkpoint, signers, verifier_key
from isolation.messages import message
from isolation.model import FACTS, LINKING_FACTS, Value
from isolation.reports.bundle_findings import Pseudonyms, findings, own_matches
from isolation.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from isolation.ledger import Ledger, Reader
    from isolation.ledger.bundle import BundleResult
    from isolation.ledger.disclosure import Chosen
    from isolation.policy import Policy

# What is opened unless told otherwise: when and how the account was used, and what can link it to another.
STANDARD = frozenset(
    ("at", "begin", "seen", "channel", "end", "provenance", "refused", "success", *LINKING_FACTS)
) - {"wifi_scan"}  # fmt: skip
# What a person wrote, who it was, and context: opened only by name, because it may tell of others.
FURTHER = frozenset(("evidence", "forced", "machine", "network", "operator", "record", "site", "source", *FACTS)) - {
    "wifi_scan"
}

# As many hashes as the entry of a bundle's making and the checkpoint take room.
_REPORT_ROOM = 100


class Request(Value):
    """What a bundle is to be about, and what it is to show.

    `account` or `operator` or both name its subject ("" for none), `disclosed` the other accounts to be named.
    `since` and `until` (µs) choose sessions by their begin; `opened` and `hidden` change the fields that are shown.
    """

    __slots__ = ("account", "disclosed", "hidden", "opened", "operator", "since", "until")
    account: str
    operator: str
    disclosed: tuple[str, ...]
    since: int | None
    until: int | None
    opened: tuple[str, ...]
    hidden: tuple[str, ...]

    def __init__(
        self,
        account: str = "",
        operator: str = "",
        disclosed: Iterable[str] = (),
        since: int | None = None,
        until: int | None = None,
        opened: Iterable[str] = (),
        hidden: Iterable[str] = (),
    ) -> None:
        self._init(
            account=account, operator=operator, disclosed=tuple(disclosed), since=since, until=until,
            opened=tuple(opened), hidden=tuple(hidden),
        )  # fmt: skip

    def fields(self) -> frozenset[str]:
        """The fields to open, beside those that show whose an entry is. Raises UsageError for one there is not."""
        for name in (*self.opened, *self.hidden):
            if name not in STANDARD | FURTHER:
                raise UsageError(
                    message("An entry has no field {name} that could be shown or hidden.", name=excerpt(name)),
                    message("There are: {names}.", names=", ".join(sorted(STANDARD | FURTHER))),
                )
        return (STANDARD | set(self.opened)) - set(self.hidden)


class Bundle(Value):
    """A bundle that was made: its bytes, their SHA-256 (hex), and what verifying it found."""

    __slots__ = ("data", "digest", "result")
    data: bytes
    digest: str
    result: BundleResult

    def __init__(self, data: bytes, result: BundleResult) -> None:
        self._init(data=data, digest=sha256(data).hexdigest(), result=result)


def make_bundle(ledger: Ledger, policy: Policy, request: Request) -> Bundle:
    """Makes a bundle: reads, logs what it will say, signs, proves, and verifies it once.

    The ledger must be open for writing. Raises UsageError for a subject that ledger and policy do not know,
    KeyUnavailable, LedgerError, RuleError.
    """
    ledger.keys.secret("sign")  # not to be had: better told before anything is logged
    with ledger.reading() as reader:
        if reader.key_problem is not None:
            raise reader.key_problem
        statement = _Statement(ledger, reader, policy, request).document()
    _require_room(statement)
    bundle = _proved(ledger, statement, _logged(ledger, statement))
    if not bundle.result.intact:
        raise LedgerDamaged(
            message("The bundle would not verify: {problem}.", problem=bundle.result.problems[0][1]),
            "Run `isolation verify`.",
        )
    return bundle


def _logged(ledger: Ledger, statement: dict[str, Any]) -> int:
    """The entry that tells of a bundle with this statement: a new one, unless the log's end has it already."""
    subject, digest, epoch = statement["subject"], statement_digest(statement), ledger.epoch
    about = {name: [subject[name]["name"]] if subject[name] else [] for name in ("account", "operator")}
    with ledger.writing() as log:
        if ledger.epoch != epoch:
            raise LedgerError("The ledger's keys were rotated while the bundle was made.", "Make the bundle again.")
        known = logged_bundle(ledger, statement["size"], digest)
        if known is not None:
            return known
        return log.add_report(
            "bundle", digest, accounts=about["account"], operators=about["operator"],
            disclosed=statement["disclosed"],
        )  # fmt: skip


def _proved(ledger: Ledger, statement: dict[str, Any], index: int) -> Bundle:
    """The bundle of a statement that the entry `index` tells of."""
    size = index + 1
    tree = StoredTree(ledger)
    report = disclose(ledger, ledger.opener(), index)
    if report is None:
        raise LedgerError("The entry of the bundle's making was erased while it was made.", "Make the bundle again.")
    anchors = statement.get("anchors", ())
    document: dict[str, Any] = {
        **({"anchor_proofs": [anchor_proof(tree, one, size) for one in anchors]} if anchors else {}),
        "checkpoint": signed_checkpoint(ledger, size)[1],
        "proofs": [_proof(tree, entry["index"], size) for entry in statement["entries"]],
        "report": {**report, "proof": _proof(tree, index, size)},
        "schema": SCHEMA,
        "statement": statement,
    }
    data = encode(document)
    return Bundle(data, verify_bundle(data))


def _require_room(statement: dict[str, Any]) -> None:
    """Raises UsageError for a statement that, with its proofs, no file would be allowed to hold."""
    proofs = len(statement["entries"]) + 2 * len(statement.get("anchors", ()))
    hashes = proofs * (statement["size"].bit_length() + 1)
    if not within_bounds(encode(statement), hashes + _REPORT_ROOM):
        raise _too_large()


def _too_large() -> UsageError:
    return UsageError("The bundle would be too large.", "Choose a shorter period with --since and --until.")


def _proof(tree: StoredTree, index: int, size: int) -> list[str]:
    return [to_base64(node) for node in tree.inclusion(index, size)]


class _Statement:
    """Everything that a bundle says, as the ledger has it at one moment."""

    def __init__(self, ledger: Ledger, reader: Reader, policy: Policy, request: Request) -> None:
        self._ledger = ledger
        self._reader = reader
        self._policy = policy
        self._request = request
        self._fields = request.fields()
        self._relations = policy.relations(reader, moment=ledger.clock())
        self._accounts = self._account_numbers(request.account) if request.account else ()
        self._operators = self._operator_numbers(request.operator) if request.operator else ()
        if not request.account and not request.operator:
            raise UsageError("A bundle is about an account or an operator.", "Name one with --account or --operator.")
        self._disclosed = {self._disclosed_number(name) for name in request.disclosed} - set(self._accounts)

    def _account_numbers(self, name: str) -> tuple[int, ...]:
        """The numbers of an account under all its spellings; none for one that only the policy knows."""
        key = account_key(name)
        seen = [self._reader.account_number(one) for one in self._policy.spellings(key)]
        numbers = tuple(number for number in seen if number is not None)
        if not numbers and self._policy.spellings(key)[0] not in self._policy.accounts:
            raise UsageError(
                message("Neither the ledger nor the policy knows the account {name}.", name=excerpt(name)),
                "Check the spelling; a bundle shows what was recorded of an account.",
            )
        return numbers

    def _operator_numbers(self, name: str) -> tuple[int, ...]:
        number = self._reader.identifier_number("operator", operator_key(name))
        if number is None:
            raise UsageError(
                message("The ledger has no session of the operator {name}.", name=excerpt(name)), "Check the spelling."
            )
        return (number,)

    def _disclosed_number(self, name: str) -> int:
        numbers = self._account_numbers(name)
        if not numbers:
            raise UsageError(
                message("The ledger has no session of the account {name}.", name=excerpt(name)),
                "There is none to name.",
            )
        return self._relations.aliases.get(numbers[0], numbers[0])

    def document(self) -> dict[str, Any]:
        """The statement, as docs/bundles.md describes it."""
        request, reader = self._request, self._reader
        head = self._accounts[0] if self._accounts else None
        named = {number: reader.account_name(number) for number in self._disclosed}
        account = account_spelling(request.account) if request.account else ""
        if head is not None:
            account = named[head] = reader.account_name(head)
        chosen = choose(
            self._ledger,
            size_before_reports(self._ledger.connection.execute),
            self._accounts if request.account else None,
            self._operators if request.operator else None,
            request.since,
            request.until,
        )
        pseudonyms = Pseudonyms(reader, self._ledger.keys.index(), self._subject_tag(), named)
        entries, spellings, operators = self._entries(chosen, named, pseudonyms)
        since, until = request.since, request.until
        source = reader.everything() if since is None and until is None else reader.window(since, until)
        told, others = own_matches(source, self._relations, head, reader.began)
        keys = signers(self._ledger)
        anchors = shown_anchors(self._ledger, reader.intervals(), [entry["index"] for entry in entries])
        return {
            **({"signers": keys} if len(keys) > 1 else {}),
            **({"anchors": anchors} if anchors else {}),
            "disclosed": sorted(named[number] for number in self._disclosed),
            "does_not_prove": list(DOES_NOT_PROVE),
            "entries": entries,
            "findings": findings(told, reader, pseudonyms),
            "key": verifier_key(self._ledger).text(),
            "key_store": self._ledger.key_store,
            "made_at": format_time(self._ledger.clock()),
            "omitted": {
                "entries": chosen.size - len(entries), "erased": chosen.erased, "findings": others,
                "sessions": chosen.left_out,
            },
            "origin": self._ledger.origin,
            "period": {
                "since": None if since is None else format_time(since),
                "until": None if until is None else format_time(until),
            },
            "program": f"isolation {__version__}",
            "proves": list(proves(stamped=bool(anchors))),
            "size": chosen.size,
            "subject": {
                "account": {"name": account, "spellings": spellings} if request.account else None,
                "operator": {"name": reader.identifier_value(self._operators[0]), "spellings": operators}
                if request.operator
                else None,
            },
        }  # fmt: skip

    def _subject_tag(self) -> str:
        if self._request.account:
            return self._reader.tag_hex("account", self._policy.spellings(account_key(self._request.account))[0])
        return self._reader.tag_hex("operator", self._request.operator)

    def _entries(
        self, chosen: Chosen, named: dict[int, str], pseudonyms: Pseudonyms
    ) -> tuple[list[dict[str, Any]], list[list[str]], list[str]]:
        """The entries, the account's spellings in them by number, and the operator's."""
        opener = self._ledger.opener()
        if len(chosen.entries) > MOST_ENTRIES:
            raise _too_large()
        entries = []
        spellings: dict[int, dict[str, None]] = {number: {} for number in self._accounts}
        operators: dict[str, None] = {}
        for index, account in chosen.entries.items():
            number = self._relations.aliases.get(account, account)
            shows_account = bool(self._accounts) or number in self._disclosed
            entry = disclose(self._ledger, opener, index, self._wanted(shows_account))
            if entry is None:
                continue
            opened = entry["opened"]
            if "account" in opened and self._accounts:
                spellings[account][opened["account"]["value"]] = None
            if "operator" in opened and self._operators:
                operators[opened["operator"]["value"]] = None
            if not shows_account and entry["body"]["kind"] == "session":
                entry["account"] = pseudonyms.of(number)
            entries.append(entry)
        return entries, [list(texts) for texts in spellings.values() if texts], list(operators)

    def _wanted(self, shows_account: bool) -> frozenset[str]:
        """The fields to open of an entry."""
        wanted = set(self._fields)
        if shows_account:
            wanted.add("account")
        if self._accounts:
            wanted |= {"acct_from", "acct_seq"}
        if self._operators:
            wanted.add("operator")
        return frozenset(wanted)
