"""Drawing specifications with vl-convert, which carries Vega inside: nothing is fetched and no browser is needed."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from importlib.util import find_spec

from isolation.errors import UsageError
from isolation.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType
    from typing import Any

    from isolation.language import Language

_TAG = re.compile(r"<(?:g|line|path|text)\b[^>]*>")
_FINE = re.compile(r"(\.\d\d)\d+")

# As d3-time-format wants it (https://d3js.org/d3-time-format#formatLocale); months by number, as they are written.
_TIMES = {
    "zh": {
        "dateTime": "%x %A %X", "date": "%Y年%-m月%-d日", "time": "%H:%M:%S", "periods": ["上午", "下午"],
        "days": ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
        "shortDays": ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
        "months": [f"{month}月" for month in range(1, 13)], "shortMonths": [f"{month}月" for month in range(1, 13)],
    },
}  # fmt: skip


def available() -> bool:
    """Whether pictures can be drawn here."""
    return find_spec("vl_convert") is not None


def svg(spec: Mapping[str, Any], font: str = "") -> str:
    """The picture as SVG, in this font. Raises UsageError where vl-convert is not installed."""
    if font:
        spec = {**spec, "config": {**spec.get("config", {}), "font": font}}
    return _TAG.sub(_rounded, str(_library().vegalite_to_svg(_plain(spec))))


def _rounded(tag: re.Match[str]) -> str:
    """A tag with its places to a hundredth of a point: what is finer nobody sees, and it was a third of a picture."""
    return _FINE.sub(r"\1", tag[0])


def scripts() -> str:
    """Vega, Vega-Lite and vega-embed as one script that fetches nothing and sets `vegaEmbed`.

    Raises UsageError where vl-convert is not installed.
    """
    return str(_library().javascript_bundle())


def compiled(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The picture as a Vega specification, its parameters as signals; it takes its width from the page around it.

    Raises UsageError where vl-convert is not installed.
    """
    made: dict[str, Any] = _library().vegalite_to_vega(json.dumps(spec))
    return made


def size(picture: str) -> tuple[float, float]:
    """Width and height of an SVG picture (px)."""
    head = picture[: picture.index(">")]
    return tuple(float(head.partition(f' {name}="')[2].partition('"')[0]) for name in ("width", "height"))  # type: ignore[return-value]  # two names, two numbers


def spoken(spec: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """A specification with its titles and times said in this language; data in it that is no message stays."""
    made: dict[str, Any] = _said(spec, language)
    if language.code not in _TIMES:
        return made
    return {**made, "config": {**made.get("config", {}), "locale": {"time": _TIMES[language.code]}}}


def _said(spec: Any, language: Language) -> Any:
    if isinstance(spec, Message):
        return language.say(spec)
    if isinstance(spec, dict):
        return {key: _said(value, language) for key, value in spec.items()}
    if isinstance(spec, list | tuple):
        return [_said(one, language) for one in spec]
    return spec


def padded(spec: Mapping[str, Any], left: int) -> dict[str, Any]:
    """The specification with at least so much room (px) at its left, for names in a wider font than is measured in."""
    given = spec.get("padding", 0)
    sides = given if isinstance(given, dict) else dict.fromkeys(("left", "top", "right", "bottom"), given)
    return {**spec, "padding": sides | {"left": max(left, sides["left"])}}


def png(spec: Mapping[str, Any], scale: float = 2) -> bytes:
    """The picture as PNG, by default with two pixels a point. Raises UsageError where vl-convert is not installed."""
    return bytes(_library().vegalite_to_png(_plain(spec), scale=scale))


@cache
def _library() -> ModuleType:
    try:
        import vl_convert
    except ImportError:
        raise UsageError(
            "Pictures need the package vl-convert-python.", "Install it: pip install 'isolation[report]'."
        ) from None
    if find_spec("manimgx_fonts_cjk") is not None:
        import manimgx_fonts_cjk

        # Always, so that no picture depends on what was drawn before it.
        vl_convert.register_font_directory(os.path.dirname(str(manimgx_fonts_cjk.__file__)))
    library: ModuleType = vl_convert
    return library


def _plain(spec: Mapping[str, Any]) -> str:
    # As text: the library takes messages for objects of their own otherwise.
    return json.dumps(fixed(spec))


def fixed(spec: Mapping[str, Any], width: int = 900) -> dict[str, Any]:
    """The specification for a picture that has no page around it to take its width from."""
    return {**spec, "width": width} if spec.get("width") == "container" else dict(spec)
