"""The months' names by language, as dates spell them: the full name first, then what it is shortened to."""

from __future__ import annotations

MONTHS = {
    "en": (
        ("January", "Jan"), ("February", "Feb"), ("March", "Mar"), ("April", "Apr"), ("May",), ("June", "Jun"),
        ("July", "Jul"), ("August", "Aug"), ("September", "Sept", "Sep"), ("October", "Oct"), ("November", "Nov"),
        ("December", "Dec"),
    ),
    "de": (
        ("Januar", "Jänner", "Jan"), ("Februar", "Feb"), ("März", "Mrz"), ("April", "Apr"), ("Mai",), ("Juni", "Jun"),
        ("Juli", "Jul"), ("August", "Aug"), ("September", "Sept", "Sep"), ("Oktober", "Okt"), ("November", "Nov"),
        ("Dezember", "Dez"),
    ),
    "fr": (
        ("janvier", "janv"), ("février", "févr", "fév"), ("mars",), ("avril", "avr"), ("mai",), ("juin",),
        ("juillet", "juil"), ("août", "aout"), ("septembre", "sept"), ("octobre", "oct"), ("novembre", "nov"),
        ("décembre", "déc"),
    ),
    "it": (
        ("gennaio", "gen"), ("febbraio", "feb"), ("marzo", "mar"), ("aprile", "apr"), ("maggio", "mag"),
        ("giugno", "giu"), ("luglio", "lug"), ("agosto", "ago"), ("settembre", "set"), ("ottobre", "ott"),
        ("novembre", "nov"), ("dicembre", "dic"),
    ),
    "es": (
        ("enero", "ene"), ("febrero", "feb"), ("marzo", "mar"), ("abril", "abr"), ("mayo", "may"), ("junio", "jun"),
        ("julio", "jul"), ("agosto", "ago"), ("septiembre", "setiembre", "sept", "sep"), ("octubre", "oct"),
        ("noviembre", "nov"), ("diciembre", "dic"),
    ),
}  # fmt: skip


def month_numbers() -> dict[str, int]:
    """The month (1 to 12) of every name, case folded; no name means two months."""
    return {
        name.casefold(): number
        for months in MONTHS.values()
        for number, names in enumerate(months, 1)
        for name in names
    }


__all__ = ["MONTHS", "month_numbers"]
