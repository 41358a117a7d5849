"""What is handed in, in the platform's language.

These are messages of a catalogue of their own (domain `submission`): their language is the platform's, not the user's,
and both may stand on one page. A translation is by this project and was read by no lawyer.
"""

from __future__ import annotations

from datetime import date

from isolation.appeal.months import MONTHS
from isolation.language import DOMAINS, SUBMISSION, Language
from isolation.messages import message

LANGUAGES = DOMAINS[SUBMISSION]
NAMES = {
    "en": message("English"), "zh": message("Chinese"), "de": message("German"), "fr": message("French"),
    "it": message("Italian"), "es": message("Spanish"), "ja": message("Japanese"),
}  # fmt: skip

TEXTS = {
    "plan": "Plan of Action: {account}",
    "notice-of": "Notice of {date}",
    "case-id": "Case {id}",
    "root-cause": "Root cause",
    "corrective": "Corrective measures",
    "preventive": "Preventive measures",
    "commitment": "Commitment",
    "coverage": "What this rests on",
    "confirm": "[to be confirmed by you: {what}]",
    "finding-ref": "[finding {id}]",
    "entry-ref": "[entry {number}]",
    "document-ref": "[document {id}]",
    "met": "Between {first} and {last}, {account} and {other} were used with {fact}",
    "met-day": "On {first}, {account} and {other} were used with {fact}",
    "met-undated": "{account} and {other} were used with {fact}",
    "beside": "{account} was also used with {fact} as other accounts, {count} in number",
    "beside-what": "name them, or say what they are and why they are separate; do not leave them out",
    "many-devices": "{account} was used from many devices",
    "many-networks": "{account} was used from many networks",
    "not-certain": "that it was one and the same; the record is not certain of it",
    "not-covered": "the root cause; the ledger records uses of accounts and tells nothing of what this notice names",
    "no-finding": "the root cause; the ledger shows no link that it could be read from, which does not mean that there is none",
    "why": "how it came about: who worked on which account, on which machine, and why",
    "mine-reinstated": "The other account, {store}, was reactivated",
    "mine-date": "its name and the date of its reactivation",
    "known-ended": "The tie with {store} has ended",
    "known-how": "how and when the tie began, and how and when it ended",
    "unknown-links": (
        "We do not recognise {store}; every person, service and event since this account was opened that could link the "
        "two is listed"
    ),
    "had-access": "Had access to this account besides us: {who}",
    "unknown-list": "that this is so, and that the list is complete",
    "case-open": "whether the other account is yours, known to you and not yours, or unknown to you; then say what was done",
    "mended": "What caused this was corrected",
    "mended-what": "each thing that was done, with its date and a document",
    "access-ended": "Access without permission was ended",
    "access-what": "whose, when, and how; leave this point out if there was none",
    "own-users": "Each person works with a user of their own, with the permissions they need; passwords are not shared",
    "declared": "Accounts that belong together are declared to the platform with their business reason",
    "records": "Each use of an account is recorded with its machine and network, and checked before the login",
    "prevent-what": "what is done from now on so that the cause does not recur, each measure with who sees to it",
    "promise-what": "that this is done from now on, and who sees to it",
    "commit": "We have read the policy that the notice names, keep to it, and report to you what changes in our accounts",
    "commit-what": "that you have read it and will do so",
    "rests": (
        "Recorded uses of {account}: {count}, from {first} to {last}: {observed} observed, {declared} declared by a person, "
        "{imported} imported from other logs"
    ),
    "rests-undated": "Recorded uses of {account}: {count}, at times that are not known",
    "rests-none": "No use of {account} is on record; nothing here can be tied to a record",
    "rests-what": "what else shows how it was used",
    "limits": "Identifiers on our side; uses that were not recorded or imported are not shown, nor what the platform saw",
    "chronology": "Chronology: {account}",
    "zone-line-utc": "Times in UTC",
    "zone-line": "Times in {zone}, beside UTC",
    "uses": "Uses",
    "entry": "Entry", "account": "Account", "begin": "Begin ({zone})", "begin-utc": "Begin (UTC)", "end": "End ({zone})",
    "known-by": "Known from", "how": "Channel", "machine": "Machine", "network": "Network",
    "clock": "Recorded (this machine's clock, UTC)", "after": "Recorded after (UTC)", "by": "Recorded by (UTC)",
    "not-known": "not known", "no-stamp": "no time stamp", "not-told": "not told", "not-seen": "not seen",
    "observed": "observed", "declared-use": "declared", "imported": "imported",
    "claimed": (
        "Begin and end are claimed; when each use was recorded stands beside it, by this machine's clock, and by outside "
        "time stamps where there are some. An imported or declared use was recorded later than it happened."
    ),
    "left": "Older uses that are not listed here: {count}.",
    "none": "The ledger holds no use of these accounts.",
    "enclosures": "List of documents: {account}",
    "enclosed": "Documents handed in",
    "document": "Document", "dated": "Dated", "named": "Named in the plan as",
    "no-date": "date not told",
    "enclose": "Handed in with this appeal are:",
    "enclose-none": "No document is at hand yet",
    "enclose-what": "which documents you hand in",
    "absent": "Not handed in",
    "absent-one": "Not at hand: {document} ({id})",
    "absent-what": "hand it in, or say why you cannot and what shows the same; leave this point out if nobody asks for it",
}  # fmt: skip

