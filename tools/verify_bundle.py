#!/usr/bin/env python3
"""Verify a proof bundle: `python verify_bundle.py FILE`. Exit 0 intact, 3 damaged, 2 not a bundle, 10 intact, but
nobody knows who made the time stamps in it.

This is a second verifier, for whoever would rather not trust the first. It follows docs/bundles.md and shares nothing
with the program that makes bundles: it needs Python 3.11, the standard library, and `cryptography` for Ed25519.
`--json` prints the verdict as one object. Where a bundle holds time stamps, `--ca FILE` names the roots that their
makers must lead to, and the program `openssl` is asked.

A bundle is one line of JSON in canonical form (RFC 8785 without floats). Its `statement` is all that it claims. The
statement's digest stands in a log entry, `report`; that entry and every entry shown are proved to be in the Merkle
tree (RFC 6962) whose root the checkpoint (c2sp.org/tlog-checkpoint) signs; and each value shown opens a commitment in
its entry. The sections below are those of the document.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import datetime
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_FILE = 32 * 1024 * 1024
MOST_PARTS = LARGEST_FILE // 8
LARGEST_NUMBER = 2**53 - 1
DEEPEST = 16
MARKS = (b'{"checkpoint":"', b'"schema":"isolation.bundle/', b'"statement":{')


class NotABundle(Exception):
    """The file is something else."""


class Damaged(Exception):
    """The file is a bundle, and not as it was made."""


def check(condition: object, complaint: str) -> None:
    """Raises Damaged unless the condition holds."""
    if not condition:
        raise Damaged(complaint)


# --- 1. Bytes: the one form in which a value can be written -----------------------------------------------------------


def parts(value: Any) -> Iterator[tuple[Any, int]]:
    """Every object and list in a value, with how deep it lies; without recursion, which a stranger could exhaust."""
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, dict | list):
            yield one, depth
            waiting += [(member, depth + 1) for member in (one.values() if isinstance(one, dict) else one)]


def refuse(text: str) -> None:
    """Called for numbers with a fraction or an exponent, and for NaN and Infinity."""
    raise Damaged(f"{text[:20]} is not an integer")


def integer(text: str) -> int:
    """An integer that every reader of JSON holds exactly."""
    check(len(text) < 20 and abs(int(text)) <= LARGEST_NUMBER, "a number is too large")
    return int(text)


def canonical(value: Any) -> bytes:
    """The bytes of a value: keys sorted, no space between, every character as it is unless JSON must escape it."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Damaged("a text holds half a character") from None


def parse(data: bytes) -> Any:
    """The value of a file that is in canonical form."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=refuse, parse_constant=refuse, parse_int=integer)
    except (ValueError, RecursionError) as problem:
        raise Damaged(f"it is not JSON: {problem}") from None
    for part, depth in parts(value):
        check(depth <= DEEPEST, "it is nested too deeply")
        check(isinstance(part, list) or all(key.isascii() for key in part), "a key is not ASCII")
    # Spaces, other escapes, keys that come twice or in another order: none of them comes out again.
    check(canonical(value) == data, "it is not in canonical form")
    return value


def bytes_of(text: Any, size: int | None = None) -> bytes:
    """What a text in padded standard base64 stands for; of `size` bytes where that is given."""
    check(isinstance(text, str), "base64 is a text")
    try:
        data = base64.b64decode(text.encode("ascii", "strict"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise Damaged("a text is not base64") from None
    check(base64.b64encode(data).decode() == text, "base64 is not written as it should be")
    check(size is None or len(data) == size, "a hash or a salt has the wrong length")
    return data


# --- 2. Form: which keys there are, and what they hold ----------------------------------------------------------------


def has_keys(value: Any, names: str, where: str, optional: tuple[str, ...] = ()) -> None:
    """An object with exactly these keys."""
    check(isinstance(value, dict), f"{where} is no object")
    found = set(value) - set(optional)
    check(found == set(names.split()), f"{where} has other keys than it should have")


def is_count(value: Any) -> bool:
    """An integer from 0; true and false are none."""
    return type(value) is int and value >= 0


def are_texts(value: Any) -> bool:
    """A list of texts."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def text_or_null(value: Any) -> bool:
    """A text or null."""
    return value is None or isinstance(value, str)


