"""What else a notice tells: the associated store, dates, and the numbers of cases. Quoted, never guessed."""

from __future__ import annotations

import re

from isolation.appeal.dates import dates_in
from isolation.appeal.reasons import Place
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from isolation.appeal.notice import Part
    from isolation.appeal.reasons import Quote

_MOST = 20

_ACCOUNT = r"(?:amazon |selling |seller |sales |marketplace |shop |store )?(?:account|store|shop|seller)"
_ZH_ACCOUNT = "(?:账户|帐户|账号|帐号|店铺|卖家)"
# A name in quotation marks, or one word; platforms blank out letters of another seller's name with asterisks.
_NAME = (
    r"(?:[\"“”'‘「『【(（](?P<quoted{n}>[^\"“”'‘’「」『』【】()（）\n]{{2,80}})[\"“”'’」』】)）]"
    r"|(?P<bare{n}>[\w&*.:@-]{{0,30}}[A-Z0-9*][\w&*.:@-]{{0,30}}))"
)
_STORES = (
    rf"(?i:separate|other|another|related|linked|associated) (?i:{_ACCOUNT}s?(?: named| called|,| name:?|:)?) {{name}}",
    rf"(?i:related|linked|connected|associated) (?i:to|with) (?i:the )?(?i:{_ACCOUNT}) {{name}}",
    rf"(?i:own|owner of|recogni[sz]e) (?i:the )?(?i:{_ACCOUNT}) {{name}}",
    rf"(?i:{_ACCOUNT} name|store name|shop name|display name)\s?[:：] ?{{name}}",
    rf"(?:单独的|另一个|其他|关联的?|相关)(?:亚马逊|销售|卖家)*{_ZH_ACCOUNT}(?:名称|名)?\s?[:：]?\s?{{name}}",
    rf"(?:与|和){_ZH_ACCOUNT}?\s?{{name}}[^。！？\n]{{0,40}}关联",
    r"(?:账户|帐户|店铺)(?:名称|名)\s?[:：]\s?{name}",
)  # fmt: skip
_CASE = re.compile(
    r"(?:\b(?:case|ticket|reference|complaint|violation|enforcement)(?: (?:id|no\.?|number|reference))?|案件编号|"
    r"案例编号|问题编号|工单号?|申诉编号|投诉编号|违规编号)\s?[#:：]*\s?#?(?P<id>(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{4,31})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
# Words that end up where a name could stand.
_NO_NAMES = frozenset(
    ("amazon", "amazon.com", "that", "which", "who", "this", "your", "you", "id", "we", "it", "if", "may", "please",
     "due", "has")
)  # fmt: skip


class Mentioned(Value):
    """A store, a date or a case number that a notice names: its text, and where it stands. `day` is a date's day as
    `2026-11-25`, "" for what is no date, or none of one meaning."""

    __slots__ = ("day", "quote", "text")
    text: str
    quote: Quote
    day: str

    def __init__(self, text: str, quote: Quote, day: str = "") -> None:
        self._init(text=text, quote=quote, day=day)


def stores(parts: Iterable[Part]) -> tuple[Mentioned, ...]:
    """The stores that the notice says the account is associated with, as it spells them."""

    def found(text: str) -> Iterable[tuple[str, int, int, str]]:
        for pattern in _store_patterns():
            for match in pattern.finditer(text):
                name = next(filter(None, match.groupdict().values()), "").strip(" .,:-")
                if len(name) > 1 and name.casefold() not in _NO_NAMES:
                    yield name, match.start(), match.end(), ""

    named = _collected(parts, found)
    # Of a name of several words, one that stands without quotation marks shows the first word only.
    return tuple(
        one for one in named
        if not any(other is not one and other.text.casefold().startswith(one.text.casefold() + " ") for other in named)
    )  # fmt: skip


def cases(parts: Iterable[Part]) -> tuple[Mentioned, ...]:
    """The numbers of cases, tickets and complaints."""
    return _collected(parts, lambda text: ((m["id"], m.start(), m.end(), "") for m in _CASE.finditer(text)))


def dates(parts: Iterable[Part]) -> tuple[Mentioned, ...]:
    """The dates; one whose day and month cannot be told apart is there without a `day`."""
    return _collected(
        parts, lambda text: ((one.text, one.start, one.start + len(one.text), one.day) for one in dates_in(text))
    )


def _collected(
    parts: Iterable[Part], found: Callable[[str], Iterable[tuple[str, int, int, str]]]
) -> tuple[Mentioned, ...]:
    """Each text once, where it stands first."""
    known: dict[str, Mentioned] = {}
    for part in parts:
        place = Place(part)
        for text, start, end, day in found(part.text):
            if text.casefold() not in known and len(known) < _MOST:
                known[text.casefold()] = Mentioned(text, place.quote(start, end), day)
    return tuple(known.values())


_compiled: list[re.Pattern[str]] = []


def _store_patterns() -> list[re.Pattern[str]]:
    if not _compiled:
        for number, store in enumerate(_STORES):
            named = store.replace("{name}", _NAME.format(n=number)).replace(" ", r"[\s>]{1,8}")
            _compiled.append(re.compile(named))
    return _compiled


__all__ = ["Mentioned", "cases", "dates", "stores"]
