"""Addresses: what is read, how it is written, what kind it is."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isolation.errors import BadIdentifier
from isolation.identifiers.addresses import (
    V4_BLOCKS,
    V6_BLOCKS,
    classify,
    embedded_mac,
    from_packed,
    parse_address,
    parse_prefix,
    public_prefix,
)

patient = settings(deadline=None)

# The IANA special-purpose address registries (IPv4 and IPv6, RFC 6890) with multicast and class E, block by block,
# written down apart from the program's table. An address is public exactly when no block holds it.
SPECIAL_V4 = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29
    192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.31.196.0/24
    192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
    224.0.0.0/4 240.0.0.0/4 255.255.255.255/32
"""
SPECIAL_V6 = """
    ::1/128 ::/128 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32
    2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28
    2001:30::/28 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 ff00::/8
    ::/8 400::/6 800::/5 1000::/4 4000::/3 6000::/3 8000::/3 a000::/3 c000::/3 e000::/4 f000::/5 f800::/6 fe00::/9
    fec0::/10 0:1::/32 100::/8 200::/7
"""


def blocks(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The networks in a text."""
    return [ipaddress.ip_network(block) for block in text.split()]


V4_ORACLE, V6_ORACLE = blocks(SPECIAL_V4), blocks(SPECIAL_V6)
WRAPPED = blocks("::ffff:0:0/96 64:ff9b::/96 2001::/32 2002::/16")


def edges(block: ipaddress.IPv4Network | ipaddress.IPv6Network) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """A block's first and last address, and those just outside it."""
    kind = type(block.network_address)
    last = 2**block.max_prefixlen - 1
    numbers = {int(block[0]) - 1, int(block[0]), int(block[-1]), int(block[-1]) + 1}
    return [kind(number) for number in numbers if 0 <= number <= last]


def embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside, as Python's own library sees it, and NAT64's by arithmetic."""
    if address in WRAPPED[1]:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


@pytest.mark.parametrize("address", [edge for block in V4_ORACLE for edge in edges(block)], ids=str)
def test_ipv4_is_public_outside_the_registry(address: ipaddress.IPv4Address) -> None:
    """At both edges of every registered block, an IPv4 address is public exactly when no block holds it."""
    assert parse_address(str(address)).public == (not any(address in block for block in V4_ORACLE))


@pytest.mark.parametrize("address", [edge for block in V6_ORACLE for edge in edges(block)], ids=str)
def test_ipv6_is_public_outside_the_registry(address: ipaddress.IPv6Address) -> None:
    """At both edges of every registered block, an IPv6 address is public exactly when no block holds it."""
    inner = embedded(address)
    held = any(inner in block for block in V4_ORACLE) if inner else any(address in block for block in V6_ORACLE)
    assert parse_address(str(address)).public == (not held)


@patient
@given(st.ip_addresses(v=4))
def test_any_ipv4_is_public_outside_the_registry(address: ipaddress.IPv4Address) -> None:
    """Every IPv4 address is public exactly when no registered block holds it."""
    assert from_packed(address.packed).public == (not any(address in block for block in V4_ORACLE))


@patient
@given(st.ip_addresses(v=6))
def test_any_ipv6_is_public_outside_the_registry(address: ipaddress.IPv6Address) -> None:
    """Every IPv6 address that wraps none is public exactly when no registered block holds it."""
    if embedded(address) is None:
        assert from_packed(address.packed).public == (not any(address in block for block in V6_ORACLE))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("8.8.8.8", "public"), ("2a00:1450:4001::1", "public"), ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.5", "private"), ("fd12:3456::1", "private"), ("fd7a:115c:a1e0::1", "private"),
        ("100.64.0.1", "cgnat"), ("100.127.255.255", "cgnat"), ("127.0.0.1", "loopback"), ("::1", "loopback"),
        ("169.254.169.254", "link-local"), ("fe80::1", "link-local"), ("0.0.0.0", "unspecified"),
        ("::", "unspecified"), ("0.1.2.3", "reserved"), ("224.0.0.251", "multicast"), ("ff02::1", "multicast"),
        ("255.255.255.255", "broadcast"), ("240.0.0.1", "reserved"), ("192.0.2.1", "documentation"),
        ("2001:db8::1", "documentation"), ("3fff:fff::1", "documentation"), ("198.18.0.1", "benchmark"),
        ("2001:2::1", "benchmark"), ("192.0.0.4", "reserved"), ("2001:20::1", "reserved"),
        ("64:ff9b:1::1", "reserved"),
        ("fec0::1", "reserved"), ("4000::1", "reserved"),
        ("2001:2:0:ffff::1", "benchmark"), ("febf:ffff::1", "link-local"), ("ffff::1", "multicast"),
        ("fdff:ffff::1", "private"),
    ],
)  # fmt: skip
def test_kinds(text: str, kind: str) -> None:
    """Each kind of address is told by the project's own table."""
    assert parse_address(text).kind == kind
    assert classify(ipaddress.ip_address(text).packed) == kind


def test_what_collides() -> None:
    """Public addresses collide, private and carrier-NAT ones may within a site, all others never."""
    kinds = {parse_address(text): text for text in ("8.8.8.8", "10.0.0.1", "100.64.0.1", "127.0.0.1", "fe80::1", "::")}
    assert [text for address, text in kinds.items() if address.collides] == ["8.8.8.8", "10.0.0.1", "100.64.0.1"]
    assert [text for address, text in kinds.items() if address.private] == ["10.0.0.1", "100.64.0.1"]


def test_every_block_of_the_table_is_a_network_with_a_source() -> None:
    """No row has bits beyond its prefix, and each names who says so."""
    for rows, width in ((V4_BLOCKS, 32), (V6_BLOCKS, 128)):
        for network, length, _kind, source in rows:
            assert network >> (width - length) << (width - length) == network
            assert source


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("93.184.215.14", "93.184.215.14"), (" 93.184.215.14\n", "93.184.215.14"),
        ("93.184.215.14:443", "93.184.215.14"),
        ("::ffff:93.184.215.14", "93.184.215.14"), ("::FFFF:5db8:d70e", "93.184.215.14"),
        ("[::ffff:93.184.215.14]:51234", "93.184.215.14"), ("2002:5db8:d70e::1", "93.184.215.14"),
        ("64:ff9b::5db8:d70e", "93.184.215.14"), ("64:ff9b::93.184.215.14", "93.184.215.14"),
        ("2001:0:4136:e378:8000:63bf:a247:28f1", "93.184.215.14"), ("::ffff:10.0.0.1", "10.0.0.1"),
        ("FE80::1%eth0", "fe80::1"), ("fe80::1%25en0", "fe80::1"), ("93.184.215.14:65535", "93.184.215.14"),
        ("[fe80::1%12]:443", "fe80::1"),
        ("192.168.1.1%eth0", "192.168.1.1"), ("[2A00:1450:0:0:0:0:0:1]", "2a00:1450::1"),
        ("2a00:0:0:1:0:0:0:1", "2a00:0:0:1::1"), ("2a00:0:1:0:1:0:1:0", "2a00:0:1:0:1:0:1:0"),
        ("2a00:0:0:1:1:0:0:1", "2a00::1:1:0:0:1"), ("2a00::1:0:2:3:4:5:", None),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("2a00:1450::192.0.2.1", "2a00:1450::c000:201"),
        ("0000:0000:0000:0000:0000:ffff:192.168.100.100", "192.168.100.100"),
    ],
)  # fmt: skip
def test_spellings(text: str, canonical: str | None) -> None:
    """Ports, brackets, zones, wrapping and long forms come off, and RFC 5952 is what is left."""
    if canonical is None:
        with pytest.raises(BadIdentifier):
            parse_address(text)
    else:
        assert parse_address(text) == parse_address(canonical)
        assert parse_address(text).text == canonical
        assert parse_address(text).version == (4 if "." in canonical else 6)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"), ("   ", "is empty"), ("-", "says that there is no address"), ("AWS Internal", "word"),
        ("support.amazonaws.com", "word"), ("localhost", "word"), ("localhost:80", "word"), ("unknown", "word"),
        ("01.2.3.4", "leading zero"), ("1.2.3.04", "leading zero"), ("1.2.3", "3 octets"), ("1.2.3.", "3 octets"),
        ("1.2.3.4.5", "5 octets"), ("1.2.3.256", "0 to 255"), ("1.2.3.4000", "0 to 255"),
        ("3232235521", "bare number"),
        ("0x7f000001", "hexadecimal"), ("0x7f.1", "hexadecimal"), ("1.2.3.4/24", "network"),
        ("2001:db8::/32", "network"),
        ("1.2.3.4, 5.6.7.8", "more than one"), ("1.2. 3.4", "white space"), ("1.2.3.4 5.6.7.8", "more than one"),
        ("::1::", "not a valid IPv6"), (":::", "not a valid IPv6"), ("1:2:3:4:5:6:7", "not a valid IPv6"),
        ("1:2:3:4:5:6:7:8:9", "not a valid IPv6"), ("12345::", "not a valid IPv6"), ("::1.2.3", "not a valid IPv6"),
        ("::01.2.3.4", "not a valid IPv6"), ("::1.2.3.4:5", "not a valid IPv6"), ("[::1", "brackets"),
        ("[::1]x", "brackets"), ("[::1]:", "brackets"), ("[::1]:65536", "brackets"), ("[1.2.3.4]:80", "brackets"),
        ("fe80::1%", "zone"), ("fe80::1%a b", "zone"), ("1.2.3.4:", "not"), ("1.2.3.4:99999", "not"),
        ("1.2.3.4:65536", "not"),

        ("1.2.3.4:8a", "not"),
        ("١.٢.٣.٤", "word"), ("１.2.3.4", "word"), ("...", "0 octets"), ("face", "word"), ("<source IP>", "word"),
        ("1.2.3.²", "word"), ("a" * 200, "too long"),
        ("g::1", "word"),
    ],
)  # fmt: skip
def test_refusals_say_why(text: str, reason: str) -> None:
    """What is no address is refused with the reason."""
    with pytest.raises(BadIdentifier, match=reason):
        parse_address(text)


