"""Time stamps by a real authority: only what verifies is stored, and every way to fail is told apart."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isolation.digests import sha256
from isolation.errors import UsageError
from isolation.ledger import Ledger
from isolation.ledger.anchoring import Anchored, anchor
from isolation.ledger.anchors import anchors, intervals
from isolation.ledger.authority import NoAnswer, ask
from isolation.ledger.checkpoint import parse_note, require_signed
from isolation.ledger.proofs import StoredTree, known_keys
from isolation.ledger.stored_checkpoint import compare_ledger, read_checkpoint
from isolation.ledger.timestamps import BadTimeStamp, Trust, in_order, read_time_stamp
from isolation.model import Session

from .conftest import Authority, openssl

NOON = 1_790_000_000_000_000
SECOND = 1_000_000


def record(ledger: Ledger, count: int = 1) -> None:
    """Records sessions, each in a transaction of its own."""
    for number in range(count):
        with ledger.writing() as log:
            log.add_session(Session("store", NOON + number))


def anchored(ledger: Ledger, authority: Authority, trust: Trust | None) -> Anchored:
    """Anchors with one authority."""
    return anchor(ledger, [authority.url], trust)


def reason(ledger: Ledger, authority: Authority, trust: Trust | None) -> str:
    """Why anchoring failed; nothing may be stored."""
    root = ledger.root
    done = anchored(ledger, authority, trust)
    assert done.anchors == ()
    assert ledger.root == root
    ((url, text),) = done.failed
    assert url == authority.url
    return text


def test_a_time_stamp_is_stored_and_openssl_agrees(
    ledger: Ledger, authority: Authority, trust: Trust, certificates: Path, tmp_path: Path
) -> None:
    """The stored token is over the signed checkpoint of the tree then, and `openssl ts -verify` accepts it."""
    record(ledger, 5)
    size, root = ledger.size, ledger.root
    (one,) = anchored(ledger, authority, trust).anchors
    note = parse_note(one.checkpoint.encode())
    require_signed(note, known_keys(ledger))
    assert (note.checkpoint.size, note.checkpoint.root, one.size, one.chain) == (size, root, size, True)
    assert one.entry == size
    (tmp_path / "cp.txt").write_text(one.checkpoint, encoding="utf-8")
    (tmp_path / "cp.tsr").write_bytes(one.response)
    verify = ("ts", "-verify", "-data", str(tmp_path / "cp.txt"), "-in", str(tmp_path / "cp.tsr"), "-CAfile")
    assert "Verification: OK" in openssl(*verify, str(certificates / "root.pem")).stdout
    assert openssl(*verify, str(certificates / "other.pem"), check=False).returncode != 0
    assert ledger.verify().problems == ()
    assert ledger.verify().unchecked == ()


def test_only_a_digest_leaves_the_machine(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """The query has the digest of the checkpoint and a nonce, in the type that RFC 3161 names, and nothing else."""
    record(ledger)
    (one,) = anchored(ledger, authority, trust).anchors
    (query,) = authority.queries
    assert sha256(one.checkpoint.encode()).digest() in query
    assert ledger.origin.encode() not in query
    assert len(query) < 100
    assert authority.headers[0]["Content-Type"] == "application/timestamp-query"


@pytest.mark.parametrize("signer", ["rsa", "tsa"])
def test_signatures_of_both_usual_kinds_verify(ledger: Ledger, authority: Authority, trust: Trust, signer: str) -> None:
    """RSA and elliptic curves are both accepted."""
    authority.signer = signer
    assert len(anchored(ledger, authority, trust).anchors) == 1


def test_certificates_in_another_order_are_taken(ledger: Ledger, authority: Authority, certificates: Path) -> None:
    """OpenSSL sends further certificates unsorted, which DER forbids: they are sorted, and openssl still agrees."""
    authority.signer = "below"
    authority.more = f"certs = {certificates}/middle.pem"
    (one,) = anchored(ledger, authority, Trust.load(str(certificates / "root.pem"))).anchors
    (certificates / "sorted.txt").write_text(one.checkpoint, encoding="utf-8")
    (certificates / "sorted.tsr").write_bytes(one.response)
    verified = openssl(
        "ts", "-verify", "-data", f"{certificates}/sorted.txt", "-in", f"{certificates}/sorted.tsr", "-CAfile",
        f"{certificates}/root.pem",
    )  # fmt: skip
    assert "Verification: OK" in verified.stdout


def test_a_missing_certificate_may_come_from_the_file(ledger: Ledger, authority: Authority, certificates: Path) -> None:
    """An intermediate certificate that the authority does not send is taken from the file of --ca."""
    authority.signer = "below"
    trust = Trust.load(str(certificates / "root.pem"))
    assert "does not lead to the root" in reason(ledger, authority, trust)
    both = certificates / "both-of-them.pem"
    both.write_text((certificates / "root.pem").read_text() + (certificates / "middle.pem").read_text())
    assert len(anchored(ledger, authority, Trust.load(str(both))).anchors) == 1


def test_a_root_that_was_not_named_is_refused(ledger: Ledger, authority: Authority, certificates: Path) -> None:
    """A chain that leads elsewhere is refused, also where the signer's own certificate lies in the file."""
    trust = Trust.load(str(certificates / "other.pem"))
    assert "does not lead to the root" in reason(ledger, authority, trust)
    file = certificates / "other-and-signer.pem"
    file.write_text((certificates / "other.pem").read_text() + (certificates / "tsa.pem").read_text())
    assert "does not lead to the root" in reason(ledger, authority, Trust.load(str(file)))


