"""The proof bundle inside a report, put in and taken out: a data block of an HTML page, an attachment of a PDF.

In the page it is base64, because a bundle's bytes must not change and a name in it may look like the block's end. No
browser runs such a block (HTML, 4.12.1: a script whose type is no script type is a data block).
"""

from __future__ import annotations

import base64
import re

from isolation.errors import LedgerDamaged, UsageError
from isolation.messages import message
from isolation.model import Value

ATTACHMENT = "isolation-bundle.json"
DESCRIPTION = message("The proof bundle of what this report shows; `isolation verify` checks it.")

AROUND = message(
    "That the words and pictures of this report say what its bundle says: only the bundle inside it was checked."
)
LARGEST_REPORT = 96 << 20  # bytes: the largest bundle in base64, and a page around it

_TYPE = "application/vnd.isolation.bundle+base64"
_BLOCK = re.compile(
    rb'<script type="application/vnd\.isolation\.bundle\+base64" id="isolation-bundle">([^<]*)</script>'
)
_ID = b'id="isolation-bundle"'
_END = b"</body>"
_PDF = b"%PDF-"


class Embedded(Value):
    """A bundle that was taken out of a report: its bytes, and the report's form ("html" or "pdf")."""

    __slots__ = ("data", "form")
    data: bytes
    form: str

    def __init__(self, data: bytes, form: str) -> None:
        self._init(data=data, form=form)


def embed_in_html(page: bytes, bundle: bytes) -> bytes:
    """The page with the bundle as its last block."""
    before, end, after = page.rpartition(_END)
    block = b'<script type="%s" id="isolation-bundle">%s</script>\n' % (_TYPE.encode(), base64.b64encode(bundle))
    return before + block + end + after


def embedded(data: bytes) -> Embedded | None:
    """The bundle in a report's bytes; None for bytes that are neither a page nor a PDF of a report with one.

    Raises LedgerDamaged for a report with several (one could be shown and another one checked), and for one whose
    bundle cannot be taken out; UsageError for a PDF where pypdf is not installed.
    """
    if data.startswith(_PDF):
        return _one(_attachments(data), "pdf")
    blocks = _BLOCK.findall(data)
    if len(blocks) < data.count(_ID):
        raise _damaged("is not in the form that it was written in")
    return _one([_decoded(block) for block in blocks], "html")


def is_report(data: bytes) -> bool:
    """Whether bytes look like a report of a form that can carry a bundle."""
    return data.startswith(_PDF) or data[:100].lstrip().lower().startswith(b"<!doctype html")


def _one(found: list[bytes], form: str) -> Embedded | None:
    if len(found) > 1:
        raise _damaged("is not the only one: there are several")
    return Embedded(found[0], form) if found else None


def _damaged(what: str) -> LedgerDamaged:
    return LedgerDamaged(
        message("The proof bundle in the report {what}.", what=what), "Verify the bundle that lies beside the report."
    )


def _decoded(block: bytes) -> bytes:
    try:
        return base64.b64decode(block, validate=True)
    except ValueError:
        raise _damaged("is no base64") from None


def _attachments(data: bytes) -> list[bytes]:
    try:
        import pypdf
    except ImportError:
        raise UsageError(
            "Reading a PDF needs the package pypdf.",
            "Install it: pip install 'isolation[report]'; or verify the bundle that lies beside the report.",
        ) from None
    import io
    import logging

    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # what it remarks on is no result
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        return [bytes(one.content) for one in reader.attachment_list if one.name == ATTACHMENT]
    except Exception as problem:  # noqa: BLE001 - a stranger's file: pypdf raises whatever its bytes lead it to
        raise _damaged(message("cannot be taken out of the PDF ({name})", name=type(problem).__name__)) from None
