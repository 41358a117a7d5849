"""What a row becomes."""

from __future__ import annotations

import pytest

from isolation.errors import UsageError
from isolation.model import UNDATED, Session
from isolation.times import zone_named

from .conftest import NOW, Imported, Importer, Opener

TIME = "2024-05-06T07:08:09Z"
BEGIN = 1_714_979_289_000_000


def _one(imported: Importer, **cells: str) -> Imported:
    """A log of one row with these cells beside account and time."""
    cells = {"account": "store", "time": TIME} | cells
    options = {name: cells.pop(name) for name in ("site",) if name in cells}
    content = "\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n"
    return imported(content, " ".join(f"{field}={field}" for field in cells), **options)


def _facts(session: Session) -> list[tuple[str, object, bool, str]]:
    return [(reading.fact, reading.value, reading.identifying, reading.confidence) for reading in session.readings]


def test_a_session_says_where_it_comes_from(imported: Importer) -> None:
    """Account as spelled in the file (trimmed, composed), time in UTC, imported, by which format."""
    session = _one(imported, account="  Amazon:Cafe\u0301 ").sessions[0]
    assert session == Session("Amazon:Caf\u00e9", BEGIN, provenance="imported", source="import:csv")


@pytest.mark.parametrize("field", ["public_ip", "local_ip"])
@pytest.mark.parametrize(
    ("text", "site", "facts"),
    [
        ("8.8.8.8", "", [("public_ip", "8.8.8.8", True, "certain")]),
        ("[::ffff:8.8.8.8]:443", "lab", [("public_ip", "8.8.8.8", True, "certain")]),
        (
            "2A00:1450:0:0::5",
            "",
            [("public_ip", "2a00:1450::5", True, "certain"), ("public_prefix", "2a00:1450::/64", True, "certain")],
        ),
        ("192.168.1.5", "", [("local_ip", "192.168.1.5", False, "certain")]),
        ("192.168.1.5", "Lab A", [("site_ip", "Lab A/192.168.1.5", True, "probable")]),
        ("100.64.0.9", "lab", [("site_ip", "lab/100.64.0.9", True, "probable")]),
        ("fd00::1", "lab", [("site_ip", "lab/fd00::1", True, "probable")]),
        ("127.0.0.1", "lab", [("local_ip", "127.0.0.1", False, "certain")]),
        ("::1", "lab", [("local_ip", "::1", False, "certain")]),
        ("fe80::1%eth0", "lab", [("local_ip", "fe80::1", False, "certain")]),
        ("0.0.0.0", "lab", [("local_ip", "0.0.0.0", False, "certain")]),
    ],
)
def test_an_address_is_classed_by_what_it_is(
    imported: Importer, field: str, text: str, site: str, facts: list[tuple[str, object, bool, str]]
) -> None:
    """Whichever field has an address, the address itself decides what fact it is; the field's own is absent else."""
    readings = _one(imported, **{field: text}, site=site).sessions[0].readings
    observed = [reading for reading in readings if reading.status == "observed"]
    assert [(one.fact, one.value, one.identifying, one.confidence) for one in observed] == facts
    told = {{"site_ip": "local_ip"}.get(reading.fact, reading.fact) for reading in observed}
    assert [(one.fact, one.status) for one in readings if one not in observed] == [(field, "absent")] * (
        field not in told
    )


def test_an_address_that_never_collides_says_why(imported: Importer) -> None:
    """A loopback address is kept as context with the reason."""
    assert "loopback" in _one(imported, public_ip="127.0.0.1").sessions[0].readings[1].reason


@pytest.mark.parametrize(
    "text", ["AWS Internal", "localhost", "host.example", "1.2.3", "8.8.8.8, 9.9.9.9", "0x7f", "8.8.8.8/24"]
)
def test_a_word_is_never_an_address_and_loses_no_row(imported: Importer, text: str) -> None:
    """What is no address leaves the session without one, counted and named by line."""
    result = _one(imported, public_ip=text)
    assert _facts(result.sessions[0]) == [("public_ip", None, False, "certain")]
    assert result.sessions[0].readings[0].status == "failed"
    assert [(doubt.line, doubt.field) for doubt in result.source.doubts] == [(2, "public_ip")]
    assert result.source.doubtful == 1


