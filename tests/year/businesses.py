"""Who is in the year's world, the ordinary work of it, and the policy that says what is true of them.

An agency with 60 clients in two offices, three owners with 48 accounts, a household, two roommates, and a few who work
alone: 120 accounts, 30 computers, 8 places.
"""

from __future__ import annotations

from typing import NamedTuple

from .world import DAY, START, Machine, Network, World, read

ALONE = tuple(f"amazon:alone-{number}" for number in range(1, 7))
ROOMMATES = ("amazon:mia", "amazon:noah")
FAMILY = tuple(f"amazon:{name}" for name in ("anna", "ben", "clara", "david"))
CLIENTS = tuple(f"amazon:client-{number:02}" for number in range(60))
OWNERS = {name: tuple(f"amazon:{name}-{number:02}" for number in range(count)) for name, count in
          (("alder", 20), ("birch", 16), ("cedar", 12))}  # fmt: skip
STAFF = tuple(f"operator {number:02}" for number in range(11))

# Who left on which day, and who sat down at the same laptop then.
TURNOVER = {"operator 03": (120, "operator 11"), "operator 07": (240, "operator 12")}

SITES = ("office 1", "office 2")


class Cast(NamedTuple):
    """The computers and places of the year."""

    laptops: tuple[Machine, ...]
    offices: tuple[Network, Network]
    owned: dict[str, tuple[Machine, ...]]
    seats: dict[str, Network]
    family: tuple[Machine, Machine]
    home: Network
    roommates: tuple[Machine, Machine]
    flat: Network
    alone: tuple[Machine, ...]
    desk: Network


def cast(world: World) -> Cast:
    """Buys the computers and rents the places; one of Cedar's was installed from the disk of one of Alder's."""
    alder = tuple(world.machine(f"alder {number}") for number in range(4))
    cedar = (world.machine("cedar 0"), world.machine("cedar 1"), world.machine("cedar 2", alder[3].device))
    made = Cast(
        tuple(world.machine(f"laptop {number}") for number in range(11)),
        (world.network(SITES[0]), world.network(SITES[1])),
        {"alder": alder, "birch": tuple(world.machine(f"birch {number}") for number in range(4)), "cedar": cedar},
        {name: world.network(name) for name in OWNERS},
        (world.machine("family 0"), world.machine("family 1")),
        world.network("home"),
        (world.machine("mia's"), world.machine("noah's")),
        world.network("flat"),
        tuple(world.machine(f"alone {number}") for number in range(4)),
        world.network("desk"),
    )
    machines = [*made.laptops, *(one for several in made.owned.values() for one in several), *made.family,
                *made.roommates, *made.alone]  # fmt: skip
    assert (len(machines), len(accounts())) == (30, 120)
    return made


def accounts() -> tuple[str, ...]:
    """All accounts of the year."""
    return (*CLIENTS, *(one for several in OWNERS.values() for one in several), *FAMILY, *ROOMMATES, *ALONE)


