"""The whole command line in Chinese: nothing of it is left in English, and all of it is set as Chinese is."""

from __future__ import annotations

import csv
import html
import io
import re
import shlex
import time
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from isolation.cli import terminal
from isolation.cli.entry import main
from isolation.typesetting import columns

from ..conftest import DAY, HOUR
from ..recover.made import chromium_history
from . import story
from .world import record

TESTS = Path(__file__).parents[1]
LOG = (
    ("店铺账号", "登录时间", "IP地址", "设备", "结果"),
    ("amazon:店铺一", "2026-05-06 07:08:09", "8.8.8.8", "PC1", "成功"),
    ("amazon:店铺四", "2026-05-06 08:08:09", "8.8.8.8", "PC1", "失败"),
    ("amazon:店铺四", "2026年5月6日", "8.8.8.8", "PC1", "成功"),
    ("amazon:店铺四", "昨天", "8.8.8.8.8", "PC1", "成功"),
    ("", "2026-05-06 08:08:09", "192.168.1.9", "PC1", "成功"),
    ("amazon:店铺五", "2026-05-06 08:08:09", "192.168.1.9"),
    ("amazon:店铺五", "2026-05-06 08:08:09", "300.1.1.1", "", "也许"),
)
NOTICE = "您的帐户 ABC 已停用，因为它与一个您可能不使用的停用帐户关联。\n请提交行动计划书。\n案例编号：123456\n"
DRAFT = "根本原因：都是平台的错。我们保证永远不会再发生。\n2026-01-01 李登录了。\n"

# Data, what is typed, and codes: quoted, with a sign or a figure in them, in braces, or in capitals throughout.
TYPED = (
    r"^ {2,}-.*?(?: {2,}|$)", r"`[^`]*`", r"“[^”]*”", r'"[^"]*"', r"'[^']*'", r"\{[^}]*\}",
    r"\S*[/:_@\d\\=.…-]\S*", r"\b[A-Z]{2,}s?\b", r"^ *(?:isolation|openssl) .*", r"^  [a-z]+ {2,}",
    r"(?<=（)account, state, from(?=）)",
)  # fmt: skip
# Names of products and formats, names and codes of the story, and the words that are typed as answers.
NAMES = frozenset(
    """isolation Wi Fi IPv IPsec Amazon Walmart amazon walmart ebay etsy shopee lazada tiktok aliexpress temu shein
    Windows Linux macOS Microsoft Chrome Chromium Firefox Excel Docker NetworkManager Winlogbeat NXLog PowerShell Okta
    FreeRADIUS dnsmasq dhcpd OpenSSH journald journalctl WiGLE Entra Azure Google Workspace Auth Duo OneLogin Salesforce
    Slack CloudTrail systemd journal root adm rtnetlink eth openssl ts Markdown Python TOML Bitcoin klingon hex
    good at risk deactivated all none record block machine network file ui api remote csv json entra okta google ocsf
    signins xlsx jsonl ledger radius leases openssh wigle evtx household agency low medium high critical info
    account time end operator channel success own client li x y a b z MachineGuid SQLite Ctrl cookie eBay bssid ssid
    mine known unknown identity licence invoices reinstatement counterfeit authorisation platform policy paragraph
    detail auth log export en IP true false AuditData logoff token publicclientapp systemprincipal setup""".split()  # noqa: SIM905 - so many names are read more easily so
)  # fmt: skip


class Told(NamedTuple):
    """A command and all that it printed."""

    command: str
    code: int
    text: str


