"""The policy: which accounts exist, which belong together, and how strict to be.

A person writes TOML; a check reads a compiled form of it, because a check is a cold process and the TOML parser
costs more than the check. The compiled form lies beside the policy, is made by the commands that write, and is
used only while it matches the policy's bytes and this interpreter (docs/decisions/0010). `check` never writes it.
"""

from __future__ import annotations

import marshal
import os
import sys

from isolation import __version__
from isolation.digests import sha256
from isolation.errors import PolicyError
from isolation.messages import message
from isolation.model import Value
from isolation.policy.terms import Accepted, Group, Label
from isolation.system_words import why_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from isolation.model import Severity
    from isolation.relations import Numbers, Relations

    # operator, own user or the client's credential, role, from, until
    Grant = tuple[str, bool, str, int | None, int | None]

_LARGEST = 16 << 20
_DIGEST_SIZE = 32


class Policy(Value):
    """What a seller declared.

    `accounts` maps an account's key to its platform, `owners` to whose it is, `standing` to its states with the
    moments (µs) from which each holds, in order, `machines` and `networks` to the keys of the labels it is assigned
    to, and `permissions` to who may use it; `aliases` maps another spelling's key to the account's, `labels` a
    label's key to what is said of it, and `thresholds` a rule's id to its limit. `services4` and `services6` are the
    public-address services named.
    """

    __slots__ = (
        "accounts", "aliases", "block_at", "groups", "labels", "machines", "networks", "on_unknown", "owners", "path",
        "permissions", "retention_months", "services4", "services6", "standing", "thresholds", "waivers",
    )  # fmt: skip
    block_at: Severity
    on_unknown: str
    retention_months: int
    accounts: Mapping[str, str]
    owners: Mapping[str, str]
    aliases: Mapping[str, str]
    standing: Mapping[str, tuple[tuple[str, int], ...]]
    machines: Mapping[str, tuple[str, ...]]
    networks: Mapping[str, tuple[str, ...]]
    groups: tuple[Group, ...]
    permissions: Mapping[str, tuple[Grant, ...]]
    labels: Mapping[str, Label]
    waivers: tuple[Accepted, ...]
    thresholds: Mapping[str, int]
    services4: tuple[str, ...]
    services6: tuple[str, ...]
    path: str

    def __init__(
        self,
        block_at: Severity = "high",
        on_unknown: str = "record",
        retention_months: int = 24,
        accounts: Mapping[str, str] | None = None,
        owners: Mapping[str, str] | None = None,
        aliases: Mapping[str, str] | None = None,
        standing: Mapping[str, tuple[tuple[str, int], ...]] | None = None,
        machines: Mapping[str, tuple[str, ...]] | None = None,
        networks: Mapping[str, tuple[str, ...]] | None = None,
        groups: tuple[Group, ...] = (),
        permissions: Mapping[str, tuple[Grant, ...]] | None = None,
        labels: Mapping[str, Label] | None = None,
        waivers: tuple[Accepted, ...] = (),
        thresholds: Mapping[str, int] | None = None,
        services4: tuple[str, ...] = (),
        services6: tuple[str, ...] = (),
        path: str = "",
    ) -> None:
        self._init(
            block_at=block_at, on_unknown=on_unknown, retention_months=retention_months, accounts=accounts or {},
            owners=owners or {}, aliases=aliases or {}, standing=standing or {}, machines=machines or {},
            networks=networks or {}, groups=tuple(groups), permissions=permissions or {}, labels=labels or {},
            waivers=tuple(waivers), thresholds=thresholds or {}, services4=tuple(services4),
            services6=tuple(services6), path=path,
        )  # fmt: skip

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Policy:
        """The policy of this file; the defaults where there is no such file. Raises PolicyError."""
        return load_policy(os.fspath(path))

    def spellings(self, key: str) -> tuple[str, ...]:
        """The keys under which the ledger may know an account: its own first, then those of its aliases."""
        key = self.aliases.get(key, key)
        return (key, *(alias for alias, account in self.aliases.items() if account == key))

    def relations(
        self,
        ledger: Numbers,
        *,
        moment: int = 0,
        unseen: Mapping[tuple[str, str], int] | None = None,
    ) -> Relations:
        """What the policy says, in the numbers of `ledger`; expiries are judged at `moment` (µs).

        Permissions are made for an account once they are asked for. `unseen` gives numbers to names that the
        ledger has not met, by fact ("account", "operator") and key. An account seen under several spellings goes by
        the number of the first of `spellings` that was seen.
        """
        from isolation.policy.numbering import relations  # only asked once somebody else was met

        return relations(self, ledger, moment, unseen or {})

    def account_keys(self) -> set[str]:
        """The keys of all accounts that the policy names; aliases are none."""
        return set(self.accounts).union(
            self.aliases.values(), self.permissions, *(group.accounts for group in self.groups),
            *(waiver.accounts for waiver in self.waivers),
        )  # fmt: skip

    def people_of(self, key: str) -> set[str]:
        """The keys of the people whom a permission, or a group they work for, lets use an account, at whatever time."""
        found = {operator for group in self.groups if key in group.accounts for operator in group.operators}
        found.update([grant[0] for grant in self.permissions.get(key, ())])
        return found

    def people(self, ledger: Numbers, *others: str) -> dict[tuple[str, str], int]:
        """A number for everybody whom the policy names, and for these keys: one below zero where the ledger has not met
        them. Handed to `relations`, it keeps an account for which nobody was seen yet from counting as free for all."""
        keys = sorted(self.operator_keys().union(others))
        known = ledger.numbers("operator", keys) if keys else {}
        return {("operator", key): known.get(key, -2 - rank) for rank, key in enumerate(keys)}

    def operator_keys(self) -> set[str]:
        """The keys of all people that groups and permissions name."""
        found = {operator for group in self.groups for operator in group.operators}
        found.update([grant[0] for grants in self.permissions.values() for grant in grants])
        return found