@pytest.mark.parametrize("text", ["", "-", "N/A", "null", " ", "\\N", "无"])
def test_an_empty_cell_is_counted_and_no_doubt(imported: Importer, text: str) -> None:
    """Where a log has nothing to say, the reading is absent."""
    result = _one(imported, public_ip=text)
    assert result.sessions[0].readings[0].status == "absent"
    assert result.source.empty == {"public_ip": 1}
    assert not result.source.doubts


def test_macs_and_devices_are_judged_by_the_catalogue(imported: Importer) -> None:
    """A maker's address identifies, a redundant gateway's does not, and an id alone is probable."""
    session = _one(
        imported, hardware_mac="3c07.541a.2b3c", gateway_mac="00:00:5e:00:01:0a", bssid="5C-02-14-AA-BB-C1",
        device_id="{1F0C2A9B-E8D7-4C4E-9A53-B7D1C6E2F480}", ssid="café",
    ).sessions[0]  # fmt: skip
    assert _facts(session) == [
        ("device_id", "1f0c2a9be8d74c4e9a53b7d1c6e2f480", True, "probable"),
        ("hardware_mac", "3C-07-54-1A-2B-3C", True, "certain"),
        ("gateway_mac", "00-00-5E-00-01-0A", False, "certain"),
        ("bssid", "5C-02-14-AA-BB-C1", True, "certain"),
        ("ssid", "café", False, "certain"),
    ]
    assert session.readings[2].reason


def test_rubbish_in_a_mac_field_loses_no_row(imported: Importer) -> None:
    """What is no MAC address leaves the session without one."""
    result = _one(imported, hardware_mac="unknown", bssid="00:11:22", device_id="x\x07y")
    assert [reading.status for reading in result.sessions[0].readings] == ["failed"] * 3
    assert [doubt.field for doubt in result.source.doubts] == ["device_id", "hardware_mac", "bssid"]
    assert all(doubt.reason.isprintable() for doubt in result.source.doubts)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"account": ""}, "account"),
        ({"account": "-"}, "account"),
        ({"account": "x" * 300}, "longer than"),
        ({"account": "a\x1b[31mb"}, "control"),
        ({"account": "a\u202eb"}, "control"),
        ({"account": "caf\ufffd"}, "did not decode"),
        ({"time": "yesterday"}, "time"),
        ({"time": "05/06/24 10:00Z"}, "day/month"),
        ({"time": "2027-01-01T00:00:00Z"}, "future"),
        ({"time": "1994-12-31T23:59:59Z"}, "before 1995"),
        ({"end": "2024-05-06T07:08:08Z"}, "before the begin"),
        ({"end": "soon"}, "end"),
        ({"end": "2027-01-01T00:00:00Z"}, "future"),
        ({"channel": "pigeon"}, "channel"),
        ({"success": "maybe"}, "success"),
        ({"record": "a\x00b".replace("\x00", "\x1b")}, "record"),
    ],
)
def test_a_row_that_is_no_session_is_rejected_with_its_reason(
    imported: Importer, cells: dict[str, str], says: str
) -> None:
    """What would change the meaning of a use must be right; the reason is a printable sentence."""
    result = _one(imported, **cells)
    assert not result.sessions
    assert result.rejected[0].line == 2
    assert says in result.rejected[0].reason
    assert result.rejected[0].reason.isprintable()
    assert len(result.rejected[0].reason) < 250


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("channel", "", "ui"), ("channel", "Browser", "ui"), ("channel", "API", "api"), ("channel", "接口", "api"),
        ("channel", "RDP", "remote"), ("channel", "远程桌面", "remote"),
        ("success", "", True), ("success", "TRUE", True), ("success", "1", True), ("success", "成功", True),
        ("success", "Failure", False), ("success", "0", False), ("success", "失败", False), ("success", "no", False),
        ("operator", "  Li Na ", "Li Na"), ("operator", "-", ""),
        ("record", " 42 ", "42"), ("end", "-", None), ("end", "2024-05-06T07:08:09.5Z", BEGIN + 500_000),
    ],
)  # fmt: skip
def test_other_fields_are_read_by_what_their_words_mean(
    imported: Importer, field: str, text: str, value: object
) -> None:
    """The usual words, in English and Chinese, are understood; an empty cell says nothing."""
    assert getattr(_one(imported, **{field: text}).sessions[0], field) == value


