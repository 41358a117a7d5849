"""The audit as a file: one module per form, chosen by the file's ending."""

from __future__ import annotations

import os

from isolation.errors import UsageError
from isolation.messages import joined, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from isolation.audited import Audit
    from isolation.reports.frame import Frame
    from isolation.reports.selective import Issued

# Ending -> module with `render(report, language) -> str`.
FORMS = {".md": "markdown", ".html": "html"}
HTML, PDF = ".html", ".pdf"
# Ending -> module with `render(frame) -> str`: for programs, the same in every language.
DATA_FORMS = {".csv": "csv_report", ".json": "json_report", ".ocsf.json": "ocsf", ".sarif": "sarif"}
OCSF = ".ocsf.json"
ENDINGS = (".html", ".pdf", ".md", ".csv", ".json", OCSF, ".sarif")


def write_report(
    audit: Audit,
    path: str | os.PathLike[str],
    *,
    language: str = "en",
    zone: str = "",
    notice: int | None = None,
    ocsf_class: int = 2003,
) -> str:
    """Writes the audit in the form that the ending of `path` names, whole or not at all; returns the path.

    `zone` names the zone that dates are told in beside UTC ("Asia/Shanghai"), `notice` is when the platform's notice
    came (µs), `ocsf_class` the class of the events of an `.ocsf.json` (2003 Compliance Finding, 2004 Detection
    Finding). The same audit gives the same bytes. The file is readable by its owner only, because it names accounts
    and identifiers. Raises UsageError for an unknown ending, language, zone or class, or a place that cannot be
    written.
    """
    from isolation.reports.writing import whole_file

    target = os.fspath(path)
    content = rendered(frame_of(audit, zone, notice), form_of(target), language, ocsf_class)
    with whole_file(target) as file:
        file.write(content)
    return target


def form_of(path: str) -> str:
    """The ending that names the form of a report. Raises UsageError for one that names none."""
    name = os.path.basename(path).lower()
    # `.ocsf.json` ends like `.json` does: the longest ending counts.
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if name.endswith(ending):
            return ending
    ending = os.path.splitext(name)[1]
    raise UsageError(
        message("No report has the ending {ending!r}.", ending=ending or "(none)"),
        message("Use one of: {endings}.", endings=joined(", ", ENDINGS)),
    )


def frame_of(audit: Audit, zone: str = "", notice: int | None = None, issued: Issued | None = None) -> Frame:
    """What the sections of a report are made from. Raises UsageError for an unknown zone."""
    from isolation.reports.frame import Frame
    from isolation.times import zone_named

    if zone in ("", "UTC"):
        return Frame(audit, notice=notice, issued=issued)
    return Frame(audit, zone_named(zone), zone, notice, issued)


def rendered(frame: Frame, ending: str, code: str = "en", ocsf_class: int = 2003) -> bytes:
    """The bytes of a report; `ending` is one that `form_of` gave. Raises UsageError."""
    from importlib import import_module

    from isolation.language import Language

    language = Language(code)
    if ending == OCSF:
        from isolation.reports.ocsf import render as render_events

        return render_events(frame, ocsf_class).encode()
    if ending in DATA_FORMS:
        return str(import_module(f"isolation.reports.{DATA_FORMS[ending]}").render(frame)).encode()
    from isolation.reports.audit_report import audit_report
    from isolation.reports.embedded import ATTACHMENT, DESCRIPTION, embed_in_html

    report = audit_report(frame)
    bundle = None if frame.issued is None else frame.issued.bundle.data
    if ending == PDF:
        from isolation.reports.pdf import render

        attachments = {} if bundle is None else {ATTACHMENT: (bundle, DESCRIPTION)}
        return render(report, language, frame.audit.made_at, attachments)
    page = str(import_module(f"isolation.reports.{FORMS[ending]}").render(report, language)).encode()
    return page if bundle is None or ending != HTML else embed_in_html(page, bundle)
