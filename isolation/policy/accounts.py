"""[accounts] and [labels]: which accounts exist, and the names of machines and networks they are assigned to."""

from __future__ import annotations

from isolation.identifiers.accounts import account_key, label_key, platform_of
from isolation.identifiers.escape import excerpt
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.policy.tables import Table

STATES = ("good", "at_risk", "deactivated")
ACCOUNT = ("platform", "owner", "aliases", "standing", "machines", "networks")
STANDING = ("state", "from")
LABEL_KINDS = ("machine", "network")
LABEL = ("kind", "owner", "site")
_ASSIGNED = {"machines": "machine", "networks": "network"}
_ONE_OF_THE_TWO = message("Names compare without case and without spaces around them: keep one of the two.")


def read_labels(table: Table) -> dict[str, tuple[Any, ...]]:
    """A label's key -> the fields of `Label`."""
    labels: dict[str, tuple[Any, ...]] = {}
    for name, label in table.tables():
        label.only(*LABEL)
        key = label.named(label_key, name)
        label.require_plain(name)
        if key in labels:
            raise label.wrong(
                message("{labels} and {name} are one label.", labels=excerpt(labels[key][0]), name=excerpt(name)),
                _ONE_OF_THE_TWO,
            )
        kind = label.choice("kind", LABEL_KINDS)
        site = label.flag("site")
        if site and kind == "machine":
            raise label.wrong("A machine is no shared site.", 'Leave site out, or write kind = "network".', "site")
        labels[key] = (name.strip(), kind, label.plain("owner"), site)
    return labels


def read_accounts(accounts: Table, labels: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
    """The fields of `Policy` that tell of accounts, by an account's key."""
    said: dict[str, dict[str, Any]] = {
        "accounts": {}, "owners": {}, "standing": {}, "machines": {}, "networks": {},
    }  # fmt: skip
    spelled: dict[str, str] = {}
    for name, table in accounts.tables():
        table.only(*ACCOUNT)
        key = table.named(account_key, name)
        if key in spelled:
            raise table.wrong(
                message("{spelled} and {name} are one account.", spelled=excerpt(spelled[key]), name=excerpt(name)),
                _ONE_OF_THE_TWO,
            )
        spelled[key] = name
        # Platforms compare too: "Amazon" beside "amazon" must not look like two of them.
        platform = table.text("platform")
        said["accounts"][key] = table.named(label_key, platform, "platform") if platform else platform_of(name)
        said["owners"][key] = table.plain("owner")
        said["standing"][key] = _standing(table)
        for field in _ASSIGNED:
            said[field][key] = _assigned(table, field, labels)
    return {**said, "aliases": _aliases(accounts, spelled)}


def _assigned(account: Table, field: str, labels: dict[str, tuple[Any, ...]]) -> tuple[str, ...]:
    """The keys of the labels that an account is assigned to; each is one that [labels] has."""
    kind = _ASSIGNED[field]
    keys = []
    for number, name in enumerate(account.texts(field)):
        account.require_plain(name, field, number)
        key = account.named(label_key, name, field, number)
        if key not in labels:
            hint = message(
                '`isolation name {kind} LABEL` learns one; or add it to [labels] with kind = "{kind}".', kind=kind
            )
            raise account.wrong(
                message("There is no label {name} in [labels].", name=excerpt(name)), hint, field, number
            )
        if labels[key][1] != kind:
            hint = message(
                "Name it under {which}.", which=message("networks") if kind == "machine" else message("machines")
            )
            raise account.wrong(
                message("{name} is the label of a {labels}.", name=excerpt(name), labels=labels[key][1]),
                hint,
                field,
                number,
            )
        keys.append(key)
    return tuple(dict.fromkeys(keys))


def _aliases(accounts: Table, spelled: dict[str, str]) -> dict[str, str]:
    """Another spelling's key -> the account's key. An account has no account for an alias, so none can lead on."""
    aliases: dict[str, str] = {}
    claimed = {
        account_key(name): {account_key(alias) for alias in table.texts("aliases") if alias.strip()}
        for name, table in accounts.tables()
    }
    for name, table in accounts.tables():
        own = account_key(name)
        for number, alias in enumerate(table.texts("aliases")):
            key = table.named(account_key, alias, "aliases", number)
            if key == own:
                problem, hint = (
                    message("is the account itself"),
                    message("Names compare without case anyway: leave it out."),
                )
            elif key in spelled and own in claimed[key]:
                problem, hint = (
                    message("leads back to it: each is an alias of the other"),
                    message("Keep one of the two accounts."),
                )
            elif key in spelled:
                problem, hint = message("is an account of its own"), message("Remove that account, or this alias.")
            elif key in aliases:
                problem = message("is an alias already, of {spelled}", spelled=excerpt(spelled[aliases[key]]))
                hint = message("Name it once, at the account that it means.")
            else:
                aliases[key] = own
                continue
            raise table.wrong(
                message(
                    "The alias {alias} of {name} {problem}.", alias=excerpt(alias), name=excerpt(name), problem=problem
                ),
                hint,
                "aliases",
                number,
            )
    return aliases


def _standing(account: Table) -> tuple[tuple[str, int], ...]:
    changes = []
    for change in account.list_of_tables("standing"):
        change.only(*STANDING)
        state = change.choice("state", STATES)
        since = change.moment("from")
        if since is None:
            raise change.wrong("A standing says since when.", "Add from, as from = 2026-01-31.")
        changes.append((state, since))
    return tuple(sorted(changes, key=lambda change: change[1]))
