"""What somebody could do to a bundle, without the key or with it: both verifiers find it, each in its own way."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import DAMAGED, INTACT, Judge
from .forge import NOON, ORIGIN, OTHERS, OWN, Document, Log, canonical, note, sha256, signature_line, six_entries, text


def test_another_makers_bundle_is_intact(judge: Judge) -> None:
    """A bundle written from the documentation alone verifies."""
    assert judge(six_entries().bundle(OWN))[:2] == (INTACT, [])


def opened(statement: Document, number: int) -> Document:
    """What the entry at this place opens."""
    found: Document = statement["entries"][number]["opened"]
    return found


def swap(first: Document, second: Document, key: str) -> None:
    """Exchanges a member of two objects."""
    first[key], second[key] = second[key], first[key]


def drop(statement: Document, number: int) -> None:
    """Leaves an entry out, and counts it as omitted."""
    statement["entries"].pop(number)
    statement["omitted"]["entries"] += 1


def exchange_fields(statement: Document) -> None:
    """Shows one field under the name of another."""
    fields = opened(statement, 0)
    fields["account"], fields["provenance"] = fields["provenance"], fields["account"]


# Changes of a statement that its entries do not bear out: refused whether or not it was logged and signed so.
IMPOSSIBLE: dict[str, Any] = {
    "a changed opened value": lambda s: opened(s, 0)["begin"].update(value=7),
    "a changed name": lambda s: opened(s, 0)["account"].update(value="store-x"),
    "a changed type": lambda s: opened(s, 0)["acct_seq"].update(value="1"),
    "a changed number": lambda s: opened(s, 0)["acct_seq"].update(value=2),
    "a changed salt": lambda s: opened(s, 0)["begin"].update(salt=text(bytes(32))),
    "a short salt": lambda s: opened(s, 0)["begin"].update(salt=text(bytes(31))),
    "salts swapped between fields": lambda s: swap(opened(s, 0)["account"], opened(s, 0)["begin"], "salt"),
    "fields exchanged": exchange_fields,
    "a field of another entry": lambda s: swap(opened(s, 0), opened(s, 1), "begin"),
    "what entries open exchanged": lambda s: swap(s["entries"][0], s["entries"][1], "opened"),
    "bodies exchanged": lambda s: swap(s["entries"][0], s["entries"][1], "body"),
    "a commitment changed": lambda s: s["entries"][0]["body"]["sd"].update(account=text(bytes(32))),
    "a commitment of another entry": lambda s: swap(
        s["entries"][0]["body"]["sd"], s["entries"][1]["body"]["sd"], "begin"
    ),
    "a commitment taken away": lambda s: (s["entries"][0]["body"]["sd"].pop("begin"), opened(s, 0).pop("begin")),
    "a field that the entry has not": lambda s: opened(s, 0).update(operator={"salt": text(bytes(32)), "value": "Li"}),
    "another kind": lambda s: s["entries"][0]["body"].update(kind="amend"),
    "a kind that is not shown": lambda s: s["entries"][0]["body"].update(kind="policy"),
    "another time of logging": lambda s: s["entries"][0]["body"]["open"].update(logged=1),
    "an end of another session": lambda s: s["entries"][2]["body"]["open"].update(of=1),
    "a wrong index": lambda s: s["entries"][0].update(index=2),
    "a negative index": lambda s: s["entries"][0].update(index=-1),
    "an index beyond the tree": lambda s: s["entries"][3].update(index=99),
    "an index of 2^53": lambda s: s["entries"][3].update(index=2**53),
    "a true index": lambda s: s["entries"][0].update(index=True),
    "an index as text": lambda s: s["entries"][0].update(index="1"),
    "an index as a float": lambda s: s["entries"][0].update(index=1.0),
    "reordered entries": lambda s: s["entries"].reverse(),
    "a duplicated entry": lambda s: s["entries"].append(s["entries"][-1]),
    "an entry of another account": lambda s: s["entries"].insert(1, six_entries().shown(OTHERS)),
    "an entry of another account counted": lambda s: (
        s["entries"].insert(1, six_entries().shown(OTHERS)), s["omitted"].update(entries=1)
    ),
    "an entry without its account": lambda s: opened(s, 0).pop("account"),
    "an entry without its number": lambda s: opened(s, 0).pop("acct_seq"),
    "an end whose session is not shown": lambda s: drop(s, 1),
    "entries left out uncounted": lambda s: s["entries"].pop(),
    "omitted entries that do not add up": lambda s: s["omitted"].update(entries=99),
    "another size": lambda s: s.update(size=5),
    "a size beyond the report": lambda s: s.update(size=99, omitted=s["omitted"] | {"entries": 95}),
    "an entry newer than the statement": lambda s: s.update(size=5, omitted=s["omitted"] | {"entries": 1}),
    "a spelling that stands twice": lambda s: s["subject"]["account"].update(spellings=[["store-a"], ["store-a"]]),
    "no spelling": lambda s: s["subject"]["account"].update(spellings=[]),
    "a number for a name": lambda s: s["subject"]["account"].update(name=7),
    "an operator nothing shows": lambda s: s["subject"].update(operator={"name": "Li", "spellings": ["Li"]}),
    "another origin": lambda s: s.update(origin="isolation/other"),
    "another key": lambda s: s.update(key=s["key"][:-4] + "AAAA"),
    "a key with another id": lambda s: s.update(key=s["key"].replace("+", "+0", 1)),
    "a negative count": lambda s: s["omitted"].update(erased=-1),
    "a number too large": lambda s: s["omitted"].update(erased=2**53),
    "a finding without its rule": lambda s: s["findings"].append({"id": "x"}),
    "an unknown key": lambda s: s.update(comment="harmless"),
    "an unknown key in an entry": lambda s: s["entries"][0].update(comment="harmless"),
    "an unknown key in a body": lambda s: s["entries"][0]["body"].update(comment="harmless"),
    "an unknown key in what is open": lambda s: s["entries"][0]["body"]["open"].update(comment=1),
    "another version of a body": lambda s: s["entries"][0]["body"].update(v=2),
    "a missing key": lambda s: s.pop("omitted"),
    "no list of entries": lambda s: s.update(entries={}),
    "a value nested too deeply": lambda s: opened(s, 0)["begin"].update(value=[[[[[[[[[[[[[[]]]]]]]]]]]]]]),
}  # fmt: skip


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_the_entries_do_not_bear_out_is_refused(case: str, judge: Judge) -> None:
    """A false statement is found, also where the holder of the key logged and signed it."""
    document = six_entries().document(OWN)
    IMPOSSIBLE[case](document["statement"])
    assert judge(canonical(document)).code == DAMAGED
    assert judge(six_entries().bundle(OWN, before=IMPOSSIBLE[case])).code == DAMAGED


FINDING = {
    "accounts": ["store-a"], "confidence": "certain", "fact": "public_ip", "first_seen": None, "id": "x",
    "last_seen": None, "rule": "shared-public-ip", "sessions": 1, "severity": "high", "state": "open", "value": None,
}  # fmt: skip

# Claims that nothing in a bundle bears out or refutes: who signs them vouches for them, and nobody else can make them.
CLAIMS: dict[str, Any] = {
    "a finding made up": lambda s: s["findings"].append(FINDING),
    "another count of findings": lambda s: s["omitted"].update(findings=9),
    "another name": lambda s: s["subject"]["account"].update(name="store-x"),
    "another spelling": lambda s: s["subject"]["account"]["spellings"].append(["store-b"]),
    "a name disclosed": lambda s: s["disclosed"].append("store-b"),
    "another time": lambda s: s.update(made_at="2020-01-01T00:00:00Z"),
    "another promise": lambda s: s.update(proves=["That all of this is true."]),
    "another key store": lambda s: s.update(key_store="keyring"),
    "a field no longer shown": lambda s: opened(s, 0).pop("begin"),
    "a dropped first entry": lambda s: drop(s, 0),
    "a dropped last entry": lambda s: drop(s, 3),
    "an account for an entry": lambda s: s["entries"][0].update(account="account-0123456789abcdef"),
    "fewer entries in all": lambda s: s.update(entries=[], omitted=s["omitted"] | {"entries": 6}),
}  # fmt: skip


@pytest.mark.parametrize("case", CLAIMS)
def test_a_claim_is_the_signers(case: str, judge: Judge) -> None:
    """What a bundle merely claims can be said by the holder of the key, and changed by nobody after."""
    document = six_entries().document(OWN)
    CLAIMS[case](document["statement"])
    assert judge(canonical(document)).code == DAMAGED
    assert judge(six_entries().bundle(OWN, before=CLAIMS[case])).code == INTACT


def body_of(document: Document) -> str:
    """What the checkpoint signs."""
    return str(document["checkpoint"].partition("\n\n")[0]) + "\n"


# Changes of what stands beside the statement.
BESIDE: dict[str, Any] = {
    "proofs exchanged": lambda d: d["proofs"].reverse(),
    "a truncated proof": lambda d: d["proofs"][0].pop(),
    "a proof without its beginning": lambda d: d["proofs"][0].pop(0),
    "an extended proof": lambda d: d["proofs"][0].append(text(bytes(32))),
    "a proof extended in front": lambda d: d["proofs"][0].insert(0, text(bytes(32))),
    "an empty proof": lambda d: d["proofs"][0].clear(),
    "a proof turned round": lambda d: d["proofs"][0].reverse(),
    "a hash cut short": lambda d: d["proofs"][0].__setitem__(0, text(bytes(31))),
    "a hash with other spare bits": lambda d: d["proofs"][0].__setitem__(0, d["proofs"][0][0][:-2] + "9="),
    "a proof too few": lambda d: d["proofs"].pop(),
    "a proof too many": lambda d: d["proofs"].append([]),
    "no proofs": lambda d: d.update(proofs=None),
    "the report's proof cut": lambda d: d["report"]["proof"].pop(),
    "the report's index": lambda d: d["report"].update(index=5),
    "the report's time": lambda d: d["report"]["body"]["open"].update(logged=1),
    "another digest": lambda d: d["report"]["opened"]["digest"].update(value="0" * 64),
    "the report not opened": lambda d: d["report"].update(opened={}),
    "the report opened in part": lambda d: d["report"]["opened"].pop("what"),
    "a session for the report": lambda d: d["report"].update(d["statement"]["entries"][0], proof=d["proofs"][0]),
    "another version": lambda d: d.update(schema="isolation.bundle/2"),
    "another schema": lambda d: d.update(schema="isolation.audit/1"),
    "an unknown key": lambda d: d.update(comment="harmless"),
    "no statement": lambda d: d.update(statement=[]),
    "another size": lambda d: d.update(checkpoint=d["checkpoint"].replace("\n7\n", "\n8\n")),
    "another root": lambda d: d.update(checkpoint=note(f"{ORIGIN}\n7\n{text(bytes(32))}\n")),
    "a stranger's signature": lambda d: d.update(
        checkpoint=body_of(d) + "\n" + signature_line(body_of(d), ORIGIN, b"s" * 32)
    ),
    "a second signature, by a stranger": lambda d: d.update(
        checkpoint=d["checkpoint"] + signature_line(body_of(d), "witness.example", b"w" * 32)
    ),
    "the signature twice": lambda d: d.update(checkpoint=d["checkpoint"] + signature_line(body_of(d))),
    "no signature": lambda d: d.update(checkpoint=body_of(d)),
    "no checkpoint": lambda d: d.update(checkpoint=""),
    "a checkpoint with CRLF": lambda d: d.update(checkpoint=d["checkpoint"].replace("\n", "\r\n")),
}  # fmt: skip


@pytest.mark.parametrize("case", BESIDE)
def test_what_stands_beside_the_statement_cannot_change(case: str, judge: Judge) -> None:
    """Proofs, report and checkpoint belong to one bundle and to no other."""
    document = six_entries().document(OWN)
    BESIDE[case](document)
    assert judge(canonical(document)).code == DAMAGED


BODIES: dict[str, Any] = {
    "leading zero": lambda b: b.replace("\n7\n", "\n07\n"),
    "plus sign": lambda b: b.replace("\n7\n", "\n+7\n"),
    "Unicode digits": lambda b: b.replace("\n7\n", "\n７\n"),
    "carriage return": lambda b: b.replace("\n", "\r\n"),
    "extra line": lambda b: b + "extension\n",
    "extra empty line": lambda b: b + "\n",
    "missing root": lambda b: b.rpartition("\n")[0].rpartition("\n")[0] + "\n",
    "space": lambda b: b.replace("\n7\n", "\n7 \n"),
    "too large": lambda b: b.replace("\n7\n", "\n9999999999999999\n"),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_checkpoint_in_another_form_is_refused_though_it_is_signed(case: str, judge: Judge) -> None:
    """A bundle's checkpoint is three lines in the one form that a checkpoint has."""
    assert judge(six_entries().bundle(OWN, body=BODIES[case])).code == DAMAGED


