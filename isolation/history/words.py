"""The words that logs use for a channel, for success and failure, and for "nothing here"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isolation.model import Channel

CHANNELS: dict[str, Channel] = {
    **dict.fromkeys(
        ("ui", "web", "browser", "interactive", "console", "desktop", "app", "网页", "浏览器", "界面", "后台"), "ui"
    ),
    **dict.fromkeys(("api", "sp-api", "mws", "接口", "api接口"), "api"),
    **dict.fromkeys(
        ("remote", "rdp", "vnc", "ssh", "remote desktop", "remote-desktop", "remoteinteractive", "远程", "远程桌面"),
        "remote",
    ),
}

SUCCESS: dict[str, bool] = {
    **dict.fromkeys(
        ("true", "1", "yes", "y", "t", "ok", "success", "succeeded", "successful", "allow", "allowed", "granted",
         "pass", "passed", "成功", "是", "登录成功"),
        True,
    ),
    **dict.fromkeys(
        ("false", "0", "no", "n", "f", "fail", "failed", "failure", "unsuccessful", "error", "deny", "denied",
         "rejected", "blocked", "失败", "失敗", "否", "登录失败"),
        False,
    ),
}  # fmt: skip

NOTHING = frozenset(("", "-", "--", "—", "–", "n/a", "null", "none", "nil", "\\n", "(null)", "无", "空",
                     "#n/a", "#null!", "#ref!", "#value!", "#name?", "#div/0!", "#num!"))  # fmt: skip
"""What stands where a log has nothing to say, case folded (`\\N` is MySQL's and PostgreSQL's, `#N/A` Excel's)."""


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return not text or text.strip().casefold() in NOTHING


__all__ = ["CHANNELS", "NOTHING", "SUCCESS", "is_nothing"]
