"""A ledger is written by one machine: a copy elsewhere is refused, with a way out of each case."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from isolation.errors import LedgerError, UsageError
from isolation.ledger import Ledger
from isolation.ledger.machine import ForeignLedger, known_machine
from isolation.probes.machine import Machine
from isolation.probes.own import layer_of, own_anchors

from .conftest import Isolation, record, seen

ONE = "11111111111141118111111111111111"
OTHER = "22222222222242228222222222222222"
Elsewhere = Callable[[str], tuple[str, ...]]

CARD = seen("hardware_mac", "3C-07-54-1A-2B-3C")
NEW_CARD = seen("hardware_mac", "3C-07-54-99-88-77")
FIRST = (seen("device_id", ONE), CARD)


def bound(ledger: Ledger) -> int:
    """How many entries tell of a machine."""
    found = ledger.connection.execute("SELECT count FROM main.kinds WHERE kind = 'machine'").fetchone()
    return found[0] if found else 0


def require(ledger: Ledger, *anchors: object) -> None:
    """Begins to write as the machine with these readings."""
    with ledger.writing() as log:
        log.require_machine(anchors)  # type: ignore[arg-type]  # readings


def test_the_first_machine_is_remembered_once(ledger: Ledger) -> None:
    """The first use remembers the machine, later ones by the same machine add nothing, and the ledger verifies."""
    require(ledger, *FIRST)
    require(ledger, *FIRST)
    require(ledger, FIRST[1])
    assert bound(ledger) == 1
    assert ledger.verify().problems == ()


def test_a_machine_of_which_nothing_is_known_is_refused(ledger: Ledger) -> None:
    """Where every observed anchor is another one, nothing is appended and the sentence says what to do."""
    require(ledger, *FIRST)
    root = ledger.root
    with pytest.raises(ForeignLedger) as refused:
        require(ledger, seen("device_id", OTHER), NEW_CARD)
    assert ledger.root == root
    assert isinstance(refused.value, LedgerError)
    assert "--this-machine" in refused.value.hint
    assert "--new-origin" in refused.value.hint


def test_a_machine_that_changes_bit_by_bit_stays_known(ledger: Ledger) -> None:
    """A new system on the old mainboard is known by its card, then the old system's new card by that system."""
    require(ledger, *FIRST)
    require(ledger, seen("device_id", OTHER), CARD)
    require(ledger, seen("device_id", OTHER), NEW_CARD)
    assert bound(ledger) == 3
    with pytest.raises(ForeignLedger):
        require(ledger, *FIRST)
    assert ledger.verify().problems == ()


def test_a_machine_that_cannot_be_told_is_let_through(ledger: Ledger) -> None:
    """Where nothing identifies the machine nothing is refused and nothing remembered."""
    require(ledger)
    assert bound(ledger) == 0
    require(ledger, *FIRST)
    require(ledger)
    assert bound(ledger) == 1


def test_a_person_says_that_the_ledger_moved(ledger: Ledger) -> None:
    """A statement makes the new machine the one that writes; the old one is refused from then on."""
    require(ledger, *FIRST)
    with ledger.writing() as log:
        entry = log.add_machine((NEW_CARD,), "init --this-machine: new mainboard")
    assert ledger.opener().fields(ledger.connection.execute, entry)["by"] == "init --this-machine: new mainboard"
    require(ledger, NEW_CARD)
    with pytest.raises(ForeignLedger):
        require(ledger, *FIRST)
    with ledger.writing() as log, pytest.raises(UsageError):
        log.add_machine((), "init --this-machine")


def test_a_machine_that_is_erased_is_not_remembered(ledger: Ledger) -> None:
    """Erasing by machine takes what the ledger remembers of it along, tags and values."""
    from isolation.ledger.choosing import Wanted

    require(ledger, *FIRST)
    record(ledger)
    with ledger.writing() as log:
        log.erase(Wanted(machine=ONE), "a test")
    assert known_machine(ledger.connection.execute) == frozenset()
    assert ledger.verify().problems == ()
    require(ledger, seen("device_id", OTHER))


def test_a_copied_ledger_is_refused_on_another_machine(
    isolation: Isolation, another_machine: Elsewhere, home: Path, tmp_path: Path
) -> None:
    """A ledger that is copied with its key cannot be written elsewhere until somebody says that it moved."""
    one, other = another_machine(ONE), another_machine(OTHER)
    assert isolation("init", "--no-earlier-accounts", prefix=one).code == 0
    assert isolation("begin", "store-a", "--allow-unknown", prefix=one).code == 0
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    refused = isolation("begin", "store-a", prefix=other, ISOLATION_HOME=str(copy))
    assert refused.code == 1
    assert "begun on another machine" in refused.err
    assert isolation("begin", "store-b", "--force", "test", prefix=one).code == 0  # the first one goes on
    stated = isolation(
        "init", "--this-machine", "--reason", "the old one is sold", prefix=other, ISOLATION_HOME=str(copy)
    )
    assert stated.code == 0, stated.err
    assert isolation("begin", "store-a", "--allow-unknown", prefix=other, ISOLATION_HOME=str(copy)).code == 0
    assert isolation("begin", "store-a", prefix=one, ISOLATION_HOME=str(copy)).code == 1
    assert isolation("verify", ISOLATION_HOME=str(copy)).code == 0


