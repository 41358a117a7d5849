"""One picture of an HTML report: drawn still for paper and for readers without script; a timeline besides live."""

from __future__ import annotations

import json
import re
from html import escape

from isolation.identifiers.escape import printable
from isolation.messages import message
from isolation.reports.charts import draw
from isolation.reports.content import Chart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.language import Language

_CLIP = re.compile(r'(?<=id=")clip\d+(?=")')
_SPARE = 40  # px beside names: a page is shown in its reader's font
_ACTS = (
    ("in", "+", message("Zoom in")), ("out", "−", message("Zoom out")), ("earlier", "←", message("Earlier")),
    ("later", "→", message("Later")), ("all", "↔", message("The whole time")),
)  # fmt: skip


def is_live(block: object) -> bool:
    """Whether this is a picture that can be zoomed and filtered: one whose specification has parameters."""
    return isinstance(block, Chart) and "params" in block.spec


class Figure:
    """A picture in one language."""

    def __init__(self, chart: Chart, language: Language) -> None:
        self._chart = chart
        self._language = language
        self._spec = draw.spoken(chart.spec, language)

    def _text(self, text: str) -> str:
        return escape(printable(self._language.say(text)))

    def html(self) -> str:
        """The figure. Raises UsageError where pictures cannot be drawn."""
        chart = self._chart
        told = self._text(chart.title)
        still = f'<div class="still" role="img" aria-label="{told}">{self._still()}</div>'
        live = controls = data = ""
        if is_live(chart):
            controls = self._controls()
            live = f'<div class="live" role="img" aria-label="{told}"></div>'
            data = f'<script type="application/json">{_script_safe(json.dumps(draw.compiled(self._spec)))}</script>\n'
        return (
            f'<figure id="{chart.name}"{" data-live" if live else ""}>\n'
            f"<figcaption>{self._text(chart.summary)}</figcaption>\n{controls}"
            f'<div class="picture" tabindex="0" role="group" aria-label="{self._text(self._label())}">'
            f"{live}{still}</div>\n{data}</figure>\n"
        )

    def _label(self) -> str:
        return message("Picture: {title}", title=self._chart.title)

    def _still(self) -> str:
        """The picture as SVG, hidden from what reads aloud, with ids that are its own in the page."""
        picture = draw.svg(draw.padded(self._spec, _SPARE)).replace("<svg ", '<svg aria-hidden="true" ', 1)
        for at, name in enumerate(dict.fromkeys(_CLIP.findall(picture))):
            own = f"{self._chart.name}-clip-{at}"
            picture = picture.replace(f'id="{name}"', f'id="{own}"').replace(f"url(#{name})", f"url(#{own})")
        return picture

    def _controls(self) -> str:
        spec: dict[str, Any] = self._spec
        every = self._text(message("all"))
        colour = spec["encoding"]["color"]
        places = "".join(
            f'<option value="{escape(name)}">{escape(printable(name))}</option>' for name in colour["scale"]["domain"]
        )
        buttons = "".join(
            f'<button type="button" data-act="{act}" aria-label="{self._text(name)}" title="{self._text(name)}">'
            f'<span aria-hidden="true">{sign}</span></button>'
            for act, sign, name in _ACTS
        )
        shown = self._text(message("{shown} of {all} stretches of use are shown.", shown="{shown}", all="{all}"))
        hint = message("Drag to move through time; hold Ctrl and turn the wheel to zoom. Both timelines move together.")
        return (
            f'<form class="controls" aria-label="{self._text(self._chart.title)}">\n'
            f'<label>{self._text(message("Accounts whose name has"))}<input type="search" name="account" '
            f'autocomplete="off" spellcheck="false"></label>\n'
            f'<label>{escape(printable(colour["legend"]["title"]))}<select name="place"><option value="">{every}'
            f"</option>{places}</select></label>\n"
            f'<div class="buttons" role="group" aria-label="{self._text(message("Time"))}">{buttons}</div>\n'
            f'<output data-text="{shown}"></output>\n</form>\n<p class="hint">{self._text(hint)}</p>\n'
        )


def _script_safe(text: str) -> str:
    """JSON that nothing in it can end the element it stands in."""
    return text.replace("<", "\\u003c")
