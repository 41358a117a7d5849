"""What the person reads before handing anything in: what the notice says, the case, the documents, the channels.

All of it is in the user's language, and none of it is handed in.
"""

from __future__ import annotations

from isolation.appeal.case import CASES
from isolation.appeal.required import STATES
from isolation.findings import SEVERITY_WORDS
from isolation.messages import Message, joined, known, message, plural
from isolation.reports.content import Facts, Paragraph, Points, Report, Section, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.appeal.mentions import Mentioned
    from isolation.appeal.pack import Read
    from isolation.appeal.reasons import Reason
    from isolation.appeal.required import Document
    from isolation.reports.content import Block

NOTE = message("This does not undo or hide a link that the platform may hold.")
_BEFORE = (
    message("State only what is true. Where you do not know, say so, and keep facts apart from assumptions."),
    message("Settle every point to be confirmed in the plan of action; `isolation appeal --lint` checks it."),
    message("Dates have to agree across the plan, the chronology and every document."),
    message("audit.html, index.json and this page name other accounts: they are for you and your lawyer."),
    message("The proof bundle shows this account only, others as pseudonyms; `isolation verify` checks it anywhere."),
    message("Open no new account while this one is suspended, and log in to no other one in its place."),
)  # fmt: skip

_LANGUAGE = (
    message("--submission-lang chooses another; this page and what is for you stay in your own."),
    message(
        "The sentences were translated by this project, and no lawyer or native reader has checked them: have somebody "
        "read them who knows the language before you hand them in."
    ),
    message("Write what you confirm in the same language. Names, identifiers and references stay as they are."),
)


def guide(read: Read, files: tuple[tuple[str, str, str], ...]) -> Report:
    """The page to read first. `files` are name, what it is, and SHA-256 of what lies beside it."""
    columns = (message("File"), message("What it is"), message("SHA-256"))
    return Report(
        message("Appeal pack: {account}", account=read.record.account),
        message("What was read in {file}, and what to do in which order", file=read.notice.file),
        (
            Section("notice", message("What the notice says"), tuple(_notice(read))),
            Section("case", message("Which case it is"), tuple(_case(read))),
            Section("record", message("What the ledger holds"), tuple(_record(read))),
            Section("language", message("In which language"), (Paragraph(read.chosen.words()), Points(_LANGUAGE))),
            Section("next", message("Before you hand anything in"), (Points(_BEFORE), Paragraph(NOTE))),
            Section("files", message("What lies in this folder"), (Table(columns, files),)),
        ),
        "",
    )


def _notice(read: Read) -> list[Block]:
    blocks: list[Block] = []
    if not read.reasons:
        blocks.append(
            Paragraph(
                message("No reason was recognised. Read the notice, and name the reason with --reason if it gives one.")
            )
        )  # fmt: skip
    for reason in read.reasons:
        blocks.append(Points(_quotes(reason), reason_line(reason)))
    pairs = [
        (name, joined("; ", [_mentioned(one) for one in found]) if found else message("none in the notice"))
        for name, found in (
            (message("Associated store"), read.stores), (message("Case numbers"), read.cases),
            (message("Dates"), read.dates),
        )
    ]  # fmt: skip
    blocks.append(Facts(tuple(pairs)))
    if read.notice.gaps:
        blocks.append(Points(read.notice.gaps, message("What could not be read:")))
    return blocks


def reason_line(reason: Reason) -> Message:
    """A reason with its number, and what it rests on."""
    if not reason.quotes:
        return message("{number}. {name}: stated by you", number=reason.number, name=reason.name)
    times = plural("{count} place", "{count} places", reason.count)
    return message("{number}. {name}: {times}", number=reason.number, name=reason.name, times=times)


def _quotes(reason: Reason) -> tuple[str, ...]:
    return tuple(
        message(
            "{place}, line {line}: “{words}” in “{around}”", place=one.place, line=one.line, words=one.words,
            around=one.around,
        )
        for one in reason.quotes
    )  # fmt: skip


def _mentioned(one: Mentioned) -> str:
    return message("{text} ({place}, line {line})", text=one.text, place=one.quote.place, line=one.quote.line)


def _case(read: Read) -> list[Block]:
    case = read.case
    if case is None:
        return [
            Paragraph(
                message(
                    "No other account was recognised in the notice. If it is about one, say --case, and --associated "
                    "if you know its name."
                )
            )
        ]
    blocks: list[Block] = [Paragraph(case.words())]
    if case.evidence:
        blocks.append(Points(tuple(one.text for one in case.evidence), message("On record:")))
    else:
        blocks.append(Paragraph(message("Nothing on record bears on it. That is no sign that there is no tie.")))
    if case.conflicts:
        blocks.append(Points(case.conflicts, message("Settle this before you send anything:")))
    if case.told:
        blocks.append(Facts(((message("Who else had access, as you say"), case.told),)))
    if not case.kind:
        choices = tuple(message("--case {kind}: {case}", kind=kind, case=words) for kind, words in CASES.items())
        blocks.append(Points(choices, message("Say which it is:")))
    return blocks


