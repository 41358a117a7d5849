"""Verifying a proof bundle, alone or inside a report, and saying what stands in it."""

from __future__ import annotations

from typing import NamedTuple

from isolation.cli import terminal
from isolation.cli.checkpoint_file import kept_checkpoint, read_bounded
from isolation.cli.time_stamps import judged, stamp_document, stamp_text, untold_makers
from isolation.cli.verify import (
    against,
    comparison_document,
    exit_code,
    problem_documents,
    say_problems,
    say_rest,
    untold,
)
from isolation.errors import UsageError
from isolation.messages import joined, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isolation.cli.common import Options
    from isolation.cli.time_stamps import Judged
    from isolation.ledger.bundle import BundleResult
    from isolation.ledger.stored_checkpoint import Comparison


class _Outcome(NamedTuple):
    """What verifying a bundle showed; `form` is that of the report it was in, "" for a bundle by itself."""

    result: BundleResult
    problems: list[Any]
    unchecked: list[str]
    compared: Comparison | None
    form: str
    stamps: list[Judged]


def run(options: Options) -> int:
    """Verifies the bundle and prints the outcome."""
    from isolation.ledger.bundle import NotABundle, verify_bundle
    from isolation.ledger.stored_checkpoint import compare_bundle

    note = kept_checkpoint(options.checkpoint)
    data, form = _taken_out(options.file)
    try:
        result = verify_bundle(data)
    except NotABundle as problem:
        raise UsageError(
            message("{file} is not a proof bundle: {problem}.", file=options.file, problem=problem),
            "`isolation export --account A -o FILE` writes one.",
        ) from None
    compared = None if note is None or not result.intact else compare_bundle(result, note)
    problems = [*result.problems, *against(compared)]
    stamps = judged(result.anchors, options.ca)
    unchecked = [*untold(compared), *untold_makers(stamps)]
    outcome = _Outcome(result, problems, unchecked, compared, form, stamps)
    if options.json:
        terminal.emit(_document(outcome))
    else:
        _print(outcome)
    return exit_code(problems, unchecked)


def _taken_out(path: str) -> tuple[bytes, str]:
    """The bytes of a bundle, and the form of the report that they were in, "" for a bundle by itself."""
    from isolation.ledger.bundle import LARGEST
    from isolation.reports.embedded import LARGEST_REPORT, embedded, is_report

    data = read_bounded(path, LARGEST_REPORT)
    if not is_report(data):
        return data[: LARGEST + 1], ""
    if len(data) > LARGEST_REPORT:
        raise UsageError(
            message("{path} is larger than any report.", path=path), "Verify the bundle that lies beside it."
        )
    found = embedded(data)
    if found is None:
        raise UsageError(
            message("{path} carries no proof bundle: nothing in it can be checked.", path=path),
            "`isolation report --account A -o FILE` writes a report that does; what lies beside it can be checked too.",
        )
    return found.data, found.form


def _does_not_prove(form: str) -> tuple[str, ...]:
    from isolation.ledger.bundle import DOES_NOT_PROVE
    from isolation.reports.embedded import AROUND

    return (AROUND, *DOES_NOT_PROVE) if form else DOES_NOT_PROVE


