"""Each parser against outputs of its tool: of several systems and languages, and of things it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from isolation.errors import ProbeError

from .fixtures import OUTPUTS, expected, parser, plain


@pytest.mark.parametrize("path", OUTPUTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_output_is_parsed_to_the_values_beside_it(path: Path) -> None:
    """An output is parsed to the values beside it, or refused with the message beside it."""
    wanted = expected(path)
    pages = [wanted["code_page"]] if "code_page" in wanted else []
    if "refused" in wanted:
        with pytest.raises(ProbeError) as refusal:
            parser(path.parent.name)(path.read_bytes(), *pages)
        assert refusal.value.message == wanted["refused"]
    else:
        assert plain(parser(path.parent.name)(path.read_bytes(), *pages)) == wanted["values"]