def test_an_operator_that_is_no_name_loses_no_row(imported: Importer) -> None:
    """The use stays a use when the log does not say rightly whose it was."""
    result = _one(imported, operator="a\x1b[2Jb")
    assert result.sessions[0].operator == ""
    assert result.source.doubts[0].field == "operator"


def test_a_clock_five_minutes_ahead_is_believed(imported: Importer) -> None:
    """Another computer's clock may run a little before this one's."""
    content = f"account,time\na,{NOW // 1_000_000 + 299}\nb,{NOW // 1_000_000 + 301}\n"
    result = imported(content)
    assert [session.account for session in result.sessions] == ["a"]
    assert [row.line for row in result.rejected] == [3]


def test_a_time_without_an_offset_stops_the_file_before_any_row(opened: Opener) -> None:
    """However late in the file it stands, such a time needs --tz, and its line is named."""
    rows = f"a,{TIME}\n" * 5000
    for late in ("z,2024-05-06 07:08:09\n", f"z,{TIME}\n"):
        content = f"account,time,end\n{rows}{late}".replace("\n", ",\n").replace("time,end,", "time,end")
        if late.endswith("Z\n"):
            opened(content, "account=account time=time end=end")
            continue
        with pytest.raises(UsageError, match="line 5002") as caught:
            opened(content, "account=account time=time end=end")
        assert "--tz" in caught.value.hint


def test_a_named_zone_reads_times_without_an_offset(imported: Importer) -> None:
    """--tz says where the clock hung; times that name their offset keep it, and skipped times are rejected."""
    content = "account,time\na,2024-05-06 15:08:09\nb,2024-05-06T07:08:09Z\n"
    assert [session.begin for session in imported(content, zone=zone_named("Asia/Shanghai")).sessions] == [BEGIN] * 2
    skipped = imported("account,time\na,2024-03-10 02:30:00\n", zone=zone_named("America/New_York"))
    assert [row.line for row in skipped.rejected] == [2]


def test_a_row_without_a_time_is_a_use_at_a_time_not_known(imported: Importer) -> None:
    """A row without a time is recorded without one, and counted as doubtful."""
    told = imported(f"account,time\na,\nb,{TIME}\n")
    assert [session.begin for session in told.sessions] == [UNDATED, BEGIN]
    assert [(doubt.line, doubt.field) for doubt in told.source.doubts] == [(2, "time")]


def test_a_site_must_be_a_name(opened: Opener) -> None:
    """A site is a label like any other."""
    with pytest.raises(UsageError, match="label"):
        opened(f"account,time\na,{TIME}\n", site="a\x1bb")


def test_every_row_is_either_a_session_or_rejected(imported: Importer) -> None:
    """Nothing is lost silently, and reading again yields the same."""
    content = "account,time,ip\n" + f"a,{TIME},x\n,{TIME},\nb,never,8.8.8.8\nc,{TIME},8.8.8.8\n" * 10
    result = imported(content, "account=account time=time public_ip=ip")
    assert (len(result.sessions), len(result.rejected), result.source.doubtful) == (20, 20, 10)
    again = list(result.source.rows())
    assert len(again) == 40
    assert result.source.doubtful == 10
