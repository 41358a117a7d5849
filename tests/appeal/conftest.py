"""A seller's ledger and notices, all of this project's own writing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.ledger import Ledger
from isolation.model import Session

from ..conftest import DAY, DEVICE, HOUR, NOON, ROUTER, reading

NOTICES = Path(__file__).with_name("notices")
DRAFTS = Path(__file__).with_name("drafts")
OTHER_DEVICE = "5d3e7a10b2c94f6d8e21a4c3b5f60718"


def use(account: str, begin: int, device: str = DEVICE, **fields: object) -> Session:
    """An observed use of an account for an hour on a machine behind the router."""
    readings = (reading("device_id", device), reading("gateway_mac", ROUTER))
    return Session(account, begin, **({"end": begin + HOUR, "readings": readings} | fields))  # type: ignore[arg-type]


@pytest.fixture
def seller(ledger: Ledger) -> Callable[..., Ledger]:
    """Records a seller's uses: `amazon:store-us` and `Harbour Lights Ltd` on one machine, a client's once."""

    def record(*more: Session) -> Ledger:
        uses = (
            use("amazon:store-us", NOON - 30 * DAY),
            use("Harbour Lights Ltd", NOON - 29 * DAY),
            use("amazon:store-us", NOON - 2 * DAY, OTHER_DEVICE, provenance="imported", end=None),
            use("amazon:client-b", NOON - DAY),
        )
        with ledger.writing() as log:
            for one in (*uses, *more):
                log.add_session(one)
        return ledger

    return record
