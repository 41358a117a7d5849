"""What it means for a reading when one of Windows' functions does not answer."""

from __future__ import annotations

from isolation.errors import ProbeError
from isolation.messages import message
from isolation.probes.text.ask import Untold
from isolation.probes.windows.api import ACCESS_DENIED, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")


def answer(take: Callable[[], T]) -> T:
    """What `take` returns; Untold with status and reason where a function, a library or an answer fails it."""
    try:
        return take()
    except Refused as refused:
        raise Untold("denied" if refused.code == ACCESS_DENIED else "failed", str(refused)) from None
    except ProbeError as error:
        raise Untold("failed", error.message) from None
    except (OSError, AttributeError) as error:
        # AttributeError: the library lacks the function, as on Windows before Vista or on something that imitates it
        raise Untold("failed", message("A system library cannot be used: {error}.", error=error)) from None


__all__ = ["Untold", "answer"]