def test_a_node_is_no_leaf(judge: Judge) -> None:
    """The hash of an inner node cannot be proved as an entry: what is hashed for a leaf begins with another byte."""

    def offer(document: Document) -> None:
        left, right = (sha256(b"\0", canonical(made.bodies[index])) for index in (0, 1))
        assert sha256(b"\1", left, right) != sha256(b"\0", left, right)
        document["statement"]["entries"][0].update(index=0, body={"node": text(left + right)}, opened={})
        document["proofs"][0].pop(0)

    made = six_entries()
    assert judge(made.bundle(OWN, after=offer)).code == DAMAGED


def test_a_missing_middle_entry_is_shown(judge: Judge) -> None:
    """Entries of the account that are left out by who makes the bundle show by their numbers; a last one does not."""
    made = Log()
    for number in range(1, 8):
        made.session(number)
    assert judge(made.bundle([0, 1, 2, 5, 6]))[:2] == (INTACT, [("store-a", 4, 5)])
    assert judge(made.bundle([1, 3]))[:2] == (INTACT, [("store-a", 1, 1), ("store-a", 3, 3)])
    assert judge(made.bundle([0, 1]))[:2] == (INTACT, [])


def test_numbers_that_go_back_are_refused(judge: Judge) -> None:
    """Two entries of one account with one number, or with falling ones, cannot both be genuine."""
    for numbers in ((1, 1), (2, 1), (0, 1), (-3, 1), (True, 2)):
        made = Log()
        for number in numbers:
            made.session(number)
        assert judge(made.bundle([0, 1])).code == DAMAGED


