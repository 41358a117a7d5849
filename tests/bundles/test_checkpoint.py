"""Checkpoints: signed notes read strictly, and by whom they have to be signed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.ledger.checkpoint import (
    BadCheckpoint,
    Checkpoint,
    VerifierKey,
    parse_key,
    parse_note,
    require_signed,
    sign_checkpoint,
    sign_public_key,
)

from .forge import KEY, ORIGIN, note, signature_line, text, vkey

ROOT = bytes(range(32))
BODY = f"{ORIGIN}\n7\n{text(ROOT)}\n"
STRANGER = "stranger.example/key"
STRANGERS_SEED = b"s" * 32


def require(signed: str, key: str = "") -> Checkpoint:
    """What a note says, once it is known to be signed with the key."""
    parsed = parse_note(signed.encode(errors="surrogatepass"))
    require_signed(parsed, [parse_key(key or vkey())])
    return parsed.checkpoint


def test_a_signed_checkpoint_reads_back() -> None:
    """Origin, size and root come out as they went in, and the note is the one that another writer makes."""
    checkpoint = Checkpoint(ORIGIN, 7, ROOT)
    signed = sign_checkpoint(checkpoint, KEY)
    assert signed == note(BODY)
    assert require(signed) == checkpoint


def test_a_key_of_the_wild_is_read() -> None:
    """The id of a key that others made, that of Go's checksum database, is computed as they compute it."""
    key = parse_key("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    assert key.text().startswith("sum.golang.org+033de0ae+")


def test_a_keys_text_reads_back() -> None:
    """A vkey names name, id and key, and its fingerprint is 32 hex digits."""
    key = VerifierKey(ORIGIN, sign_public_key(KEY))
    assert parse_key(key.text()) == key
    assert key.text() == vkey()
    assert re.fullmatch("[0-9a-f]{32}", key.fingerprint())
    assert key.fingerprint() != VerifierKey(ORIGIN, sign_public_key(STRANGERS_SEED)).fingerprint()


@pytest.mark.parametrize(
    "changed",
    [
        vkey().replace("isolation/", "isolation "), vkey()[1:], vkey() + "=", vkey() + "\n", vkey().upper(), "", "+",
        vkey().replace("+", "+0", 1), "name+00000000+" + text(b"\1" + bytes(32)), vkey("a b"),
        f"n+00000000+{text(b'')}", vkey().rpartition("+")[0] + "+" + text(b"\2" + sign_public_key(KEY)),
        vkey().rpartition("+")[0] + "+" + text(b"\1" + sign_public_key(KEY) + b"\0"),
    ],
)  # fmt: skip
def test_a_key_in_another_form_is_refused(changed: str) -> None:
    """A vkey with another name, id, type or length is none."""
    with pytest.raises(BadCheckpoint):
        parse_key(changed)


# What may stand in the place of the three lines, and is refused though it is signed.
BODIES = {
    "leading zero": BODY.replace("\n7\n", "\n07\n"),
    "plus sign": BODY.replace("\n7\n", "\n+7\n"),
    "minus sign": BODY.replace("\n7\n", "\n-7\n"),
    "Unicode digits": BODY.replace("\n7\n", "\n７\n"),
    "Arabic digits": BODY.replace("\n7\n", "\n٧\n"),
    "space": BODY.replace("\n7\n", "\n7 \n"),
    "underscore": BODY.replace("\n7\n", "\n1_0\n"),
    "fraction": BODY.replace("\n7\n", "\n7.0\n"),
    "too large": BODY.replace("\n7\n", "\n9007199254740992\n"),
    "far too large": BODY.replace("\n7\n", f"\n{'9' * 5000}\n"),
    "no size": BODY.replace("\n7\n", "\n\n"),
    "carriage return": BODY.replace("\n", "\r\n"),
    "tab": BODY.replace("\n7\n", "\n\t7\n"),
    "NUL": BODY.replace("\n7\n", "\n7\0\n"),
    "extra line": BODY + "extension\n",
    "extra empty line": BODY + "\n",
    "missing line": BODY.partition("\n")[2],
    "empty origin": BODY.replace(ORIGIN, ""),
    "space in the origin": BODY.replace(ORIGIN, "isolation/a b"),
    "plus in the origin": BODY.replace(ORIGIN, "isolation/a+b"),
    "short root": BODY.replace(text(ROOT), text(ROOT[:-1])),
    "long root": BODY.replace(text(ROOT), text(ROOT + b"\0")),
    "root without padding": BODY.replace(text(ROOT), text(ROOT).rstrip("=")),
    "root with other spare bits": BODY.replace(text(ROOT), text(ROOT)[:-2] + "9="),
    "root of the other alphabet": BODY.replace(text(ROOT), "-" + text(ROOT)[1:]),
    "byte order mark": "\ufeff" + BODY,
}


@pytest.mark.parametrize("case", BODIES)
def test_a_signed_text_in_another_form_is_refused(case: str) -> None:
    """A text that is not exactly origin, size and root is no checkpoint, however well it is signed."""
    with pytest.raises(BadCheckpoint):
        require(note(BODIES[case]))


@pytest.mark.parametrize(
    "changed",
    [
        "", BODY, BODY + "\n", note(BODY)[:-1], note(BODY) + "\n", note(BODY) + "x", note(BODY).replace("—", "--"),
        note(BODY).replace("— ", "—  "), note(BODY).replace("\n—", "\n —"), note(BODY).replace("\n", "\r\n"),
        note(BODY).replace("— ", "—\u00a0"), note(BODY) + note(BODY), BODY + "\n" + f"— {ORIGIN} !!!!\n",
        BODY + "\n" + f"— {ORIGIN} {text(b'1234')}\n", BODY + "\n" + signature_line(BODY) * 101,
        note(BODY) + f"— {STRANGER} {text(b'1' * (1 << 18))}\n", note(BODY).replace("isolation", "isolatio\udcff"),
        note(BODY) + "— a\x1bb AAAAAAAA\n",
    ],
)  # fmt: skip
def test_a_note_in_another_form_is_refused(changed: str) -> None:
    """Lines that are no signature lines, cut, doubled, or beyond measure make no note."""
    with pytest.raises(BadCheckpoint):
        require(changed)


def test_an_unknown_signer_is_ignored() -> None:
    """Signatures by keys that nobody named count neither for nor against a checkpoint."""
    strangers = signature_line(BODY, STRANGER, STRANGERS_SEED)
    bad = f"— {STRANGER} {text(b'nonsense that is no signature')}\n"
    for signed in (note(BODY) + strangers + bad, BODY + "\n" + bad + strangers + signature_line(BODY)):
        assert require(signed).size == 7
    with pytest.raises(BadCheckpoint) as caught:
        require(BODY + "\n" + strangers)
    assert not caught.value.signed


def test_a_stranger_under_the_logs_name_is_ignored() -> None:
    """A key with the log's name and another id is another key."""
    with pytest.raises(BadCheckpoint) as caught:
        require(BODY + "\n" + signature_line(BODY, ORIGIN, STRANGERS_SEED))
    assert not caught.value.signed


def test_a_known_signers_bad_signature_is_rejected() -> None:
    """One signature of a known key that does not hold spoils the checkpoint, even beside one that does."""
    identifier = bytes.fromhex(vkey().split("+")[1])
    bad = f"— {ORIGIN} {text(identifier + b'x' * 64)}\n"
    for signed in (BODY + "\n" + bad, note(BODY) + bad, BODY + "\n" + bad + signature_line(BODY)):
        with pytest.raises(BadCheckpoint) as caught:
            require(signed)
        assert caught.value.signed


def test_a_key_vouches_for_its_own_log_only() -> None:
    """A checkpoint that says another origin than its key's name is not signed by that key."""
    body = BODY.replace(ORIGIN, "isolation/other")
    with pytest.raises(BadCheckpoint):
        require(body + "\n" + signature_line(body))


@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    """No byte of a signed checkpoint can be another."""
    whole = note(BODY).encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != whole[at]))
    with pytest.raises(BadCheckpoint):
        require_signed(parse_note(whole[:at] + bytes([byte]) + whole[at + 1 :]), [parse_key(vkey())])