def _document(outcome: _Outcome) -> dict[str, Any]:
    from isolation.cli.bundle_words import entry_document, missing_texts, signer_documents
    from isolation.ledger.bundle import proves

    result, problems, unchecked, compared, form, stamps = outcome
    intervals = result.intervals()
    checkpoint, key, said = result.checkpoint, result.key, result.statement if result.intact else None
    return {
        "schema": "isolation.verify/1",
        "kind": "bundle",
        "embedded_in": form or None,
        "intact": not problems,
        "size": 0 if checkpoint is None else checkpoint.size,
        "root": None if checkpoint is None else checkpoint.root.hex(),
        "problems": problem_documents(problems),
        "unchecked": unchecked,
        "checkpoint": comparison_document(compared),
        "origin": None if checkpoint is None else checkpoint.origin,
        "fingerprint": None if key is None else key.fingerprint(),
        "signers": [] if said is None else signer_documents(said),
        # What a bundle says is shown only where it is what was logged.
        "subject": None if said is None else {name: _name(said["subject"][name]) for name in ("account", "operator")},
        "made_at": None if said is None else said["made_at"],
        "key_store": None if said is None else said["key_store"],
        "report": result.report,
        "entries": []
        if said is None
        else [entry_document(entry, intervals.of(entry["index"])) for entry in said["entries"]],
        "time_stamps": [stamp_document(*one) for one in stamps],
        "findings": [] if said is None else said["findings"],
        "omitted": None if said is None else said["omitted"],
        "missing": missing_texts(result),
        "disclosed": [] if said is None else said["disclosed"],
        "proves": [] if problems else list(proves(stamped=bool(stamps))),
        "does_not_prove": list(_does_not_prove(form)),
    }


def _name(subject: dict[str, Any] | None) -> str | None:
    return None if subject is None else subject["name"]


def _print(outcome: _Outcome) -> None:
    from isolation.ledger.bundle import proves

    result, problems, unchecked, compared, form, stamps = outcome
    said = result.statement
    if problems or said is None or result.checkpoint is None or result.key is None:
        terminal.say("DAMAGED: what this bundle says is not what was logged and signed.")
        say_problems(problems, "bundle")
        say_rest(unchecked, (), _does_not_prove(form))
        return
    _print_origin(said)
    _print_signers(said, result.key.fingerprint())
    if compared is not None and compared.state == "consistent":
        terminal.say(message("  {text}", text=compared.text))
    _print_content(result, said, stamps)
    say_rest(unchecked, proves(stamped=bool(stamps)), _does_not_prove(form))


def _print_origin(said: dict[str, Any]) -> None:
    from isolation.cli.words import counted

    names = [_name(said["subject"][name]) for name in ("account", "operator")]
    subject = joined(" by ", [name for name in names if name])
    entries = counted(len(said["entries"]), "entry", "entries")
    terminal.say(message("Intact: {entries} of {subject}.", entries=entries, subject=subject))
    terminal.say(
        message(
            "  made {made_at}, from {size} entries of the log {origin}",
            made_at=said["made_at"],
            size=said["size"],
            origin=said["origin"],
        )
    )


def _print_signers(said: dict[str, Any], fingerprint: str) -> None:
    from isolation.cli.bundle_words import signer_documents

    terminal.say(message("  signed with the key {key}; compare it with what the owner tells you", key=fingerprint))
    for one in signer_documents(said)[:-1]:
        terminal.say(
            message(
                "  from entry {since} on its key was {fingerprint}, which vouches for the next one",
                since=one["since"],
                fingerprint=one["fingerprint"],
            )
        )
    if said["key_store"] == "file":
        terminal.say("  whose owner keeps it in a file; a copy of that disk can sign too")


def _print_content(result: BundleResult, said: dict[str, Any], stamps: list[Judged]) -> None:
    from isolation.cli.bundle_words import (
        MOST_SHOWN,
        entry_text,
        finding_text,
        first_lines,
        missing_texts,
        omitted_text,
    )

    intervals = result.intervals()
    for line in (
        *first_lines([stamp_text(*one) for one in stamps]),
        *first_lines(
            [entry_text(entry, intervals.of(entry["index"])) for entry in said["entries"][:MOST_SHOWN]],
            len(said["entries"]),
        ),
        *first_lines([finding_text(one) for one in said["findings"][:MOST_SHOWN]], len(said["findings"])),
        *first_lines([message("  {text}", text=text) for text in missing_texts(result)]),
    ):
        terminal.say(line)
    terminal.say(message("  {text}", text=omitted_text(said["omitted"])))
