r"""When two names that people sign in with are one login: `li@corp.example`, `CORP\li` and `li@CORP.EXAMPLE`.

Logs of one company name one person in several ways. The names are folded where they are read; what is stored stays as
it was logged. A down-level name has the domain's NetBIOS name, which by default is the first label of its DNS name
(https://learn.microsoft.com/en-us/windows/win32/secauthn/user-name-formats, read 2026-11). Two full DNS names that
differ are two companies, and a bare name is nobody's: neither folds.
"""

from __future__ import annotations

from isolation.identifiers.accounts import operator_key

_GUEST = "#ext#"


def same_login(first: str, second: str) -> bool:
    """Whether two names are one login; raises BadIdentifier for what is no name."""
    return _same(_parts(first), _parts(second))


def _same(one: tuple[str, str], other: tuple[str, str]) -> bool:
    (user, realm), (user_too, realm_too) = one, other
    if user != user_too or not realm or not realm_too:
        return one == other
    return realm == realm_too or _is_short(realm, realm_too) or _is_short(realm_too, realm)


def _is_short(short: str, full: str) -> bool:
    return "." not in short and full.partition(".")[0] == short


def _parts(name: str) -> tuple[str, str]:
    """User and realm, "" where the name has none. A guest's name holds the one of the home company."""
    key = operator_key(name)
    domain, mark, user = key.partition("\\")
    if mark and domain and user and "@" not in user and "\\" not in user:
        return user, domain
    guest, mark, _ = key.partition(_GUEST)
    if mark and "_" in guest:
        key = "@".join(guest.rsplit("_", 1))
    user, _, realm = key.rpartition("@")
    return (user, realm) if user and realm else (key, "")


__all__ = ["same_login"]
