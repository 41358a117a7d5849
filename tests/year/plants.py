"""What is planted in the year, each with what is true of it.

Every plant is an evening's story: the ordinary work of a day ends before 22:00, so that nobody else is at the computer
but where a story says so.
"""

from __future__ import annotations

from .businesses import ALONE, CLIENTS, FAMILY, OWNERS, ROOMMATES, STAFF, Cast, at, date, office_of, staff_of
from .world import DAY, HOUR, MINUTE, START, Machine, Network, Truth, World, box_of, read

ALDER, BIRCH, CEDAR = OWNERS.values()
GONE = {ALDER[5]: 200, ROOMMATES[1]: 300}  # who is deactivated, and on which day
TUNNEL = "Traffic leaves by a tunnel, whose exit is not this machine's alone."
UNPLUGGED = "The adapter can be unplugged, so a match means a shared adapter or machine."
PHONE = "A phone's hot spot makes such an address up."


def plant(world: World, cast: Cast) -> str:
    """Plants everything; returns the waivers that the policy has."""
    moonlighting(world, cast)
    lent_dock(world, cast)
    cloned_disk(world, cast)
    same_tunnel(world, cast)
    recycled_address(world, cast)
    one_prefix(world, cast)
    one_server(world)
    one_site_address(world)
    roommates(world, cast)
    travel(world, cast)
    passed_around(world, cast)
    people(world, cast)
    two_seats(world, cast)
    away_from_home(world, cast)
    moved_within_a_session(world, cast)
    return waivers(world, cast)


def evening(day: int, minutes: int = 0) -> int:
    """22:30 of a day, or so many minutes later."""
    return START + day * DAY + 22 * HOUR + (30 + minutes) * MINUTE


def some_day(world: World, first: int = 20, last: int = 330) -> int:
    """A day of the year."""
    return world.chance.randrange(first, last)


def moonlighting(world: World, cast: Cast) -> None:
    """Somebody of the agency works on one of Alder's accounts at the agency, while a client's session is open."""
    seat, day, intruder = 2, some_day(world), ALDER[1]
    laptop, office = cast.laptops[seat], office_of(seat, cast)
    client = next(one for one in CLIENTS if seat in staff_of(one))
    world.use(client, evening(day), laptop, office, minutes=40, operator=STAFF[seat])
    world.use(intruder, evening(day, 20), laptop, office, minutes=40)
    for rule, value in (("shared-device", laptop.device), ("shared-hardware-mac", laptop.mac),
                        ("shared-gateway", office.gateway), ("shared-bssid", office.bssid)):  # fmt: skip
        later(world, rule, value, "high")
    later(world, "shared-access-point", box_of(office.bssid), "high", "probable", why="radio box")
    # An office is declared as a place that people share: its address alone is never high.
    later(world, "shared-public-ip", office.address, "medium", why="known to share")
    for value in (laptop.device, laptop.mac):
        world.truths.append(Truth("overlapping-sessions", value, frozenset({client, intruder}), "high"))


def later(world: World, rule: str, value: str, severity: str, sure: str = "certain", **rest: str) -> None:
    """A truth about everybody who will have used a value by the end of the year."""
    world.truths.append(Truth(rule, value, frozenset(), severity, sure, **rest))


def lent_dock(world: World, cast: Cast) -> None:
    """Birch lends a dock to Cedar: one adapter on two computers."""
    dock = f"3C-07-54-D0-C0-{world.chance.randrange(16, 99):02X}"
    day = some_day(world)
    unplugged = (read("hardware_mac", dock, "probable", UNPLUGGED),)
    world.use(BIRCH[2], evening(day), cast.owned["birch"][2], cast.seats["birch"], unplugged)
    world.use(CEDAR[3], evening(day + 40), cast.owned["cedar"][0], cast.seats["cedar"], unplugged)
    later(world, "shared-hardware-mac", dock, "high", "probable", why="unplugged")


def cloned_disk(world: World, cast: Cast) -> None:
    """Two computers with one device id, in different hands, once at the same time."""
    first, second = cast.owned["alder"][3], cast.owned["cedar"][2]
    day = some_day(world)
    one, other = ALDER[7], CEDAR[5]
    world.use(one, evening(day), first, cast.seats["alder"])
    world.use(other, evening(day, 10), second, cast.seats["cedar"])
    later(world, "shared-device", first.device, "high", "probable", why="cloned disk")
    overlap = Truth(
        "overlapping-sessions", first.device, frozenset({one, other}), "high", "probable", why="cloned disk"
    )
    world.truths.append(overlap)


