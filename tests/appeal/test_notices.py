"""Reading notices: what they name with their very words, in any form, however hostile."""

from __future__ import annotations

import contextlib
import email.message
import io
import json
import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.appeal.making import told_by
from isolation.appeal.notice import LONGEST, Notice, Part, read_notice
from isolation.appeal.reasons import recognised
from isolation.appeal.tongues import tongue_of
from isolation.errors import UsageError

from .conftest import NOTICES

EXAMPLES = sorted(path for path in NOTICES.iterdir() if path.suffix != ".json")


def summary(notice: Notice) -> dict[str, object]:
    """What is told of a notice, as its golden file holds it."""
    told = told_by(notice)
    return {
        "kind": notice.kind,
        "reasons": {
            one.id: [f"{quote.place}, {quote.line}: {quote.words}" for quote in one.quotes] for one in told.reasons
        },
        "stores": [one.text for one in told.stores],
        "cases": [one.text for one in told.cases],
        "dates": {one.text: one.day for one in told.dates},
        "gaps": list(notice.gaps),
        "language": tongue_of("\n".join(part.text for part in notice.parts)),
    }


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_a_notice_is_read_as_its_golden_file_says(path: Path) -> None:
    """Each notice's reasons, words, places, stores, case numbers and dates are those of the file beside it."""
    golden = path.with_name(path.name + ".json")
    found = summary(read_notice(str(path)))
    if os.environ.get("ISOLATION_WRITE_GOLDEN"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_notice_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    """The same text gives the same reasons whatever it is written in."""
    path = tmp_path / "notice.txt"
    path.write_bytes((NOTICES / "shared-machine-zh.txt").read_text("utf-8").encode(encoding))
    assert [one.id for one in told_by(read_notice(str(path))).reasons] == ["related-accounts"]


@given(st.text(alphabet=st.characters(codec="utf-8")), st.text(alphabet=st.characters(codec="utf-8")))
def test_every_quotation_stands_in_the_notice(before: str, after: str) -> None:
    """Whatever surrounds a phrase, each quoted text is in the part and the line that are told."""
    text = f"{before} order defect rate {after} 无法验证您的身份信息 {before}"
    for reason in told_by(Notice("n", "text", [Part("the text", text)])).reasons:
        for quote in reason.quotes:
            assert quote.words in " ".join(text.split())
            assert quote.words.split()[0] in text.split("\n")[quote.line - 1]


MAIL = b"From: a\r\nSubject: b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"


@pytest.mark.parametrize("head", [b"", MAIL, b"%PDF-1.7\n", b"<p>"])
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_by_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, data: bytes
) -> None:
    """Nothing but a UsageError comes of any file."""
    path = tmp_path_factory.mktemp("any") / "notice"
    path.write_bytes(head + data)
    with contextlib.suppress(UsageError):
        assert told_by(read_notice(str(path))) is not None


def test_a_notice_of_ten_million_characters_is_read_at_its_beginning(tmp_path: Path) -> None:
    """What is too long is read as far as a notice can reach, and the rest is counted."""
    path = tmp_path / "notice.txt"
    path.write_text("order defect rate " + "x" * 10_000_000, encoding="utf-8")
    notice = read_notice(str(path))
    assert sum(len(part.text) for part in notice.parts) == LONGEST
    assert notice.gaps == (f"{10_000_018 - LONGEST} characters after the first {LONGEST} were not read.",)
    assert [one.id for one in told_by(notice).reasons] == ["poor-performance"]


def test_deeply_nested_parts_are_no_failure(tmp_path: Path) -> None:
    """An e-mail of parts within parts a thousand deep is still searched."""
    lines = ["Subject: x", "From: y"]
    for depth in range(1000):
        lines += [f'Content-Type: multipart/mixed; boundary="b{depth}"', "", f"--b{depth}"]
    path = tmp_path / "notice.eml"
    path.write_text("\n".join([*lines, "Content-Type: text/plain", "", "a counterfeit item"]), encoding="utf-8")
    notice = read_notice(str(path))
    assert [one.id for one in told_by(notice).reasons] == ["counterfeit"]
    assert notice.gaps


def test_scripts_and_styles_are_no_text(tmp_path: Path) -> None:
    """Of HTML only what stands on the page is read, and a tag left open hides what follows but crashes nothing."""
    path = tmp_path / "notice.html"
    path.write_text(
        "<p>Your account</p><script>counterfeit</script><style>unsafe</style><p>replica</p><script>", "utf-8"
    )
    (reason,) = told_by(read_notice(str(path))).reasons
    assert [quote.words for quote in reason.quotes] == ["replica"]


def pdf(content: bytes, *, packed: bool = False) -> bytes:
    """A PDF of one page with this content stream."""
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject, NameObject, StreamObject

    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
         NameObject("/BaseFont"): NameObject("/Helvetica")}
    )  # fmt: skip
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
    )
    stream = StreamObject()
    stream.set_data(zlib.compress(content, 9) if packed else content)
    if packed:
        stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    page[NameObject("/Contents")] = writer._add_object(stream)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def test_a_pdf_is_read_by_page(tmp_path: Path) -> None:
    """A PDF's words are quoted with their page, also from an e-mail's attachment."""
    data = pdf(b"BT /F1 12 Tf 20 200 Td (Some items may be counterfeit.) Tj ET")
    path = tmp_path / "notice.pdf"
    path.write_bytes(data)
    (reason,) = told_by(read_notice(str(path))).reasons
    assert [(one.place, one.words) for one in reason.quotes] == [("page 1", "may be counterfeit")]
    mail = email.message.EmailMessage()
    mail["From"], mail["Subject"] = "a@example.org", "Notice"
    mail.set_content("See the attachment.")
    mail.add_attachment(data, maintype="application", subtype="pdf", filename="notice.pdf")
    (tmp_path / "notice.eml").write_bytes(mail.as_bytes())
    (reason,) = told_by(read_notice(str(tmp_path / "notice.eml"))).reasons
    assert [(one.place, one.words) for one in reason.quotes] == [("notice.pdf, page 1", "may be counterfeit")]


