"""Asking a tool through the seam, and what it means when it does not answer. The parsers themselves stay pure."""

from __future__ import annotations

from isolation.errors import ProbeError
from isolation.messages import message
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from isolation.model import Status
    from isolation.probes.machine import Machine

    T = TypeVar("T")

_LONGEST_REMARK = 200


class Untold(Exception):
    """Why a source told nothing: a reading's `status` (never `observed`) and its `reason`, a sentence."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def ask(machine: Machine, command: Sequence[str], parse: Callable[[bytes], T], *, timeout: float = 2.0) -> T:
    """What `parse` makes of a tool's output, whatever its exit code; Untold with the reason where that is nothing."""
    name = command[0].rpartition("/")[2]
    try:
        code, output, remark = machine.run(command, timeout)
    except FileNotFoundError:
        raise Untold("failed", message("The tool {name} is not on this system.", name=name)) from None
    except TimeoutError:
        raise Untold(
            "failed", message("The tool {name} did not answer within {timeout:g} seconds.", name=name, timeout=timeout)
        ) from None
    except PermissionError:
        raise Untold("denied", message("This account may not run the tool {name}.", name=name)) from None
    except OSError as error:
        raise Untold(
            "failed", message("The tool {name} could not be run: {why}.", name=name, why=why_of(error))
        ) from None
    try:
        return parse(output)
    except ProbeError as error:
        raise Untold("failed", _why(name, code, remark) or error.message) from None


def _why(name: str, code: int, remark: bytes) -> str:
    """What a tool that failed says of it; "" for one that did not fail."""
    from isolation.identifiers.escape import printable

    said = printable(" ".join(remark.decode("utf-8", "replace").split())[:_LONGEST_REMARK])
    if not code:
        return ""
    if not said:
        return message("The tool {name} ended with code {code}.", name=name, code=code)
    return message("The tool {name} ended with code {code}, saying: {said}.", name=name, code=code, said=said)
