"""Saying a message in a language: English as written, others from the catalogues beside this file.

Only what the program says is translated. Names, addresses and whatever else came from outside stay as they are, and so
do codes, the JSON documents and everything that is stored.
"""

from __future__ import annotations

from isolation.errors import IsolationError, UsageError
from isolation.messages import Message, Seen, Told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from gettext import GNUTranslations

    from isolation.phrasebook import Phrasebook

DOMAIN = "isolation"
SUBMISSION = "submission"  # what an appeal hands in, in the platform's language
DOMAINS = {DOMAIN: ("en", "zh"), SUBMISSION: ("en", "zh", "de", "fr", "it", "es", "ja")}
LANGUAGES = DOMAINS[DOMAIN]


class Language:
    """One language; its catalogue is loaded when something is said in it."""

    def __init__(self, code: str = "en", escape: Callable[[str], str] = str, domain: str = DOMAIN) -> None:
        """`escape` makes data fit to stand in a text, for a terminal or a form of report; `domain` is the catalogue's.

        Raises UsageError.
        """
        if code not in DOMAINS[domain]:
            raise UsageError("There is no such language.", "Use --lang en or --lang zh, or set ISOLATION_LANG to one.")
        self.code = code
        self._escape = escape
        self._domain = domain
        self._catalogue: GNUTranslations | None = None
        self._phrasebook: Phrasebook | None = None

    def say(self, text: str) -> str:
        """The message in this language; a plain text is data and given back as it is."""
        if not isinstance(text, Message):
            return text
        if text.parts:
            return self._in_a_row(self._one(text.pattern), text.parts)
        pattern = self._many(text) if text.many else self._one(text.pattern)
        if not text.values:
            if isinstance(text, Told) and self.code != "en" and pattern == text.pattern:
                return self._recalled(text)
            return pattern
        values = {name: self._value(value) for name, value in text.values.items()}
        if self.code == "en":
            return pattern.format_map(values)
        from isolation.typesetting import filled

        return filled(pattern, values, [name for name, value in text.values.items() if isinstance(value, Message)])

    def _in_a_row(self, separator: str, parts: Iterable[str]) -> str:
        if self.code == "en":
            return separator.join([str(self._value(part)) for part in parts])
        from isolation.typesetting import in_a_row

        return in_a_row([(str(self._value(part)), isinstance(part, Message)) for part in parts], separator)

    def _recalled(self, text: Told) -> str:
        """A text that was stored, by the messages that it was made of; as it is where it was made of none."""
        from isolation.phrasebook import Phrasebook

        if self._phrasebook is None:
            self._phrasebook = Phrasebook()
        return self.say(self._phrasebook.recall(str(text)))

    def _value(self, value: object) -> object:
        if isinstance(value, Message):
            return self.say(value)
        if isinstance(value, Seen):
            return Seen(self._escape(value))
        if isinstance(value, IsolationError):
            return self._in_a_row(" ", [part for part in (value.message, value.hint) if part])
        if isinstance(value, Exception):
            first = value.args[0] if len(value.args) == 1 else None
            if isinstance(first, Message):
                return self.say(first)
            known = self._one(first) if isinstance(first, str) else ""
            return known if known != first and known else self._escape(str(value))
        return self._escape(value) if isinstance(value, str) else value

    def _one(self, text: str) -> str:
        return text if self.code == "en" or not text else self._loaded().gettext(text)

    def _many(self, text: Message) -> str:
        if self.code == "en":
            return text.pattern if text.number == 1 else text.many
        return self._loaded().ngettext(text.pattern, text.many, text.number)

    def _loaded(self) -> GNUTranslations:
        if self._catalogue is None:
            from gettext import GNUTranslations
            from importlib.resources import files

            path = files("isolation") / "locale" / self.code / "LC_MESSAGES" / f"{self._domain}.mo"
            with path.open("rb") as file:
                self._catalogue = GNUTranslations(file)
        return self._catalogue
