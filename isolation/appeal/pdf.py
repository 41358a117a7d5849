"""A PDF's text by page, through pypdf, which is an extra (`isolation[appeal]`) and loaded when a PDF comes."""

from __future__ import annotations

import contextlib
import io
import logging
from typing import TYPE_CHECKING, Any

from isolation.errors import UsageError
from isolation.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_PAGES = 40
_MOST_UNPACKED = 4 << 20  # bytes; a page of text has some kilobytes
# Nothing may unpack to more, or be more to parse, than a page could need (pypdf, "Security").
_BOUNDS: dict[str, Any] = {
    "zlib_maximum_output_length": _MOST_UNPACKED,
    "lzw_maximum_output_length": _MOST_UNPACKED,
    "run_length_maximum_output_length": _MOST_UNPACKED,
    "array_based_stream_maximum_output_length": _MOST_UNPACKED,
    "stream_parsing_work_maximum_count": 200_000,
    "xform_maximum_invocations_per_extraction": 200,
}


def pdf_pages(data: bytes) -> tuple[list[tuple[int, str]], list[str]]:
    """Number (from 1) and text of each page that has text, and what could not be read.

    Raises UsageError where pypdf is missing or the file is no PDF that can be opened.
    """
    try:
        import pypdf
    except ImportError:
        raise UsageError(
            "Reading a PDF needs pypdf, which is not installed.",
            'Install it with `pip install "isolation[appeal]"`, or save the notice as .eml, .html or .txt.',
        ) from None
    with pypdf.apply_configuration(**_BOUNDS), _hushed():
        reader = _opened(pypdf, data)
        count = len(reader.pages)
        pages: list[tuple[int, str]] = []
        gaps: list[str] = []
        for number in range(1, min(count, _MOST_PAGES) + 1):
            text = _text_of(reader, number)
            if text is None:
                gaps.append(message("Page {number} of the PDF could not be read.", number=number))
            elif text.strip():
                pages.append((number, text))
    if count > _MOST_PAGES:
        gaps.append(message("Of {count} pages only the first {most} were read.", count=count, most=_MOST_PAGES))
    if not pages:
        gaps.append(message("The PDF holds pictures and no text, as a scan does; no text is recognised in pictures."))
    return pages, gaps


def _opened(pypdf: Any, data: bytes) -> Any:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UsageError("The PDF is locked with a password.", "Open it, and save it without the password.")
        len(reader.pages)
    except UsageError:
        raise
    except Exception:  # noqa: BLE001 - a damaged PDF fails in any way, and all of them mean this
        raise UsageError(
            "The PDF is damaged and cannot be opened.", "Fetch it again, or save the notice as .eml, .html or .txt."
        ) from None
    return reader


def _text_of(reader: Any, number: int) -> str | None:
    """A page's text, None where it cannot be read."""
    try:
        text: str = reader.pages[number - 1].extract_text()
    except Exception:  # noqa: BLE001 - as above; the page is named as not read
        return None
    return text


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """What pypdf remarks of a file holds the file's own bytes, which must not reach a terminal."""
    logger = logging.getLogger("pypdf")
    before, logger.disabled = logger.disabled, True
    # The loggers of its modules are children, which a disabled parent does not silence.
    propagate, logger.propagate = logger.propagate, False
    silent = logging.NullHandler()
    logger.addHandler(silent)
    try:
        yield
    finally:
        logger.removeHandler(silent)
        logger.disabled, logger.propagate = before, propagate


__all__ = ["pdf_pages"]
