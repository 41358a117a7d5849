"""Names that could be meant by another name: same looks, same name in another scope, one slip of the keyboard."""

from __future__ import annotations

import unicodedata

from isolation.errors import BadIdentifier
from isolation.identifiers.accounts import account_key, platform_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# Letters that look like Latin ones once folded (from Unicode TR 39's confusables: Cyrillic, Greek, digits), and
# what stands between words, which the eye passes over.
_SEEN_AS = str.maketrans("аеорсухіјѕһԁѵοανρικ01|i", "aeopcyxljshdvoavplkolll", " -_.·/,'\"")
_SERIES_TAG = 3  # a last part this short tells the stores of one series apart (uk, us, 1, 02)


class Likeness:
    """What one name is compared by."""

    __slots__ = ("_key", "_name", "_scope", "_shape")

    def __init__(self, key: str) -> None:
        self._key = key
        self._shape = _shape(key)
        self._scope, self._name = _scoped(key)

    def among(self, names: Iterable[str]) -> list[str]:
        """Those of `names` that are like this one; names that are no names are passed over."""
        found = []
        for name in names:
            try:
                key = account_key(name)
            except BadIdentifier:
                continue
            if key != self._key and self._like(key):
                found.append(name)
        return found

    def _like(self, key: str) -> bool:
        shape = _shape(key)
        if shape == self._shape:
            return True
        # A scope only adds to a name's shape, so most names can be told apart without looking for theirs.
        if self._name in shape:
            scope, name = _scoped(key)
            if name == self._name and (not scope or not self._scope or scope == self._scope):
                return True
        return _one_slip(self._key, key)


def _shape(key: str) -> str:
    """The name without what the eye passes over: width, look-alikes, separators, the invisible."""
    if not key.isascii():
        key = unicodedata.normalize("NFKC", key).casefold()
        key = "".join([character for character in key if unicodedata.category(character) not in ("Cf", "Zs")])
    return key.translate(_SEEN_AS).replace("rn", "m")


def _scoped(key: str) -> tuple[str, str]:
    """Scope and shape of a name: `amazon:x`, `acme\\x` and `x@acme.com` have a scope, `x` has none."""
    platform = platform_of(key)
    if platform:
        return platform, _shape(key.partition(":")[2])
    for mark, scope_first in (("\\", True), ("@", False)):
        before, found, after = key.partition(mark)
        if found and before and after:
            scope, name = (before, after) if scope_first else (after, before)
            return _shape(scope.partition(".")[0]), _shape(name)
    return "", _shape(key)


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter added, left out, changed, or two neighbours swapped, make one of the other."""
    if abs(len(one) - len(other)) > 1:  # most names end here
        return False
    start = _common_start(one, other)
    shorter, longer = sorted((one[start:], other[start:]), key=len)
    changed = longer[:1]
    if len(shorter) == len(longer):
        swapped = longer[1::-1] + longer[2:] == shorter
        changed += longer[1:2] if swapped else shorter[:1]
        if not swapped and shorter[1:] != longer[1:]:
            return False
    elif shorter != longer[1:]:
        return False
    return not _tells_a_series((one, other), start, changed)


def _common_start(one: str, other: str) -> int:
    for position, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return position
    return min(len(one), len(other))


def _tells_a_series(names: tuple[str, str], position: int, changed: str) -> bool:
    """Whether a difference there is how a series is numbered: a digit, or inside a short part of both names."""
    if any(character.isdigit() for character in changed):
        return True
    return all(_part_length(name, position) <= _SERIES_TAG for name in names)


def _part_length(name: str, position: int) -> int:
    """The length of the letters and digits around a position."""
    start = end = min(position, len(name))
    while start > 0 and name[start - 1].isalnum():
        start -= 1
    while end < len(name) and name[end].isalnum():
        end += 1
    return end - start