def test_without_a_root_the_anchor_says_so(ledger: Ledger, authority: Authority) -> None:
    """Without --ca the token is stored as one of which nobody verified who made it."""
    (one,) = anchored(ledger, authority, None).anchors
    assert one.chain is False


@pytest.mark.parametrize("signer", ["web", "both", "lax", "none"])
@pytest.mark.parametrize("rooted", [True, False])
def test_a_certificate_that_is_not_for_time_stamps_alone_is_refused(
    ledger: Ledger, authority: Authority, trust: Trust, signer: str, rooted: bool
) -> None:
    """Without the critical extended key usage timeStamping, and no other, nothing is stored, root or no root."""
    authority.answer = lambda query: (200, [(0, authority.forge(query, signer))])
    assert "time stamps" in reason(ledger, authority, trust if rooted else None)


def test_the_forger_of_these_tests_can_sign_rightly(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """A forged response with the right certificate is taken: what the others are refused for is the certificate."""
    authority.answer = lambda query: (200, [(0, authority.forge(query, "tsa"))])
    assert len(anchored(ledger, authority, trust).anchors) == 1


def replaced(query: bytes, old: bytes, new: bytes) -> bytes:
    """The query with some bytes exchanged for as many others."""
    assert old in query
    assert len(old) == len(new)
    return query.replace(old, new)


@pytest.mark.parametrize("rooted", [True, False])
def test_a_time_stamp_of_other_data_is_refused(
    ledger: Ledger, authority: Authority, trust: Trust, rooted: bool
) -> None:
    """A genuine token over another digest is refused."""
    authority.answer = lambda query: (200, [(0, authority.stamp(query[:-60] + bytes(32) + query[-28:]))])
    digest_at: list[int] = []

    def other(query: bytes) -> tuple[int, list[tuple[float, bytes]]]:
        at = query.index(b"\x04\x20") + 2  # the digest: 32 octets
        digest_at.append(at)
        return 200, [(0, authority.stamp(query[:at] + bytes(32) + query[at + 32 :]))]

    authority.answer = other
    assert "of other data" in reason(ledger, authority, trust if rooted else None)
    assert digest_at


@pytest.mark.parametrize("rooted", [True, False])
def test_the_answer_to_another_request_is_refused(
    ledger: Ledger, authority: Authority, trust: Trust, rooted: bool
) -> None:
    """A genuine token over the same checkpoint, recorded earlier and sent again, has another nonce."""
    earlier: list[bytes] = []

    def again(query: bytes) -> tuple[int, list[tuple[float, bytes]]]:
        earlier.append(authority.stamp(query))
        return 200, [(0, earlier[0])]

    authority.answer = again
    one = ledger.root
    assert reason(ledger, authority, Trust.load(str(authority.folder / "other.pem"))) != ""  # refused, and recorded
    assert ledger.root == one
    assert "another request" in reason(ledger, authority, trust if rooted else None)


def test_a_truncated_answer_is_refused(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """An answer cut anywhere, or with something after it, is no time stamp."""
    for cut in (0, 1, 5, 100, 400, -1):
        authority.answer = lambda query, cut=cut: (200, [(0, authority.stamp(query)[:cut])])
        assert reason(ledger, authority, trust)
    authority.answer = lambda query: (200, [(0, authority.stamp(query) + b"x")])
    assert reason(ledger, authority, trust)


def test_every_flipped_byte_of_a_token_is_refused(
    ledger: Ledger, authority: Authority, trust: Trust, certificates: Path
) -> None:
    """Whichever byte of a genuine answer is changed, it is refused, or is as valid as before by openssl's word too."""
    from isolation.ledger import timestamps

    asked = timestamps.request(b"hello")
    response = authority.stamp(asked.as_bytes())
    timestamps.verify(response, asked, b"hello", trust)
    accepted = []
    for at in range(len(response)):
        flipped = response[:at] + bytes([response[at] ^ 1]) + response[at + 1 :]
        try:
            stamp, _ = timestamps.verify(flipped, asked, b"hello", trust)
        except BadTimeStamp:
            continue
        assert stamp == read_time_stamp(response)
        accepted.append(flipped)
    (certificates / "hello").write_bytes(b"hello")
    for flipped in accepted:
        (certificates / "flipped.tsr").write_bytes(flipped)
        verified = openssl(
            "ts", "-verify", "-data", f"{certificates}/hello", "-in", f"{certificates}/flipped.tsr", "-CAfile",
            f"{certificates}/root.pem", check=False,
        )  # fmt: skip
        assert "Verification: OK" in verified.stdout
    assert len(accepted) < 20


def test_a_refusal_says_what_the_authority_said(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """A response with the status rejection is refused with the authority's own words."""
    authority.answer = lambda query: (200, [(0, authority.stamp(b"junk"))])
    assert "Bad request format" in reason(ledger, authority, trust)


@pytest.mark.parametrize("status", [204, 301, 403, 404, 500, 503])
def test_an_http_error_is_told(ledger: Ledger, authority: Authority, trust: Trust, status: int) -> None:
    """Any status but 200 is refused; a redirection is not followed."""
    authority.answer = lambda query: (status, [])
    assert f"HTTP status {status}" in reason(ledger, authority, trust)


def test_a_huge_answer_is_cut_off(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """An endless answer is left at 256 KiB."""
    authority.answer = lambda query: (200, [(0, bytes(1 << 16))] * 64)
    assert "larger than 256 KiB" in reason(ledger, authority, trust)


def test_an_authority_that_drips_is_left(authority: Authority) -> None:
    """An answer that comes byte by byte ends with the time that is given to all of it."""
    authority.answer = lambda query: (200, [(0.1, b"x")] * 1000)
    with pytest.raises(NoAnswer, match="did not"):
        ask(authority.url, b"query", seconds=1.0)


def test_an_authority_that_is_silent_is_left(authority: Authority) -> None:
    """One that never answers is left after the time that is given."""
    authority.answer = lambda query: (200, [(3, b"x")])
    with pytest.raises(NoAnswer, match="did not answer within 1 s"):
        ask(authority.url, b"query", seconds=1.0)


def test_an_authority_that_is_not_there(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """Where nobody listens the sentence says so."""
    authority.close()
    done = anchor(ledger, [authority.url], trust)
    assert done.failed == ((authority.url, "it could not be reached"),)


@pytest.mark.parametrize(
    "url", ["", "tsa.example", "ftp://tsa.example", "http://", "http://user:secret@tsa.example/", "http://a:99999/",
            "http://a\n/", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_address_of_an_authority_is_refused(ledger: Ledger, url: str) -> None:
    """Only http and https without a password; a secret is never repeated."""
    with pytest.raises(UsageError) as refused:
        anchor(ledger, [url])
    assert "secret" not in refused.value.hint


def test_several_authorities_are_asked_and_one_may_fail(
    ledger: Ledger, authority: Authority, certificates: Path, trust: Trust
) -> None:
    """Each authority that answers well is stored, one that does not is told, and all are over one checkpoint."""
    second, third = Authority(certificates), Authority(certificates)
    third.answer = lambda query: (500, [])
    record(ledger, 3)
    done = anchor(ledger, [authority.url, second.url, third.url, authority.url], trust)
    second.close()
    third.close()
    assert [one.authority for one in done.anchors] == [authority.url, second.url]
    assert len({one.checkpoint for one in done.anchors}) == 1
    assert [url for url, _ in done.failed] == [third.url]
    assert [one.entry for one in anchors(ledger)] == [4, 5]
    assert ledger.verify().problems == ()


def test_every_entry_has_its_logged_interval(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """Entries before an anchor have `by`, those after it `after`, those between two both; the clock plays no part."""
    record(ledger, 3)
    authority.more = "accuracy = secs:1, millisecs:500"
    (first,) = anchored(ledger, authority, trust).anchors
    record(ledger, 2)
    (second,) = anchored(ledger, authority, trust).anchors
    record(ledger, 1)
    told = intervals(ledger)
    assert [one.entry for one in told.anchors] == [first.entry, second.entry] == [4, 7]
    for entry in range(4):
        assert (told.of(entry).after, told.of(entry).by) == (None, first.until)
    for entry in (4, 5, 6):
        assert (told.of(entry).after, told.of(entry).by) == (first.since, second.until)
        assert told.of(entry).by_anchor == second
    for entry in (7, 8):
        assert (told.of(entry).after, told.of(entry).by) == (second.since, None)
    with ledger.reading() as reader:
        assert reader.intervals().of(5) == told.of(5)
    assert first.since == first.time - 1_500_000  # the authority's accuracy
    assert first.until == first.time + 2_500_000  # and a second that it cut off


def test_the_tightest_of_several_anchors_counts() -> None:
    """With clocks of authorities that differ, the earliest upper and the latest lower bound are taken."""
    from isolation.ledger.anchors import Anchor, Intervals

    def one(entry: int, size: int, time: int) -> Anchor:
        return Anchor(entry, "x", "", b"", size, b"", time, time, time, True, None)

    told = Intervals([one(5, 5, 100), one(6, 5, 90), one(12, 10, 80), one(13, 10, 200)])
    assert (told.of(0).after, told.of(0).by) == (None, 80)
    assert (told.of(4).after, told.of(4).by) == (None, 80)
    assert (told.of(5).after, told.of(5).by) == (100, 80)  # authorities that contradict each other: both are told
    assert (told.of(7).after, told.of(7).by) == (100, 80)
    assert (told.of(12).after, told.of(13).after, told.of(99).by) == (100, 200, None)
    assert Intervals([]).of(3).by is None


def test_an_anchor_of_another_tree_is_found(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """An anchor whose checkpoint, token or place does not fit is damage, and no interval rests on it."""
    record(ledger, 2)
    (one,) = anchored(ledger, authority, trust).anchors
    other = one.checkpoint.replace(f"\n{one.size}\n", f"\n{one.size - 1}\n")
    for checkpoint, response in ((other, one.response), (one.checkpoint, one.response[:-1]), ("", b"")):
        with ledger.writing() as log:
            entry = log.add_anchor(authority.url, checkpoint, response, chain=True)
        assert entry in dict(ledger.verify().problems)
        with ledger.writing():
            pass
        assert all(known.entry != entry for known in intervals(ledger).anchors)


def test_removing_the_tail_shows_against_a_kept_anchor(
    ledger: Ledger, authority: Authority, trust: Trust, tmp_path: Path
) -> None:
    """A checkpoint that was kept with its time stamp tells that entries which were there by then are cut off."""
    record(ledger, 3)
    short = tmp_path / "short.sqlite3"
    shutil.copy(ledger.path, short)
    record(ledger, 2)
    (one,) = anchored(ledger, authority, trust).anchors
    key = os.path.splitext(ledger.path)[0] + ".key"
    with Ledger.open(short, read_only=True, environment={"ISOLATION_KEY_FILE": key}) as cut:
        assert cut.verify().intact
        compared = compare_ledger(cut, read_checkpoint(one.checkpoint.encode()), cut.size, cut.root)
    assert compared.state == "truncated"


def test_der_that_is_none_is_refused() -> None:
    """No bytes make the reader fail in another way than by saying so, and sorting leaves what it does not know."""
    for data in (b"", b"0", b"0\x80", b"0\x84\xff\xff\xff\xff", b"0\x03\x02\x01", os.urandom(200)):
        with pytest.raises(BadTimeStamp):
            read_time_stamp(data)
        assert in_order(data) == data


@pytest.mark.parametrize("content", [b"", b"no certificate", None])
def test_a_file_without_a_root_is_refused(tmp_path: Path, certificates: Path, content: bytes | None) -> None:
    """--ca must name a file with a root certificate."""
    file = tmp_path / "ca.pem"
    file.write_bytes(content if content is not None else (certificates / "tsa.pem").read_bytes())
    with pytest.raises(UsageError):
        Trust.load(str(file))
    with pytest.raises(UsageError):
        Trust.load(str(tmp_path / "missing.pem"))


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def isolation() -> Run:
    """Runs the program as a process."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "isolation", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done

    return run


def test_the_command_anchors_keeps_and_shows(
    isolation: Run, authority: Authority, certificates: Path, tmp_path: Path
) -> None:
    """`anchor` stores and keeps files that openssl verifies, and `status` shows the oldest anchor."""
    isolation("init", "--key-store", "file", "--no-earlier-accounts")
    folder = tmp_path / "kept"
    done = isolation(
        "--format",
        "json",
        "anchor",
        "--tsa",
        authority.url,
        "--ca",
        str(certificates / "root.pem"),
        "--keep",
        str(folder),
    )
    assert done.returncode == 0, done.stderr
    (one,) = json.loads(done.stdout)["anchors"]
    verified = openssl(
        "ts", "-verify", "-data", f"{folder}/anchor-{one['entry']}.checkpoint", "-in",
        f"{folder}/anchor-{one['entry']}.tsr", "-CAfile", f"{certificates}/root.pem",
    )  # fmt: skip
    assert "Verification: OK" in verified.stdout
    isolation("anchor", "--tsa", authority.url)
    status = json.loads(isolation("--format", "json", "status").stdout)["ledger"]
    assert status["anchors"] == {
        "count": 2,
        "oldest": {"entry": one["entry"], "authority": authority.url, "size": one["size"], "until": one["until"]},
    }
    assert one["until"] in isolation("status").stdout
    again = tmp_path / "again"
    assert isolation("anchor", "--keep", str(again)).returncode == 0
    assert len(list(again.iterdir())) == 4
    assert isolation("verify", "--checkpoint", str(again / f"anchor-{one['entry']}.checkpoint")).returncode == 0


def test_the_command_tells_which_authority_failed(isolation: Run, authority: Authority) -> None:
    """Where an authority fails the exit code is 1, and its sentence goes to stderr."""
    isolation("init", "--key-store", "file")
    authority.answer = lambda query: (503, [])
    done = isolation("anchor", "--tsa", authority.url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "HTTP status 503" in done.stderr
    assert isolation("anchor").returncode == 2
    assert isolation("anchor", "--tsa", "nonsense").returncode == 2


def test_without_the_package_the_command_says_what_to_install(isolation: Run, tmp_path: Path) -> None:
    """Where rfc3161-client is missing, one sentence names the extra."""
    isolation("init", "--key-store", "file")
    (tmp_path / "rfc3161_client.py").write_text("raise ImportError('not here')\n", encoding="ascii")
    done = subprocess.run(
        [sys.executable, "-m", "isolation", "anchor", "--tsa", "http://127.0.0.1:9/"], capture_output=True, text=True,
        check=False, env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "isolation[anchor]" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_stored_response_is_the_one_that_was_sent(ledger: Ledger, authority: Authority, trust: Trust) -> None:
    """What is stored is the authority's own bytes, as base64 in the open part of the entry."""
    sent: list[bytes] = []

    def answer(query: bytes) -> tuple[int, list[tuple[float, bytes]]]:
        sent.append(authority.stamp(query))
        return 200, [(0, sent[0])]

    authority.answer = answer
    (one,) = anchored(ledger, authority, trust).anchors
    assert one.response == sent[0]
    (body,) = ledger.connection.execute("SELECT body FROM main.entries WHERE i = ?", (one.entry,)).fetchone()
    opened: dict[str, Any] = json.loads(body)["open"]
    assert base64.b64decode(opened["response"]) == sent[0]
    assert StoredTree(ledger).root(one.size) == one.root
