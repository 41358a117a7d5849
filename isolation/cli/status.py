"""The ledger, its keys and coverage, and what this machine cannot read, why, and what would allow it.

Exit 0.
"""

from __future__ import annotations

import argparse
import os
import time

from isolation.cli import terminal
from isolation.cli.check import present_identity
from isolation.cli.common import Options, load_policy
from isolation.cli.layout import Line
from isolation.cli.words import counted
from isolation.findings import FACT_WORDS, SEVERITY_WORDS, STATUS_WORDS
from isolation.messages import joined, known, message
from isolation.model import LINKING_FACTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.ledger import Ledger
    from isolation.model import Identity
    from isolation.policy import Policy


_ON_UNKNOWN = {"record": message("record"), "block": message("block")}


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `status`: none of its own."""


def run(options: Options) -> int:
    """Prints where things stand."""
    policy = load_policy(options)
    identity = present_identity(options, policy)
    ledger = _ledger(options)
    if options.json:
        terminal.emit(
            {"schema": "isolation.status/1", "ledger": ledger, "policy": _policy(options, policy),
             "unread": _unread(identity)}
        )  # fmt: skip
        return 0
    _print(ledger, _policy(options, policy), _unread(identity))
    return 0


def _ledger(options: Options) -> dict[str, Any]:
    from isolation.ledger import Ledger, LedgerMissing
    from isolation.ledger.proofs import verifier_key
    from isolation.ledger.sweeping import is_swept, rotation_begun
    from isolation.times import format_time

    try:
        with Ledger.open(options.ledger, read_only=True) as ledger, ledger.reading() as reader:
            basis = reader.basis()
            return {
                "path": ledger.path,
                "exists": True,
                "origin": ledger.origin,
                "size": reader.size,
                "key_store": ledger.key_store,
                "epoch": ledger.epoch,
                "fingerprint": verifier_key(ledger).fingerprint(),
                "rotation_begun": bool(rotation_begun(ledger.connection)),
                "key_problem": None if reader.key_problem is None else str(reader.key_problem),
                "sessions": basis.sessions,
                "presences": reader.presences(),
                "since": None if basis.since is None else format_time(basis.since),
                "baseline": reader.has_baseline(),
                "open_sessions": [entry for entry, _, _ in reader.open_sessions()],
                "erased": reader.erased,
                "swept": is_swept(ledger.connection),
                "anchors": _anchors(ledger),
            }
    except LedgerMissing:
        return {"path": options.ledger, "exists": False}


def _anchors(ledger: Ledger) -> dict[str, Any]:
    """How many time stamps there are, and the oldest: what it covers cannot have been written later."""
    from isolation.ledger.anchors import anchors
    from isolation.times import format_time

    found = anchors(ledger)
    oldest = None
    if found:
        first = found[0]
        oldest = {
            "entry": first.entry, "authority": first.authority, "size": first.size, "until": format_time(first.until)
        }  # fmt: skip
    return {"count": len(found), "oldest": oldest}


def _policy(options: Options, policy: Policy) -> dict[str, Any]:
    return {
        "path": options.policy,
        "exists": os.path.exists(options.policy),
        "accounts": len(policy.accounts),
        "groups": len(policy.groups),
        "permissions": sum(map(len, policy.permissions.values())),
        "labels": len(policy.labels),
        "waivers": len(policy.waivers),
        "waivers_expired": sum(waiver.until <= time.time_ns() // 1000 for waiver in policy.waivers),
        "block_at": policy.block_at,
        "on_unknown": policy.on_unknown,
        "retention_months": policy.retention_months,
    }


def _unread(identity: Identity) -> list[dict[str, Any]]:
    """What could link accounts and does not here, facts of one cause together; the reason says what would allow it."""
    told: dict[tuple[str, str], list[str]] = {}
    for reading in identity.readings:
        if reading.fact in LINKING_FACTS and not reading.identifying:
            facts = told.setdefault((reading.status, reading.reason), [])
            if reading.fact not in facts:
                facts.append(reading.fact)
    return [{"facts": facts, "status": status, "reason": reason} for (status, reason), facts in told.items()]


def say(text: str) -> None:
    """Prints a line, wrapped on a terminal."""
    terminal.show([Line(text)])


def _print(ledger: dict[str, Any], policy: dict[str, Any], unread: list[dict[str, Any]]) -> None:
    if ledger["exists"]:
        _print_ledger(ledger)
    else:
        say(message("There is no ledger at {path} yet; `isolation setup` makes one.", path=ledger["path"]))
    if not ledger.get("sessions"):
        say("  `isolation recover` shows what this computer itself remembers; you choose what is recorded.")
    _print_policy(policy)
    _print_unread(unread)


def _print_ledger(ledger: dict[str, Any]) -> None:
    entries = counted(ledger["size"], "entry", "entries")
    path, origin = ledger["path"], ledger["origin"]
    say(message("Ledger {path}: {entries}, origin {origin}.", path=path, entries=entries, origin=origin))
    where = {
        "file": message("in a file; a copy of this disk reveals the data."),
        "keyring": message("in the system's keyring."),
    }
    say(message("  Key: {where}", where=ledger["key_problem"] or where[ledger["key_store"]]))
    fingerprint, epoch = ledger["fingerprint"], ledger["epoch"]
    say(message("  Signs with the key {fingerprint}, epoch {epoch}.", fingerprint=fingerprint, epoch=epoch))
    _print_sessions(ledger)
    _print_proofs(ledger)


def _print_sessions(ledger: dict[str, Any]) -> None:
    since = message(" since {since}", since=ledger["since"]) if ledger["since"] else ""
    say(message("  {sessions}{since}.", sessions=counted(ledger["sessions"], "session"), since=since))
    if ledger["presences"]:
        presences = counted(ledger["presences"], "presence")
        say(message("  {presences} of operators, out of workforce logs: no use of an account.", presences=presences))
    if not ledger["baseline"]:
        say("  Nobody has said what was used here before: `isolation setup`, or `isolation init --help`.")
    for entry in ledger["open_sessions"]:
        say(message("  Session {entry} is open; `isolation end {entry}` ends it.", entry=entry))


def _print_proofs(ledger: dict[str, Any]) -> None:
    from isolation.ledger.sweeping import ROTATING_REMARK, UNSWEPT_REMARK

    oldest = ledger["anchors"]["oldest"]
    if oldest:
        say(
            message(
                "  {time_stamps}; the oldest says that the first {size} entries existed by {until} ({authority}).",
                time_stamps=counted(ledger["anchors"]["count"], "time stamp"),
                size=oldest["size"],
                until=oldest["until"],
                authority=oldest["authority"],
            )
        )
    else:
        say("  No time stamp: `isolation anchor --tsa URL` gets one, against back-dating.")
    if ledger["erased"]:
        say(message("  {erased} of the entries were erased.", erased=ledger["erased"]))
    if not ledger["swept"]:
        say(message("  {remark}", remark=UNSWEPT_REMARK))
    if ledger["rotation_begun"]:
        say(message("  {remark}", remark=ROTATING_REMARK))


def _print_policy(policy: dict[str, Any]) -> None:
    path = policy["path"]
    if policy["exists"]:
        accounts, groups = counted(policy["accounts"], "account"), counted(policy["groups"], "group")
        say(message("Policy {path}: {accounts}, {groups} declared.", path=path, accounts=accounts, groups=groups))
        _print_declared(policy)
    else:
        say(message("No policy at {path}: the defaults hold.", path=path))
    say(
        message(
            "  Blocks at {block_at}; on unknown: {on_unknown}; keeps {retention_months} months.",
            block_at=SEVERITY_WORDS[policy["block_at"]],
            on_unknown=_ON_UNKNOWN[policy["on_unknown"]],
            retention_months=policy["retention_months"],
        )
    )


def _print_declared(policy: dict[str, Any]) -> None:
    kinds = (
        (policy["permissions"], counted(policy["permissions"], "permission")),
        (policy["labels"], counted(policy["labels"], "label")),
        (policy["waivers"], counted(policy["waivers"], "waiver")),
    )
    more = [text for number, text in kinds if number]
    if more:
        number = policy["waivers_expired"]
        expired = message(", {waivers_expired} expired", waivers_expired=number) if number else ""
        say(message("  {counts}{expired}.", counts=joined(", ", more), expired=expired))


def _print_unread(unread: list[dict[str, Any]]) -> None:
    say("Not read here, or read and not identifying:" if unread else "Everything could be read here.")
    for one in unread:
        facts = joined(", ", [FACT_WORDS[fact] for fact in one["facts"]])
        status, why = STATUS_WORDS[one["status"]], known(one["reason"])
        say(message("  {facts} ({status}): {why}", facts=facts, status=status, why=why))
