"""The compiled form of a policy: always the same policy, only sooner."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.errors import PolicyError
from isolation.policy import compile_policy, compiled_path, load_policy

TEXT = """
[policy]
block_at = "medium"
[accounts."amazon:a"]
aliases = ["b"]
standing = [{ state = "at_risk", from = 2026-01-31 }]
[groups.g]
accounts = ["b", "c"]
[thresholds]
many-devices = 9
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A policy in a folder of its own."""
    folder = tmp_path / "policy"
    folder.mkdir()
    file = folder / "policy.toml"
    file.write_text(TEXT, encoding="utf-8")
    return file


def compiled(file: Path) -> Path:
    """Where its compiled form lies."""
    return Path(compiled_path(str(file)))


def test_the_compiled_policy_is_the_policy(file: Path) -> None:
    """What is read by the compiled form equals what is read from the text."""
    read = load_policy(str(file))
    assert not compiled(file).exists()
    assert compile_policy(str(file)) == read
    assert compiled(file).exists()
    assert load_policy(str(file)) == read


def test_reading_a_policy_writes_nothing(file: Path) -> None:
    """A check leaves no trace: loading makes no compiled form, and does not mend one."""
    load_policy(str(file))
    compiled(file).write_bytes(b"other")
    load_policy(str(file))
    assert sorted(one.name for one in file.parent.iterdir()) == ["policy.toml", "policy.toml.compiled"]
    assert compiled(file).read_bytes() == b"other"


def test_no_policy_is_the_defaults_and_leaves_nothing(tmp_path: Path) -> None:
    """Without a file the defaults hold, and nothing is compiled."""
    path = tmp_path / "nowhere" / "policy.toml"
    assert compile_policy(str(path)) == load_policy(str(path))
    assert load_policy(str(path)).block_at == "high"
    assert not (tmp_path / "nowhere").exists()


def test_a_compiled_form_of_an_earlier_text_is_not_used(file: Path) -> None:
    """A policy changed by an editor holds at once."""
    compile_policy(str(file))
    file.write_text(TEXT.replace("medium", "low"), encoding="utf-8")
    assert load_policy(str(file)).block_at == "low"
    assert compile_policy(str(file)).block_at == "low"
    assert load_policy(str(file)).block_at == "low"


def test_a_wrong_policy_is_refused_whatever_was_compiled_before(file: Path) -> None:
    """An error in the text is told although an earlier compiled form lies there, and that form stays unused."""
    compile_policy(str(file))
    file.write_text("[policy]\nblock_at = 1\n", encoding="utf-8")
    for read in (load_policy, compile_policy):
        with pytest.raises(PolicyError):
            read(str(file))


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "truncated in the stamp": lambda content: content[:40],
    "truncated in the values": lambda content: content[:-3],
    "longer": lambda content: content + b"N",
    "one bit of a value": lambda content: content[:-4] + bytes([content[-4] ^ 1]) + content[-3:],
    "zeros": lambda content: bytes(len(content)),
    "of another interpreter": lambda content: content.replace(f" {sys.hexversion:x} ".encode(), b" 30a00f0 ", 1),
    "of another release": lambda content: content.replace(b"isolation ", b"isolation 0.0.0 ", 1),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_compiled_form_is_not_used_and_is_made_anew(file: Path, damage: Callable[[bytes], bytes]) -> None:
    """Whatever happens to the compiled form, the policy stays right, and the next recording command mends it."""
    right = compile_policy(str(file))
    content = compiled(file).read_bytes()
    compiled(file).write_bytes(damage(content))
    assert load_policy(str(file)) == right
    assert compile_policy(str(file)) == right
    assert compiled(file).read_bytes() == content


def test_a_folder_in_the_compiled_forms_place_is_no_harm(file: Path) -> None:
    """Where the compiled form cannot be read or written, the policy is read from its text."""
    compiled(file).mkdir()
    right = load_policy(str(file))
    assert compile_policy(str(file)) == right
    assert sorted(one.name for one in file.parent.iterdir()) == ["policy.toml", "policy.toml.compiled"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_a_compiled_form_that_others_could_write_is_not_used(file: Path) -> None:
    """A compiled form is only believed where nobody but this user can have written it, and is made so."""
    compile_policy(str(file))
    assert compiled(file).stat().st_mode & 0o777 == 0o600
    forged = compiled(file).read_bytes()
    file.write_text(TEXT.replace("medium", "critical"), encoding="utf-8")
    compile_policy(str(file))
    # The forger knows the policy and how a stamp is made: only the owner and the mode tell.
    compiled(file).chmod(0o666)
    assert forged != compiled(file).read_bytes()
    assert load_policy(str(file)).block_at == "critical"
    assert compile_policy(str(file)).block_at == "critical"
    assert compiled(file).stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_costs_only_speed(file: Path) -> None:
    """In a read-only folder the policy is read and nothing is left behind."""
    file.parent.chmod(0o500)
    try:
        assert compile_policy(str(file)).block_at == "medium"
        assert [one.name for one in file.parent.iterdir()] == ["policy.toml"]
    finally:
        file.parent.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="making symbolic links needs a privilege on Windows")
def test_a_planted_link_is_not_written_through(file: Path) -> None:
    """A link left where the compiled form's scratch file goes does not lead to another file being overwritten."""
    victim = file.parent / "victim"
    victim.write_text("mine", encoding="utf-8")
    Path(f"{compiled(file)}.{os.getpid()}").symlink_to(victim)
    assert compile_policy(str(file)).block_at == "medium"
    assert victim.read_text(encoding="utf-8") == "mine"


def test_a_policy_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    """A path that is no readable file is one sentence that names it."""
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(str(tmp_path))


def test_a_compiled_policy_is_read_without_the_toml_parser(file: Path) -> None:
    """Reading a compiled policy loads none of the modules that a cold check cannot afford."""
    compile_policy(str(file))
    heavy = "tomllib", "tomlkit", "re", "datetime", "typing", "enum", "isolation.policy.document", "isolation.rules"
    program = (
        "import sys; from isolation.policy import load_policy; "
        f"assert load_policy({str(file)!r}).block_at == 'medium'; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
