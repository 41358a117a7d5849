"""The policy: which accounts exist, which belong together, and how strict to be.

A person writes TOML; a check reads a compiled form of it, because a check is a cold process and the TOML parser
costs more than the check. The compiled form lies beside the policy, is made by the commands that write, and is
used only while it matches the policy's bytes and this interpreter (docs/decisions/0010). `check` never writes it.
"""

from __future__ import annotations

import marshal
import os
import sys

from isolation.errors import PolicyError
from isolation.evidence import Bond, Relations
from isolation.model import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from isolation.model import Severity

COMPILED_VERSION = 1
_LARGEST = 16 << 20


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
    """What a seller declared. `accounts` maps an account's key to its platform, `aliases` another spelling's key
    to the account's, `thresholds` a rule's id to its limit; `services4/6` are the public-address services named."""

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

    def relations(self, number_of: Callable[[str], int | None]) -> Relations:
        """What the policy says, by account number; `number_of` gives an account key's number, None if unseen."""
        numbers = {key: number_of(key) for key in self._keys()}
        return Relations(
            bonds=tuple(
                Bond(
                    group.name,
                    frozenset(n for key in group.accounts if (n := numbers[self.aliases.get(key, key)]) is not None),
                    group.since,
                    group.until,
                )
                for group in self.groups
            ),
            platforms={n: platform for key, platform in self.accounts.items() if (n := numbers[key]) is not None},
            aliases={
                other: n
                for alias, key in self.aliases.items()
                if (other := numbers[alias]) is not None and (n := numbers[key]) is not None
            },
            thresholds=self.thresholds,
        )

    def _keys(self) -> set[str]:
        keys = set(self.accounts) | set(self.aliases) | set(self.aliases.values())
        for group in self.groups:
            keys.update(group.accounts)
        return keys


def load_policy(path: str) -> Policy:
    """The policy of this file; the defaults where there is no such file. Raises PolicyError."""
    text = _read(path)
    if text is None:
        return Policy(path=path)
    fields = _compiled(path, text)
    if fields is None:
        from isolation.policy.document import parse_policy

        fields = parse_policy(text, path)
    return from_fields(fields, path)


def from_fields(fields: dict[str, Any], path: str = "") -> Policy:
    """The policy of a compiled form (`isolation.policy.document.parse_policy` gives its shape)."""
    plain = {name: value for name, value in fields.items() if name != "groups"}
    return Policy(groups=tuple(Group(*group) for group in fields["groups"]), path=path, **plain)


def compile_policy(path: str) -> Policy:
    """Reads the policy anew and keeps its compiled form beside it, readable by its owner only.

    Raises PolicyError. Where the folder cannot be written the policy is still returned: only speed is lost.
    """
    from isolation.policy.document import parse_policy

    text = _read(path)
    if text is None:
        return Policy(path=path)
    fields = parse_policy(text, path)
    if _compiled(path, text) != fields:
        _keep(compiled_path(path), _stamp(text) + marshal.dumps(fields))
    return from_fields(fields, path)


def compiled_path(path: str) -> str:
    """Where the compiled form of this policy lies."""
    return path + ".compiled"


def _keep(target: str, content: bytes) -> None:
    scratch = f"{target}.{os.getpid()}"
    try:
        with open(scratch, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
        os.replace(scratch, target)
    except OSError:
        return


def _read(path: str) -> bytes | None:
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


def _stamp(text: bytes) -> bytes:
    # The digest of the policy's bytes and of the interpreter: `marshal` has a format of its own in each version.
    from _hashlib import openssl_sha256

    version = f"isolation policy {COMPILED_VERSION} {sys.hexversion:x} {marshal.version}\n".encode()
    return version + bytes(openssl_sha256(text).digest())


def _compiled(path: str, text: bytes) -> dict[str, Any] | None:
    try:
        with open(compiled_path(path), "rb") as file:
            content = file.read(_LARGEST)
    except OSError:
        return None
    stamp = _stamp(text)
    if not content.startswith(stamp):
        return None
    try:
        fields = marshal.loads(content[len(stamp) :])  # noqa: S302 - our own cache, in a folder only its owner writes
    except (ValueError, EOFError, TypeError):
        return None
    return fields if isinstance(fields, dict) else None