def load_policy(path: str) -> Policy:
    """The policy of this file; the defaults where there is no such file. Raises PolicyError."""
    text = read_policy(path)
    if text is None:
        return Policy(path=path)
    return _compiled(path, text) or _parsed(path, text)[1]


def compile_policy(path: str) -> Policy:
    """Reads the policy and keeps its compiled form beside it, readable by its owner only.

    Raises PolicyError. Where the folder cannot be written the policy is still returned: only speed is lost.
    """
    text = read_policy(path)
    if text is None:
        return Policy(path=path)
    policy = _compiled(path, text)
    if policy is None:
        fields, policy = _parsed(path, text)
        content = marshal.dumps(fields)
        _keep(compiled_path(path), _stamp(text) + _digest(content) + content)
    return policy


def recorded_policy(recorded: tuple[int, str] | None) -> Policy:
    """The policy that a log's entry holds, given with its text; the defaults for None.

    Raises PolicyError where this version cannot read what it says.
    """
    if recorded is None:
        return Policy()
    entry, text = recorded
    return _parsed(message("the policy of entry {entry}", entry=entry), text.encode())[1]


def compiled_path(path: str) -> str:
    """Where the compiled form of this policy lies."""
    return path + ".compiled"


def read_policy(path: str) -> bytes | None:
    """The policy's bytes, None where there is no such file. Raises PolicyError."""
    try:
        with open(path, "rb") as file:
            text = file.read(_LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as problem:
        raise PolicyError(
            message("The policy cannot be read: {why}.", why=why_of(problem)),
            "Name a readable TOML file with --policy or ISOLATION_POLICY.",
            path=path,
        ) from None
    if len(text) > _LARGEST:
        raise PolicyError("The policy is larger than 16 MiB.", "Check that this is the right file.", path=path)
    return text


def _parsed(path: str, text: bytes) -> tuple[dict[str, Any], Policy]:
    from isolation.policy.document import parse_policy

    fields = parse_policy(text, path)
    return fields, from_fields(fields, path)


def from_fields(fields: Mapping[str, Any], path: str) -> Policy:
    """The policy of the plain values that `parse_policy` returns."""
    plain = dict(fields)
    groups = tuple([Group(*group) for group in plain.pop("groups")])
    labels = {key: Label(*label) for key, label in plain.pop("labels").items()}
    waivers = tuple([Accepted(*waiver) for waiver in plain.pop("waivers")])
    return Policy(groups=groups, labels=labels, waivers=waivers, path=path, **plain)


def _compiled(path: str, text: bytes) -> Policy | None:
    """The compiled form, None where there is none that belongs to this text, this program and this user."""
    try:
        with open(compiled_path(path), "rb") as file:
            if not _only_ours(os.fstat(file.fileno())):
                return None
            compiled = file.read(_LARGEST)
    except OSError:
        return None
    stamp = _stamp(text)
    content = compiled[len(stamp) + _DIGEST_SIZE :]
    if compiled != stamp + _digest(content) + content:
        return None
    return from_fields(marshal.loads(content), path)  # noqa: S302 - this user wrote it, and its digest holds


def _only_ours(status: os.stat_result) -> bool:
    # `marshal` trusts what it reads, and so does a verdict. Windows keeps a profile's files to their owner itself.
    if sys.platform == "win32":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _keep(target: str, content: bytes) -> None:
    scratch = f"{target}.{os.getpid()}"
    try:
        file = open(scratch, "xb", opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115 - closed below
    except OSError:
        return
    try:
        with file:
            file.write(content)
        os.replace(scratch, target)
    except OSError:
        os.unlink(scratch)


def _stamp(text: bytes) -> bytes:
    """What the compiled form was made from and by: `marshal` has a format of its own in each interpreter."""
    shape = " ".join([name for kind in (Policy, Group, Label, Accepted) for name in kind.__slots__])
    by = message(
        "isolation {version} {hexversion:x} {version2} {shape}\n",
        version=__version__,
        hexversion=sys.hexversion,
        version2=marshal.version,
        shape=shape,
    )
    return by.encode() + _digest(text)


def _digest(content: bytes) -> bytes:
    return bytes(sha256(content).digest())


__all__ = [
    "Accepted",
    "Group",
    "Label",
    "Policy",
    "compile_policy",
    "compiled_path",
    "from_fields",
    "load_policy",
    "read_policy",
    "recorded_policy",
]