def check_entry(entry: Any, kinds: tuple[str, ...], where: str) -> None:
    """Index, body and opened fields of an entry."""
    body = entry["body"]
    check(is_count(entry["index"]), f"{where} has no index")
    has_keys(body, "kind open sd v", f"{where}, body")
    check(isinstance(body["kind"], str) and body["kind"] in kinds, f"{where} is of another kind")
    check(type(body["v"]) is int and body["v"] == 1, f"{where} is of another version")
    has_keys(body["open"], "logged", f"{where}, open", optional=("of",))
    check(type(body["open"]["logged"]) is int, f"{where} does not say when it was logged")
    check(is_count(body["open"].get("of", 0)), f"{where} tells of no entry")
    for part in (body["sd"], entry["opened"]):
        check(isinstance(part, dict), f"{where} has no fields")
        check(all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in part), f"{where} has a field without a name")
    for commitment in body["sd"].values():
        bytes_of(commitment, 32)
    for field in entry["opened"].values():
        has_keys(field, "salt value", f"{where}, a field")
        bytes_of(field["salt"], 32)


def check_form(bundle: Any) -> None:
    """Everything that a bundle must have, and nothing that it must not."""
    has_keys(bundle, "checkpoint proofs report schema statement", "the bundle", optional=("anchor_proofs",))
    check(isinstance(bundle["checkpoint"], str), "there is no checkpoint")
    check(bundle["schema"] == "isolation.bundle/1", "it is of another version")
    check(isinstance(bundle["proofs"], list), "there are no proofs")
    has_keys(bundle["report"], "body index opened proof", "the report")
    check_entry(bundle["report"], ("report",), "the report")
    for proof in (*bundle["proofs"], bundle["report"]["proof"]):
        check(isinstance(proof, list), "a proof is no list")
        for node in proof:
            bytes_of(node, 32)
    check_statement(bundle["statement"])
    check(isinstance(bundle.get("anchor_proofs", []), list), "there are no proofs of time stamps")
    for proof in bundle.get("anchor_proofs", []):
        has_keys(proof, "consistency inclusion", "a time stamp's proof")
        for nodes in proof.values():
            check(isinstance(nodes, list), "a proof is no list")
            for node in nodes:
                bytes_of(node, 32)


def check_statement(statement: Any) -> None:
    """What a bundle claims."""
    has_keys(
        statement,
        "disclosed does_not_prove entries findings key key_store made_at omitted origin period program proves size"
        " subject",
        "the statement",
        optional=("anchors", "signers"),
    )
    for name in ("key", "key_store", "made_at", "origin", "program"):
        check(isinstance(statement[name], str), f"{name} is no text")
    for name in ("disclosed", "does_not_prove", "proves"):
        check(are_texts(statement[name]), f"{name} is no list of texts")
    check(is_count(statement["size"]), "the size is no number")
    has_keys(statement["omitted"], "entries erased findings sessions", "omitted")
    check(all(map(is_count, statement["omitted"].values())), "what is omitted is not counted")
    has_keys(statement["period"], "since until", "the period")
    check(all(map(text_or_null, statement["period"].values())), "the period is no period")
    check(isinstance(statement["entries"], list), "there are no entries")
    for entry in statement["entries"]:
        has_keys(entry, "body index opened", "an entry", optional=("account",))
        check(isinstance(entry.get("account", ""), str), "an entry's account is no text")
        check_entry(entry, ("session", "end", "amend", "join", "observe", "index"), "an entry")
    check(isinstance(statement["findings"], list), "there are no findings")
    for finding in statement["findings"]:
        check_finding(finding)
    check_subject(statement["subject"])
    check(isinstance(statement.get("signers", []), list), "the signers are no list")
    for signer in statement.get("signers", []):
        has_keys(signer, "key since vouch", "a signer")
        check(isinstance(signer["key"], str) and is_count(signer["since"]), "a signer has no key or no place")
        check(text_or_null(signer["vouch"]), "a signer is vouched for by what is no text")
    check(isinstance(statement.get("anchors", []), list), "the time stamps are no list")
    for anchor in statement.get("anchors", []):
        check_anchor_form(anchor)


