"""A second maker of bundles, written from docs/bundles.md alone: for bundles that the program would never make.

What `before` changes is logged and signed, as the holder of the key could; what `after` changes is not.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Document = dict[str, Any]
Change = Callable[[Document], object]

NOON = 1_790_000_000_000_000
ORIGIN = "isolation/00112233445566778899aabbccddeeff"
KEY = hashlib.sha256(b"the key of a test").digest()


def canonical(value: object) -> bytes:
    """RFC 8785, for values without floats."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def text(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode()


def sha256(*parts: bytes) -> bytes:
    """SHA-256 over all of it."""
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1", root_of(leaves[:half]), root_of(leaves[half:]))


def path_of(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*path_of(index, leaves[:half]), root_of(leaves[half:])]
    return [*path_of(index - half, leaves[half:]), root_of(leaves[:half])]


def vkey(origin: str = ORIGIN, seed: bytes = KEY) -> str:
    """The key of a log as verifiers are told it."""
    public = b"\1" + Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    identifier = sha256(origin.encode(), b"\n", public)[:4]
    return f"{origin}+{identifier.hex()}+{text(public)}"


def signature_line(body: str, origin: str = ORIGIN, seed: bytes = KEY) -> str:
    """One signature line of a note with that text."""
    identifier = bytes.fromhex(vkey(origin, seed).split("+")[1])
    return f"— {origin} {text(identifier + Ed25519PrivateKey.from_private_bytes(seed).sign(body.encode()))}\n"


def note(body: str) -> str:
    """The signed note of any text."""
    return f"{body}\n{signature_line(body)}"


class Log:
    """A log whose entries can be shown in a bundle."""

    def __init__(self) -> None:
        self.bodies: list[Document] = []
        self.fields: list[Document] = []

    def add(self, kind: str, fields: Document | None = None, of: int | None = None) -> int:
        """Appends an entry; returns its index."""
        index, fields = len(self.bodies), fields or {}
        opened = {"logged": NOON + index} | ({} if of is None else {"of": of})
        sd = {name: self._commitment(index, name, value) for name, value in fields.items()}
        self.bodies.append({"kind": kind, "open": opened, "sd": sd, "v": 1})
        self.fields.append(fields)
        return index

    def session(self, number: int | None, account: str = "store-a", **fields: object) -> int:
        """Appends a session of an account, with its number there."""
        told: Document = {"account": account, "begin": NOON, "provenance": "observed", **fields}
        return self.add("session", told if number is None else told | {"acct_seq": number})

    def salt(self, index: int, name: str) -> bytes:
        """The salt of a field."""
        return sha256(sha256(b"seed %d" % index), b"field:", name.encode())

    def _commitment(self, index: int, name: str, value: object) -> str:
        return text(sha256(self.salt(index, name), canonical([name, value])))

    def shown(self, index: int, hidden: Iterable[str] = ()) -> Document:
        """An entry as a statement has it, with all its fields but the hidden ones."""
        opened = {
            name: {"salt": text(self.salt(index, name)), "value": value}
            for name, value in self.fields[index].items()
            if name not in hidden
        }
        return {"body": copy.deepcopy(self.bodies[index]), "index": index, "opened": opened}

    def statement(self, entries: list[Document]) -> Document:
        """What a bundle with these entries says."""
        names = {entry["opened"].get("account", {}).get("value") for entry in entries} - {None}
        spellings = [sorted(names, key=str)] if names else []
        return {
            "disclosed": [], "does_not_prove": [], "entries": entries, "findings": [], "key": vkey(),
            "key_store": "file", "made_at": "2026-09-21T14:13:20Z",
            "omitted": {"entries": len(self.bodies) - len(entries), "erased": 0, "findings": 0, "sessions": 0},
            "origin": ORIGIN, "period": {"since": None, "until": None}, "program": "forge", "proves": [],
            "size": len(self.bodies),
            "subject": {"account": {"name": "store-a", "spellings": spellings}, "operator": None},
        }  # fmt: skip

    def bundle(
        self,
        entries: Iterable[int | Document],
        *,
        before: Change | None = None,
        after: Change | None = None,
        report: Document | None = None,
        body: Callable[[str], str] | None = None,
    ) -> bytes:
        """A bundle that shows these entries. `report` changes what is logged of it, `body` what the checkpoint says."""
        return canonical(self.document(entries, before=before, after=after, report=report, body=body))

    def document(
        self,
        entries: Iterable[int | Document],
        *,
        before: Change | None = None,
        after: Change | None = None,
        report: Document | None = None,
        body: Callable[[str], str] | None = None,
    ) -> Document:
        """The same before it is written."""
        statement = self.statement([self.shown(one) if isinstance(one, int) else one for one in entries])
        if before is not None:
            before(statement)
        digest = hashlib.sha256(canonical(statement)).hexdigest()
        index = self.add("report", {"digest": digest, "what": "bundle"} | (report or {}))
        leaves = [sha256(b"\0", canonical(one)) for one in self.bodies]
        checkpoint = f"{ORIGIN}\n{len(leaves)}\n{text(root_of(leaves))}\n"
        document = {
            "checkpoint": note(checkpoint if body is None else body(checkpoint)),
            "proofs": [
                [text(node) for node in path_of(int(entry["index"]) % len(leaves), leaves)]
                for entry in statement["entries"]
            ],
            "report": self.shown(index) | {"proof": [text(node) for node in path_of(index, leaves)]},
            "schema": "isolation.bundle/1",
            "statement": statement,
        }
        if after is not None:
            after(document)
        return document


def six_entries() -> Log:
    """A log of one account's first three sessions and an end, and of two entries of others."""
    made = Log()
    made.add("origin")
    made.session(1, public_ip=[{"identifying": True, "value": "9.9.9.9"}])
    made.session(1, "store-b")
    made.session(2)
    made.add("end", {"at": 5}, of=3)
    made.session(3)
    return made


OWN = (1, 3, 4, 5)
OTHERS = 2
