"""Words: blame on customers, absolutes beyond what is covered, measures that would only hide a link."""

from __future__ import annotations

import re

from isolation.appeal.checks import remark
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from isolation.appeal.checks import Known, Remark
    from isolation.appeal.draft import Block

_CUSTOMER = r"(?:customers?|buyers?|shoppers?|consumers?)"
_FAULT = (
    r"(?:fault|mistakes?|li(?:es?|ed|ars?|ying)|dishonest(?:y|ly)?|careless(?:ness)?|malicious(?:ly)?|abus(?:es?|ed|ing|ive)|"
    r"misus(?:es?|ed|ing)|unreasonabl[ey]|unfair(?:ly)?|false(?:ly)?|to blame|(?:did|do|does)(?: not|n't) (?:read|understand|"
    r"follow|check)|ignored|scam\w*|fraud\w*|cheat\w*|blackmail\w*|wrongly|returned (?:it|them) used)"
)
_BLAME = re.compile(
    rf"\b{_CUSTOMER}\b[^.!?\n。]{{0,60}}?\b{_FAULT}\b|\b{_FAULT}\b[^.!?\n。]{{0,30}}?\b{_CUSTOMER}\b"
    r"|(?:买家|顾客|客户|消费者)[^。！？\n]{0,20}?(?:恶意|过错|责任|无理|故意|误解|没有?看|不看|不懂|撒谎|欺诈|诈骗|敲诈|滥用|不当|挑剔|造成)"
    r"|(?:恶意|无理|职业)(?:的)?(?:买家|顾客|客户|差评|退货)|(?:怪|归咎于|都是)(?:买家|顾客|客户)",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(?:never|only|always|solely|exclusively|at no time|not once|no ?one|nobody|no other|no connection|100 ?%)(?![\w])"
    r"|从未|从不|从来没有|从没|仅|只有|只在|只用|唯一|始终|一直|绝对|绝无|毫无关联|没有任何|百分之百",
    re.IGNORECASE,
)
# A promise for the future is no claim about the past.
_PROMISE = re.compile(r"\b(?:will|shall|'ll|going to)(?: \w+){0,2} $|(?:将|会|今后)[^，。]{0,4}$", re.IGNORECASE)
_AGAIN = re.compile(r" again\b", re.IGNORECASE)
_WHAT = r"(?:IPs?|IP address(?:es)?|MAC(?: address(?:es)?)?|addresses|devices?|computers?|laptops?|phones?|wi-?fi|networks?|browsers?)"
_HIDING = re.compile(
    r"\b(?:VPNs?|proxy|proxies|VPS|anti-?detect\w*|fingerprint browsers?|spoof\w*|residential IPs?)\b"
    rf"|\b(?:chang(?:e|ed|ing)|rotat(?:e|ed|ing)|mask(?:ed|ing)?|hid(?:e|den|ing)|switch(?:ed|ing)? to|replac(?:e|ed|ing)|bought|use|using) "
    rf"(?:(?:a|an|the|our|all|its?|their|new|different|separate|another) ){{0,3}}{_WHAT}\b"
    r"|指纹浏览器|防关联|代理(?:IP|服务器)|虚拟机|(?:更换|换|切换|隐藏|伪装|修改)(?:了|新的?)?[^，。\n]{0,4}(?:IP|网络|设备|电脑|MAC|手机|浏览器|宽带)",
    re.IGNORECASE,
)
_MEASURES = ("corrective", "preventive", "commitment")


def check(blocks: tuple[Block, ...], known: Known) -> Iterator[Remark]:
    """Remarks on what the draft's words claim."""
    covered = coverage(known)
    for block in blocks:
        if block.kind == "heading" or block.section == "coverage":
            continue
        claim = block.claim
        for match in _BLAME.finditer(claim):
            text = message("It blames customers. Say what you did or left undone, and what you changed.")
            yield remark("blames-customers", block, match.start(), match.end(), text)
        for match in _ABSOLUTE.finditer(claim):
            if not _is_promise(claim, match.start(), match.end()):
                text = message(
                    "It claims more than a record can show. {covered} Say what is on record instead.", covered=covered
                )
                yield remark("absolute", block, match.start(), match.end(), text)
        if block.section in _MEASURES:
            yield from _hiding(block)


def _hiding(block: Block) -> Iterator[Remark]:
    for match in _HIDING.finditer(block.claim):
        text = message(
            "To change or hide what links accounts mends no cause, and undoes no link. Say what the tie was, and what ended it "
            "or makes it permitted."
        )
        yield remark("hides-a-link", block, match.start(), match.end(), text)


def _is_promise(text: str, start: int, end: int) -> bool:
    before = re.sub(r"\s+", " ", text[max(0, start - 40) : start])
    return bool(_PROMISE.search(before) or _AGAIN.match(text[end : end + 7]))


def coverage(known: Known) -> str:
    """How far the record of the account reaches, as a sentence."""
    uses = known.dated()
    if not uses or known.record is None:
        return message("No use of the account is on record here.")
    machines, networks = ({name for name in names if name} for names in (
        [use.machine for use in uses], [use.network for use in uses]
    ))  # fmt: skip
    return message(
        "On record are {count} uses from {first} to {last}, on {machines} machines and {networks} networks that were seen; "
        "what was not recorded is not there.",
        count=len(uses), first=known.zone.day(uses[0].begin), last=known.zone.day(uses[-1].begin),
        machines=len(machines), networks=len(networks),
    )  # fmt: skip


__all__ = ["check", "coverage"]
