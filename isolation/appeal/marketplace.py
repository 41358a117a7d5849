"""Which language a platform is written to in: by the account's name, the notice's marketplace, or the notice's words.

The hosts are those of the platforms' own shops and seller areas (`history/recover/platforms.py` has the latter). Where
nothing tells the marketplace the answer is English, and the pack says so.
"""

from __future__ import annotations

import re

from isolation.appeal.submission import NAMES
from isolation.appeal.tongues import tongue_of
from isolation.identifiers.accounts import platform_of
from isolation.messages import Message, message
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.appeal.notice import Notice

# A marketplace's country -> the language that its seller support writes. Countries of several languages are left out,
# and so are those whose language this project has no catalogue of: they are written to in English.
_COUNTRIES = {
    "de": "de", "at": "de", "fr": "fr", "it": "it", "es": "es", "mx": "es", "cl": "es", "co": "es", "ar": "es",
    "jp": "ja", "cn": "zh",
    "us": "en", "uk": "en", "gb": "en", "ie": "en", "ca": "en", "au": "en", "in": "en", "sg": "en", "za": "en",
}  # fmt: skip
# Platforms of one country.
_PLATFORMS = {
    **dict.fromkeys(
        ("taobao", "tmall", "jd", "pinduoduo", "1688", "douyin", "kuaishou", "xiaohongshu", "weidian"), "zh"
    ),
    **dict.fromkeys(("otto", "kaufland"), "de"), **dict.fromkeys(("cdiscount", "fnac", "laredoute"), "fr"),
    "eprice": "it", **dict.fromkeys(("miravia", "elcorteingles", "mercadolibre"), "es"),
    **dict.fromkeys(("rakuten", "mercari", "yahoo-shopping"), "ja"),
}  # fmt: skip
_HOST = re.compile(
    r"(?<![\w-])(?:[\w-]+\.)*(?:amazon|ebay|walmart|etsy|rakuten|kaufland|otto|cdiscount|fnac|mercadolibre|miravia|temu|shein)"
    r"\.(?:com?\.)?(?P<country>[a-z]{2})(?![\w-])"
    r"|(?<![\w-])seller-(?P<seller>[a-z]{2})\.tiktok\.com",
    re.IGNORECASE | re.ASCII,
)
_TOKEN = re.compile(r"[^\W_]+")
_READ = 50_000  # characters of a notice that are searched


class Chosen(Value):
    """The `code` of a language, and `why` it was chosen."""

    __slots__ = ("code", "why")
    code: str
    why: Message

    def __init__(self, code: str, why: Message) -> None:
        self._init(code=code, why=why)

    def words(self) -> Message:
        """The choice as a sentence."""
        return message("What is handed in is in {language}: {why}.", language=NAMES[self.code], why=self.why)


def language_for(account: str, notice: Notice, stated: str = "") -> Chosen:
    """The language of what is handed in; `stated` is what the person chose."""
    if stated:
        return Chosen(stated, message("as you say"))
    named = _by_name(account)
    if named:
        return Chosen(named, message("as the account's name tells"))
    shops = _shops(notice)
    languages = {language for language, _ in shops}
    if len(languages) == 1:
        language, host = shops[0]
        return Chosen(language, message("the notice names {host}", host=host))
    spoken = tongue_of("\n".join(part.text for part in notice.parts)[:_READ])
    # Sellers in China get Chinese notices about shops in all countries, so Chinese tells nothing where a shop is named.
    if spoken not in ("", "en") and not (spoken == "zh" and (platform_of(account) or shops)):
        return Chosen(spoken, message("the notice is in it"))
    return Chosen("en", message("neither account nor notice tells one marketplace; --submission-lang chooses another"))


def _by_name(account: str) -> str:
    """The language that `amazon.de:store`, `amazon:store-de`, `amazon:store (amazon.it)` or `taobao:store` tells."""
    hosts = {_COUNTRIES.get((match["country"] or match["seller"]).lower(), "") for match in _HOST.finditer(account)}
    if len(hosts) == 1:
        return hosts.pop()
    platform = platform_of(account)
    tokens = _TOKEN.findall(account[account.find(":") + 1 :] if platform else account)
    last = tokens[-1].lower() if len(tokens) > 1 else ""
    return _COUNTRIES.get(last) or _PLATFORMS.get(platform, "")


def _shops(notice: Notice) -> list[tuple[str, str]]:
    """Language and host of every shop of one country that the notice names."""
    texts = (notice.sender, *(part.text[:_READ] for part in notice.parts))
    return [
        (language, match[0].lower())
        for text in texts
        for match in _HOST.finditer(text)
        if (language := _COUNTRIES.get((match["country"] or match["seller"]).lower()))
    ]


__all__ = ["Chosen", "language_for"]
