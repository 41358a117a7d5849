"""[accounts] and [labels]: which accounts exist, and the names of machines and networks they are assigned to."""

from __future__ import annotations

from isolation.identifiers.accounts import account_key, label_key, platform_of
from isolation.identifiers.escape import excerpt

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
_ONE_OF_THE_TWO = "Names compare without case and without spaces around them: keep one of the two."


def read_labels(table: Table) -> dict[str, tuple[Any, ...]]:
    """A label's key -> the fields of `Label`."""
    labels: dict[str, tuple[Any, ...]] = {}
    for name, label in table.tables():
        label.only(*LABEL)
        key = label.named(label_key, name)
        label.require_plain(name)
        if key in labels:
            raise label.wrong(f"{excerpt(labels[key][0])} and {excerpt(name)} are one label.", _ONE_OF_THE_TWO)
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
            raise table.wrong(f"{excerpt(spelled[key])} and {excerpt(name)} are one account.", _ONE_OF_THE_TWO)
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
            hint = f'`isolation name {kind} LABEL` learns one; or add it to [labels] with kind = "{kind}".'
            raise account.wrong(f"There is no label {excerpt(name)} in [labels].", hint, field, number)
        if labels[key][1] != kind:
            hint = f"Name it under {'networks' if kind == 'machine' else 'machines'}."
            raise account.wrong(f"{excerpt(name)} is the label of a {labels[key][1]}.", hint, field, number)
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
                problem, hint = "is the account itself", "Names compare without case anyway: leave it out."
            elif key in spelled and own in claimed[key]:
                problem, hint = "leads back to it: each is an alias of the other", "Keep one of the two accounts."
            elif key in spelled:
                problem, hint = "is an account of its own", "Remove that account, or this alias."
            elif key in aliases:
                problem = f"is an alias already, of {excerpt(spelled[aliases[key]])}"
                hint = "Name it once, at the account that it means."
            else:
                aliases[key] = own
                continue
            raise table.wrong(f"The alias {excerpt(alias)} of {excerpt(name)} {problem}.", hint, "aliases", number)
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