def same_tunnel(world: World, cast: Cast) -> None:
    """Two strangers' traffic leaves by one commercial tunnel, on one day."""
    day, exit_address = some_day(world), world.address()
    for minutes, account, owner in ((0, ALDER[2], "alder"), (30, BIRCH[0], "birch")):
        machine, network = cast.owned[owner][int(account[-2:]) % 4], cast.seats[owner]
        beneath = (read("gateway_mac", network.gateway), read("public_ip", exit_address, "probable", TUNNEL))
        world.use(account, evening(day, minutes), machine, None, beneath)
    later(world, "shared-public-ip", exit_address, "medium", "probable", why="tunnel")


def recycled_address(world: World, cast: Cast) -> None:
    """A provider gives an address to somebody else, 31 to 90 days after the last use."""
    day, address = some_day(world, 20, 200), world.address()
    apart = world.chance.randrange(31, 90)
    world.use(ALDER[3], evening(day), cast.owned["alder"][3], None, (read("public_ip", address),))
    world.use(BIRCH[1], evening(day + apart, 1), cast.owned["birch"][1], None, (read("public_ip", address),))
    later(world, "shared-public-ip", address, "medium", "weak", why="somebody else in between")


def one_prefix(world: World, cast: Cast) -> None:
    """At a fair two strangers sit in one IPv6 network, whose router cannot be read."""
    day, prefix = some_day(world), f"2a02:810d:{world.chance.randrange(1, 9999)}:2::/64"
    for minutes, account, machine in ((0, BIRCH[3], cast.owned["birch"][3]), (30, CEDAR[4], cast.owned["cedar"][1])):
        world.use(account, evening(day, minutes), machine, None, (read("public_prefix", prefix),))
    later(world, "shared-ipv6-prefix", prefix, "high")


def one_server(world: World) -> None:
    """Two strangers' programs call the platform from one server."""
    address = world.address()
    for week in range(0, 52, 4):
        for number, account in enumerate(ALONE[4:]):
            server = (read("public_ip", address),)
            world.use(account, evening(7 * week, number), None, None, server, channel="api")
    later(world, "shared-public-ip", address, "info", why="API")


def one_site_address(world: World) -> None:
    """A warehouse's log tells of two strangers at one private address, which nothing recorded."""
    day, value = some_day(world), "Warehouse/192.168.7.21"
    for number, account in enumerate(ALONE[2:4]):
        told = (read("site_ip", value, "probable", "Other networks use the same private address."),)
        world.use(account, evening(day, number), None, None, told, provenance="imported")
        world.truths.append(Truth("uncovered-period", "", frozenset({account}), "low"))
    later(world, "shared-site-ip", value, "high", "probable", why="same private address")


def roommates(world: World, cast: Cast) -> None:
    """Two strangers share a flat all year, each with a computer of their own; nobody declared them."""
    scan = tuple((f"3C-37-86-77-{number}0-D0", -40 - number) for number in range(1, 8))
    around = (read("wifi_scan", scan),)
    for day in range(0, 364, 5):
        for number, account in enumerate(ROOMMATES):
            world.use(account, evening(day, number), cast.roommates[number], cast.flat, around)
    later(world, "shared-public-ip", cast.flat.address, "high")
    later(world, "shared-bssid", cast.flat.bssid, "high")
    later(world, "shared-access-point", box_of(cast.flat.bssid), "high", "probable", why="radio box")
    later(world, "shared-gateway", cast.flat.gateway, "high", state="waived", why="flat")
    both = frozenset(ROOMMATES)
    world.truths.append(Truth("shared-wifi-place", "", both, "medium", "probable", why="wall to wall"))
    _refused_and_begun_elsewhere(world, cast)


def _refused_and_begun_elsewhere(world: World, cast: Cast) -> None:
    """Mia is refused at home, and begins an hour later through a phone."""
    day = some_day(world) // 5 * 5 + 1
    phone = (read("gateway_mac", f"3E-37-86-00-00-{day % 90 + 10:02X}", "probable", PHONE),)
    world.use(ROOMMATES[0], evening(day), cast.roommates[0], cast.flat, refused=True, minutes=None)
    world.use(ROOMMATES[0], evening(day, 60), cast.roommates[0], None, phone)
    mia = frozenset({ROOMMATES[0]})
    world.truths.append(Truth("changed-after-refusal", "", mia, "high", "probable", why="several machines or networks"))


def travel(world: World, cast: Cast) -> None:
    """Birch's buyer travels: seven hotels in two weeks, with one laptop."""
    first, account = some_day(world, 20, 300), BIRCH[8]
    for stop in range(7):
        hotel = world.network(f"hotel {stop}")
        world.use(account, evening(first + 2 * stop), cast.owned["birch"][0], hotel)
    world.truths.append(Truth("many-networks", "", frozenset({account}), "info", why="a journey"))


