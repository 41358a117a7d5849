"""Asking a time-stamping authority over HTTP (RFC 3161, 3.4), for as long and as much as a time stamp may take."""

from __future__ import annotations

import threading
import time
from urllib.parse import urlsplit

from isolation.errors import UsageError
from isolation.identifiers.escape import excerpt
from isolation.ledger.timestamps import LARGEST
from isolation.messages import message

SECONDS = 20.0  # for the whole exchange
_PATIENCE = 8.0  # seconds between two signs of life
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


class NoAnswer(Exception):
    """Why an authority's answer cannot be had; its text is a clause."""


def check_url(url: str) -> str:
    """The URL of an authority; raises UsageError for one that cannot be asked."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound or not url.isprintable() or parts.username or parts.password:
        raise UsageError(
            message("{url} is not the address of a time-stamping authority.", url=excerpt(url)),
            "Write it as https://tsa.example/path, without a password.",
        )
    return url


def ask(url: str, query: bytes, seconds: float = SECONDS) -> bytes:
    """The bytes that the authority answers with. Raises NoAnswer."""
    outcome: list[bytes | NoAnswer] = []

    def run() -> None:
        try:
            outcome.append(_exchange(url, query, time.monotonic() + seconds))
        except NoAnswer as why:
            outcome.append(why)
        except Exception as problem:  # noqa: BLE001 - whatever it was, it belongs to this thread's answer
            outcome.append(NoAnswer(message("it could not be asked ({name})", name=type(problem).__name__)))

    # A thread, because a server that sends a byte now and then keeps every other time limit.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise NoAnswer(message("it did not answer within {seconds:g} s", seconds=seconds))
    if isinstance(outcome[0], NoAnswer):
        raise outcome[0]
    return outcome[0]


def _exchange(url: str, query: bytes, deadline: float) -> bytes:
    import requests

    headers = {"Content-Type": _QUERY, "Accept": _REPLY, "Accept-Encoding": "identity"}
    try:
        with requests.post(
            url, data=query, headers=headers, timeout=_PATIENCE, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code != 200:
                raise NoAnswer(message("it answered with HTTP status {status_code}", status_code=answer.status_code))
            body = b""
            for piece in answer.iter_content(4096):
                body += piece
                if len(body) > LARGEST:
                    raise NoAnswer(message("its answer is larger than {largest} KiB", largest=LARGEST >> 10))
                if time.monotonic() > deadline:
                    raise NoAnswer("its answer did not end")
            return body
    except requests.Timeout:
        raise NoAnswer(message("it said nothing for {patience:g} s", patience=_PATIENCE)) from None
    except requests.exceptions.SSLError:
        raise NoAnswer("its TLS certificate is not trusted here") from None
    except (requests.RequestException, OSError):
        raise NoAnswer("it could not be reached") from None
