"""A private match from request to hits, evidence and audit, between two authorities."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import signal
from pathlib import Path

import pytest
from tests.exchange.matching_desks import CHEAP, Pair, pair, reopened, root

from enduse.errors import ExchangeError, InputError, StorageError, UsageError
from enduse.exchange import matching
from enduse.exchange.carriers import FolderMailbox, new_mailbox_id
from enduse.exchange.keys import SigningKey
from enduse.exchange.matching import documents, files, holdings
from enduse.store import Log


@pytest.fixture
def two(tmp_path: Path) -> Pair:
    return pair(tmp_path)


SERIALS = [f"SN-{number:05}" for number in range(60)]


def found(finished: matching.Finished) -> set[str]:
    return {hit.key.rpartition("|")[2] for hit in finished.hits}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (SERIALS[:40], SERIALS[20:]),
        ([], SERIALS),
        (SERIALS, []),
        (SERIALS, SERIALS),
        (SERIALS[:30], SERIALS[30:]),
        ([f"SN-{n:05}" for n in range(700)], SERIALS),
    ],
    ids=["some", "empty client", "empty server", "equal", "disjoint", "client larger"],
)
def test_hits_are_the_plain_intersection(two: Pair, ours: list[str], theirs: list[str]) -> None:
    finished = two.match(ours, theirs)
    assert found(finished) == {s.replace("-", "") for s in set(ours) & set(theirs)}
    assert finished.held == 256
    assert finished.officers == ("Chen", "Lin")


def test_hits_name_the_rows_that_gave_them(two: Pair) -> None:
    ours = two.rows(["other", "sn 00001", "SN-00001", "abc"])
    request = two.request(ours)
    two.approve(request)
    reply = two.respond(request, two.rows(["SN/00001"]))
    out = two.path("hits.csv")
    finished = matching.finish(two.client, reply, out)
    assert [hit.rows for hit in finished.hits] == [(3, 4)]
    assert out.stat().st_mode & 0o077 == 0
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["family"], row["key"]) for row in rows] == [
        ("3", "A", "A|serial|SN00001"),
        ("4", "A", "A|serial|SN00001"),
    ]


def test_nothing_is_lost_of_an_input(two: Pair) -> None:
    rows = [
        {"kind": "serial", "value": "1"},
        {"kind": "colour", "value": "red"},
        {"kind": "name", "value": "Ostec"},
        {"kind": "imo", "value": "IMO 9074729"},
        {"kind": "part", "value": "XC7A35T"},
    ]
    asked = matching.request(
        two.client,
        "Taipei Trade Office",
        two.rows(rows),
        two.path("request.match"),
        families=["A"],
        purpose="parts",
    )
    assert asked.keys == 1
    assert [one.row for one in asked.rejected] == [2, 3, 4, 6]
    assert "A name has no key in family A." in asked.rejected[2].reason


def test_names_in_any_order_and_script_and_with_a_typing_error(two: Pair) -> None:
    two.families = ["B", "C"]
    ours = [
        {"kind": "name", "value": "Petrov Ivan Sergeevich", "country": "RU"},
        {"kind": "name", "value": "ООО «Остек»", "country": "RU"},
        {"kind": "name", "value": "Kvant Mikroelektronika", "country": "RU"},
        {"kind": "name", "value": "Somebody Else Entirely", "country": "RU"},
    ]
    theirs = [
        {"kind": "name", "value": "Иван Сергеевич ПЕТРОВ", "country": "RU"},
        {"kind": "name", "value": "Ostek LLC", "country": "RU"},
        {"kind": "name", "value": "Kvant Mikroelektronka", "country": "RU"},
    ]
    finished = two.match(ours, theirs)
    of_family = {
        family: {row for hit in finished.hits if hit.key[0] == family for row in hit.rows}
        for family in "BC"
    }
    assert of_family == {"B": {2, 3}, "C": {2, 3, 4}}


def test_c_needs_approvals_of_its_own(two: Pair) -> None:
    two.families = ["B", "C"]
    request = two.request(two.rows([{"kind": "name", "value": "Ostek Trade", "country": "RU"}]))
    with pytest.raises(ExchangeError, match="approved by itself"):
        matching.approve(two.server, request, two.officers[0], families=["B", "C"])
    two.approve(request)
    assert matching.inspect(two.server, request).missing == {"C": 2}
    with pytest.raises(ExchangeError, match="2 for family C"):
        two.respond(request, two.rows([]))
    matching.approve(two.server, request, two.officers[0], families=["C"])
    assert matching.approve(two.server, request, two.officers[2], families=["C"]).missing == {}
    two.respond(request, two.rows([]))


def test_two_different_officers_approve(two: Pair) -> None:
    request = two.request(two.rows(SERIALS), purpose="serials of a cruise missile")
    with pytest.raises(ExchangeError, match="no session"):
        two.respond(request, two.rows(SERIALS))
    seen = matching.inspect(two.server, request)
    assert (seen.client, seen.purpose, seen.bucket) == (
        "Kyiv Customs",
        "serials of a cruise missile",
        256,
    )
    for _ in range(2):
        assert matching.approve(two.server, request, two.officers[0]).missing == {"A": 1}
    with pytest.raises(ExchangeError, match="1 for family A"):
        two.respond(request, two.rows(SERIALS))
    with pytest.raises(ExchangeError, match="not signed by an officer"):
        matching.approve(two.server, request, SigningKey(b"x" * 32))
    matching.approve(two.server, request, two.officers[1])
    matching.dismiss(two.server, "Chen")
    with pytest.raises(ExchangeError, match="1 for family A"):
        two.respond(request, two.rows(SERIALS))
    matching.approve(two.server, request, two.officers[2])
    finished = matching.finish(
        two.client, two.respond(request, two.rows(SERIALS)), two.path("hits.csv")
    )
    assert finished.officers == ("Lin", "Wu")


def test_the_root_says_who_is_an_officer(two: Pair) -> None:
    stranger = SigningKey(b"y" * 32)
    with pytest.raises(ExchangeError, match="2 must have signed"):
        matching.enrol(two.server, "Mallory", stranger.public, root(two.server)[:1])
    with pytest.raises(ExchangeError, match="2 must have signed"):
        matching.enrol(two.server, "Mallory", stranger.public, root(two.client))
    with pytest.raises(ExchangeError, match="enrolled"):
        matching.enrol(two.server, "Lin", stranger.public, root(two.server))
    with pytest.raises(ExchangeError, match="'Mallory' serves"):
        matching.dismiss(two.server, "Mallory")


def test_an_officers_key_lies_under_its_own_passphrase(two: Pair) -> None:
    path = two.path("lin.key")
    public = matching.create_officer_key(path, "three blind mice", two.clock(), cost=CHEAP)
    assert path.stat().st_mode & 0o077 == 0
    assert matching.officer_key(path, "three blind mice").public == public
    with pytest.raises(ExchangeError, match="does not open"):
        matching.officer_key(path, "nine green bottles")
    with pytest.raises(ExchangeError, match="exists already"):
        matching.create_officer_key(path, "three blind mice", two.clock(), cost=CHEAP)


def test_a_quota_counts_keys_of_the_month(two: Pair) -> None:
    matching.grant(two.server, "Kyiv Customs", 600)
    two.match(SERIALS, SERIALS)
    two.match(SERIALS[:9], SERIALS)
    left = matching.quota(two.server, "Kyiv Customs")
    assert (left.period, left.keys, left.used, left.sessions) == ("2026-11", 600, 512, 2)
    third = two.request(two.rows(SERIALS[:5]))
    two.approve(third)
    with pytest.raises(ExchangeError, match=r"asks 256 keys; of 600 .* 88 are left"):
        two.respond(third, two.rows(SERIALS))
    assert matching.quota(two.server, "Kyiv Customs").used == 512
    two.clock.forward(days=9)
    two.respond(third, two.rows(SERIALS))
    assert matching.quota(two.server, "Kyiv Customs").used == 256
    with pytest.raises(ExchangeError, match="not negative"):
        matching.grant(two.server, "Kyiv Customs", -1)


def test_an_answer_again_is_the_same_answer_and_costs_nothing(two: Pair) -> None:
    request = two.request(two.rows(SERIALS))
    two.approve(request)
    first = two.respond(request, two.rows(SERIALS[:9]))
    two.clock.forward(hours=1)
    again = two.respond(request, two.rows(SERIALS))
    assert again.read_bytes() == first.read_bytes()
    assert matching.quota(two.server, "Kyiv Customs").used == 256
    hits = [matching.finish(two.client, reply, two.path("hits.csv")) for reply in (first, again)]
    assert hits[0] == hits[1]


def test_the_same_request_again_is_the_same_file_until_it_is_answered(two: Pair) -> None:
    ours = two.rows(SERIALS)
    first, again = two.request(ours), two.request(ours)
    assert first.read_bytes() == again.read_bytes()
    assert two.request(ours, purpose="another").read_bytes() != first.read_bytes()
    two.approve(first)
    matching.finish(two.client, two.respond(first, two.rows([])), two.path("hits.csv"))
    assert two.request(ours).read_bytes() != first.read_bytes()


def test_every_session_has_a_key_of_its_own(two: Pair) -> None:
    two.match(SERIALS, SERIALS)
    two.match(SERIALS, SERIALS)
    with two.client.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT session FROM matching_sessions").scalars().all()
    replies = [two.client.kept_reply(two.client.session(one, "client")) for one in rows]
    assert len({reply.public for reply in replies}) == 2
    assert len({reply.tags_root for reply in replies}) == 2


def test_every_step_stands_in_both_logs(two: Pair) -> None:
    finished = two.match(SERIALS, SERIALS, audited=1)
    steps = {
        side.identity.name: [
            json.loads(entry.content or b"{}")["step"]
            for entry in Log.open(side.store, "matching").entries()
            if finished.session in (entry.content or b"").decode()
        ]
        for side in (two.client, two.server)
    }
    assert steps == {
        "Kyiv Customs": ["requested", "finished"],
        "Taipei Trade Office": ["approved", "approved", "responding", "responded"],
    }


EVIDENCE = [{"kind": "serial", "value": "SN-00007", "case": "Kh-101, 2024", "note": "board 3"}]


def evidence(two: Pair) -> tuple[matching.Finished, Path]:
    theirs = [{"kind": "serial", "value": "sn00007", "declaration": "TW-2023-77", "buyer": "Ostec"}]
    finished = two.match([*SERIALS[:5], *EVIDENCE], [*SERIALS[3:9:5], *theirs])
    at = next(hit.position for hit in finished.hits if hit.key.endswith("SN00007"))
    asked = two.path("evidence.match")
    assert matching.ask_evidence(two.client, finished.session, at, asked) == "A|serial|SN00007"
    return finished, asked


def test_evidence_opens_what_both_were_bound_to(two: Pair) -> None:
    finished, asked = evidence(two)
    answer = two.path("answer.match")
    assert matching.answer_evidence(two.server, asked, answer) == "A|serial|SN00007"
    out = two.path("evidence.json")
    shown = matching.check_evidence(two.client, answer, out)
    assert shown.theirs["entries"] == [
        {"kind": "serial", "value": "sn00007", "declaration": "TW-2023-77", "buyer": "Ostec"}
    ]
    assert shown.ours["entries"] == EVIDENCE
    assert json.loads(out.read_text())["theirs"] == shown.theirs
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(ExchangeError, match="no hit at position"):
        matching.ask_evidence(two.client, finished.session, 10**6, two.path("x.match"))


def test_a_server_cannot_make_up_a_record_once_it_knows_of_the_hit(two: Pair) -> None:
    finished, asked = evidence(two)
    session = two.server.session(finished.session, "server")
    kept = two.server.room(session)
    kept.write_text(kept.read_text().replace("TW-2023-77", "TW-2020-01"))
    answer = two.path("answer.match")
    matching.answer_evidence(two.server, asked, answer)
    with pytest.raises(ExchangeError, match="another key than it was bound to"):
        matching.check_evidence(two.client, answer, two.path("evidence.json"))


def test_a_client_cannot_make_up_a_record_nor_a_key(two: Pair) -> None:
    finished, _ = evidence(two)
    session = two.client.session(finished.session, "client")
    kept = two.client.room(session)
    kept.write_text(kept.read_text().replace("board 3", "board 4"))
    at = next(hit.position for hit in finished.hits if hit.key.endswith("SN00007"))
    asked = two.path("evidence.match")
    matching.ask_evidence(two.client, finished.session, at, asked)
    with pytest.raises(ExchangeError, match="another key than it was bound to"):
        matching.answer_evidence(two.server, asked, two.path("answer.match"))


def test_evidence_answers_what_was_asked(two: Pair, tmp_path: Path) -> None:
    _, asked = evidence(two)
    answer = two.path("answer.match")
    matching.answer_evidence(two.server, asked, answer)
    matching.check_evidence(two.client, answer, two.path("evidence.json"))
    second = pair(tmp_path / "others")
    with pytest.raises(ExchangeError, match="not signed with a matching key of any partner"):
        matching.answer_evidence(second.server, asked, two.path("answer.match"))
    with pytest.raises(ExchangeError, match="not of the type"):
        matching.answer_evidence(two.server, answer, two.path("answer.match"))


def test_an_audit_opens_what_was_drawn(two: Pair) -> None:
    finished = two.match(SERIALS * 4, [f"TW-{n:04}" for n in range(200)], audited=20)
    for auditor, opener, side, held in (
        (two.client, two.server, "server", 200),
        (two.server, two.client, "client", 60),
    ):
        asked, answer = two.path("audit.match"), two.path("answer.match")
        matching.ask_audit(auditor, finished.session, asked)
        assert matching.answer_audit(opener, asked, answer) == 20
        shown = matching.check_audit(auditor, answer)
        assert (shown.side, len(shown.keys) + shown.padding) == (side, 20)
        assert (held == 200) == (shown.padding < len(shown.keys))
        assert all(key.startswith("A|serial|") for key in shown.keys)


def test_an_audit_finds_what_was_not_committed_to(two: Pair) -> None:
    finished = two.match(SERIALS, [f"TW-{n:04}" for n in range(250)], audited=8)
    kept = two.server.room(two.server.session(finished.session, "server"))
    kept.write_text(kept.read_text().replace("A|serial|TW", "A|serial|XY"))
    asked, answer = two.path("audit.match"), two.path("answer.match")
    matching.ask_audit(two.client, finished.session, asked)
    matching.answer_audit(two.server, asked, answer)
    with pytest.raises(ExchangeError, match="another key than it was bound to"):
        matching.check_audit(two.client, answer)


def test_no_audit_without_agreement(two: Pair) -> None:
    finished = two.match(SERIALS, SERIALS)
    with pytest.raises(ExchangeError, match="No audit was agreed"):
        matching.ask_audit(two.client, finished.session, two.path("audit.match"))


def test_secrets_go_with_the_encryption_key(two: Pair) -> None:
    finished = two.match(SERIALS, SERIALS)
    two.client.identity.rotate("encryption", root(two.client), two.clock())
    again = reopened(two.client)
    at = finished.hits[0].position
    matching.ask_evidence(again, finished.session, at, two.path("evidence.match"))
    two.clock.forward(days=40)
    again.identity.destroy_outlived(two.clock())
    with pytest.raises(ExchangeError, match="went with the encryption key"):
        matching.ask_evidence(again, finished.session, at, two.path("evidence.match"))


def test_lengths_follow_from_buckets_only(two: Pair) -> None:
    def lengths(ours: list[str], theirs: list[str], purpose: str) -> tuple[int, int]:
        request = two.request(two.rows(ours), purpose=purpose)
        two.approve(request)
        reply = two.respond(request, two.rows(theirs))
        return request.stat().st_size, reply.stat().st_size

    few = lengths(SERIALS[:1], SERIALS[:2], "a")
    assert few == lengths([*SERIALS, "a" * 900], SERIALS, "b" * 400)
    assert few == (files.HEADER + 256 * 32, files.HEADER + 256 * 32 + 64 + 256 * 16)


def test_a_transcript_holds_no_input(two: Pair) -> None:
    import hashlib

    ours, theirs = SERIALS[:30], SERIALS[20:]
    request = two.request(two.rows(ours), audited=2)
    two.approve(request)
    reply = two.respond(request, two.rows(theirs))
    seen = request.read_bytes() + reply.read_bytes()
    for serial in SERIALS:
        plain = serial.replace("-", "")
        key = f"A|serial|{plain}"
        for form in (serial, plain, key):
            raw = form.encode()
            assert raw not in seen
            for name in ("md5", "sha1", "sha256", "sha512"):
                assert hashlib.new(name, raw).digest()[:8] not in seen
            assert documents.key_commitment("", raw)[:8] not in seen


def test_inputs_that_cannot_be_used(two: Pair) -> None:
    bad = two.path("bad.csv")
    for content, wrong in (
        (b"value\nx\n", "no column 'kind'"),
        (b"", "no column 'kind'"),
        (b"kind,value\nname,\xff\xfe\n", "not in UTF-8"),
    ):
        bad.write_bytes(content)
        with pytest.raises(InputError, match=wrong):
            two.request(bad)
    for said, wrong in (({"purpose": ""}, "'purpose'"), ({"audited": 65}, "'audited'")):
        with pytest.raises(ExchangeError, match=wrong):
            two.request(two.rows(SERIALS), **said)
    assert not list(two.client.folder.glob("*"))
    two.families = ["Z"]  # type: ignore[list-item]
    with pytest.raises(UsageError, match="no families"):
        two.request(two.rows([]))


def test_a_record_that_is_too_long_says_what_is_left_out(two: Pair) -> None:
    rows = two.rows([{"kind": "serial", "value": "SN-0001", "note": "x" * 3000}] * 3)
    secret = holdings.Secret(b"s" * 32)
    kept, _ = holdings.hold(rows, ["A"], secret, "client")
    record = json.loads(next(key.record for key in kept if key.rows))
    assert (len(record["entries"]), record["left_out"]) == (1, 2)


def test_a_session_with_more_keys_than_it_takes_is_refused() -> None:
    assert documents.bucket_of(1 << 20) == 1 << 20
    with pytest.raises(ExchangeError, match="more than the 1,048,576"):
        documents.bucket_of((1 << 20) + 1)


def test_disk_copies_of_a_session_are_for_their_owner(two: Pair) -> None:
    two.match(SERIALS, SERIALS)
    for side in (two.client, two.server):
        kept = list(side.folder.iterdir())
        assert kept
        assert all(path.stat().st_mode & 0o077 == 0 for path in kept)
    shutil.rmtree(two.client.folder)


def test_a_full_disk_leaves_nothing_half(two: Pair) -> None:
    rows, out = two.rows(SERIALS), two.path("request.match")
    child = os.fork()
    if child == 0:
        # No file may grow beyond this: the system refuses as a full disk does.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        here = reopened(two.client)
        here.partner("Taipei Trade Office")
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            matching.request(
                here, "Taipei Trade Office", rows, out, families=["A"], purpose="serials"
            )
        except StorageError:
            os._exit(7)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert not out.exists()
    assert two.request(rows).exists()


def test_a_session_over_a_stick(two: Pair, tmp_path: Path) -> None:
    stick, here = FolderMailbox(tmp_path / "stick"), new_mailbox_id()

    def carried(path: Path) -> Path:
        with path.open("rb") as file:
            digest = stick.put(here, file)
        out = two.path("carried.match")
        with stick.get(here, digest) as blob:
            out.write_bytes(blob.read())
        return out

    request = carried(two.request(two.rows(SERIALS)))
    two.approve(request)
    reply = carried(two.respond(request, two.rows(SERIALS[:3])))
    assert len(matching.finish(two.client, reply, two.path("hits.csv")).hits) == 3