def passed_around(world: World, cast: Cast) -> None:
    """One login goes round four computers, to and fro."""
    account, first = ALONE[0], some_day(world)
    for day in range(8):
        world.use(account, evening(first + day), cast.alone[day % 4], cast.desk)
    world.truths.append(Truth("many-devices", "", frozenset({account}), "medium", why="side by side"))


def people(world: World, cast: Cast) -> None:
    """Somebody who left comes back for an evening, somebody was never permitted, somebody uses a client's password."""
    client = next(one for one in CLIENTS if 3 in staff_of(one))
    _evening_of(world, cast, "operator 03", client, 5, 180)
    world.truths.append(Truth("missing-permission", "operator 03", frozenset({client}), "high", why="did not hold"))
    stranger = next(one for one in CLIENTS if 6 not in staff_of(one))
    _evening_of(world, cast, "operator 06", stranger, 6, 90)
    world.truths.append(Truth("missing-permission", "operator 06", frozenset({stranger}), "high", why="not this"))
    _evening_of(world, cast, "dana", CLIENTS[0], 8, 60)
    world.truths.append(Truth("shared-operator-login", "dana", frozenset({CLIENTS[0]}), "high", why="credential"))


def _evening_of(world: World, cast: Cast, who: str, client: str, seat: int, day: int) -> None:
    world.use(client, evening(day), cast.laptops[seat], office_of(seat, cast), operator=who)


def two_seats(world: World, cast: Cast) -> None:
    """One name is at two laptops at once: two people, it seems."""
    who, (one, other) = STAFF[9], [client for client in CLIENTS if 9 in staff_of(client)][:2]
    for minutes, client, seat in ((0, one, 9), (10, other, 10)):
        world.use(client, evening(250, minutes), cast.laptops[seat], office_of(seat, cast), operator=who)
    world.truths.append(Truth("shared-operator-login", who, frozenset({one, other}), "medium", why="two machines"))


def away_from_home(world: World, cast: Cast) -> None:
    """Anna's account, assigned to the desk at home, is used on the other computer, and from a library."""
    library = world.network("library")
    at(world, FAMILY[0], some_day(world), cast.family[1], cast.home)
    at(world, FAMILY[0], some_day(world), cast.family[0], library)
    for rule, label in (("unassigned-device", "family desk"), ("unassigned-network", "family home")):
        world.truths.append(Truth(rule, "", frozenset({FAMILY[0]}), "medium", why=f"outside {label}"))


def moved_within_a_session(world: World, cast: Cast) -> None:
    """Birch's session goes on from another place."""
    station: Network = world.network("station")
    laptop: Machine = cast.owned["birch"][1]
    begin = evening(some_day(world))
    seen = ((begin + 5 * MINUTE, (read("gateway_mac", station.gateway),)),)
    world.use(BIRCH[5], begin, laptop, cast.seats["birch"], later=seen)
    world.truths.append(Truth("changed-network", "", frozenset({BIRCH[5]}), "medium", why="another router"))


def waivers(world: World, cast: Cast) -> str:
    """The flat's router is accepted, as is Noah's deactivation; what was accepted of the dock has expired."""
    told = [
        ("flat", "shared-gateway", ROOMMATES, 500),
        ("noah", "deactivated-contact", ROOMMATES, 500),
        ("dock", "shared-hardware-mac", (BIRCH[2], CEDAR[3]), 300),
    ]
    expired = frozenset({BIRCH[2], CEDAR[3]})
    world.truths.append(Truth("expired-waiver", "", expired, "low", why="dock"))
    return "\n".join(
        f'[waivers.{name}]\naccounts = ["{one}", "{other}"]\nrule = "{rule}"\nowner = "Chen"\nreason = "known"\n'
        f"from = 2025-01-01\nuntil = {date(until)}\n"
        for name, rule, (one, other), until in told
    )


def standings(world: World, cast: Cast) -> list[Truth]:
    """What is true of those who met the deactivated: at each distance, once all sessions are told."""
    sites = frozenset(value for office in cast.offices for value in (office.gateway, office.bssid, office.address))
    found = []
    for gone in GONE:
        distances = world.distances(gone, sites)
        for level, severity in enumerate(("critical", "high", "medium"), start=1):
            near = frozenset(one for one, steps in distances.items() if min(steps, 3) == level)
            waived = near & frozenset(ROOMMATES) if gone in ROOMMATES else frozenset()
            for who, state in ((near - waived, "open"), (waived, "waived")):
                if who:
                    found.append(
                        Truth("deactivated-contact", "", who | {gone}, severity, state=state, why="is deactivated")
                    )
    return found