def check_anchor_form(anchor: Any) -> None:
    """A time stamp as an entry of the log, which is open as a whole."""
    has_keys(anchor, "body index", "a time stamp")
    check(is_count(anchor["index"]), "a time stamp has no index")
    body = anchor["body"]
    has_keys(body, "kind open sd v", "a time stamp's body")
    check(body["kind"] == "anchor" and type(body["v"]) is int and body["v"] == 1, "a time stamp is no anchor")
    check(isinstance(body["sd"], dict) and not body["sd"], "a time stamp commits to fields")
    told = body["open"]
    has_keys(told, "authority before chain checkpoint logged response", "what a time stamp tells")
    for name in ("authority", "checkpoint", "response"):
        check(isinstance(told[name], str), f"a time stamp's {name} is no text")
    check(type(told["logged"]) is int, "a time stamp does not say when it was logged")
    check(type(told["chain"]) is bool, "a time stamp does not say whether its chain was verified")
    check(told["before"] is None or is_count(told["before"]), "a time stamp names no entry before it")


def check_finding(finding: Any) -> None:
    """One finding; what it says is for people."""
    has_keys(
        finding, "accounts confidence fact first_seen id last_seen rule sessions severity state value", "a finding"
    )
    check(are_texts(finding["accounts"]), "a finding names no accounts")
    check(all(isinstance(finding[name], str) for name in ("confidence", "fact", "id", "rule", "severity", "state")),
          "a finding's words are no texts")  # fmt: skip
    check(all(text_or_null(finding[name]) for name in ("first_seen", "last_seen", "value")), "a finding is misshapen")
    check(finding["sessions"] is None or is_count(finding["sessions"]), "a finding's sessions are not counted")


def check_subject(subject: Any) -> None:
    """Which account, and which operator, the bundle is about; null where it is about none."""
    has_keys(subject, "account operator", "the subject")
    account, operator = subject["account"], subject["operator"]
    if account is not None:
        has_keys(account, "name spellings", "the account")
        check(isinstance(account["name"], str) and isinstance(account["spellings"], list), "the account has no name")
        check(all(map(are_texts, account["spellings"])), "the account's spellings are no texts")
    if operator is not None:
        has_keys(operator, "name spellings", "the operator")
        check(isinstance(operator["name"], str) and are_texts(operator["spellings"]), "the operator has no name")


# --- 3. Checkpoint: a signed note over origin, size and root ----------------------------------------------------------

WORD = r"[^\s+]+"


def read_key(text: str) -> tuple[str, bytes, bytes]:
    """Name, id and public key of `name+id+key`."""
    found = re.fullmatch(rf"({WORD})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/=]+)", text)
    if found is None:
        raise Damaged("the key is not of the form name+id+key")
    data = bytes_of(found[3], 33)
    check(data[0] == 1, "the key is not an Ed25519 key")
    identifier = hashlib.sha256(found[1].encode() + b"\n" + data).digest()[:4]
    check(identifier.hex() == found[2], "the key's id is not its own")
    return found[1], identifier, data[1:]


