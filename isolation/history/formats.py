"""The formats that can be imported: one module each, known here by its id, told apart by a file's content.

A format's module has

- `recognises(head, name) -> bool`: whether a file that begins with the text `head` and is called `name` is one;
- `Reader(document, encoding, mapping)`: raises UsageError where the whole file cannot be used;
  its `rows()` starts from the beginning each time and holds one record at once;
  with `clocked` it also takes `year` (a text, "" where none is named) and `zone`;
  its `fields` are the import fields that its rows have: the mapped ones, or its own where it says itself what is what
  (then `mapping` is None);
- where columns have to be mapped, `columns(document, encoding)`: those that there are, for a message.

`rows()` yields, each with the line where it starts,

- `RawRow`: a session, cells by field. In a format with a meaning of its own every row has all of `fields`, "" where
  it says nothing. `success` is "false" for a failed login, which is kept and is no use. In a workforce log `account`
  is who signed in: an operator's presence, and no use of a seller account unless a person says `--user-as account`;
- `RawClose`: the end of a session that another record began, in this file or another;
- `ToldRow`: a session that is told whole;
- `Lease`, `Scan`: no session, but what sessions are joined to;
- `Ignored`: sound, and none of these, counted by what it is;
- `Rejected`: what cannot be read, and why.

Adding one is its file and its line below.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypedDict, cast

from isolation.errors import UsageError
from isolation.identifiers.escape import excerpt
from isolation.messages import joined, message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.history.documents import Document
    from isolation.history.mapping import Mapping
    from isolation.history.rows import Ignored, Lease, RawClose, RawRow, Rejected, Scan, ToldRow


class Reader(Protocol):
    """One document being read as one format."""

    fields: tuple[str, ...]

    def rows(self) -> Iterator[RawRow | RawClose | ToldRow | Lease | Scan | Ignored | Rejected]:
        """Every record from the first, each time it is called."""


class FormatModule(Protocol):
    """What modules of formats have."""

    def recognises(self, head: str, name: str) -> bool:
        """Whether a file that begins like this is of this format."""

    def Reader(  # noqa: N802 - it is a class
        self, document: Document, encoding: str, mapping: Mapping | None, **clock: Any
    ) -> Reader:
        """Begin to read a document."""

    def columns(self, document: Document, encoding: str) -> tuple[str, ...]:
        """The columns that a mapping can name."""


class Format(NamedTuple):
    """A format's module, and what `isolation import --list` says of it in a line.

    `mapped`: columns of it have to be mapped. `workforce`: the user it names is an operator. `zoned`: all of its
    times say their offset. `clocked`: its reader takes `year` and `zone`, because its times may lack either.
    `placed`: it is about one place, whose name must be told. `beside`: it names no account, and is joined to the
    sessions of other files. `near`: several of its records tell parts of one session,
    and the begins that they give differ by so much (µs) at most.
    """

    module: str
    title: str
    mapped: bool = True
    workforce: bool = False
    zoned: bool = False
    clocked: bool = False
    placed: bool = False
    beside: bool = False
    near: int = 0


class _Kind(TypedDict):
    mapped: bool
    workforce: bool


LEDGER = "ledger"
_WORKFORCE: _Kind = {"mapped": False, "workforce": True}

# Asked in this order: what recognises almost anything comes last.
FORMATS = {
    LEDGER: Format(
        "isolation.history.ledger_lines",
        message("another ledger of isolation (export --all)"),
        mapped=False,
        zoned=True,
    ),
    "windows-evtx": Format(
        "isolation.history.windows_evtx",
        message("Windows event log, .evtx; needs isolation[evtx]"),
        **_WORKFORCE,
        zoned=True,
    ),
    "windows-xml": Format("isolation.history.windows_xml", message("Windows events as XML"), **_WORKFORCE),
    "windows-json": Format(
        "isolation.history.windows_json",
        message("Windows events as JSON (Winlogbeat, NXLog, PowerShell)"),
        **_WORKFORCE,
    ),
    "radius": Format(
        "isolation.history.radius",
        message("RADIUS accounting: FreeRADIUS detail, or JSON"),
        **_WORKFORCE,
        clocked=True,
        near=5_000_000,
    ),
    "leases": Format(
        "isolation.history.leases",
        message("DHCP leases of dnsmasq, ISC dhcpd; needs --site"),
        mapped=False,
        clocked=True,
        placed=True,
        beside=True,
    ),
    "openssh": Format(
        "isolation.history.openssh", message("OpenSSH's log: auth.log, journald"), **_WORKFORCE, clocked=True
    ),
    "wigle": Format(
        "isolation.history.wigle",
        message("Wi-Fi scans of the WiGLE app (CSV), joined to sessions of their time and place"),
        mapped=False,
        beside=True,
        zoned=True,
    ),
    "m365": Format(
        "isolation.history.m365", message("Microsoft 365 unified audit log (CSV, JSON)"), **_WORKFORCE, zoned=True
    ),
    "entra": Format("isolation.history.entra", message("Entra ID (Azure AD) sign-ins (CSV, JSON)"), **_WORKFORCE),
    "google": Format(
        "isolation.history.google", message("Google Workspace logins and activity (JSON, CSV)"), **_WORKFORCE
    ),
    "okta": Format("isolation.history.okta", message("Okta System Log (JSON, CSV)"), **_WORKFORCE),
    "ocsf": Format("isolation.history.ocsf", message("OCSF Authentication events (JSON)"), **_WORKFORCE, zoned=True),
    "signins": Format(
        "isolation.history.signins",
        message("sign-ins of AWS, Auth0, Duo, OneLogin, Salesforce, Slack and others (JSON)"),
        **_WORKFORCE,
    ),
    "xlsx": Format("isolation.history.workbook", message("Excel workbook (.xlsx); needs --map")),
    "jsonl": Format("isolation.history.json_lines", message("JSON lines, or one JSON array; needs --map")),
    "csv": Format(
        "isolation.history.delimited", message("CSV, TSV or other delimited text with a header; needs --map")
    ),
}


def module_of(fmt: str) -> FormatModule:
    """The module of a format; raises UsageError for an id that is none."""
    if fmt not in FORMATS:
        raise UsageError(
            message("{fmt} is no format known here.", fmt=excerpt(fmt)),
            message("Known are {formats}.", formats=joined(", ", FORMATS)),
        )
    return cast("FormatModule", importlib.import_module(FORMATS[fmt].module))


def recognise(head: str, name: str, *, with_mapping: bool) -> str:
    """The id of the format that a file which begins like this is in; raises UsageError where it is none of them.

    Where columns are mapped, a format that maps itself is passed over. But a ledger's lines are never anything else,
    and what names no account (leases, scans) may come along with the table that the mapping is for.
    """
    if not head.strip("\ufeff\0 \t\r\n"):
        raise UsageError(message("{name} has no line of text in its beginning.", name=name))
    for fmt, form in FORMATS.items():
        if with_mapping and not (form.mapped or form.beside) and fmt != LEDGER:
            continue
        if module_of(fmt).recognises(head, name):
            return fmt
    raise UsageError(
        message("The format of {name} is not known here.", name=name),
        message("Name it: --as {formats}.", formats=" or --as ".join(FORMATS)),
    )


__all__ = ["FORMATS", "Format", "Reader", "module_of", "recognise"]