def test_a_refusal_shows_no_control_character() -> None:
    """A hostile text reaches the message escaped and shortened."""
    with pytest.raises(BadIdentifier) as caught:
        parse_address("\x1b[31m\u202e" + "x" * 10_000)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200


@patient
@given(st.ip_addresses())
def test_parsing_what_is_written_gives_the_same(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """The canonical text of any address parses to that address, and bytes agree with text."""
    parsed = parse_address(str(address))
    assert from_packed(address.packed) == parsed
    assert parse_address(parsed.text) == parsed
    assert parsed.version == ipaddress.ip_address(parsed.text).version


@patient
@given(st.ip_addresses(v=6))
def test_ipv6_is_written_as_the_library_writes_it(address: ipaddress.IPv6Address) -> None:
    """Long, upper-case and short spellings all give RFC 5952's, or the IPv4 address inside."""
    inner = embedded(address)
    expected = str(inner or address)
    assert {parse_address(text).text for text in (str(address), address.exploded, str(address).upper())} == {expected}


@patient
@given(st.ip_addresses(v=4), st.integers(0, 2**80 - 1))
def test_every_wrapping_gives_the_ipv4_address(address: ipaddress.IPv4Address, rest: int) -> None:
    """v4-mapped, 6to4, Teredo and NAT64 addresses stand for the client's IPv4 address, of whatever kind."""
    number = int(address)
    wrapped = [
        0xFFFF << 32 | number,
        0x2002 << 112 | number << 80 | rest,
        0x20010000 << 96 | (rest & 0xFFFFFFFFFFFFFFFF) << 32 | number ^ 0xFFFFFFFF,
        0x64FF9B << 96 | number,
    ]
    assert {from_packed(each.to_bytes(16, "big")) for each in wrapped} == {parse_address(str(address))}


@patient
@given(st.text(alphabet="0123456789abfABF:.%[]/x, -", max_size=45) | st.text(max_size=30))
@example("1.2.3.4.")
@example("[::]:0")
@example("::%0")
def test_any_text_is_an_address_or_a_refusal(text: str) -> None:
    """A text gives a canonical address that parses to itself, or is refused; what the library reads is read."""
    try:
        parsed = parse_address(text)
    except BadIdentifier:
        with pytest.raises(ValueError, match="does not appear to be"):
            ipaddress.ip_address(text)
    else:
        assert parse_address(parsed.text) == parsed


@pytest.mark.parametrize("packed", [b"", b"\x01", b"\x01" * 5, b"\x01" * 15, b"\x01" * 17])
def test_bytes_of_no_address_are_refused(packed: bytes) -> None:
    """Only 4 or 16 bytes are an address."""
    with pytest.raises(BadIdentifier, match="4 or 16 bytes"):
        from_packed(packed)


@patient
@given(st.ip_addresses(v=6), st.integers(1, 128))
def test_prefixes_are_the_networks_around_an_address(address: ipaddress.IPv6Address, length: int) -> None:
    """The prefix of an address is the library's network, and parses to itself."""
    parsed = parse_address(str(address))
    if parsed.version == 6:
        prefix = public_prefix(parsed, length)
        assert ipaddress.ip_network(prefix) == ipaddress.ip_network((address, length), strict=False)
        assert parse_prefix(prefix, length) == prefix


def test_a_prefix_is_64_bits_unless_told() -> None:
    """A site's prefix is its /64."""
    assert public_prefix(parse_address("2a00:1450:1:2:3:4:5:6")) == "2a00:1450:1:2::/64"


def test_ipv4_has_no_prefix() -> None:
    """Asking an IPv4 address for its prefix is refused."""
    with pytest.raises(BadIdentifier, match="IPv4"):
        public_prefix(parse_address("8.8.8.8"))


@pytest.mark.parametrize("length", [0, -1, 129])
def test_impossible_prefix_lengths_are_refused(length: int) -> None:
    """A prefix has 1 to 128 bits."""
    with pytest.raises(BadIdentifier, match="1 to 128"):
        public_prefix(parse_address("2a00::1"), length)


@pytest.mark.parametrize("text", ["", "2a00::1", "2a00::/56", "2a00::/", "2a00::/064", "10.0.0.0/64", "x/64", "/64"])
def test_a_text_that_is_no_64_bit_prefix_is_refused(text: str) -> None:
    """A prefix is an IPv6 network of the length asked for."""
    with pytest.raises(BadIdentifier, match="IPv6 network of 64 bits"):
        parse_prefix(text, 64)


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("fe80::21c:42ff:fe00:18", "001c42000018"), ("fe80::21c:42ff:fe00:19", "001c42000019"),
        ("2a00:1450::aede:48ff:fe00:1122", "acde48001122"),
        ("2a00::5054:ff:fe12:3456", "525400123456"), ("fe80::1", None), ("8.8.8.8", None),
        ("2a00::21c:42ff:ff00:18", None),
        ("ff02::1:ff:fe00:18", None), ("fe80::300:ff:fe00:1", None), ("fe80::200:ff:fe00:0", None),
    ],
)  # fmt: skip
def test_embedded_macs(text: str, mac: str | None) -> None:
    """An EUI-64 identifier gives its MAC; other identifiers, group addresses and zeros give none."""
    assert embedded_mac(parse_address(text)) == mac