def test_a_number_given_later_counts(judge: Judge) -> None:
    """A session that was recorded without the index key has its number in the entry that gave it its tags."""
    made = Log()
    made.session(None)
    made.session(1)
    made.add("end", {"at": 9}, of=0)
    made.add("index", {"acct_seq": 2, "epoch": 1}, of=0)
    made.add("index", {"epoch": 1}, of=2)
    made.session(5)
    assert judge(made.bundle([0, 1, 2, 3, 4, 5]))[:2] == (INTACT, [("store-a", 3, 4)])
    assert judge(made.bundle([0, 1, made.shown(3, ["acct_seq"])])).code == DAMAGED


def test_numbers_after_an_erasure_count_from_above(judge: Judge) -> None:
    """A new account's first entry may say above which erased numbers it is counted; a later one may not."""
    made = Log()
    made.session(8, acct_from=7)
    made.session(12, acct_from=11)
    assert judge(made.bundle([0, 1]))[:2] == (INTACT, [("store-a", 9, 11)])
    made = Log()
    made.session(8, acct_from="7")
    assert judge(made.bundle([0])).code == DAMAGED


def test_every_session_is_shown_to_be_the_operators(judge: Judge) -> None:
    """A bundle about an operator shows each session to be theirs, by itself or by what was told of it later."""

    def of_li(statement: Document) -> None:
        statement["subject"] = {"account": None, "operator": {"name": "Li", "spellings": ["Li"]}}
        for one in statement["entries"]:
            one["opened"].pop("account", None)

    made = Log()
    made.session(1, operator="Li")
    made.session(2)
    made.add("amend", {"operator": "Li"}, of=1)
    made.session(3, operator="Wu")
    assert judge(made.bundle([0, 1, 2], before=of_li))[:2] == (INTACT, [])
    assert judge(made.bundle([0, 1], before=of_li)).code == DAMAGED
    assert judge(made.bundle([0, 3], before=of_li)).code == DAMAGED
    assert judge(made.bundle([made.shown(0, ["operator"])], before=of_li)).code == DAMAGED


