"""Drawing specifications with vl-convert, which carries Vega inside: nothing is fetched and no browser is needed."""

from __future__ import annotations

import json

from isolation.errors import UsageError
from isolation.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType
    from typing import Any

    from isolation.language import Language


def available() -> bool:
    """Whether pictures can be drawn here."""
    from importlib.util import find_spec

    return find_spec("vl_convert") is not None


def svg(spec: Mapping[str, Any], font: str = "") -> str:
    """The picture as SVG, in this font. Raises UsageError where vl-convert is not installed."""
    if font:
        spec = {**spec, "config": {**spec.get("config", {}), "font": font}}
    return str(_library().vegalite_to_svg(_plain(spec)))


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


def spoken(spec: Any, language: Language) -> Any:
    """A specification with its titles said in this language; data in it that is no message stays as it is."""
    if isinstance(spec, Message):
        return language.say(spec)
    if isinstance(spec, dict):
        return {key: spoken(value, language) for key, value in spec.items()}
    if isinstance(spec, list | tuple):
        return [spoken(one, language) for one in spec]
    return spec


def png(spec: Mapping[str, Any], scale: float = 2) -> bytes:
    """The picture as PNG, by default with two pixels a point. Raises UsageError where vl-convert is not installed."""
    return bytes(_library().vegalite_to_png(_plain(spec), scale=scale))


def _library() -> ModuleType:
    try:
        import vl_convert
    except ImportError:
        raise UsageError(
            "Pictures need the package vl-convert-python.", "Install it: pip install 'isolation[report]'."
        ) from None
    library: ModuleType = vl_convert
    return library


def _plain(spec: Mapping[str, Any]) -> str:
    # As text: the library takes messages for objects of their own otherwise.
    return json.dumps(fixed(spec))


def fixed(spec: Mapping[str, Any], width: int = 900) -> dict[str, Any]:
    """The specification for a picture that has no page around it to take its width from."""
    return {**spec, "width": width} if spec.get("width") == "container" else dict(spec)