def test_a_second_machine_begins_an_origin_of_its_own(
    isolation: Isolation, another_machine: Elsewhere, home: Path
) -> None:
    """--new-origin keeps the copied file under another name and begins a ledger with a name of its own."""
    other = another_machine(OTHER)
    before = json.loads(isolation("--format", "json", "init", prefix=another_machine(ONE)).out)
    assert isolation("init", prefix=other).code == 1
    after = json.loads(isolation("--format", "json", "init", "--new-origin", prefix=other).out)
    assert after["origin"] != before["origin"]
    kept = after["set_aside"]
    assert Path(kept).parent == home
    with Ledger.open(kept, read_only=True, environment={"ISOLATION_KEY_FILE": str(home / "ledger.key")}) as ledger:
        assert ledger.origin == before["origin"]
        assert ledger.verify().unchecked == ()
    assert isolation("begin", "store-a", "--allow-unknown", prefix=other).code == 0


def test_a_library_that_records_other_machines_is_not_stopped(kept: Ledger) -> None:
    """Sessions of other machines are recorded by the machine that writes: only that one is compared."""
    from isolation.hooks.session import begin_session
    from isolation.model import Identity
    from isolation.policy import Policy

    for number, device in enumerate((ONE, OTHER)):
        identity = Identity((seen("device_id", device), seen("gateway_mac", f"3C-37-86-00-00-0{number}")), number + 1)
        assert begin_session(kept, "remote", identity, policy=Policy(), now=number + 1).entry
    assert bound(kept) <= 1


# A container's view: an overlay as root, with files of the engine mounted into it (proc(5); docker 27, podman 5).
DOCKER = b"""\
612 540 0:61 / / rw,relatime master:219 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/AAA:/var/lib/docker\
/overlay2/l/BBB,upperdir=/var/lib/docker/overlay2/0d3c/diff,workdir=/var/lib/docker/overlay2/0d3c/work
613 612 0:64 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
620 612 254:1 /var/lib/docker/containers/4f5e/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw
621 612 254:1 /var/lib/docker/volumes/data/_data /my\\040data rw,relatime - ext4 /dev/vda1 rw
"""


class Contained(Machine):
    """A container with a machine id that came with its image."""

    def __init__(self, mounts: bytes, **files: bytes) -> None:
        self._files = {"/.dockerenv": b"", "/proc/self/mountinfo": mounts, "/etc/machine-id": ONE.encode() + b"\n"}
        self._files |= files

    @property
    def platform(self) -> str:
        return "linux"

    @property
    def environment(self) -> dict[str, str]:  # type: ignore[override]  # a mapping as well
        return {}

    def exists(self, path: str) -> bool:
        return path in self._files

    def read_file(self, path: str, limit: int = 65536) -> bytes:
        if path not in self._files:
            raise FileNotFoundError(2, "No such file or directory", path)
        return self._files[path][:limit]

    def netlink(self, protocol: int = 0, *, groups: int = 0, timeout: float = 0.5) -> object:  # type: ignore[override]  # refused
        raise OSError(93, "Protocol not supported")


def test_a_ledger_baked_into_an_image_is_refused_in_every_container_of_it(ledger: Ledger) -> None:
    """In its own layer a container counts by that layer, though the machine id of the image is the same everywhere."""
    build, first = DOCKER, DOCKER.replace(b"/0d3c/", b"/77aa/")
    path = "/root/.local/share/isolation/ledger.sqlite3"
    require(ledger, *own_anchors(path, Contained(build)))
    require(ledger, *own_anchors(path, Contained(build)))
    with pytest.raises(ForeignLedger):
        require(ledger, *own_anchors(path, Contained(first)))


def test_a_ledger_on_a_volume_goes_with_the_volume(ledger: Ledger) -> None:
    """A ledger on a mounted volume is not bound to the container that happens to use it."""
    first, second = DOCKER, DOCKER.replace(b"/0d3c/", b"/77aa/")
    path = "/my data/isolation/ledger.sqlite3"
    assert own_anchors(path, Contained(first)) == own_anchors(path, Contained(second))
    require(ledger, *own_anchors(path, Contained(first)))
    require(ledger, *own_anchors(path, Contained(second)))


@pytest.mark.parametrize(
    ("path", "layer"),
    [
        ("/", "/var/lib/docker/overlay2/0d3c/diff"), ("/root/x", "/var/lib/docker/overlay2/0d3c/diff"),
        ("/my data/x", ""), ("/my data", ""), ("/my datax/y", "/var/lib/docker/overlay2/0d3c/diff"), ("/proc/1", ""),
    ],
)  # fmt: skip
def test_the_layer_is_that_of_the_innermost_mount(path: str, layer: str) -> None:
    """A path belongs to the mount with the longest point above it; escaped names are read."""
    assert layer_of(DOCKER, path) == layer


@pytest.mark.parametrize(
    "mounts", [b"", b"\n\n", b"1 2 3", b"a - b", b"\xff - \xff \xff \xff", b"1 2 3:4 / / rw - overlay"]
)
def test_a_strange_list_of_mounts_tells_nothing(mounts: bytes) -> None:
    """Lines that are none are passed over."""
    assert layer_of(mounts, "/x") == ""
