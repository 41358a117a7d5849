"""The report on one account: its proof bundle, and what the bundle says in a form for people.

Nothing of another account gets into it: the audit is made from the bundle (`isolation.reports.bundle_audit`), and the
bundle has none. The file carries the bundle inside where its form can, and the bundle lies beside it in any case.
"""

from __future__ import annotations

import os

from isolation.declared import declared
from isolation.digests import sha256
from isolation.errors import UsageError
from isolation.findings import Names
from isolation.identifiers.accounts import account_key
from isolation.model import Value
from isolation.reports.bundle import make_bundle
from isolation.reports.bundle_audit import bundle_audit, declared_around

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audited import Audit, Declared
    from isolation.ledger import Ledger
    from isolation.policy import Policy
    from isolation.reports.bundle import Bundle, Request

BESIDE = ".bundle.json"  # what the name of the bundle beside a report ends in


class Issued(Value):
    """What a report on one account is about: the account, the others that it names, what of the ledger is left out, and
    the bundle inside it, which lies beside it as the file of this name (no folder)."""

    __slots__ = ("account", "bundle", "disclosed", "file", "omitted")
    account: str
    disclosed: tuple[str, ...]
    omitted: dict[str, int]
    bundle: Bundle
    file: str

    def __init__(
        self, account: str, disclosed: tuple[str, ...], omitted: dict[str, int], bundle: Bundle, file: str
    ) -> None:
        self._init(account=account, disclosed=tuple(disclosed), omitted=omitted, bundle=bundle, file=file)

    @property
    def fingerprint(self) -> str:
        """That of the key which signed the bundle."""
        key = self.bundle.result.key
        return "" if key is None else key.fingerprint()


def issue(ledger: Ledger, policy: Policy, request: Request, path: str) -> tuple[Audit, Issued]:
    """Makes the bundle of one account and what a report at `path` says of it; the making is logged (`make_bundle`).

    Raises UsageError for a request without an account, and what `make_bundle` raises.
    """
    if not request.account:
        raise UsageError("A report on one account needs the account.", "Name it with --account.")
    bundle = make_bundle(ledger, policy, request)
    result, said = bundle.result, bundle.result.statement
    assert said is not None  # noqa: S101 - make_bundle verified it
    with ledger.reading() as reader:
        names = Names(reader)
        keys = sorted(policy.account_keys() | {account_key(request.account)})
        around = _declared_of(request.account, policy, names, reader.numbers("account", keys))
        audit = bundle_audit(result, reader.began, around, policy.block_at)
    return audit, Issued(
        said["subject"]["account"]["name"], tuple(said["disclosed"]), said["omitted"], bundle,
        os.path.basename(path) + BESIDE,
    )  # fmt: skip


def write_account_report(
    ledger: Ledger,
    policy: Policy,
    request: Request,
    path: str,
    *,
    language: str = "en",
    zone: str = "",
    notice: int | None = None,
    ocsf_class: int = 2003,
) -> tuple[Audit, Issued]:
    """Writes the report on one account in the form that the ending of `path` names, and its bundle beside it.

    Options and errors are those of `write_report` and `issue`; the ledger must be open for writing. Both files are
    there whole, or neither is.
    """
    from isolation.language import Language
    from isolation.reports import form_of, frame_of, rendered
    from isolation.reports.writing import whole_file
    from isolation.times import zone_named

    ending = form_of(path)
    Language(language), zone_named(zone or "UTC")  # better told before anything is recorded
    with whole_file(path) as file, whole_file(path + BESIDE) as beside:
        audit, issued = issue(ledger, policy, request, path)
        content = rendered(frame_of(audit, zone, notice, issued), ending, language, ocsf_class)
        log_report(ledger, content, issued.account, issued.disclosed)
        file.write(content)
        beside.write(issued.bundle.data)
    return audit, issued


def log_report(ledger: Ledger, content: bytes, account: str = "", disclosed: tuple[str, ...] = ()) -> int:
    """Records that a report of these bytes was issued, about one account or ("") the whole ledger; its entry."""
    with ledger.writing() as log:
        return log.add_report(
            "report", sha256(content).hexdigest(), accounts=(account,) if account else (), operators=(),
            disclosed=disclosed,
        )  # fmt: skip


def _declared_of(account: str, policy: Policy, names: Names, numbers: dict[str, int]) -> Declared:
    key = policy.spellings(account_key(account))[0]
    name = names.account(numbers[key]) if key in numbers else key
    return declared_around(name, declared(policy, names, numbers))