def read_checkpoint(note: str, key_text: str) -> tuple[str, int, bytes, bytes]:
    """Origin, size, root, and the public key that signed them."""
    check(len(note.encode()) <= 1 << 18, "the checkpoint is too large")
    name, identifier, public = read_key(key_text)
    found = re.fullmatch(
        rf"(?P<text>(?P<origin>{WORD})\n(?P<size>0|[1-9][0-9]{{0,15}})\n(?P<root>[A-Za-z0-9+/=]+)\n)\n"
        rf"— (?P<name>{WORD}) (?P<signature>[A-Za-z0-9+/=]+)\n",
        note,
    )
    if found is None:
        raise Damaged("the checkpoint is not a note of three lines and one signature")
    check(not re.search(r"[\x00-\x09\x0b-\x1f]", note), "the checkpoint holds control characters")
    check(found["origin"] == found["name"] == name, "origin, key and checkpoint do not bear one name")
    check(int(found["size"]) <= LARGEST_NUMBER, "the checkpoint's size is too large")
    signature = bytes_of(found["signature"])
    check(signature[:4] == identifier, "the checkpoint is signed with another key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], found["text"].encode())
    except (InvalidSignature, ValueError):
        raise Damaged("the checkpoint's signature does not hold") from None
    return name, int(found["size"]), bytes_of(found["root"], 32), public


def check_signers(statement: Any) -> None:
    """Where the log's keys were rotated: each key but the first is vouched for by the one before."""
    before, since = b"", -1
    for signer in statement.get("signers", []):
        name, _, public = read_key(signer["key"])
        check(name == statement["origin"], "a signer is of another log")
        check(since < signer["since"] < statement["size"], "the signers are out of order")
        is_first = since < 0
        check(is_first == (signer["since"] == 0) == (signer["vouch"] is None), "a signer is not vouched for")
        if not is_first:
            key = base64.b64encode(public).decode()
            text = f"isolation/rotate/1\n{name}\n{signer['since']}\n{key}\n"
            try:
                Ed25519PublicKey.from_public_bytes(before).verify(bytes_of(signer["vouch"]), text.encode())
            except (InvalidSignature, ValueError):
                raise Damaged("a signer is not vouched for by the one before") from None
        before, since = public, signer["since"]
    if "signers" in statement:
        check(statement["signers"], "there is no signer")
        check(statement["signers"][-1]["key"] == statement["key"], "the last signer is not the one that signed")


# --- 4. Entries: in the tree, and committed to what is shown ----------------------------------------------------------


def sha256(*pieces: bytes) -> bytes:
    """SHA-256 over these bytes."""
    return hashlib.sha256(b"".join(pieces)).digest()


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a leaf hash and its audit path lead to (RFC 6962, 2.1.1, read backwards). Uses up `path`."""
    if size == 1:
        return leaf
    check(path, "a proof is too short")
    sibling = path.pop()
    left = 1 << (size - 1).bit_length() - 1
    if index < left:
        return sha256(b"\1", root_from(leaf, index, left, path), sibling)
    return sha256(b"\1", sibling, root_from(leaf, index - left, size - left, path))


def check_included(entry: Any, proof: Any, size: int, root: bytes) -> None:
    """That the entry's body is the leaf at its index, and that the values shown open its commitments."""
    index, body = entry["index"], entry["body"]
    check(index < size, f"entry {index} is outside the tree")
    path = [bytes_of(node) for node in proof]
    found = root_from(sha256(b"\0", canonical(body)), index, size, path)
    check(not path and found == root, f"entry {index} is not proved to be in the log")
    for name, field in entry["opened"].items():
        made = sha256(bytes_of(field["salt"]), canonical([name, field["value"]]))
        shown = base64.b64encode(made).decode()
        check(body["sd"].get(name) == shown, f"entry {index}: the value shown for {name} is not the recorded one")


# --- 5. Statement: what was logged is what is claimed -----------------------------------------------------------------


def check_bounds(bundle: Any, size: int) -> None:
    """Order and number of the entries."""
    statement, report = bundle["statement"], bundle["report"]
    indices = [entry["index"] for entry in statement["entries"]]
    check(len(bundle["proofs"]) == len(indices), "there is not one proof for each entry")
    check(indices == sorted(set(indices)), "the entries are not in order, or one comes twice")
    check(not indices or indices[-1] < statement["size"], "an entry is newer than the statement")
    check(statement["size"] <= report["index"] < size, "the report is not between the statement and the checkpoint")
    check(len(indices) + statement["omitted"]["entries"] == statement["size"], "shown and omitted do not add up")


def check_report(bundle: Any) -> None:
    """The log says that a bundle with this statement was made."""
    opened = bundle["report"]["opened"]
    check(set(opened) == set(bundle["report"]["body"]["sd"]), "the report is not opened whole")
    check({"digest", "what"} <= set(opened), "the report does not say what was made")
    check(opened["what"]["value"] == "bundle", "the report is of something else")
    digest = hashlib.sha256(canonical(bundle["statement"])).hexdigest()
    check(opened["digest"]["value"] == digest, "the statement is not the one that was logged")


# --- 6. Subject: whose entries these are, and which numbers are missing -----------------------------------------------


def value_of(entry: Any, name: str) -> Any:
    """The value shown for a field, or None."""
    return entry["opened"].get(name, {}).get("value")


def check_subjects(statement: Any) -> list[list[Any]]:
    """Every entry is of the account and the operator; returns the runs of the account's numbers that no entry has."""
    account, operator = statement["subject"]["account"], statement["subject"]["operator"]
    entries = {entry["index"]: entry for entry in statement["entries"]}
    check_references(entries)
    if operator:
        shown = {about(entry) for entry in entries.values() if is_one_of(value_of(entry, "operator"), operator)}
        for index, entry in entries.items():
            check(kind_of(entry) != "session" or index in shown, f"entry {index} does not show the operator")
    return check_numbers(entries, account["spellings"]) if account else []


def kind_of(entry: Any) -> str:
    """Session, end, amend, join or index."""
    return str(entry["body"]["kind"])


def about(entry: Any) -> int:
    """The entry that an entry is about: a session about itself, the others about an earlier one."""
    return int(entry["body"]["open"].get("of", entry["index"]))


def is_one_of(name: Any, operator: Any) -> bool:
    """Whether a value is one of the operator's spellings."""
    return isinstance(name, str) and name in operator["spellings"]


def check_references(entries: dict[int, Any]) -> None:
    """What is no session tells more of one, or of the end of one, that stands before it."""
    for index, entry in entries.items():
        kind, of = kind_of(entry), about(entry)
        if kind == "session":
            check("of" not in entry["body"]["open"], f"entry {index} is a session and tells of another entry")
        else:
            wanted = ("session", "end", "observe") if kind == "index" else ("session",)
            known = of < index and of in entries and kind_of(entries[of]) in wanted
            check(known, f"entry {index} tells more of an entry that is not shown before it")


def check_numbers(entries: dict[int, Any], spellings: list[list[str]]) -> list[list[Any]]:
    """Every session is of the account; its number within the account is its own, or that of its `index` entry."""
    group_of = {text: group for group, texts in enumerate(spellings) for text in texts}
    check(len(group_of) == sum(map(len, spellings)), "a spelling of the account stands twice")
    last: dict[int, int] = {}
    missing = []
    for index, entry in entries.items():
        session = entries[about(entry)]
        if kind_of(entry) == "session":
            name = value_of(entry, "account")
            check(isinstance(name, str) and name in group_of, f"entry {index} does not show the account")
        elif kind_of(entry) != "index" or kind_of(session) != "session":
            continue
        if "acct_seq" in entry["body"]["sd"]:
            number, group = value_of(entry, "acct_seq"), group_of[value_of(session, "account")]
            # After an erasure an account that is new is counted from above the numbers that were used.
            before = last[group] if group in last else entry["opened"].get("acct_from", {"value": 0})["value"]
            check(type(before) is int, f"entry {index} does not show what its account is counted from")
            check(type(number) is int and number > before, f"entry {index}: its number does not follow {before}")
            if number > before + 1:
                missing.append([spellings[group][0], before + 1, number - 1])
            last[group] = number
    return missing


# --- 7. Time stamps: over the log's beginning, and in the log ---------------------------------------------------------

SHA256_ID = bytes.fromhex("608648016503040201")
SEQUENCE, INTEGER, OCTETS, OBJECT_ID, TIME, EXPLICIT_0 = 0x30, 0x02, 0x04, 0x06, 0x18, 0xA0
LARGEST_RESPONSE = 1 << 18
MOST_MEMBERS = 100
MICROSECONDS = {INTEGER: 1_000_000, 0x80: 1000, 0x81: 1}  # of seconds, [0] millis, [1] micros
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def elements(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of the elements that these bytes are, one after the other (X.690, definite lengths)."""
    found, at = [], 0
    while at < len(data):
        check(len(found) < MOST_MEMBERS, "a part of a time stamp has too many members")
        check(at + 2 <= len(data), "a time stamp is cut short")
        length, content = data[at + 1], at + 2
        if length >= 0x80:
            content += length - 0x80
            check(at + 3 <= content <= min(at + 6, len(data)), "a length in a time stamp is not one")
            length = int.from_bytes(data[at + 2 : content], "big")
        check(content + length <= len(data), "a time stamp is cut short")
        found.append((data[at], data[content : content + length]))
        at = content + length
    return found


def within(data: bytes, *steps: tuple[int, int]) -> bytes:
    """The content reached from the one element that the data is, by steps of (place among its members, tag)."""
    whole = elements(data)
    check(len(whole) == 1, "a time stamp is not one element")
    content = whole[0][1]
    for place, tag in steps:
        members = elements(content)
        check(place < len(members) and members[place][0] == tag, "a time stamp has another form")
        content = members[place][1]
    return content


def moment(text: str) -> int:
    """A moment of the form 20261123151100, in µs since 1970."""
    made = datetime.datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=datetime.UTC)
    return (made - EPOCH) // datetime.timedelta(microseconds=1)


def read_time(text: str) -> tuple[int, int]:
    """A GeneralizedTime in µs since 1970, and the unit of its last digit."""
    found = re.fullmatch(r"([0-9]{14})(?:\.([0-9]*[1-9]))?Z", text)
    if found is None:
        raise Damaged("a time stamp's time is not one")
    digits = found[2] or ""
    try:
        return moment(found[1]) + int((digits + "000000")[:6]), 10 ** (6 - min(len(digits), 6))
    except ValueError:
        raise Damaged("a time stamp's time is not one") from None


def read_accuracy(info: bytes) -> int:
    """How far off the authority says that its clock may be, in µs."""
    rest = elements(within(info))[5:6]
    if not rest or rest[0][0] != SEQUENCE:
        return 0
    parts = [(tag, int.from_bytes(content, "big", signed=True)) for tag, content in elements(rest[0][1])]
    check(all(tag in MICROSECONDS and number >= 0 for tag, number in parts), "a time stamp's accuracy is not one")
    return sum(MICROSECONDS[tag] * number for tag, number in parts)


def read_time_stamp(response: bytes) -> tuple[bytes, int, int]:
    """The digest that an RFC 3161 response is of, and after and by which moment (µs) it says that it was made."""
    check(len(response) <= LARGEST_RESPONSE, "a time stamp is too large")
    token = ((1, SEQUENCE), (1, EXPLICIT_0), (0, SEQUENCE), (2, SEQUENCE), (1, EXPLICIT_0), (0, OCTETS))
    info = within(response, *token)
    check(within(info, (2, SEQUENCE), (0, SEQUENCE), (0, OBJECT_ID)) == SHA256_ID, "a time stamp is not over SHA-256")
    made, unit = read_time(within(info, (4, TIME)).decode("latin-1"))
    accuracy = read_accuracy(info)
    since, until = made - accuracy, made + accuracy + unit
    year_10000 = moment("99991231235959") + 1_000_000
    check(moment("00010101000000") <= since and until < year_10000, "a time stamp's time has no date")
    return within(info, (2, SEQUENCE), (1, OCTETS)), since, until


def root_of_ends(old: int, size: int, path: list[bytes], known: bytes | None) -> tuple[bytes, bytes]:
    """The roots of the first `old` leaves and of all `size`, from a consistency proof (RFC 6962, 2.1.2). Uses it up.

    `known` is the root that is claimed of the first tree, which the proof leaves out where it is a node itself.
    """
    if old == size:
        if known is not None:
            return known, known
        check(path, "a consistency proof is too short")
        node = path.pop(0)
        return node, node
    check(path, "a consistency proof is too short")
    sibling = path.pop()
    left = 1 << (size - 1).bit_length() - 1
    if old <= left:
        first, all_of_it = root_of_ends(old, left, path, known)
        return first, sha256(b"\1", all_of_it, sibling)
    first, all_of_it = root_of_ends(old - left, size - left, path, None)
    return sha256(b"\1", sibling, first), sha256(b"\1", sibling, all_of_it)


def check_anchors(bundle: Any, size: int, root: bytes) -> list[dict[str, Any]]:
    """Every time stamp holds; returns what each tells. Who made it, `openssl` says."""
    statement = bundle["statement"]
    check(("anchors" in statement) == ("anchor_proofs" in bundle), "time stamps and their proofs do not go together")
    if "anchors" not in statement:
        return []
    anchors, proofs = statement["anchors"], bundle["anchor_proofs"]
    check(anchors and len(anchors) == len(proofs), "there is not one proof for each time stamp")
    indices = [anchor["index"] for anchor in anchors]
    check(indices == sorted(set(indices)), "the time stamps are not in order, or one comes twice")
    check(indices[-1] < statement["size"], "a time stamp is newer than the statement")
    keys = [signer["key"] for signer in statement.get("signers", [])] or [statement["key"]]
    return [check_anchor(anchor, proof, keys, size, root) for anchor, proof in zip(anchors, proofs, strict=True)]


def check_anchor(anchor: Any, proof: Any, keys: list[str], size: int, root: bytes) -> dict[str, Any]:
    """One time stamp holds; returns what it tells."""
    index, body, said = anchor["index"], anchor["body"], anchor["body"]["open"]
    check_included({"index": index, "body": body, "opened": {}}, proof["inclusion"], size, root)
    check(said["before"] is None or 0 < said["before"] < index, "a time stamp names no entry before it")
    signers = [key for key in keys if bears_id(said["checkpoint"], key)]
    check(signers, "a time stamp's checkpoint is not signed with a key of this log")
    for key in signers:
        _, covered, old_root, _ = read_checkpoint(said["checkpoint"], key)
    check(0 < covered <= index, "a time stamp is not over entries before it")
    path = [bytes_of(node) for node in proof["consistency"]]
    found = root_of_ends(covered, size, path, old_root)
    check(not path and found == (old_root, root), "a time stamp's checkpoint is not of the log's beginning")
    response = bytes_of(said["response"])
    digest, since, until = read_time_stamp(response)
    check(digest == sha256(said["checkpoint"].encode()), "a time stamp is of other data than its checkpoint")
    return {"entry": index, "size": covered, "after": since, "by": until, "authority": said["authority"],
            "checkpoint": said["checkpoint"], "response": response}  # fmt: skip


def bears_id(note: str, key_text: str) -> bool:
    """Whether a note's signature is by a key of this key's id; whether it holds is another question."""
    found = re.search(r"[^ \n]+ ([A-Za-z0-9+/]+=*)\n\Z", note)
    return found is not None and bytes_of(found[1])[:4] == read_key(key_text)[1]


def unverified(time_stamp: dict[str, Any], roots: str) -> str:
    """Why it is not known who made a time stamp; "" where `openssl ts` verifies it up to one of the roots."""
    if not roots:
        return "name the authority's root with --ca"
    with tempfile.TemporaryDirectory() as folder:
        note, response = Path(folder, "note"), Path(folder, "response")
        note.write_bytes(time_stamp["checkpoint"].encode())
        response.write_bytes(time_stamp["response"])
        # At the time that it states: the certificate may have expired since.
        command = ("openssl", "ts", "-verify", "-data", note, "-in", response, "-CAfile", roots, "-attime",
                   str(time_stamp["by"] // 1_000_000))  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired) as problem:
            return f"openssl cannot be asked: {problem}"
    return "" if done.returncode == 0 else "openssl does not verify it up to that root"


def logged(entry: int, time_stamps: list[dict[str, Any]]) -> tuple[int | None, int | None]:
    """After and by which moment (µs) an entry was logged; None where no time stamp tells."""
    after = max((one["after"] for one in time_stamps if one["entry"] <= entry), default=None)
    return after, min((one["by"] for one in time_stamps if one["size"] > entry), default=None)


# --- The whole --------------------------------------------------------------------------------------------------------


def verify(data: bytes) -> dict[str, Any]:
    """The verdict on a file's bytes: a dictionary. Raises NotABundle, Damaged."""
    if len(data) > LARGEST_FILE or data.count(b"{") + data.count(b"[") + data.count(b",") > MOST_PARTS:
        raise NotABundle("it is too large")
    if not any(mark in data for mark in MARKS):
        raise NotABundle("it has none of a bundle's marks")
    bundle = parse(data)
    check_form(bundle)
    statement = bundle["statement"]
    origin, size, root, public = read_checkpoint(bundle["checkpoint"], statement["key"])
    check(statement["origin"] == origin, "origin, key and checkpoint do not bear one name")
    check_signers(statement)
    check_bounds(bundle, size)
    check_included(bundle["report"], bundle["report"]["proof"], size, root)
    check_report(bundle)
    for entry, proof in zip(statement["entries"], bundle["proofs"], strict=True):
        check_included(entry, proof, size, root)
    return {
        "intact": True,
        "origin": origin,
        "size": size,
        "root": root.hex(),
        "fingerprint": sha256(b"isolation/sign-key/1\0", public)[:16].hex(),
        "entries": len(statement["entries"]),
        "missing": check_subjects(statement),
        "time_stamps": check_anchors(bundle, size, root),
        "statement": statement,
    }


def when(moment: int | None) -> str:
    """A moment (µs) for people."""
    return "?" if moment is None else (EPOCH + datetime.timedelta(microseconds=moment)).isoformat()


def show(verdict: dict[str, Any]) -> None:
    """Prints the verdict for people; texts of the bundle are printed as JSON writes them, in ASCII."""
    statement, time_stamps = verdict["statement"], verdict["time_stamps"]
    names = [part["name"] for part in statement["subject"].values() if part]
    print(f"INTACT: {verdict['entries']} entries of {json.dumps(names)}, from the log {json.dumps(verdict['origin'])}")
    print(f"signed with the key {verdict['fingerprint']}: compare it with the owner in another way")
    for signer in statement.get("signers", [])[:-1]:
        _, _, public = read_key(signer["key"])
        mark = sha256(b"isolation/sign-key/1\0", public)[:16].hex()
        print(f"from entry {signer['since']} on its key was {mark}, which vouches for the one after it")
    for one in time_stamps:
        who = f"who made it is not known: {one['unverified']}" if one["unverified"] else "openssl verifies who made it"
        print(f"the first {one['size']} entries existed by {when(one['by'])}, says the time stamp in entry"
              f" {one['entry']}, from {json.dumps(one['authority'])}; {who}")  # fmt: skip
    for spelling, first, last in verdict["missing"]:
        print(f"entries {first} to {last} of this account ({json.dumps(spelling)}) are not in this bundle")
    print(f"omitted: {json.dumps(statement['omitted'])}")
    for entry in statement["entries"]:
        values = {name: field["value"] for name, field in entry["opened"].items()}
        after, by = logged(entry["index"], time_stamps)
        bounds = f", logged after {when(after)}, by {when(by)}" if time_stamps else ""
        print(f"entry {entry['index']}, {entry['body']['kind']}{bounds}: {json.dumps(values)}")
    for finding in statement["findings"]:
        print(f"finding: {json.dumps(finding)}")
    print("What this does not prove stands in docs/bundles.md.")


def as_json(verdict: dict[str, Any]) -> str:
    """The verdict without the bundle's own words."""
    told = {name: value for name, value in verdict.items() if name != "statement"}
    if told["intact"]:
        hidden = ("checkpoint", "response")
        told["time_stamps"] = [
            {name: value for name, value in one.items() if name not in hidden} for one in told["time_stamps"]
        ]
    return json.dumps(told)


def main(arguments: list[str]) -> int:
    """Reads the file named on the command line, prints the verdict and returns the exit code."""
    parser = argparse.ArgumentParser(description="Verify a proof bundle.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print the verdict as one JSON object")
    parser.add_argument("--ca", metavar="FILE", default="", help="roots (PEM) that a time stamp's maker must lead to")
    given = parser.parse_args(arguments)
    try:
        with open(given.file, "rb") as file:
            verdict = verify(file.read(LARGEST_FILE + 1))
    except (OSError, NotABundle) as problem:
        print(f"{given.file} is not a bundle: {problem}", file=sys.stderr)
        return 2
    except Damaged as problem:
        verdict = {"intact": False, "problem": str(problem)}
    for one in verdict.get("time_stamps", []):
        one["unverified"] = unverified(one, given.ca)
    if given.json:
        print(as_json(verdict))
    elif verdict["intact"]:
        show(verdict)
    else:
        print(f"DAMAGED: {json.dumps(verdict['problem'])}")
    if not verdict["intact"]:
        return 3
    return 10 if any(one["unverified"] for one in verdict["time_stamps"]) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