def staff_of(client: str) -> tuple[int, int]:
    """The two seats of the agency at which a client is worked on."""
    number = CLIENTS.index(client)
    return number % 11, (number % 11 + 1 + number // 11) % 11


def seated(seat: int, day: int) -> str:
    """Who sits at a seat of the agency that day."""
    name = STAFF[seat]
    left, follower = TURNOVER.get(name, (1 << 30, ""))
    return name if day < left else follower


def office_of(seat: int, cast: Cast) -> Network:
    """Where a seat stands."""
    return cast.offices[seat % 2]


def ordinary_work(world: World, cast: Cast) -> None:
    """Fifty-two weeks of what is declared: nothing in it is to be found."""
    for week in range(52):
        for client in CLIENTS:
            _work(world, week, lambda day, client=client: at_the_agency(world, cast, client, day))  # type: ignore[misc]
        for name, several in OWNERS.items():
            for number, account in enumerate(several):
                seat = cast.owned[name][number % len(cast.owned[name])]
                _work(world, week, lambda day, a=account, m=seat, n=cast.seats[name]: at(world, a, day, m, n))  # type: ignore[misc]
        for number, account in enumerate(FAMILY):
            _work(world, week, lambda day, a=account, n=number: at(world, a, day, cast.family[n % 2], cast.home))  # type: ignore[misc]
    line = (read("public_ip", world.address()),)
    for day in range(3, 364, 7):
        world.use(ALONE[1], START + day * DAY, None, None, line)


def _work(world: World, week: int, use: object) -> None:
    if world.chance.random() < 0.7:
        use(7 * week + world.chance.randrange(5))  # type: ignore[operator]


def at(world: World, account: str, day: int, machine: Machine, network: Network) -> None:
    """Half an hour of work of an account at a computer in a place."""
    world.use(account, world.slot(machine, day), machine, network)


def at_the_agency(world: World, cast: Cast, client: str, day: int) -> int:
    """Half an hour of an agency's work for a client; returns when it began."""
    seat = world.chance.choice(staff_of(client))
    begin = world.slot(cast.laptops[seat], day)
    world.use(client, begin, cast.laptops[seat], office_of(seat, cast), operator=seated(seat, day))
    return begin


def date(day: int) -> str:
    """A day of the year as the policy writes it."""
    from isolation.times import format_time

    return format_time(START + day * DAY)[:10]


def _listed(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def policy_text(gone: dict[str, int], waivers: str) -> str:
    """The policy: groups, permissions with the turnover of staff, labels, standings by the day they changed."""
    groups = {"agency": ("agency", CLIENTS), "family": ("household", FAMILY)}
    groups |= {name: ("same-owner", several) for name, several in OWNERS.items()}
    lines = [
        f'[groups.{name}]\nkind = "{kind}"\naccounts = {_listed(several)}\n' for name, (kind, several) in groups.items()
    ]
    for seat, first in enumerate(STAFF):
        clients = tuple(client for client in CLIENTS if seat in staff_of(client))
        left, follower = TURNOVER.get(first, (None, ""))
        lines.append(_permission(first, clients, "own", until=left))
        if follower:
            lines.append(_permission(follower, clients, "own", since=left))
    lines.append(_permission("dana", CLIENTS[:2], "client"))
    lines += [f'[labels."{site}"]\nkind = "network"\nsite = true\n' for site in SITES]
    lines.append('[labels."family desk"]\nkind = "machine"\n[labels."family home"]\nkind = "network"\n')
    lines.append(f'[accounts."{FAMILY[0]}"]\nmachines = ["family desk"]\nnetworks = ["family home"]\n')
    for account, day in gone.items():
        changes = f'{{ state = "good", from = 2025-01-01 }}, {{ state = "deactivated", from = {date(day)} }}'
        lines.append(f'[accounts."{account}"]\nstanding = [{changes}]\n')
    return "\n".join((*lines, waivers))


def _permission(
    who: str, clients: tuple[str, ...], user: str, since: int | None = None, until: int | None = None
) -> str:
    words = [f'[[permissions."{who}"]]', f"accounts = {_listed(clients)}", f'user = "{user}"']
    words += [f"from = {date(since)}"] if since is not None else []
    words += [f"until = {date(until)}"] if until is not None else []
    return "\n".join((*words, ""))


def taught(cast: Cast) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """What the labels stand for: kind, label, and the facts of it."""
    offices = [
        ("network", name, (("gateway_mac", one.gateway), ("bssid", one.bssid), ("public_ip", one.address)))
        for name, one in zip(SITES, cast.offices, strict=True)
    ]
    desk, home = cast.family[0], cast.home
    return [
        *offices,
        ("machine", "family desk", (("device_id", desk.device), ("hardware_mac", desk.mac))),
        ("network", "family home", (("gateway_mac", home.gateway), ("bssid", home.bssid))),
    ]
