"""The audit as a file: one module per form, chosen by the file's ending."""

from __future__ import annotations

import os

from isolation.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Audit
    from isolation.reports.frame import Frame

# Ending -> module with `render(report, language) -> str`.
FORMS = {".md": "markdown", ".html": "html"}
# Ending -> module with `render(audit) -> str`: for programs, the same in every language.
DATA_FORMS = {".json": "json_report"}
PDF = ".pdf"


def write_report(
    audit: Audit, path: str | os.PathLike[str], *, language: str = "en", zone: str = "", notice: int | None = None
) -> str:
    """Writes the audit in the form that the ending of `path` names, whole or not at all; returns the path.

    `zone` names the zone that dates are told in beside UTC ("Asia/Shanghai"), `notice` is when the platform's notice
    came (µs). The file is readable by its owner only, because it names accounts and identifiers. Raises UsageError
    for an unknown ending, language or zone, or a place that cannot be written.
    """
    import tempfile

    target = os.fspath(path)
    content = _rendered(_frame(audit, zone, notice), os.path.splitext(target)[1].lower(), language)
    folder = os.path.dirname(os.path.abspath(target))
    try:
        handle, scratch = tempfile.mkstemp(dir=folder, prefix=".report-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(scratch, target)
    except OSError as problem:
        raise UsageError(
            f"The report {target} cannot be written: {problem.strerror}.", "Name a file in a folder you may write to."
        ) from None
    return target


def _frame(audit: Audit, zone: str, notice: int | None) -> Frame:
    from isolation.reports.frame import Frame
    from isolation.times import zone_named

    if zone in ("", "UTC"):
        return Frame(audit, notice=notice)
    return Frame(audit, zone_named(zone), zone, notice)


def _rendered(frame: Frame, ending: str, code: str) -> bytes:
    from importlib import import_module

    from isolation.language import Language

    language = Language(code)
    if ending in DATA_FORMS:
        return str(import_module(f"isolation.reports.{DATA_FORMS[ending]}").render(frame.audit)).encode()
    if ending not in (*FORMS, PDF):
        known = ", ".join([*FORMS, PDF, *DATA_FORMS])
        raise UsageError(f"No report has the ending {ending or '(none)'!r}.", f"Use one of: {known}.")
    from isolation.reports.audit_report import audit_report

    report = audit_report(frame)
    if ending == PDF:
        from isolation.reports.pdf import render

        return render(report, language, frame.audit.made_at)
    return str(import_module(f"isolation.reports.{FORMS[ending]}").render(report, language)).encode()
