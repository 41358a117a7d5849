"""Logs of workforce products by the commands: what is recorded, what is said of it, and how to say otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Cli


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own, its key in a file."""
    monkeypatch.setenv("ISOLATION_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Four events of the Okta System Log: two people at one address, a failed sign-in, and an application."""

    def event(number: int, user: str, result: str = "SUCCESS", kind: str = "User") -> str:
        return json.dumps(
            {
                "uuid": f"u{number}", "published": f"2026-03-01T08:0{number}:00Z", "eventType": "user.session.start",
                "legacyEventType": "x", "actor": {"type": kind, "alternateId": user},
                "client": {"ipAddress": "203.0.114.7"}, "outcome": {"result": result},
            }
        )  # fmt: skip

    path = tmp_path / "okta.jsonl"
    events = [event(1, "li"), event(2, "wang"), event(3, "li", "FAILURE"), event(4, "job", kind="PublicClientApp")]
    path.write_text("\n".join(events) + "\n", encoding="utf-8")
    return path


def test_a_workforce_log_shows_operators_and_no_use(cli: Cli, log: Path) -> None:
    """Rows are presences, said to be so; nothing collides, status counts them, and the person can have them."""
    done = cli("import", str(log))
    assert (done.code, "show operators at work and no use" in done.out) == (0, True)
    assert "passed over: 1 × event of a publicclientapp" in done.out
    document = cli("--format", "json", "import", str(log)).document
    assert (document["rows"], document["recorded"], document["presences"], document["duplicates"]) == (4, 0, 0, 3)
    assert document["ignored"] == {"event of a publicclientapp, which is no person": 1}
    audit = cli("--format", "json", "audit")
    assert (audit.code, audit.document["findings"], audit.document["sessions"]) == (0, [], 0)
    assert cli("--format", "json", "status").document["ledger"]["presences"] == 3
    assert "3 presences of operators" in cli("status").out
    target = log.with_name("li.json")
    assert cli("export", "--operator", "li", "-o", str(target)).code == 0
    told = json.loads(target.read_text(encoding="utf-8"))["sessions"]
    assert [(line["kind"], line["success"]) for line in told] == [("presence", True), ("presence", False)]
    assert cli("verify").code == 0


def test_the_same_rows_are_uses_where_a_person_says_so(cli: Cli, log: Path) -> None:
    """With --user-as account two users of one address collide, and the failed sign-in counts as none."""
    document = cli("--format", "json", "import", "--user-as", "account", str(log)).document
    assert (document["recorded"], document["presences"]) == (3, 0)
    audit = cli("--format", "json", "audit")
    assert audit.code == 11
    (finding,) = audit.document["findings"]
    assert (finding["rule"], finding["accounts"], finding["sessions"]) == ("shared-public-ip", ["li", "wang"], 2)


def test_a_rehearsal_shows_who_and_how_it_ended(cli: Cli, log: Path) -> None:
    """--dry-run names operators, marks failed sign-ins, and records nothing."""
    done = cli("import", "--dry-run", str(log))
    assert "operator li, 2026-03-01" in done.out
    assert "operator li (failed), 2026-03-01" in done.out
    assert "Nothing was recorded" in done.out
    assert cli("--format", "json", "status").document["ledger"] == {
        "exists": False, "path": cli("--format", "json", "status").document["ledger"]["path"],
    }  # fmt: skip


def test_the_formats_say_whose_their_users_are(cli: Cli) -> None:
    """--list tells workforce logs from others for programs."""
    formats = {one["id"]: one for one in cli("--format", "json", "import", "--list").document["formats"]}
    assert {name for name in ("m365", "entra", "google", "okta", "ocsf", "signins") if formats[name]["workforce"]} == {
        "m365", "entra", "google", "okta", "ocsf", "signins",
    }  # fmt: skip
    assert not formats["csv"]["workforce"]
    assert formats["csv"]["mapped"]
    assert cli("import", "--as", "nothing", "x").code == 2