# What a fact is called behind "were used with".
FACTS = {
    "device_id": "the same device", "hardware_mac": "the same network adapter", "public_ip": "the same public address",
    "public_prefix": "the same IPv6 network", "gateway_mac": "the same router", "bssid": "the same Wi-Fi access point",
    "access_point": "the same access-point hardware", "wifi_scan": "the same Wi-Fi neighbourhood",
    "site_ip": "the same site address", "operator": "the same operator", "account": "the same account",
}  # fmt: skip

# What a page says around its content.
FRAME = ("Contents", "Skip to the answer", "State of the ledger")

# How a day is written among words. English and Chinese keep the figures, which have one meaning only.
_DAYS = {
    "de": "{day}. {month} {year}", "fr": "{day} {month} {year}", "it": "{day} {month} {year}",
    "es": "{day} de {month} de {year}", "ja": "{year}年{number}月{day}日",
}  # fmt: skip
_FIRST_OF_MONTH = {"fr": "1er", "it": "1º"}
# What parts the thousands of a number from five digits on.
_GROUPS = {"de": ".", "fr": "\u202f", "it": ".", "es": "\u202f"}
_UNGROUPED = 10_000


class Submission:
    """Says texts in one language."""

    def __init__(self, code: str) -> None:
        """`code` is one of `LANGUAGES`. Raises UsageError."""
        self.code = code
        self.language = Language(code, domain=SUBMISSION)

    def say(self, name: str, **values: object) -> str:
        """The text of that name with these values in it; numbers are written as the language does."""
        written = {key: self._number(value) if isinstance(value, int) else value for key, value in values.items()}
        return self.language.say(message(TEXTS[name], **written))

    def fact(self, fact: str) -> str:
        """What a fact is called behind "were used with"."""
        return self.language.say(message(FACTS[fact])) if fact in FACTS else fact

    def day(self, iso: str) -> str:
        """A day (`2026-11-25`) as it is written among words."""
        if self.code not in _DAYS or not iso:
            return iso
        day = date.fromisoformat(iso)
        shown = _FIRST_OF_MONTH.get(self.code, "1") if day.day == 1 else str(day.day)
        months = MONTHS.get(self.code)
        month = months[day.month - 1][0] if months else ""
        return _DAYS[self.code].format(day=shown, month=month, number=day.month, year=day.year)

    def _number(self, number: int) -> str:
        return str(number) if number < _UNGROUPED else f"{number:,}".replace(",", _GROUPS.get(self.code, ","))


__all__ = ["FACTS", "FRAME", "LANGUAGES", "NAMES", "TEXTS", "Submission"]
