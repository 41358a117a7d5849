"""Sign-in events of further products, each described by where its records keep what.

A record is of the product whose marks it has. Of audit logs that hold all kinds of events only sign-ins are read; the
others are counted and passed over. Success and failure are what the event or its result says; a result that the product
does not know as success is a failure. An export of the Panther data lake has the same fields, and the time of an event
that the product gives none in `p_event_time`.

No device ids are taken: what these logs have are browsers, names or sessions.

Sources, read 2026-11, the vendors' own pages: docs.aws.amazon.com/awscloudtrail (console sign-in events),
developers.onelogin.com/api-docs/1/events/event-types (5, 6), auth0.com/docs/deploy-monitor/logs/log-event-type-codes,
duo.com/docs/adminapi (authentication and administrator logs), developer.salesforce.com (EventLogFile Login),
docs.snowflake.com (LOGIN_HISTORY), developer.1password.com/docs/events-api (sign-in attempts), developers.zoom.us
(sign-in and sign-out activities), api.slack.com/admins/audit-logs-call, developer.box.com/reference/resources/event,
dropbox.com/developers/documentation/http/teams (team log), notion.com/help/audit-log, developers.asana.com (audit log),
developer.atlassian.com (organisations' events).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from isolation.history.records import Product, first, has, log_of, word
from isolation.messages import message

if TYPE_CHECKING:
    from isolation.history.records import Record


class Log(NamedTuple):
    """Where one product's records keep what; paths are written with slashes, and of several the first that is there.

    `marks` are paths that its records have and others have not. `event` says what happened: `good` are the events that
    are sign-ins and `bad` those that are failed ones; where `good` is empty every record is an attempt. Where `result`
    says how it ended, `succeeded` are its words for success.
    """

    name: str
    marks: tuple[str, ...]
    user: tuple[str, ...]
    time: tuple[str, ...]
    address: tuple[str, ...]
    record: tuple[str, ...]
    event: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    result: tuple[str, ...] = ()
    succeeded: tuple[str, ...] = ()


_PANTHER_TIME = "p_event_time"
_AUTH0_FAILED = ("f", "fp", "fu", "fc", "fco", "fcoa", "pwd_leak", "limit_wc", "limit_mu")

LOGS = (
    Log(
        "AWS CloudTrail", ("eventSource", "eventName", "userIdentity"),
        ("userIdentity/userName", "userIdentity/arn", "userIdentity/principalId"), ("eventTime",),
        ("sourceIPAddress",), ("eventID",), event=("eventName",), good=("consolelogin",),
        result=("responseElements/ConsoleLogin",), succeeded=("success",),
    ),
    Log(
        "OneLogin", ("event_type_id", "user_name", "user_id"), ("user_name", "actor_user_name"),
        ("created_at", "event_timestamp", _PANTHER_TIME), ("ipaddr",), ("uuid", "id"), event=("event_type_id",),
        good=("5",), bad=("6",),
    ),
    Log(
        "Auth0", ("data/log_id", "data/type"),
        ("data/user_name", "data/details/request/auth/user/email", "data/user_id"), ("data/date",), ("data/ip",),
        ("log_id", "data/log_id"), event=("data/type",), good=("s", "ssa"),
        bad=_AUTH0_FAILED,
    ),
    Log(
        "Auth0", ("log_id", "type", "date", "client_id"), ("user_name", "user_id"), ("date",), ("ip",), ("log_id",),
        event=("type",), good=("s", "ssa"), bad=_AUTH0_FAILED,
    ),
    Log(
        "Duo authentication", ("access_device", "factor", "user"), ("user/name", "email", "user/key"),
        ("isotimestamp", "timestamp", _PANTHER_TIME), ("access_device/ip",), ("txid",),
        result=("result",), succeeded=("success",),
    ),
    Log(
        "Duo administrators", ("action", "username", "isotimestamp"), ("username",), ("isotimestamp", "timestamp"),
        ("description/ip_address",), (), event=("action",), good=("admin_login",), bad=("admin_login_error",),
    ),
    Log(
        "Salesforce", ("EVENT_TYPE", "LOGIN_STATUS", "USER_NAME"), ("USER_NAME",), ("TIMESTAMP_DERIVED", "TIMESTAMP"),
        ("SOURCE_IP", "CLIENT_IP"), ("REQUEST_ID",), event=("EVENT_TYPE",), good=("login",),
        result=("LOGIN_STATUS",), succeeded=("login_no_error",),
    ),
    Log(
        "Snowflake", ("EVENT_TYPE", "IS_SUCCESS", "FIRST_AUTHENTICATION_FACTOR"), ("USER_NAME",),
        ("EVENT_TIMESTAMP", _PANTHER_TIME), ("CLIENT_IP",), ("EVENT_ID",), event=("EVENT_TYPE",), good=("login",),
        result=("IS_SUCCESS",), succeeded=("yes",),
    ),
    Log(
        "1Password", ("session_uuid", "category", "target_user"), ("target_user/email", "target_user/name"),
        ("timestamp",), ("client/ip_address",), ("uuid",),
        result=("category",), succeeded=("success", "firewall_reported_success"),
    ),
    Log(
        "Zoom", ("client_type", "email", "ip_address", "version"), ("email",), ("time",), ("ip_address",), (),
        event=("type",), good=(message("sign in"),),
    ),
    Log(
        "Slack", ("action", "actor/user", "context/location"), ("actor/user/email", "actor/user/name"),
        ("date_create",),
        ("context/ip_address",), ("id",), event=("action",), good=("user_login",), bad=("user_login_failed",),
    ),
    Log(
        "Box", ("event_type", "created_by", "source"), ("created_by/login", "created_by/name"),
        ("created_at", _PANTHER_TIME), ("ip_address",), ("event_id",), event=("event_type",), good=("login",),
        bad=("failed_login",),
    ),
    Log(
        "Dropbox", ("event_category", "event_type", "involve_non_team_member"),
        ("actor/user/email", "actor/admin/email", "context/email"), ("timestamp", _PANTHER_TIME),
        ("origin/geo_location/ip_address",), (), event=("event_type/.tag", "event_type/_tag"),
        good=("login_success", "sign_in_as_session_start", "sso_login"), bad=("login_fail",),
    ),
    Log(
        "Notion", ("event/actor", "event/type", "event/workspace_id"), ("event/actor/person/email",),
        ("event/timestamp",), ("event/ip_address",), ("event/id",), event=("event/type",), good=("user.login",),
    ),
    Log(
        "Asana", ("event_category", "event_type", "context/context_type"), ("actor/email", "actor/name"),
        ("created_at",), ("context/client_ip_address",), ("gid",), event=("event_type",),
        good=("user_login_succeeded",),
        bad=("user_login_failed",),
    ),
    Log(
        "Atlassian", ("attributes/action", "attributes/actor", "attributes/time"),
        ("attributes/actor/email", "attributes/actor/name"), ("attributes/time",), ("attributes/location/ip",), ("id",),
        event=("attributes/action",), good=("user_login",),
    ),
)  # fmt: skip


def _log_of(record: Record) -> Log | None:
    return next((log for log in LOGS if has(record, *log.marks)), None)


def _is_record(record: Record) -> bool:
    return _log_of(record) is not None


def _read(record: Record) -> dict[str, object] | str:
    log = _log_of(record)
    assert log is not None  # noqa: S101 - only records of these products are read
    event = word(first(record, *log.event))
    if log.good and event not in (*log.good, *log.bad):
        return message("event of {name} that is no sign-in", name=log.name)
    result = word(first(record, *log.result))
    failed = event in log.bad or (bool(log.result) and result not in log.succeeded)
    return {
        "account": first(record, *log.user),
        "time": first(record, *log.time),
        "public_ip": first(record, *log.address),
        "success": "false" if failed else "true",
        "record": first(record, *log.record),
    }


PRODUCT = Product(
    message("record of a product whose sign-ins are known here"),
    ("account", "time", "public_ip", "success", "record"),
    _is_record,
    _read,
)

Reader, recognises = log_of(PRODUCT)

__all__ = ["LOGS", "PRODUCT", "Log", "Reader", "recognises"]
