"""A year of a small world, drawn from a seed: who works where, on what, and what was planted among it.

It knows nothing of rules. Whoever plants something says at once what is true of it (`Truth`); who touched what is kept
in plain books (`touched`), so that the truth names every account that a shared value joins.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from isolation.model import Reading, Session

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = 1_736_121_600_000_000  # 2025-01-06T00:00:00Z, a Monday
DAYS = 364
END = START + DAYS * DAY


class Machine(NamedTuple):
    """A computer: its device id and the permanent address of its own adapter."""

    name: str
    device: str
    mac: str


class Network(NamedTuple):
    """A place to work: its router, its access point and the public address of its line."""

    name: str
    gateway: str
    bssid: str
    address: str


class Truth(NamedTuple):
    """What is true of something planted: the rule that has to find it, and with what it has to be told.

    `value` is the shared value or the operator, "" for what is about an account; `why` is a word that the reason has to
    contain, "" for none.
    """

    rule: str
    value: str
    accounts: frozenset[str]
    severity: str
    confidence: str = "certain"
    state: str = "open"
    why: str = ""


class Event(NamedTuple):
    """A session as it is to be recorded, and what else it saw while it went on."""

    session: Session
    later: tuple[tuple[int, tuple[Reading, ...]], ...]


class World:
    """The year's sessions, books and truths; everything drawn comes from the seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.events: list[Event] = []
        self.truths: list[Truth] = []
        # value -> account -> moments at which it was read for certain, and all moments
        self.touched: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.surely: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.fact_of: dict[str, str] = {}
        self._slots: defaultdict[tuple[str, int], int] = defaultdict(int)
        self._made = 0

    def machine(self, name: str, device: str = "") -> Machine:
        """A new computer, or one that was installed from the disk of another (`device`)."""
        self._made += 1
        return Machine(name, device or self.chance.randbytes(16).hex(), f"3C-07-54-00-{self._made:02X}-3C")

    def network(self, name: str) -> Network:
        """A new place."""
        self._made += 1
        octet = f"{self._made:02X}"
        return Network(name, f"3C-37-86-1A-{octet}-D4", f"3C-37-86-2B-{octet}-D5", self.address())

    def address(self) -> str:
        """A public address that nobody had before."""
        self._made += 1
        return f"203.0.112.{self._made}"

    def slot(self, machine: Machine, day: int) -> int:
        """The next half hour of a day in which nobody is at this computer, or at its clone."""
        taken = self._slots[machine.device, day]
        self._slots[machine.device, day] += 1
        assert taken < 28, "a working day ends before 22:00"
        return START + day * DAY + 8 * HOUR + taken * 30 * MINUTE

    def use(
        self,
        account: str,
        begin: int,
        machine: Machine | None = None,
        network: Network | None = None,
        more: tuple[Reading, ...] = (),
        *,
        minutes: int | None = 25,
        operator: str = "",
        channel: str = "ui",
        provenance: str = "observed",
        refused: bool = False,
        later: tuple[tuple[int, tuple[Reading, ...]], ...] = (),
    ) -> None:
        """One session of an account, or a refused begin of one; `more` are read besides machine and network."""
        readings = (*of_machine(machine), *of_network(network), *more)
        end = None if minutes is None else begin + minutes * MINUTE
        session = Session(
            account, begin, end=end, operator=operator, channel=channel, provenance=provenance,  # type: ignore[arg-type]
            refused=refused, readings=readings,
        )  # fmt: skip
        self.events.append(Event(session, later))
        if not refused:
            for reading in (*readings, *(one for _, several in later for one in several)):
                self._enter(account, begin, reading)

    def _enter(self, account: str, begin: int, reading: Reading) -> None:
        if isinstance(reading.value, str):
            self.fact_of[reading.value] = reading.fact
            self.touched[reading.value][account].append(begin)
            if reading.fact == "bssid":
                self.touched[box_of(reading.value)][account].append(begin)
            if reading.confidence == "certain":
                self.surely[reading.value][account].append(begin)

    def users(self, *values: str) -> frozenset[str]:
        """Every account that touched one of these values in the whole year."""
        return frozenset(account for value in values for account in self.touched[value])

    def distances(self, account: str, sites: frozenset[str]) -> dict[str, int]:
        """How many links of certain contact away from an account each other one is.

        A chain of more than one link does not pass through the values of a site.
        """
        distance, frontier = {account: 0}, [account]
        for one in frontier:
            for other in self._met(one, frozenset(self.surely) - sites):
                if other not in distance:
                    distance[other] = distance[one] + 1
                    frontier.append(other)
        distance |= dict.fromkeys(self._met(account, sites), 1)
        del distance[account]
        return distance

    def _met(self, account: str, values: frozenset[str]) -> Iterator[str]:
        for value in sorted(values):
            who = self.surely[value]
            if account in who:
                yield from (one for one in sorted(who) if one != account and self._contact(value, account, one))

    def _contact(self, value: str, one: str, other: str) -> bool:
        """Whether one value shows for certain that two accounts met; an address wanders after a month."""
        fact, who = self.fact_of[value], self.surely[value]
        if fact == "device_id":
            return any(
                one in used and other in used
                for mac, used in self.surely.items()
                if self.fact_of[mac] == "hardware_mac"
            )
        if fact in ("public_ip", "public_prefix"):
            return any(abs(first - second) <= 30 * DAY for first in who[one] for second in who[other])
        return fact in ("hardware_mac", "gateway_mac", "bssid")


def box_of(bssid: str) -> str:
    """What the adjacent BSSIDs of one radio box have in common, as it is shown."""
    return f"{bssid[:-1]}0"


def read(fact: str, value: str | tuple[tuple[str, int], ...], sure: str = "certain", reason: str = "") -> Reading:
    """An observed reading, as a probe would hand it over."""
    return Reading(fact, "observed", value, source="year", identifying=True, confidence=sure, reason=reason)  # type: ignore[arg-type]


def of_machine(machine: Machine | None) -> tuple[Reading, ...]:
    """What a computer shows of itself."""
    return () if machine is None else (read("device_id", machine.device), read("hardware_mac", machine.mac))


def of_network(network: Network | None) -> tuple[Reading, ...]:
    """What a place shows of itself."""
    if network is None:
        return ()
    return read("gateway_mac", network.gateway), read("bssid", network.bssid), read("public_ip", network.address)
