"""The audit as a file: one module per form, chosen by the file's ending."""

from __future__ import annotations

import os

from isolation.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.model import Audit

# Ending -> module with `render(audit) -> str`.
FORMS = {".json": "json_report", ".md": "markdown", ".html": "html"}


def write_report(audit: Audit, path: str | os.PathLike[str]) -> str:
    """Writes the audit in the form that the ending of `path` names, whole or not at all; returns the path.

    The file is readable by its owner only, because it names accounts and identifiers. Raises UsageError for an
    unknown ending or a place that cannot be written.
    """
    import tempfile
    from importlib import import_module

    target = os.fspath(path)
    ending = os.path.splitext(target)[1].lower()
    if ending not in FORMS:
        raise UsageError(f"No report has the ending {ending or '(none)'!r}.", f"Use one of: {', '.join(FORMS)}.")
    text = import_module(f"isolation.reports.{FORMS[ending]}").render(audit)
    folder = os.path.dirname(os.path.abspath(target))
    try:
        handle, scratch = tempfile.mkstemp(dir=folder, prefix=".report-")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(scratch, target)
    except OSError as problem:
        raise UsageError(
            f"The report {target} cannot be written: {problem.strerror}.", "Name a file in a folder you may write to."
        ) from None
    return target