@pytest.mark.parametrize(
    ("report", "code"),
    [({}, INTACT), ({"what": "html"}, DAMAGED), ({"what": ["bundle"]}, DAMAGED), ({"digest": "0" * 64}, DAMAGED),
     ({"accounts": ["store-a"]}, INTACT)],
)  # fmt: skip
def test_the_log_must_tell_of_this_bundle(report: Document, code: int, judge: Judge) -> None:
    """The entry of the making has to be that of a bundle, and of this one."""
    assert judge(six_entries().bundle(OWN, report=report)).code == code


def test_a_fork_and_a_cut_tail_are_not_caught(judge: Judge) -> None:
    """Two logs under one key, or one without its last entries, each make an intact bundle: the limits say so."""
    first, second = six_entries(), six_entries()
    first.session(4)
    second.session(4, channel="api")
    assert judge(first.bundle([*OWN, 6])).code == INTACT
    assert judge(second.bundle([*OWN, 6])).code == INTACT
    assert judge(six_entries().bundle([1]))[:2] == (INTACT, [])


def test_what_a_session_saw_later_is_shown(judge: Judge) -> None:
    """An `observe` tells of a session before it, an `index` may tell of an `observe`, and neither of anything else."""
    made = six_entries()
    later = made.add("observe", {"public_ip": [{"identifying": True, "value": "9.9.9.10"}], "seen": NOON}, of=3)
    tags = made.add("index", {"epoch": 1}, of=later)
    assert judge(made.bundle([*OWN, later, tags]))[:2] == (INTACT, [])
    assert judge(made.bundle([1, 4, 5, later])).code == DAMAGED
    for of in (None, later, 4, OTHERS, 7):
        wrong = six_entries()
        index = wrong.add("observe", {"seen": NOON}, of=of)
        assert judge(wrong.bundle([*OWN, index])).code == DAMAGED
