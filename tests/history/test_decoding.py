"""The encodings of logs."""

from __future__ import annotations

import pytest

from isolation.errors import UsageError

from .conftest import Importer, Opener

TIME = "2024-05-06T07:08:09Z"
SIMPLIFIED = f"店铺账号,登录时间,备注\n亚马逊店铺一,{TIME},办公室电脑\n深圳市南山区,{TIME},家里\n"
TRADITIONAL = f"帳號,時間,備註\n王小明的商店,{TIME},辦公室\n陳大文,{TIME},家裡\n"


def _log(*accounts: str) -> str:
    return "account,time\n" + "".join(f"{account},{TIME}\n" for account in accounts)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", SIMPLIFIED),
        ("utf-8-sig", SIMPLIFIED),
        ("utf-16", SIMPLIFIED),
        ("utf-16-le", "\ufeff" + SIMPLIFIED),
        ("utf-16-be", "\ufeff" + SIMPLIFIED),
        ("utf-32", SIMPLIFIED),
        ("gb18030", SIMPLIFIED),
        ("gbk", SIMPLIFIED),
        ("big5", TRADITIONAL),
    ],
)
def test_a_chinese_log_is_read_in_each_encoding_it_may_come_in(imported: Importer, encoding: str, text: str) -> None:
    """Chinese headers and names come out right, without being told the encoding."""
    table = [line.lstrip("\ufeff").split(",") for line in text.splitlines()]
    result = imported(text.encode(encoding), f"account={table[0][0]} time={table[0][1]}")
    assert [session.account for session in result.sessions] == [table[1][0], table[2][0]]
    assert not result.rejected


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("account", ["万七一丈", "ĂăĂă"])
def test_letters_of_which_half_is_the_byte_of_a_control_are_text(
    imported: Importer, encoding: str, mark: str, account: str
) -> None:
    """A told or marked wide encoding is judged by its letters (U+4E07 is 4E 07), not by their bytes."""
    rows = mark + "account,time\n" + f"{account * 40},{TIME}\n" * 20
    result = imported(rows.encode(encoding), encoding=encoding)
    assert [session.account for session in result.sessions] == [account * 40] * 20


@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-16-le", "gb18030", "klingon", "hex"])
def test_a_told_encoding_makes_no_text_of_a_program(opened: Opener, encoding: str | None) -> None:
    """Controls in the letters of the encoding, or half of them none of its letters, are binary data."""
    with pytest.raises(UsageError, match="binary data"):
        opened(bytes(range(32)) * 64 + bytes(256), encoding=encoding)


@pytest.mark.parametrize(
    ("encoding", "accounts"),
    [
        ("cp1252", ("José", "Müller")),
        ("cp1250", ("Łukasz Żółć", "Świętopełk")),
        ("cp1251", ("Иванов Иван", "Пётр Сидоров")),
        ("cp932", ("田中ストア", "ヤマダ")),
        ("gb18030", ("小李", "王芳")),
        ("cp874", ("สมชาย ใจดี", "กรุงเทพ")),
        ("cp1256", ("محمد علي", "متجر")),
    ],
)
def test_a_code_page_is_recognised_where_nothing_else_reads_well(
    imported: Importer, encoding: str, accounts: tuple[str, ...]
) -> None:
    """Names in the usual code pages come out right where only one reading makes sense."""
    result = imported(_log(*accounts).encode(encoding))
    assert tuple(session.account for session in result.sessions) == accounts


@pytest.mark.parametrize(
    ("encoding", "accounts"),
    [
        ("cp949", ("김철수", "홍길동")),
        ("cp1253", ("Γιώργος", "Παπαδόπουλος")),
        ("cp1254", ("Şükrü Çağrı", "İbrahim")),
        ("gb18030", ("李",)),
    ],
)
def test_where_several_encodings_make_sense_the_user_is_asked(
    imported: Importer, opened: Opener, encoding: str, accounts: tuple[str, ...]
) -> None:
    """A doubtful encoding is never guessed: those that fit are named with what they read, and --encoding decides."""
    content = _log(*accounts).encode(encoding)
    with pytest.raises(UsageError) as caught:
        opened(content)
    assert encoding in caught.value.message
    assert "--encoding" in caught.value.hint
    told = imported(content, encoding=encoding)
    assert tuple(session.account for session in told.sessions) == accounts


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "mac-cyrillic"])
def test_a_foreign_encoding_is_not_taken_for_a_windows_one(opened: Opener, encoding: str) -> None:
    """What is in none of the encodings looked for is not misread as one of them."""
    with pytest.raises(UsageError, match="--encoding"):
        opened(_log("Иванов Иван", "Пётр Сидоров").encode(encoding))


