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
from isolation.model import Value
from isolation.relations import Bond, Relations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from isolation.model import Severity

_LARGEST = 16 << 20
_DIGEST_SIZE = 32


class Group(Value):
    """Accounts and operators that legitimately belong together, within a period (µs; None: open)."""

    __slots__ = ("accounts", "evidence", "kind", "name", "operators", "since", "until")
    name: str
    kind: str
    accounts: tuple[str, ...]
    operators: tuple[str, ...]
    evidence: str
    since: int | None
    until: int | None

    def __init__(
        self,
        name: str,
        kind: str,
        accounts: tuple[str, ...],
        operators: tuple[str, ...] = (),
        evidence: str = "",
        since: int | None = None,
        until: int | None = None,
    ) -> None:
        self._init(
            name=name, kind=kind, accounts=tuple(accounts), operators=tuple(operators), evidence=evidence,
            since=since, until=until,
        )  # fmt: skip


class Policy(Value):
    """What a seller declared.

    `accounts` maps an account's key to its platform, `owners` to whose it is, `standing` to its states with the
    moments (µs) from which each holds, in order; `aliases` maps another spelling's key to the account's and
    `thresholds` a rule's id to its limit. `services4` and `services6` are the public-address services named.
    """

    __slots__ = (
        "accounts", "aliases", "block_at", "groups", "on_unknown", "owners", "path", "retention_months", "services4",
        "services6", "standing", "thresholds",
    )  # fmt: skip
    block_at: Severity
    on_unknown: str
    retention_months: int
    accounts: Mapping[str, str]
    owners: Mapping[str, str]
    aliases: Mapping[str, str]
    standing: Mapping[str, tuple[tuple[str, int], ...]]
    groups: tuple[Group, ...]
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
        groups: tuple[Group, ...] = (),
        thresholds: Mapping[str, int] | None = None,
        services4: tuple[str, ...] = (),
        services6: tuple[str, ...] = (),
        path: str = "",
    ) -> None:
        self._init(
            block_at=block_at, on_unknown=on_unknown, retention_months=retention_months, accounts=accounts or {},
            owners=owners or {}, aliases=aliases or {}, standing=standing or {}, groups=tuple(groups),
            thresholds=thresholds or {}, services4=tuple(services4), services6=tuple(services6), path=path,
        )  # fmt: skip

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Policy:
        """The policy of this file; the defaults where there is no such file. Raises PolicyError."""
        return load_policy(os.fspath(path))

    def spellings(self, key: str) -> tuple[str, ...]:
        """The keys under which the ledger may know an account: its own first, then those of its aliases."""
        key = self.aliases.get(key, key)
        return (key, *(alias for alias, account in self.aliases.items() if account == key))

    def relations(self, number_of: Callable[[str], int | None]) -> Relations:
        """What the policy says, by account number; `number_of` gives an account key's number, None if unseen.

        An account seen under several spellings goes by the number of the first of `spellings` that was seen.
        """
        others: dict[str, list[str]] = {}
        for alias, key in self.aliases.items():
            others.setdefault(key, []).append(alias)
        numbers: dict[str, int] = {}
        folded: dict[int, int] = {}
        for key in self._keys():
            seen = [n for one in (key, *others.get(key, ())) if (n := number_of(one)) is not None]
            if seen:
                numbers[key] = seen[0]
                folded.update(dict.fromkeys(seen[1:], seen[0]))
        return Relations(
            bonds=tuple(
                Bond(
                    group.name,
                    frozenset(numbers[key] for key in group.accounts if key in numbers),
                    group.since,
                    group.until,
                )
                for group in self.groups
            ),
            platforms={numbers[key]: platform for key, platform in self.accounts.items() if key in numbers},
            aliases=folded,
            thresholds=self.thresholds,
        )

    def _keys(self) -> set[str]:
        """The keys of all accounts that the policy names; aliases are none."""
        return set(self.accounts).union(self.aliases.values(), *(group.accounts for group in self.groups))


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
            f"The policy cannot be read: {getattr(problem, 'strerror', None) or problem}.",
            "Name a readable TOML file with --policy or ISOLATION_POLICY.",
            path=path,
        ) from None
    if len(text) > _LARGEST:
        raise PolicyError("The policy is larger than 16 MiB.", "Check that this is the right file.", path=path)
    return text


def _parsed(path: str, text: bytes) -> tuple[dict[str, Any], Policy]:
    from isolation.policy.document import parse_policy

    fields = parse_policy(text, path)
    return fields, _from_fields(fields, path)


def _from_fields(fields: dict[str, Any], path: str) -> Policy:
    plain = {name: value for name, value in fields.items() if name != "groups"}
    return Policy(groups=tuple(Group(*group) for group in fields["groups"]), path=path, **plain)


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
    return _from_fields(marshal.loads(content), path)  # noqa: S302 - this user wrote it, and its digest holds


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
    by = f"isolation {__version__} {sys.hexversion:x} {marshal.version} {' '.join(Policy.__slots__)}\n"
    return by.encode() + _digest(text)


def _digest(content: bytes) -> bytes:
    return bytes(sha256(content).digest())