def _record(read: Read) -> list[Block]:
    record = read.record
    if not record.size:
        return [
            Paragraph(
                message(
                    "There is no ledger here. `isolation import` takes what other tools logged, `isolation recover` "
                    "what this computer remembers; then make the pack again."
                )
            )
        ]
    rows = [
        (name, plural("{count} use", "{count} uses", len(record.of(name))))
        for name in (record.account, *record.associated)
    ]
    blocks: list[Block] = [Facts(tuple(rows))]
    if read.could_be:
        names = joined(", ", read.could_be)
        text = message(
            "The store in the notice could be {names}; say with --associated which it is, if it is one.", names=names
        )
        blocks.append(Paragraph(text))
    blocks += _findings(read)
    if any(record.unnamed(one) for one in record.findings):
        text = message(
            "The ledger also shows links to accounts that the notice does not name. They stand in the plan without "
            "names: say what is true of them."
        )
        blocks.append(Paragraph(text))
    return blocks


def _findings(read: Read) -> list[Block]:
    rows = tuple(
        (one.id, SEVERITY_WORDS[one.severity], joined(", ", one.accounts), known(one.reason))
        for one in read.record.findings[:50]
    )  # fmt: skip
    if not rows:
        return [
            Paragraph(
                message("It holds no finding on this account: no link in this ledger, which is not the same as none.")
            )
        ]
    columns = (message("Finding"), message("Severity"), message("Accounts"), message("Why"))
    return [Table(columns, rows, message("Findings on this account"))]


def documents_page(read: Read) -> Report:
    """The list of documents, what is missing first."""
    order = sorted(read.documents, key=lambda one: one.state in ("at-hand", "not-needed"))
    columns = (message("Document"), message("State"), message("Dated"), message("What makes it good"), message("Id"))
    rows = tuple((one.name, STATES[one.state], one.dated or "—", one.quality, one.id) for one in order)
    missing = [one for one in order if one.state not in ("at-hand", "not-needed")]
    if missing:
        text = plural(
            "{count} document is missing, too old or to be checked. Explain what you cannot give, and why.",
            "{count} documents are missing, too old or to be checked. Explain what you cannot give, and why.",
            len(missing),
        )
    else:
        text = message("All that is usually asked for is at hand, as you say.")
    notes = (
        text,
        message("What the notice itself asks for comes first; this list is what such notices usually ask for."),
        message(
            "Names, addresses and dates have to be the same in all of them and in the account. Change nothing in them."
        ),
    )
    table = Table(columns, rows, message("Documents"))
    section = Section("documents", message("Documents"), (Points(notes), table))
    return Report(
        message("Documents for the appeal: {account}", account=read.record.account),
        message("What is asked for, and what is missing"), (section,), "",
    )  # fmt: skip


_CHAT = message(
    "An account specialist is reached by chat from inside an account. If this one cannot log in, do NOT chat through "
    "another active account: that login links the two, and a related account can be deactivated with this one."
)


def channels_page(read: Read) -> Report:
    """What to have at hand for each of the four ways back."""
    ids = joined(", ", [one.text for one in read.cases]) if read.cases else message("the case number, from the notice")
    hand = _at_hand(read.documents)
    ways = (
        ("documents", message("Documents, where the notice says to upload them"), (
            joined(": ", [message("At hand"), hand]),
            message("Files as the notice allows (usually .pdf, .png, .jpg), each named for what it shows."),
            message("The chronology and the plan of action as text; the proof bundle if a reviewer asks how you know."),
        )),
        ("phone", message("Telephone, seller support"), (
            joined(": ", [message("Have ready"), ids]),
            message("The notice's date, the account's name and its registered e-mail, the chronology open before you."),
            message("Say what the plan says, nothing beyond it. Note the time, who spoke, and what was agreed."),
            message("Support can say what is missing; it seldom decides."),
        )),
        ("chat", message("Chat with an account specialist"), (
            _CHAT,
            joined(": ", [message("Have ready"), ids]),
            message("Keep a copy of the chat, with its date."),
        )),
        ("e-mail", message("E-mail with the plan of action"), (
            message("From the address registered with the account; as an answer to the notice if it takes one."),
            joined(": ", [message("In the subject"), ids]),
            message("The plan of action in the text, the documents attached, one message; then wait for the answer."),
        )),
    )  # fmt: skip
    return Report(
        message("Four ways back: {account}", account=read.record.account),
        message("What to have at hand for each; the notice says which of them it takes"),
        tuple(Section(name, title, (Points(points),)) for name, title, points in ways), "",
    )  # fmt: skip


def _at_hand(documents: tuple[Document, ...]) -> str:
    have = [one.name for one in documents if one.state in ("at-hand", "undated")]
    return joined(", ", have) if have else message("nothing yet, as far as you said")


__all__ = ["NOTE", "channels_page", "documents_page", "guide", "reason_line"]
