"""What each byte of an SQLite file is for (https://www.sqlite.org/fileformat2.html, read 2026-11-25)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# Fields of the file's header: first byte, one past the last, name.
_HEADER = (
    (0, 16, "header: magic"), (16, 18, "header: page size"), (18, 20, "header: format versions"),
    (20, 21, "header: reserved space"), (21, 24, "header: payload fractions"), (24, 28, "header: change counter"),
    (28, 32, "header: file size"), (32, 40, "header: free pages"), (40, 44, "header: schema cookie"),
    (44, 48, "header: schema format"), (48, 52, "header: suggested cache size"), (52, 56, "header: largest root"),
    (56, 60, "header: encoding"), (60, 64, "header: user version"), (64, 68, "header: incremental vacuum"),
    (68, 72, "header: application id"), (72, 92, "header: reserved"), (92, 96, "header: change counter of the version"),
    (96, 100, "header: version of SQLite that wrote last"),
)  # fmt: skip
FREE = "free space"
CONTENT = "content"
ROW_ID_TYPE = "record: type of the column that is the row id"


def regions(data: bytes, roots: Iterable[int]) -> list[str]:
    """What each byte is for; FREE where it holds nothing. `roots` are the root pages of all tables and indexes.

    The file has no free pages and no pointer maps: it was made by VACUUM.
    """
    size = int.from_bytes(data[16:18], "big")
    told = [FREE] * len(data)
    for begin, end, name in _HEADER:
        told[begin:end] = [name] * (end - begin)
    overflow: list[tuple[int, int]] = []
    pages = [1, *roots]
    while pages:
        pages += _tree_page(data, told, pages.pop(), size, overflow)
    for page, used in _chains(data, overflow, size):
        at = (page - 1) * size
        told[at : at + 4] = ["overflow page: next"] * 4
        told[at + 4 : at + 4 + used] = [CONTENT] * used
    return told


def _chains(data: bytes, overflow: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """Each overflow page, and how many bytes of content it has."""
    for first, left in overflow:
        page = first
        while page and left > 0:
            used = min(left, size - 4)
            yield page, used
            left -= used
            at = (page - 1) * size
            page = int.from_bytes(data[at : at + 4], "big")


def _tree_page(data: bytes, told: list[str], page: int, size: int, overflow: list[tuple[int, int]]) -> list[int]:
    """Tells of one page of a b-tree; returns its children."""
    start = (page - 1) * size
    at = start + (100 if page == 1 else 0)
    kind, cells = data[at], int.from_bytes(data[at + 3 : at + 5], "big")
    interior, table = kind in (2, 5), kind in (5, 13)
    names = ["page: kind", "page: first free block", "page: first free block", "page: cells", "page: cells",
             "page: start of content", "page: start of content", "page: fragments"]  # fmt: skip
    told[at : at + 8] = names
    children = []
    if interior:
        told[at + 8 : at + 12] = ["page: right child"] * 4
        children.append(int.from_bytes(data[at + 8 : at + 12], "big"))
    pointers = at + (12 if interior else 8)
    told[pointers : pointers + 2 * cells] = ["page: cell pointers"] * (2 * cells)
    for number in range(cells):
        cell = start + int.from_bytes(data[pointers + 2 * number : pointers + 2 * number + 2], "big")
        here = cell
        if interior:
            children.append(int.from_bytes(data[here : here + 4], "big"))
            told[here : here + 4] = ["cell: left child"] * 4
            here += 4
        if not (interior and table):
            payload, here = _varint(data, told, here, "cell: size")
        if table:
            _, here = _varint(data, told, here, "cell: row id")
        if not (interior and table):
            local = _local(payload, size, table)
            told[here : here + local] = [CONTENT] * local
            if table and data[here + 1] == 0:
                told[here + 1] = ROW_ID_TYPE
            here += local
            if local < payload:
                overflow.append((int.from_bytes(data[here : here + 4], "big"), payload - local))
                told[here : here + 4] = ["cell: first overflow page"] * 4
    return children


def _varint(data: bytes, told: list[str], at: int, name: str) -> tuple[int, int]:
    value = 0
    for place in range(9):
        told[at + place] = name
        octet = data[at + place]
        if place == 8:
            return value << 8 | octet, at + 9
        value = value << 7 | octet & 127
        if octet < 128:
            return value, at + place + 1
    raise AssertionError


def _local(payload: int, size: int, table: bool) -> int:
    most = size - 35 if table else (size - 12) * 64 // 255 - 23
    if payload <= most:
        return payload
    least = (size - 12) * 32 // 255 - 23
    kept = least + (payload - least) % (size - 4)
    return kept if kept <= most else least
