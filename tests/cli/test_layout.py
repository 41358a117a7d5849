"""Lines on a terminal and in a pipe: widths, wrapping, colours."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.cli.layout import Line, columns, has_colours, laid_out, wrapped
from isolation.cli.words import quoted

from .conftest import Cli, shown_on

TEXTS = st.text(st.sampled_from("ab ,;店铺账号é‌ــمتجر`-"), max_size=80)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@given(TEXTS, st.integers(6, 60))
def test_no_row_is_wider_and_nothing_is_lost(text: str, width: int) -> None:
    """Wrapped text fits its width and has every sign of the text but blanks."""
    rows = wrapped(text, width)
    assert all(columns(row) <= width for row in rows) or columns(text) <= width
    assert "".join("".join(rows).split()) == "".join(text.split())


@pytest.mark.parametrize(("text", "wide"), [("abc", 3), ("店铺", 4), ("متجر", 4), ("e\u0301", 1), ("ｱ", 1), ("", 0)])
def test_columns_are_those_of_a_terminal(text: str, wide: int) -> None:
    """East Asian wide signs take two columns, combining ones none."""
    assert columns(text) == wide


def test_a_row_does_not_begin_with_a_closing_mark() -> None:
    """Between wide characters a row may break, and never before the mark that closes."""
    assert wrapped("店铺账号；店铺", 8) == ["店铺账", "  号；店", "  铺"]


def test_a_command_is_never_broken() -> None:
    """What is to be copied stays on one line, whatever the width."""
    line = Line("isolation group " + "x" * 50, 4, command=True)
    assert laid_out([line], str, 20, colours=False) == "    isolation group " + "x" * 50


def test_colours_are_for_terminals_that_have_them() -> None:
    """No colour in a pipe, with NO_COLOR or TERM=dumb, or on an old console; an empty NO_COLOR is none."""
    assert has_colours(Terminal(), {"TERM": "xterm"}, "linux")
    assert has_colours(Terminal(), {"NO_COLOR": ""}, "linux")
    assert has_colours(Terminal(), {"WT_SESSION": "1"}, "win32")
    assert not has_colours(io.StringIO(), {"TERM": "xterm"}, "linux")
    assert not has_colours(Terminal(), {"NO_COLOR": "1"}, "linux")
    assert not has_colours(Terminal(), {"TERM": "dumb"}, "linux")
    assert not has_colours(Terminal(), {}, "win32")
    assert not has_colours(None, {}, "linux")


def test_a_line_is_coloured_whole_and_closed() -> None:
    """Each row of a styled line opens and closes its colour."""
    text = laid_out([Line("a b", style="bad")], str, 20, colours=True)
    assert text == "\x1b[1;31ma b\x1b[0m"


@pytest.mark.parametrize(
    ("word", "posix", "windows"),
    [("amazon:a", "amazon:a", "amazon:a"), ("a b", "'a b'", '"a b"'), ("a'b", "'a'\\''b'", '"a\'b"'),
     ("a$b", "'a$b'", "'a$b'"), ("店铺", "店铺", "店铺"), ("my log.csv", "'my log.csv'", '"my log.csv"'),
     ("account=账号", "account=账号", "account=账号"), ("=a", "'=a'", '"=a"'), ("a&b", "'a&b'", '"a&b"')],
)  # fmt: skip
def test_words_are_quoted_for_the_platforms_shell(word: str, posix: str, windows: str) -> None:
    """A name is one word of a command line in a POSIX shell, and in cmd and PowerShell."""
    assert (quoted(word, "linux"), quoted(word, "win32")) == (posix, windows)


def test_a_pipe_gets_neither_colours_nor_wrapping(cli: Cli) -> None:
    """What another program reads is the same at every width."""
    cli("init", "--no-earlier-accounts", "--key-store", "file")
    out = cli("check", "x" * 60).out
    assert "\x1b" not in out
    assert out.splitlines()[0].endswith("that is not declared.") or out.startswith("UNKNOWN")


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a POSIX thing")
@pytest.mark.parametrize(
    ("plain", "coloured"), [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)]
)
def test_a_terminal_gets_its_width(tmp_path: Path, plain: dict[str, str], coloured: bool) -> None:
    """On a terminal of 40 columns no row but a command is wider, in colours where it has them."""
    import fcntl
    import pty
    import struct
    import subprocess
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")} | plain
    subprocess.run(
        [sys.executable, "-m", "isolation", "check", "amazon:store-us"], stdin=subprocess.DEVNULL, stdout=slave,
        stderr=subprocess.DEVNULL, env=environment, timeout=120, check=False,
    )  # fmt: skip
    os.close(slave)
    text = shown_on(master).replace("\r\n", "\n")
    assert ("\x1b[" in text) == coloured
    rows = text.replace("\x1b[0m", "").split("\n")
    assert all(columns(row.split("m", 1)[1] if row.startswith("\x1b") else row) <= 40 for row in rows)
    assert len(rows) > 5


def test_no_row_ends_with_an_opening_quote() -> None:
    """An opening mark stays with what it opens."""
    assert wrapped("达到或高于“高”；其余", 14) == ["达到或高于", "  “高”；其余"]
