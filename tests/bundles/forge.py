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


def consistency(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= half:
        return [*consistency(old, leaves[:half], whole), root_of(leaves[half:])]
    return [*consistency(old - half, leaves[half:], False), root_of(leaves[:half])]


def der(tag: int, *content: bytes) -> bytes:
    """An element of X.690."""
    data = b"".join(content)
    length = bytes([len(data)]) if len(data) < 128 else b"\x83" + len(data).to_bytes(3, "big")
    return bytes([tag]) + length + data


def response(imprint: bytes, time: bytes = b"20260921141320Z", *more: bytes, algorithm: bytes = b"") -> bytes:
    """An RFC 3161 response that nobody signed; `more` follows the time."""
    identifier = der(6, algorithm or bytes.fromhex("608648016503040201"))
    info = der(
        0x30, der(2, b"\1"), der(6, b"\x2a\x03"), der(0x30, der(0x30, identifier), der(4, imprint)), der(2, b"\7"),
        der(0x18, time), *more,
    )  # fmt: skip
    content = der(0x30, der(6, bytes.fromhex("2a864886f70d0109100104")), der(0xA0, der(4, info)))
    signed = der(0x30, der(2, b"\3"), der(0x31), content)
    return der(
        0x30, der(0x30, der(2, b"\0")), der(0x30, der(6, bytes.fromhex("2a864886f70d010702")), der(0xA0, signed))
    )


def vkey(origin: str = ORIGIN, seed: bytes = KEY) -> str:
    """The key of a log as verifiers are told it."""
    public = b"\1" + Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    identifier = sha256(origin.encode(), b"\n", public)[:4]
    return f"{origin}+{identifier.hex()}+{text(public)}"


def signature_line(body: str, origin: str = ORIGIN, seed: bytes = KEY) -> str:
    """One signature line of a note with that text."""
    identifier = bytes.fromhex(vkey(origin, seed).split("+")[1])
    return f"— {origin} {text(identifier + Ed25519PrivateKey.from_private_bytes(seed).sign(body.encode()))}\n"


def note(body: str, seed: bytes = KEY) -> str:
    """The signed note of any text."""
    return f"{body}\n{signature_line(body, seed=seed)}"


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

    def checkpoint(self, size: int | None = None) -> str:
        """What is signed of the log, or of its beginning."""
        leaves = [sha256(b"\0", canonical(one)) for one in self.bodies[:size]]
        return f"{ORIGIN}\n{len(leaves)}\n{text(root_of(leaves))}\n"

    def anchor(self, signed: str | None = None, token: bytes | None = None, **changes: object) -> int:
        """Appends a time stamp over the log, or over any note; `changes` are made in what it tells."""
        signed = note(self.checkpoint()) if signed is None else signed
        token = response(sha256(signed.encode())) if token is None else token
        index = self.add("anchor")
        self.bodies[index]["open"] |= {
            "authority": "https://tsa.example/", "before": None, "chain": False, "checkpoint": signed,
            "response": text(token), **changes,
        }  # fmt: skip
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
        anchors: Iterable[int] = (),
    ) -> bytes:
        """A bundle that shows these entries. `report` changes what is logged of it, `body` what the checkpoint says.

        `anchors` are the time stamps shown.
        """
        return canonical(self.document(entries, before=before, after=after, report=report, body=body, anchors=anchors))

    def document(
        self,
        entries: Iterable[int | Document],
        *,
        before: Change | None = None,
        after: Change | None = None,
        report: Document | None = None,
        body: Callable[[str], str] | None = None,
        anchors: Iterable[int] = (),
    ) -> Document:
        """The same before it is written."""
        statement = self.statement([self.shown(one) if isinstance(one, int) else one for one in entries])
        if anchors:
            statement["anchors"] = [{"body": copy.deepcopy(self.bodies[one]), "index": one} for one in anchors]
        if before is not None:
            before(statement)
        digest = hashlib.sha256(canonical(statement)).hexdigest()
        index = self.add("report", {"digest": digest, "what": "bundle"} | (report or {}))
        leaves = [sha256(b"\0", canonical(one)) for one in self.bodies]
        checkpoint = self.checkpoint()
        proved = [self._anchor_proof(one, leaves) for one in statement.get("anchors") or ()]
        document: Document = {
            **({"anchor_proofs": proved} if proved else {}),
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

    def _anchor_proof(self, shown: Document, leaves: list[bytes]) -> Document:
        # Of what is no checkpoint, and of a size that the log has not, the proof is that of some other size.
        said = str(shown["body"]["open"].get("checkpoint", "")).split("\n")[1:2]
        size = int(said[0]) if said and said[0].isdecimal() else 1
        return {
            "consistency": [text(node) for node in consistency(min(max(size, 1), len(leaves)), leaves)],
            "inclusion": [text(node) for node in path_of(int(shown["index"]) % len(leaves), leaves)],
        }


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
