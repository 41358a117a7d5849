"""Real, sanitised audit events of many products: in which fields users, times and addresses land, and what is refused.

The expected values were written down by hand from the events.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from isolation.errors import UsageError
from isolation.history import Rejected, open_import
from isolation.model import Session
from isolation.times import format_time

from .conftest import NOW

FOLDER = os.environ.get("ISOLATION_CONFORMANCE", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="ISOLATION_CONFORMANCE names no folder of real logs")

# Of each kind of log: the format, how many records are a person's, and some of them, as user, time (None where the
# event has none), address ("" where it has none) and whether it succeeded.
Expected = tuple[str, int, list[tuple[str, str | None, str, bool]]]
EXPECTED: dict[str, Expected] = {
    "Okta.SystemLog": (
        "okta", 57,
        [
            ("homer@springfield.gov", "2022-03-22T14:21:53.225Z", "1.1.1.1", True),
            ("jack@acme.io", "2020-11-25T21:27:03.496Z", "136.24.229.58", True),
            ("eric.montgomery@email.com", "2022-09-09T04:26:09.792Z", "218.56.201.220", True),
            ("dude.lightbulb@example.co", "2024-08-15T15:05:09.154Z", "1.1.1.1", True),
        ],
    ),
    "GSuite.ActivityEvent": (
        "google", 60,
        [
            ("example@example.io", "2022-12-11T02:57:48.693Z", "12.12.12.12", True),
            ("homer.simpson@example.com", None, "", True),
        ],
    ),
    "Azure.Audit": (
        "entra", 18,
        [
            ("aragorn@lotr.com", "2025-01-15T09:30:45.123Z", "2.2.2.2", True),
            ("iotdevice@company.com", "2025-01-15T11:20:15.789Z", "192.0.2.100", True),
            ("boromir@lotr.com", "2025-01-15T08:15:23.456Z", "4.4.4.4", False),
        ],
    ),
    "Microsoft365.Audit.AzureActiveDirectory": (
        "m365", 2,
        [
            ("sample.user@yourorg.onmicrosoft.com", "2022-12-12T15:57:57Z", "1.2.3.4", False),
            ("sample.user@yourorg.onmicrosoft.com", "2022-12-12T15:57:57Z", "1.2.3.4", True),
        ],
    ),
    "Microsoft365.Audit.Exchange": (
        "m365", 10,
        [
            ("homer.simpson@simpsons.onmicrosoft.com", "2022-12-12T22:19:00Z", "1.2.3.4", True),
            ("homer.simpson@simpsons.com", "2022-12-12T22:19:00Z", "1.2.3.4", True),
        ],
    ),
    "Microsoft365.Audit.SharePoint": (
        "m365", 5, [("my.user@yourorg.onmicrosoft.com", "2022-12-12T19:31:41Z", "1.2.3.4", True)],
    ),
    "AWS.CloudTrail": (
        "signins", 24,
        [
            ("anaya", "2022-11-10T16:24:34Z", "192.0.2.0", True),
            ("anaya", "2022-11-10T16:24:34Z", "192.0.2.0", False),
            ("alice", None, "", False),
        ],
    ),
    "OneLogin.Events": ("signins", 8, [("Bob Cat", "2021-06-27T00:08:28.792Z", "192.168.1.1", True)]),
    "Auth0.Events": (
        "signins", 2,
        [
            ("denethor@lotr.com", "2025-10-01T05:39:16.467Z", "2601:140:9702:ee80:9049:1f55:0:e970", False),
            ("john@justice.org", "2025-09-30T21:23:49.689Z", "1.2.3.4", False),
        ],
    ),
    "Duo.Authentication": ("signins", 10, [("example@example.io", None, "12.12.112.25", False)]),
    "Duo.Administrator": (
        "signins", 2,
        [
            ("Homer Simpson", "2021-07-02T18:31:25Z", "1.2.3.4", True),
            ("Homer Simpson", "2021-06-30T19:45:37Z", "1.2.3.4", True),
        ],
    ),
    "Salesforce.Login": (
        "signins", 5,
        [
            ("user@yourcompany.io", "2023-05-04T21:36:47.569Z", "12.12.12.12", True),
            ("normal.user@company.com", "2024-01-18T10:30:15.789Z", "10.10.10.10", True),
        ],
    ),
    "Snowflake.LoginHistory": (
        "signins", 9,
        [
            ("ckent@dailyplanet.org", "2024-10-08T14:38:46.061Z", "1.1.1.1", True),
            ("luthor@lexcorp.com", "2024-10-08T14:38:46.061Z", "1.2.3.4", False),
        ],
    ),
    "OnePassword.SignInAttempt": (
        "signins", 5,
        [
            ("homer@springfield.gov", "2021-12-15T18:02:23Z", "1.1.1.1", True),
            ("homer@springfield.gov", "2021-12-03T19:52:52Z", "111.111.111.111", False),
        ],
    ),
    "Zoom.Activity": ("signins", 1, [("dude.lightbulb@example.co", "2023-08-14T16:17:05Z", "1.1.1.1", True)]),
    "Box.Event": (
        "signins", 2,
        [
            ("cat@example", "2021-06-04T09:59:53.650807Z", "111.111.111.111", False),
            ("cat@example", None, "1.1.1.1", True),
        ],
    ),
    "Dropbox.TeamEvent": ("signins", 1, [("adminuser@company.com", "2023-04-19T19:20:02Z", "1.2.3.4", True)]),
    "Notion.AuditLogs": (
        "signins", 7, [("aragorn.elessar@lotr.com", "2023-06-12T21:40:28.690Z", "192.168.100.100", True)],
    ),
    "Asana.Audit": (
        "signins", 5,
        [
            ("homer.simpsons@simpsons.com", "2023-02-01T18:05:08.413Z", "1.2.3.4", True),
            ("homer@springfield.com", "2021-10-21T23:38:10.364Z", "8.8.8.8", True),
        ],
    ),
    "Atlassian.Audit": ("signins", 1, [("example.admin@example.com", "2022-12-15T00:35:15.890Z", "", True)]),
    "Slack.AuditLogs": ("signins", 0, []),  # of a known product, and none of them is a sign-in
}  # fmt: skip
UNKNOWN = (
    "Azure.MonitorActivity", "CarbonBlack.AlertV2", "CarbonBlack.Audit", "CiscoUmbrella.DNS", "GCP.AuditLog",
    "GCP.HTTPLoadBalancer", "GitHub.Audit", "GitHub.Webhook", "OnePassword.ItemUsage",
    "Salesforce.ApiAnomalyEventStore", "Salesforce.ApiConnectedApp", "Salesforce.ApiTotalUsage",
    "Salesforce.BulkApiResultEventStore", "Salesforce.ConnectedAppUsageEventStore", "Salesforce.LoginAs",
    "Salesforce.OAuthTokenRefreshFailed", "Salesforce.OAuthTokenRevoked", "Snowflake.DataTransferHistory",
    "Snowflake.GrantsToRoles", "Snowflake.GrantsToUsers", "Snowflake.QueryHistory", "Tailscale.Audit",
    "Zendesk.Audit", "Zoom.Operation",
)  # fmt: skip


def events() -> dict[str, list[dict[str, Any]]]:
    """The events by kind of log."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    with (Path(FOLDER) / "saas-audit-events" / "events.jsonl").open(encoding="utf-8") as file:
        for line in file:
            told = json.loads(line)
            found[told["log_type"]].append(told["event"])
    return found


