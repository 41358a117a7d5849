"""Makes the pages that follow from the program: rules, catalogue, commands.

`python docs/make_pages.py` writes them, `python docs/make_pages.py --check` fails where one is stale. What they say
stands in the program: change it there.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

# The pages follow from the sources beside them, not from what is installed; the line above makes them be found.
from isolation.cli import program  # noqa: E402 - see above
from isolation.identifiers.catalogue import CATALOGUE  # noqa: E402 - see above
from isolation.rules import REGISTRY  # noqa: E402 - see above
from isolation.rules.pages import facts_line, rule_page, title  # noqa: E402 - see above

MADE = "<!-- Made by docs/make_pages.py from the program: change it there. -->\n"

_RULES = """\
# The rules

Each rule looks at one thing and can only add findings; none can make a pass. `isolation rules ID` shows the same
pages.

| rule | what it reports | facts |
|---|---|---|
"""

_CATALOGUE = """\
# What identifies less than it seems to

Values that many unrelated machines or networks share. One that is *not identifying* is recorded and never links
accounts; one that is *probable* or *weak* links them with that confidence. `isolation rules --catalogue` shows the
same list, with `--format json` as a document.

| value | kind | as | effect | why | source |
|---|---|---|---|---|---|
"""

_COMMANDS = """\
# The commands

`isolation [--ledger PATH] [--policy FILE] [--format text|json] [--lang en|zh] COMMAND …`

Results go to stdout, all else to stderr. `--format json` prints exactly one JSON document on stdout; its shape is in
[schemas](schemas/README.md), that of a failure too.

## For every command
"""

_AFTER_COMMANDS = """
## Environment

- `ISOLATION_HOME`: the folder of ledger, policy and key file; by default `~/.local/share/isolation` (or below
  `$XDG_DATA_HOME`) on Linux, `~/Library/Application Support/isolation` on macOS, `%LOCALAPPDATA%\\isolation` on Windows
- `ISOLATION_LEDGER`, `ISOLATION_POLICY`, `ISOLATION_KEY_FILE`: one of the three files
- `ISOLATION_LANG`: the language of texts, `en` or `zh`, where `--lang` names none
- `SOURCE_DATE_EPOCH`: the moment, in whole seconds since 1970, that `report` is made at ([reports](reports.md))

## Exit codes

| code | meaning |
|---|---|
| 0 | pass; done; no open finding at or above `block_at` |
| 1 | error |
| 2 | wrong usage or policy |
| 3 | the ledger or a bundle is damaged |
| 10 | unknown; or `verify` could not check a part |
| 11 | collision; or `audit` with open findings at or above `block_at` |
| 12 | done, but rows were rejected |
| 130 | interrupted |
"""


def pages() -> dict[str, str]:
    """Every made page: its path below docs/ -> its text."""
    made = {f"rules/{entry.id}.md": f"{rule_page(entry)}\n{facts_line(entry)}\n" for entry in REGISTRY}
    made["rules/README.md"] = _RULES + "".join(
        _row(f"[{entry.id}]({entry.id}.md)", title(entry), ", ".join(entry.facts)) for entry in REGISTRY
    )
    made["catalogue.md"] = _CATALOGUE + "".join(
        _row(f"`{one.pattern}`", one.kind, ", ".join(one.applies), one.effect, one.why, one.source) for one in CATALOGUE
    )
    made["commands.md"] = _COMMANDS + _shared() + "".join(map(_command, program.COMMANDS)) + _AFTER_COMMANDS
    return {path: MADE + text for path, text in made.items()}


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def _shared() -> str:
    parser = program.Parser(prog="isolation", add_help=False)
    program._shared_options(parser)
    return "\n" + "".join(_line(action) for action in parser._actions)


def _command(name: str) -> str:
    """A command's section, from its parser: the same on every version of Python, unlike the text of `--help`."""
    module_name, summary = program.COMMANDS[name]
    module = import_module(f"isolation.cli.{module_name}")
    parser = program.Parser(prog=f"isolation {name}", add_help=False)
    module.configure(parser)
    actions = parser._actions
    usage = " ".join([parser.prog, *(_usage(action) for action in actions)])
    text = (module.__doc__ or "").strip()
    options = "".join(_line(action) for action in actions)
    return f"\n## {name}\n\n{summary[:1].upper()}{summary[1:]}.\n\n    {usage}\n\n{text}\n" + (
        f"\n{options}" if options else ""
    )


def _usage(action: argparse.Action) -> str:
    words = _words(action, action.option_strings[-1:])
    if not action.option_strings:
        return {"?": f"[{words}]", "*": f"[{words}…]", "+": f"{words}…"}.get(str(action.nargs), words)
    words = words if action.required else f"[{words}]"
    return f"{words}…" if isinstance(action.default, list) else words


def _line(action: argparse.Action) -> str:
    names = ", ".join(f"`{_words(action, [name])}`" for name in action.option_strings) or f"`{_words(action, [])}`"
    explained = (action.help or "") % {**vars(action), "prog": "isolation"}
    return f"- {names}: {explained}\n"


def _words(action: argparse.Action, option: list[str]) -> str:
    if action.nargs == 0:
        return " ".join(option)
    value = "|".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest)
    return " ".join([*option, value])


def stale(made: dict[str, str]) -> list[str]:
    """The pages that are missing, differ, or should no longer be there."""
    found = {path for path in made if not (DOCS / path).is_file()}
    found |= {path for path in made if path not in found and (DOCS / path).read_text(encoding="utf-8") != made[path]}
    found |= {f"rules/{page.name}" for page in (DOCS / "rules").glob("*.md") if f"rules/{page.name}" not in made}
    return sorted(found)


def main(arguments: list[str]) -> int:
    """Writes or checks the pages and returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a page is stale")
    check = parser.parse_args(arguments).check
    made = pages()
    for path in stale(made):
        print(f"stale: docs/{path}" if check else f"docs/{path}")
        if check:
            continue
        if path in made:
            (DOCS / path).parent.mkdir(exist_ok=True)
            (DOCS / path).write_text(made[path], encoding="utf-8", newline="\n")
        else:
            (DOCS / path).unlink()
    return 1 if check and stale(made) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