class Play:
    """The story as it was played: what every command said, and the files that they wrote."""

    def __init__(self, folder: Path) -> None:
        self.home, self.work = folder / "home", folder / "work"
        self.told: list[Told] = []
        for one in (self.home, self.work, folder / "user"):
            one.mkdir()

    def says(self, command: str, stdin: str = "") -> None:
        """Plays one command; `stdin` is what is typed at it."""
        words = shlex.split(self._filled(command))
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(out), pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.stdin", io.StringIO(stdin))
            code = main(words)
        self.told.append(Told(command, code, out.getvalue()))

    def act(self, commands: str) -> None:
        """Plays one command after the other."""
        for command in commands.strip().splitlines():
            self.says(command)

    def _filled(self, command: str) -> str:
        named = {"work": self.work, "logs": TESTS / "history" / "cloud", "notices": TESTS / "appeal" / "notices"}
        for name, path in named.items():
            command = command.replace(f"{{{name}}}", path.as_posix())
        command, today = command.replace("{zh}", "--submission-lang zh"), datetime.now(UTC)
        return re.sub(r"\{(-?\d+)\}", lambda day: f"{today + timedelta(int(day[1])):%Y-%m-%d}", command)


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """The whole story, played once."""
    folder = tmp_path_factory.mktemp("story")
    played = Play(folder)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "ISOLATION_HOME": str(played.home), "ISOLATION_LANG": "zh", "TZ": "UTC", "HOME": str(folder / "user"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "XDG_CONFIG_HOME": "", "COLUMNS": "80",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/no-bus",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        for name in ("ISOLATION_LEDGER", "ISOLATION_POLICY", "ISOLATION_KEY_FILE", "XDG_RUNTIME_DIR"):
            patch.delenv(name, raising=False)
        _play(played, folder)
    terminal.speak("en")
    return played


def _play(play: Play, folder: Path) -> None:
    now = time.time_ns() // 1000
    _files(play.work, folder / "user", now)
    play.act(story.BEFORE)
    play.says("setup", story.SETUP)
    record(play.home / "ledger.sqlite3", now)
    for act in (story.POLICY, story.IMPORTS, story.REPORTS, story.KEEPING, story.MISUSES):
        play.act(act)
    for text in story.POLICIES:
        (play.home / "policy.toml").write_text(text, encoding="utf-8")
        play.act("check amazon:店铺一\naudit")


def _files(work: Path, user: Path, now: int) -> None:
    (work / "执照.pdf").write_bytes(b"%PDF-1.4 x")
    (work / "坏.sqlite3").write_bytes(b"rubbish" * 100)
    (work / "通知.txt").write_text(NOTICE, encoding="utf-8")
    (work / "草稿.txt").write_text(DRAFT, encoding="utf-8")
    with (work / "登录日志.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(LOG)
    pages = [
        ("https://sellercentral.amazon.com/home", now - 3 * DAY),
        ("https://sellercentral.amazon.co.jp/", now - HOUR),
    ]
    chromium_history(user / ".config" / "google-chrome" / "Default" / "History", pages)


def _without_usage(text: str) -> str:
    return re.sub(r"^用法：(?:.+\n)*", "", text, flags=re.MULTILINE)


def _left(source: str, text: str) -> list[str]:
    """The lines with English words that are neither typed, nor data, nor names."""
    found = []
    for line in text.splitlines():
        plain = line
        for pattern in TYPED:
            plain = re.sub(pattern, " ", plain)
        if words := [word for word in re.findall(r"[A-Za-z]+", plain) if word not in NAMES]:
            found.append(f"{source}: {', '.join(words)} in: {line.strip()[:300]}")
    return found


def test_no_command_leaves_a_word_in_english(play: Play) -> None:
    """Of all that is printed, help and errors too, no word is left in English but names, data and codes."""
    left = [line for told in play.told for line in _left(told.command, _without_usage(told.text))]
    assert left == [], "\n".join(left)


def test_no_report_and_no_paper_leaves_a_word_in_english(play: Play) -> None:
    """Nor of what stands in reports and in what an appeal hands in, with the pictures' words and the controls'."""
    left: list[str] = []
    files = [path for path in sorted(play.work.rglob("*")) if path.suffix in (".md", ".html", ".svg")]
    assert len(files) > 20
    for path in files:
        text = path.read_text(encoding="utf-8").replace("\\", "").replace("**", "")
        if path.suffix != ".md":
            told = re.findall(r' (?:title|aria-label|alt|placeholder)="([^"]*)"', text)
            text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", "\n", text, flags=re.DOTALL) + "\n".join(told)
        left += _left(path.relative_to(play.work).as_posix(), html.unescape(text))
    assert left == [], "\n".join(left)


def test_no_command_fails_by_a_bug(play: Play) -> None:
    """Every command ends with a code that is promised, and none with a sentence on a bug."""
    assert {told.code for told in play.told} <= {0, 1, 2, 3, 10, 11, 12}
    assert [told.command for told in play.told if "程序错误" in told.text] == []


def test_chinese_marks_stand_close(play: Play) -> None:
    """No line has a space beside a full-width mark, or a half-width comma, colon or semicolon after a character."""
    stray = re.compile(r"[，。、；：！？（）] (?! |$)|(?<=\S) [，。、；：！？）]|[\u4e00-\u9fff][,;:!?](?!//)")
    found = []
    for told in play.told:
        for line in told.text.splitlines():
            plain = re.sub(r"`[^`]*`|“[^”]*”|\"[^\"]*\"|^ *isolation .*|^[^：]+： *", "x", line)
            if stray.search(plain):
                found.append((told.command, line))
    assert found == [], "\n".join(map(str, found))


def test_tables_stand_in_columns(play: Play) -> None:
    """In the readings, the rules and the commands, what follows a name begins in one column."""
    (probe,) = [told.text for told in play.told if told.command == "probe"]
    starts = {columns(line[: len(line) - len(re.sub(r"^[^：]+：\s*", "", line))]) for line in probe.splitlines()}
    assert len(starts) == 1, probe
    (listed,) = [told.text for told in play.told if told.command == "--help"]
    rows = [line for line in listed.splitlines() if re.match(r"  [a-z][a-z-]* +[\u4e00-\u9fff]", line)]
    assert len({columns(re.match(r"  [a-z-]+ +", row)[0]) for row in rows}) == 1  # type: ignore[index]  # it matched
    assert len(rows) > 20


def test_help_is_no_wider_than_the_terminal(play: Play) -> None:
    """Chinese help wraps by columns."""
    helped = [told for told in play.told if " --help" in told.command]
    wide = [line for told in helped for line in told.text.splitlines() if columns(line) > 80]
    assert wide == [], "\n".join(wide)
    assert len(helped) == 4