@pytest.mark.parametrize("account", ["GRÖßE", "store-GRÖßE", "CONCEIÇÃO"])
def test_western_names_are_not_taken_for_chinese_without_asking(
    opened: Opener, imported: Importer, account: str
) -> None:
    """Two accents in a row are a character of GB18030 too, so that is asked about; --encoding says it."""
    with pytest.raises(UsageError, match=r"gb18030.*cp1252"):
        opened(_log(account).encode("cp1252"))
    told = imported(_log(account).encode("cp1252"), encoding="cp1252")
    assert ([one.account for one in told.sessions], told.source.guessed) == ([account], False)


def test_an_encoding_that_only_its_letters_tell_is_a_guess(imported: Importer) -> None:
    """What was judged by how it reads is marked; UTF-8, a byte order mark or a person's word is not."""
    assert imported(_log("小李", "店A").encode("gb18030")).source.guessed
    assert not imported(_log("小李")).source.guessed
    assert not imported(_log("小李").encode("utf-16")).source.guessed
    assert not imported(_log("小李").encode("gb18030"), encoding="gb18030").source.guessed


def test_a_mapped_column_that_stands_in_the_header_settles_the_encoding(imported: Importer) -> None:
    """The column names that the user typed show in which encoding the header holds them."""
    content = f"이름,time\n김,{TIME}\n".encode("cp949")
    assert imported(content, "account=이름 time=time").sessions[0].account == "김"


def test_a_row_that_does_not_decode_is_rejected_by_its_line(imported: Importer) -> None:
    """One damaged line costs one row, not the file."""
    lines = [f"店{number},{TIME}\n".encode() for number in range(20)]
    lines[7] = b"\xff\xfe broken," + TIME.encode() + b"\n"
    result = imported(b"account,time\n" + b"".join(lines))
    assert len(result.sessions) == 19
    assert [(row.line, "utf-8" in row.reason) for row in result.rejected] == [(9, True)]


def test_a_damaged_utf_16_line_is_rejected_by_its_line(imported: Importer) -> None:
    """Also where lines cannot be cut as bytes, one damaged line costs one row."""
    good = _log("a", "b", "c").encode("utf-16-le")
    broken = good.replace("b".encode("utf-16-le"), b"\x00\xd8", 1)
    result = imported(b"\xff\xfe" + broken)
    assert [session.account for session in result.sessions] == ["a", "c"]
    assert [row.line for row in result.rejected] == [3]


def test_a_stated_encoding_is_obeyed_and_an_unknown_one_refused(imported: Importer, opened: Opener) -> None:
    """--encoding decides, and one that does not exist is said not to."""
    assert imported(_log("é").encode("cp1252"), encoding="cp1252").sessions[0].account == "é"
    assert imported(_log("é").encode("cp037"), encoding="cp037").sessions[0].account == "é"
    rejected = imported(_log("é", "e").encode("cp1252"), encoding="ascii").rejected
    assert [row.line for row in rejected] == [2]
    for name in ("klingon", "base64", "rot13", "idna", "undefined", "a\0b"):
        with pytest.raises(UsageError, match="encoding"):
            opened(_log("é"), encoding=name)


def test_utf_16_is_recognised_without_its_mark(imported: Importer) -> None:
    """A UTF-16 log without a byte order mark is no binary file."""
    for encoding in ("utf-16-le", "utf-16-be"):
        assert imported(_log("store", "shop").encode(encoding)).source.encoding == encoding


def test_the_encoding_used_is_told(imported: Importer) -> None:
    """What a log was read in can be shown."""
    assert imported(_log("store")).source.encoding == "utf-8"
    assert imported(_log("小李", "王芳").encode("gbk")).source.encoding == "gb18030"