def written(kind: str, folder: Path) -> Path:
    """One kind of log as a file of its own."""
    path = folder / "log.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in events()[kind]), encoding="utf-8")
    return path


def shown(session: Session) -> tuple[str, str | None, str, bool]:
    """User, time, address and outcome of what was read."""
    address = next(
        (str(one.value) for one in session.readings if one.fact in ("public_ip", "local_ip") and one.value), ""
    )
    return session.operator, format_time(session.begin) if session.begin else None, address, session.success


@pytest.mark.parametrize("kind", EXPECTED)
def test_users_times_and_addresses_land_in_their_fields(kind: str, tmp_path: Path) -> None:
    """Each kind of sign-in log is recognised, and gives what was written down by hand; no row goes unaccounted for."""
    fmt, count, some = EXPECTED[kind]
    with open_import(written(kind, tmp_path), None, now=NOW, zone=UTC) as source:
        rows = list(source.rows())
        read = [shown(row) for row in rows if isinstance(row, Session)]
        rejected = [row for row in rows if isinstance(row, Rejected)]
        assert source.format == fmt
        assert len(read) == count
        assert [one for one in some if one not in read] == []
        assert len(read) + len(rejected) + source.ignored.total() == len(events()[kind])


@pytest.mark.parametrize("kind", UNKNOWN)
def test_other_logs_are_refused_and_not_guessed(kind: str, tmp_path: Path) -> None:
    """A log that is of no known sign-in source is not read without a mapping."""
    with pytest.raises(UsageError, match="needs to be told which column is what"):
        open_import(written(kind, tmp_path), None, now=NOW, zone=UTC)


def test_every_kind_of_log_is_looked_at() -> None:
    """Each kind that there is either has its values written down or is known to be refused."""
    assert events().keys() == EXPECTED.keys() | set(UNKNOWN)