def test_a_scanned_or_damaged_pdf_is_told(tmp_path: Path) -> None:
    """A PDF without text, one that cannot be opened and one that would unpack to much are each told by a sentence."""
    path = tmp_path / "notice.pdf"
    path.write_bytes(pdf(b"0 0 300 300 re f"))
    with pytest.raises(UsageError, match="pictures and no text"):
        read_notice(str(path))
    path.write_bytes(b"%PDF-1.7\n\x1b[31mnothing")
    with pytest.raises(UsageError, match="damaged"):
        read_notice(str(path))
    path.write_bytes(pdf(b"BT (a) Tj ET\n" + b" " * 60_000_000, packed=True))
    with pytest.raises(UsageError, match="Page 1 of the PDF could not be read"):
        read_notice(str(path))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Outlook"), (b"PK\x03\x04rest", "packed file"),
        (b"\x89PNG\r\n", "picture"), (b"", "empty"), (b"  \n", "no text"), (b"\x1f\x8b\x08", "packed"),
    ],
)  # fmt: skip
def test_what_holds_no_text_is_told(tmp_path: Path, data: bytes, said: str) -> None:
    """A file of another kind is refused with what it is."""
    path = tmp_path / "notice"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=said):
        read_notice(str(path))


def test_a_reason_that_the_person_reads_is_marked() -> None:
    """A reason named by the person stands beside those recognised, without a quotation."""
    told = told_by(Notice("n", "text", [Part("the text", "gefälscht")]), ["counterfeit"])
    assert [(one.id, one.quotes) for one in told.reasons] == [("counterfeit", ())]
    with pytest.raises(UsageError, match="no reason"):
        told_by(Notice("n", "text", []), ["greed"])


SUPPOSED = {
    "en": (
        "We will keep your funds. If we find that you have engaged in fraudulent activity, that may be for good.",
        "We found fraudulent activity.",
    ),
    "de": (
        "Sollten wir bei Ihnen betrügerische Aktivitäten feststellen, wird der Betrag von uns einbehalten.",
        "Wir haben bei Ihnen betrügerische Aktivitäten festgestellt.",
    ),
    "fr": (
        "Si nous constatons des activités frauduleuses sur votre compte, nous garderons les fonds.",
        "Nous avons constaté des activités frauduleuses sur votre compte.",
    ),
    "it": (
        "Qualora nella nostra indagine risultino attività ingannevoli sul suo account, non sono dovuti fondi.",
        "Nella nostra indagine sono risultate attività ingannevoli sul suo account.",
    ),
    "es": (
        "Si en su cuenta hemos visto actividades fraudulentas, los fondos se quedan con nosotros.",
        "En su cuenta hemos visto actividades fraudulentas.",
    ),
    "zh": (
        "如果我们发现您参与了欺诈活动,我们会扣留资金。",
        "我们发现您参与了欺诈活动。",
    ),
    "ja": (
        "詐欺行為が確認された場合は、売上金を留保します。",
        "詐欺行為が確認されました。",
    ),
}


@pytest.mark.parametrize("language", SUPPOSED)
def test_what_would_be_if_names_no_reason(language: str) -> None:
    """A sentence on what happens if something is found names no reason, the one that says it was found does."""
    supposed, found = SUPPOSED[language]
    assert not recognised([Part("text", supposed)])
    assert [one.id for one in recognised([Part("text", found)])] == ["suspicious-behaviour"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("We need additional documentation to verify your identity.", "account-information"),
        ("Wir benötigen weitere Unterlagen, um Ihre Identität zu prüfen.", "account-information"),
        ("Nous avons besoin de documents pour vérifier votre identité.", "account-information"),
        ("Abbiamo bisogno di documenti per verificare la sua identità.", "account-information"),
        ("Necesitamos documentos para verificar su identidad.", "account-information"),
        ("我们需要其他文件来验证您的身份。", "account-information"),
        ("ご本人確認のため、書類の提出が必要です。", "account-information"),
        ("The certificates that you sent were altered.", "other-breach"),
        ("Sie haben uns gefälschte Rechnungen geschickt.", "other-breach"),
        ("Vous nous avez envoyé de faux documents.", "other-breach"),
        ("Le fatture che ci ha inviato sono state falsificate.", "other-breach"),
        ("Los documentos que nos ha enviado fueron alterados.", "other-breach"),
        ("您提交了伪造的发票。", "other-breach"),
        ("提出された請求書が改ざんされていました。", "other-breach"),
    ],
)
def test_papers_asked_for_and_papers_forged_are_two_reasons(text: str, reason: str) -> None:
    """What is asked of the person's papers is account information, papers that were altered are another breach."""
    assert [one.id for one in recognised([Part("text", text)])] == [reason]
