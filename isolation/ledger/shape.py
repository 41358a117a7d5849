"""Whether a JSON value from a stranger has the form it should have, before anything looks into it.

A form is written as a value: a dictionary with exactly these keys (`name?` may be missing), a list of one form that
every member has, a tuple of forms any of which will do, or a function that says whether a value will do.
"""

from __future__ import annotations

import re

from isolation.ledger.canonical import NotCanonical
from isolation.ledger.entry import from_base64
from isolation.ledger.merkle import HASH_SIZE
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Form: TypeAlias = "dict[str, Form] | list[Form] | tuple[Form, ...] | Callable[[Any], bool]"

_NAME = re.compile("[a-z][a-z0-9_]*")


class Misshapen(ValueError):
    """A value that has another form."""


def is_text(value: Any) -> bool:
    """Any text."""
    return type(value) is str


def is_integer(value: Any) -> bool:
    """Any integer; true and false are none."""
    return type(value) is int


def is_count(value: Any) -> bool:
    """A number of things, or the number of one, from 0."""
    return type(value) is int and value >= 0


def is_nothing(value: Any) -> bool:
    """null."""
    return value is None


def is_hash(value: Any) -> bool:
    """32 bytes in base64."""
    if type(value) is not str:
        return False
    try:
        return len(from_base64(value)) == HASH_SIZE
    except NotCanonical:
        return False


def anything(value: Any) -> bool:
    """Any value."""
    return True


def exactly(*values: Any) -> Callable[[Any], bool]:
    """One of these values."""
    return lambda value: any(type(value) is type(one) and value == one for one in values)


def fields_of(form: Form) -> Callable[[Any], bool]:
    """An object whose keys are names of fields, each with a value of this form."""

    def check(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for name, member in value.items():
            if _NAME.fullmatch(name) is None:
                return False
            require(form, member, name)
        return True

    return check


def require(form: Form, value: Any, where: str) -> None:
    """Raises Misshapen, naming the place, for a value that has not this form."""
    if isinstance(form, dict):
        _require_object(form, value, where)
    elif isinstance(form, list):
        if type(value) is not list:
            raise Misshapen(message("{where} is no list", where=where))
        for member in value:
            require(form[0], member, where)
    elif isinstance(form, tuple):
        if not any(_has(one, value) for one in form):
            raise Misshapen(message("{where} is not of its form", where=where))
    elif not form(value):
        raise Misshapen(message("{where} is not of its form", where=where))


def _require_object(form: dict[str, Form], value: Any, where: str) -> None:
    if type(value) is not dict:
        raise Misshapen(message("{where} is no object", where=where))
    names = {key.removesuffix("?"): key for key in form}
    for name in value:
        if name not in names:
            raise Misshapen(message("{where} has a key that it should not have", where=where))
    for name, key in names.items():
        if name in value:
            require(form[key], value[name], f"{where}, {name}")
        elif not key.endswith("?"):
            raise Misshapen(message("{where} lacks {name}", where=where, name=name))


def _has(form: Form, value: Any) -> bool:
    try:
        require(form, value, "")
    except Misshapen:
        return False
    return True
