"""Writing a picture to a file, in the form that its ending names."""

from __future__ import annotations

import os

from isolation.cli import terminal
from isolation.errors import UsageError
from isolation.language import Language
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from isolation.cli.common import Options
    from isolation.reports.content import Chart

ENDINGS = (".svg", ".png")


def add_picture_options(parser: argparse.ArgumentParser) -> None:
    """Where the picture goes, and what of the ledger it shows."""
    from isolation.cli.audit import add_audit_options

    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to write; .svg or .png")
    add_audit_options(parser)


def ending_of(options: Options) -> str:
    """The form of the picture. Raises UsageError for another, before anything is computed."""
    ending = os.path.splitext(str(options.output))[1].lower()
    if ending not in ENDINGS:
        raise UsageError(
            message("No picture has the ending {ending}.", ending=repr(ending) if ending else "(none)"),
            "Name a file that ends in .svg or .png.",
        )
    return ending


def write(chart: Chart, options: Options) -> None:
    """Writes the picture, and says what it shows. Raises UsageError where it cannot be drawn or written."""
    from isolation.reports.charts import draw
    from isolation.reports.writing import whole_file

    ending = ending_of(options)
    spec = draw.spoken(chart.spec, Language(terminal.spoken()))
    # A picture by itself has no page behind it.
    spec = {**spec, "background": "white", "padding": spec.get("padding", 12)}
    content = draw.svg(spec).encode() if ending == ".svg" else draw.png(spec)
    with whole_file(options.output) as file:
        file.write(content)
    if options.json:
        terminal.emit({"schema": "isolation.picture/1", "path": options.output, "shows": chart.summary})
    else:
        terminal.say(message("Wrote {path}.", path=options.output), chart.summary)
