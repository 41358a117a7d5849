"""One machine or place with its findings, as verdicts and audits tell it."""

from __future__ import annotations

from isolation.cli.layout import Line
from isolation.cli.words import counted, listed, when
from isolation.findings import CONFIDENCE_WORDS, SEVERITY_WORDS, STATE_WORDS
from isolation.messages import joined, known, message
from isolation.model import SEVERITIES, UNDATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isolation.model import Finding

_STYLES = {"critical": "bad", "high": "bad", "medium": "unsure", "low": "", "info": ""}


def subject_line(
    label: str, findings: Sequence[Finding], account: str = "", used: tuple[int, int] | None = None
) -> Line:
    """What it is, how bad, who used it and when; `account` is the one whose login is judged, and `used` when the
    others did, by default when anybody did."""
    openly = [one for one in findings if one.state == "open"] or findings
    severity = max((one.severity for one in openly), key=SEVERITIES.index)
    others = sorted({name for one in findings for name in one.accounts} - {account})
    first = min((one.first_seen for one in findings if one.first_seen != UNDATED), default=UNDATED)
    last = max(one.last_seen for one in findings)
    period = span(*(used or (first, last)))
    grave = SEVERITY_WORDS[severity]
    if not others or findings[0].subject.startswith("account-"):
        text = message("[{severity}] {label}, {period}", severity=grave, label=label, period=period)
    elif account:
        text = message("[{severity}] {label}: also used by {others}, {period}", severity=grave, label=label,
                       others=listed(others), period=period)  # fmt: skip
    else:
        text = message("[{severity}] {label}: {accounts}, {names}, {period}", severity=grave, label=label,
                       accounts=counted(len(others), "account"), names=listed(others), period=period)  # fmt: skip
    return Line(text, 2 if account else 0, _STYLES[severity] if openly[0].state == "open" else "")


def span(first: int, last: int) -> str:
    """From when to when (µs)."""
    if first == last:
        return message("at {moment}", moment=when(first))
    return message("from {first} to {last}", first=when(first), last=when(last))


def sentence(text: str) -> str:
    """A text that ends as a sentence does; one of several sentences may end in a command to copy."""
    return text if text.endswith((".", "。")) or ". " in text else message("{text}.", text=text)


def finding_lines(findings: Sequence[Finding], label: str) -> Iterator[Line]:
    """A line for each finding: its rule, how bad and how sure, the value unless `label` tells it, and why."""
    for one in findings:
        words = [SEVERITY_WORDS[one.severity], CONFIDENCE_WORDS[one.confidence]]
        if one.state != "open":
            words.insert(0, STATE_WORDS[one.state])
        value = message(" {value}", value=one.value) if one.value and one.value not in label else ""
        text = message("{rule} ({words}){value}: {why}", rule=one.rule, words=joined(", ", words), value=value,
                       why=sentence(known(one.reason)))  # fmt: skip
        yield Line(text, 4)


__all__ = ["finding_lines", "sentence", "span", "subject_line"]
