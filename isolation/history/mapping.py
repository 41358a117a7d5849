"""Which column of a log carries which fact: the `--map field=column` arguments."""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING, Protocol

from isolation.errors import UsageError
from isolation.identifiers.escape import excerpt
from isolation.messages import joined, message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIELDS = (
    "account", "time", "end", "public_ip", "local_ip", "device_id", "hardware_mac", "gateway_mac", "bssid", "ssid",
    "operator", "channel", "success", "record",
)  # fmt: skip
REQUIRED = ("account", "time")
_LISTED = 40  # columns a message names before it stops


class Columns(Protocol):
    """What a table's reader wants of a mapping: its fields, one of them `account`, and beside each its column."""

    fields: tuple[str, ...]
    columns: tuple[str, ...]


class Mapping:
    """Field by field, the column it is read from. `fields` and `columns` run in parallel, in the order of `FIELDS`."""

    __slots__ = ("columns", "fields", "sheet")

    def __init__(self, columns: dict[str, str], sheet: str = "") -> None:
        """`columns` maps a field to its column, `sheet` names the sheet of a workbook.

        Raises UsageError for an unknown field, or a required one missing.
        """
        for field in columns:
            if field not in FIELDS:
                raise UsageError(
                    message(
                        "There is no field {field} to map; the fields are {fields}.",
                        field=excerpt(field),
                        fields=joined(", ", FIELDS),
                    ),
                    _did_you_mean(field, FIELDS),
                )
        missing = [field for field in REQUIRED if field not in columns]
        if missing:
            raise UsageError(
                message("No column is mapped to {missing}.", missing=" and ".join(missing)),
                message("Add --map {missing}=COLUMN.", missing=missing[0]),
            )
        self.fields = tuple(field for field in FIELDS if field in columns)
        self.columns = tuple(same_name(columns[field]) for field in self.fields)
        self.sheet = sheet

    @classmethod
    def parse(cls, arguments: Iterable[str], sheet: str = "") -> Mapping:
        """`["account=Account Name", "time=When"]` read; raises UsageError as the constructor, and for bad syntax."""
        columns: dict[str, str] = {}
        for argument in arguments:
            field, equals, column = argument.partition("=")
            field = field.strip()
            if not (equals and field and column.strip()):
                raise UsageError(message("A mapping reads field=column, not {argument}.", argument=excerpt(argument)))
            if field in columns:
                raise UsageError(message("The field {field} is mapped twice.", field=excerpt(field)))
            columns[field] = column
        return cls(columns, sheet)

    @classmethod
    def of_columns(cls, columns: Sequence[str], sheet: str = "") -> Mapping:
        """For a look at a table that nobody has mapped yet: each column is its own field."""
        mapping = cls.__new__(cls)
        mapping.fields = mapping.columns = tuple(columns)
        mapping.sheet = sheet
        return mapping


def same_name(text: str) -> str:
    """A column's name as it is compared: trimmed, NFC."""
    return unicodedata.normalize("NFC", text.strip())


def no_such_column(file: str, missing: Sequence[str], known: Sequence[str]) -> UsageError:
    """The error for mapped columns that a log does not have, naming those it has."""
    names = ", ".join(excerpt(name) for name in known[:_LISTED]) or "none"
    more = message(", and {known} more", known=len(known) - _LISTED) if len(known) > _LISTED else ""
    wanted = " or ".join(excerpt(name) for name in missing)
    return UsageError(
        message(
            "{file} has no column {wanted}; its columns are {names}{more}.",
            file=file,
            wanted=wanted,
            names=names,
            more=more,
        ),
        _did_you_mean(missing[0], known),
    )


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    folded = {other.casefold(): other for other in reversed(known)}
    near = difflib.get_close_matches(same_name(name).casefold(), folded, n=1)
    return message("Did you mean {folded}?", folded=excerpt(folded[near[0]])) if near else ""


__all__ = ["FIELDS", "REQUIRED", "Columns", "Mapping", "no_such_column", "same_name"]
