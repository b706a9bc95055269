"""What a partner may try at a private match, and the one sentence that it is refused with."""

from __future__ import annotations

import hashlib
import os
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.exchange.matching_desks import Clock, Pair, desk, introduce, pair, root

from enduse.errors import ExchangeError
from enduse.exchange import matching
from enduse.exchange.fields import written_raw
from enduse.exchange.keys import SigningKey
from enduse.exchange.matching import families, files, group, officers
from enduse.exchange.matching.documents import (
    TYPE,
    Approval,
    Reply,
    Request,
    digest,
    key_commitment,
)
from enduse.exchange.matching.files import SessionFile
from enduse.exchange.matching.voprf import KeyPair, Voprf
from enduse.exchange.packets import canonical, envelope
from enduse.exchange.partners import Partners
from enduse.store import merkle

SERIALS = [f"SN-{number:05}" for number in range(40)]
BUCKET = 256
NOT_OF_THE_GROUP = {
    "identity": bytes(32),
    "negative": b"\x01" + bytes(31),
    "not canonical": bytes.fromhex("ed" + "ff" * 30 + "7f"),
    "no square": bytes.fromhex("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"),
}


@pytest.fixture
def two(tmp_path: Path) -> Pair:
    return pair(tmp_path)


@pytest.fixture
def request_file(two: Pair) -> Path:
    request = two.request(two.rows(SERIALS))
    two.approve(request)
    return request


@pytest.fixture
def reply_file(two: Pair, request_file: Path) -> Path:
    return two.respond(request_file, two.rows(SERIALS[20:]))


def payload(path: Path, kind: str) -> bytes:
    document = SessionFile.read(path).envelope
    return envelope.unverified(document, TYPE % kind, max_bytes=1 << 20)


def body(path: Path) -> bytearray:
    return bytearray(path.read_bytes()[files.HEADER :])


def forged_reply(two: Pair, path: Path, content: bytes | None = None, **changes: Any) -> Path:
    """A reply that the server signs although it is wrong."""
    content = bytes(body(path)) if content is None else content
    reply = Reply.read(payload(path, "reply"))
    reply = replace(reply, body=hashlib.sha256(content).digest())
    said = canonical.loads(replace(reply).written()) | changes
    out = two.path("forged.match")
    files.write(out, two.server.signed("reply", canonical.dumps(said)), [content])
    return out


def forged_request(two: Pair, path: Path, content: bytes | None = None, **changes: Any) -> Path:
    """A request that the client signs although it is wrong."""
    content = bytes(body(path)) if content is None else content
    request = Request.read(payload(path, "request"))
    leaves = [merkle.leaf_hash(one) for one in group.parted(content)]
    request = replace(request, session=os.urandom(16).hex(), blinded_root=merkle.root_of(leaves))
    said = canonical.loads(request.written()) | changes
    out = two.path("forged.match")
    files.write(out, two.client.signed("request", canonical.dumps(said)), [content])
    return out


def refused(two: Pair, reply: Path, words: str) -> None:
    hits = two.path("hits.csv")
    with pytest.raises(ExchangeError, match=words):
        matching.finish(two.client, reply, hits)
    assert not hits.exists()


def test_a_key_that_changes_in_the_middle(two: Pair, reply_file: Path) -> None:
    content = body(reply_file)
    asked = Voprf().blind([b"x"], [group.random_scalar()])
    content[100 * 32 : 101 * 32] = Voprf().evaluate(KeyPair.random().secret, asked)
    refused(two, forged_reply(two, reply_file, bytes(content)), "made with another key")


@pytest.mark.parametrize("bad", NOT_OF_THE_GROUP.values(), ids=NOT_OF_THE_GROUP)
def test_points_that_are_none(two: Pair, reply_file: Path, bad: bytes) -> None:
    content = body(reply_file)
    content[:32] = bad
    refused(two, forged_reply(two, reply_file, bytes(content)), "not one of the group")
    asked = body(two.folder / "2-request.match")
    asked[-32:] = bad
    request = forged_request(two, two.folder / "2-request.match", bytes(asked))
    two.approve(request)
    with pytest.raises(ExchangeError, match="not one of the group"):
        two.respond(request, two.rows(SERIALS))


def test_answers_in_another_order(two: Pair, reply_file: Path) -> None:
    content = body(reply_file)
    content[:64] = content[32:64] + content[:32]
    refused(two, forged_reply(two, reply_file, bytes(content)), "made with another key")


def test_proofs_of_parts_in_another_order(two: Pair, reply_file: Path) -> None:
    content, reply = bytes(body(reply_file)), Reply.read(payload(reply_file, "reply"))
    session = two.server.session(reply.session, "server")
    key = two.server.secret(session).session_key(session.session)
    asked, answered = bytes(body(two.folder / "2-request.match")), content[: BUCKET * 32]
    half = BUCKET * 16
    proofs = [Voprf().prove(key, asked[at:][:half], answered[at:][:half]) for at in (0, half)]
    tags = content[BUCKET * 32 + 64 :]
    parts = answered + proofs[1] + proofs[0] + tags
    refused(two, forged_reply(two, reply_file, parts, per_proof=128), "made with another key")
    parts = answered + proofs[0] + proofs[1] + tags
    good = forged_reply(two, reply_file, parts, per_proof=128)
    assert len(matching.finish(two.client, good, two.path("hits.csv")).hits) == 20


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"per_proof": 65_536}, "covers 65536 keys; 65535 is the most"),
        ({"held": 512}, "has a body of"),
        ({"held": 300}, "'held' with a value that it cannot have"),
        ({"held": 2**30}, "'held' with a value that it cannot have"),
        ({"bucket": 512}, "another number of keys"),
        ({"per_proof": 128}, "has a body of"),
        ({"client": "0" * 64}, "another client"),
        ({"server": "0" * 64}, "another partner"),
        ({"session": "0" * 32}, "no session 000000000000 here"),
        ({"request": "0" * 64}, "to another document"),
        ({"approvals": []}, "not approved by 2 officers for family A"),
        ({"officers": []}, "signed by 0 of the keys"),
        ({"format": "enduse.match/2"}, "a version of the protocol that is not known"),
        ({"also": 1}, "a field 'also' that is not known"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_reply_that_lies(
    two: Pair, reply_file: Path, changes: dict[str, Any], words: str
) -> None:
    refused(two, forged_reply(two, reply_file, **changes), words)


def test_tags_that_are_not_what_was_signed(two: Pair, reply_file: Path) -> None:
    content = body(reply_file)
    first = BUCKET * 32 + 64
    swapped = content[:first] + content[first + 16 : first + 32] + content[first : first + 16]
    swapped += content[first + 32 :]
    refused(two, forged_reply(two, reply_file, bytes(swapped)), "not in ascending order")
    twice = content[: first + 16] + content[first : first + 16] + content[first + 32 :]
    refused(two, forged_reply(two, reply_file, bytes(twice)), "not in ascending order")
    other = content[:first] + bytes(16) + content[first + 16 :]
    refused(two, forged_reply(two, reply_file, bytes(other)), "not those that were signed")


def test_a_key_that_no_officer_approved(two: Pair, reply_file: Path) -> None:
    public = written_raw(KeyPair.random().public)
    refused(two, forged_reply(two, reply_file, public=public), "another key than officers approved")


def test_officers_that_no_root_has_signed(two: Pair, reply_file: Path) -> None:
    reply = Reply.read(payload(reply_file, "reply"))
    stranger = SigningKey(b"z" * 32)
    known = officers.read_officer(reply.officers[0], two.server.identity.public())
    said = envelope.unverified(known.document, TYPE % "officer", max_bytes=1 << 16)
    made_up = canonical.loads(said) | {"key": written_raw(stranger.public.raw)}
    document = envelope.sign(TYPE % "officer", canonical.dumps(made_up), [stranger])
    refused(
        two,
        forged_reply(two, reply_file, officers=[written_raw(document)]),
        "signed by 0 of the keys",
    )


def test_approvals_of_another_request(two: Pair, reply_file: Path) -> None:
    reply = Reply.read(payload(reply_file, "reply"))
    approval = Approval(
        session=reply.session,
        request="0" * 64,
        families=("A",),
        bucket=BUCKET,
        audited=0,
        key=key_commitment(reply.session, reply.public),
        approved=two.clock(),
    )
    for changed, words in (
        (approval, "for another request"),
        (replace(approval, request=reply.request, bucket=512), "for other numbers"),
        (replace(approval, request=reply.request, audited=3), "for other numbers"),
    ):
        document = envelope.sign(TYPE % "approval", changed.written(), [two.officers[0]])
        approvals = [written_raw(document), *map(written_raw, reply.approvals[1:])]
        refused(two, forged_reply(two, reply_file, approvals=approvals), words)


def test_one_officer_twice_is_one_officer(two: Pair, reply_file: Path) -> None:
    reply = Reply.read(payload(reply_file, "reply"))
    approvals = [written_raw(reply.approvals[0])] * 2
    refused(two, forged_reply(two, reply_file, approvals=approvals), "not approved by 2 officers")


def test_replies_to_other_requests(two: Pair, reply_file: Path) -> None:
    second = two.request(two.rows(SERIALS[:7]))
    session = Request.read(payload(second, "request")).session
    refused(two, forged_reply(two, reply_file, session=session), "to another document")
    asked = digest(SessionFile.read(second).envelope)
    moved = forged_reply(two, reply_file, session=session, request=asked)
    refused(two, moved, "for another request")
    assert len(matching.finish(two.client, reply_file, two.path("hits.csv")).hits) == 20
    other = forged_reply(two, reply_file, created="2026-11-22T12:00:01Z")
    refused(two, other, "answered already, with another reply")


def test_replies_of_others(two: Pair, reply_file: Path) -> None:
    third = desk(two.folder / "third", "Third Office", two.clock)
    content = bytes(body(reply_file))
    out = two.path("forged.match")
    files.write(out, third.signed("reply", payload(reply_file, "reply")), [content])
    refused(two, out, "not signed with a matching key of any partner")
    introduce(two.client, third)
    refused(two, out, "Third Office answers a request that was made to another partner")


def test_steps_out_of_order(two: Pair, request_file: Path) -> None:
    session = Request.read(payload(request_file, "request")).session
    out = two.path("out.match")
    with pytest.raises(ExchangeError, match="requested: nothing can be opened"):
        matching.ask_evidence(two.client, session, 0, out)
    with pytest.raises(ExchangeError, match="requested: nothing can be opened"):
        matching.ask_audit(two.client, session, out)
    with pytest.raises(ExchangeError, match="approving: nothing can be opened"):
        matching.ask_audit(two.server, session, out)
    with pytest.raises(ExchangeError, match="is not of the type"):
        matching.finish(two.client, request_file, out)
    reply = two.respond(request_file, two.rows(SERIALS))
    with pytest.raises(ExchangeError, match="was answered already"):
        matching.approve(two.server, request_file, two.officers[2])
    with pytest.raises(ExchangeError, match="is not of the type"):
        two.respond(reply, two.rows(SERIALS))
    with pytest.raises(ExchangeError, match="requested: nothing can be opened"):
        matching.ask_audit(two.client, session, out)
    assert not out.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bucket": 512, "quota_keys": 512}, "has a body of"),
        ({"bucket": 128, "quota_keys": 128}, "'bucket' with a value"),
        ({"quota_keys": 1}, "another number off the quota"),
        ({"client": "0" * 64}, "in the name of another authority"),
        ({"server": "0" * 64}, "to another authority"),
        ({"families": {"A": "0" * 64}}, "makes keys of family A in another way"),
        ({"families": {"D": "0" * 64}}, "'families' with a value"),
        ({"families": {}}, "'families' with a value"),
        ({"created": "2027-11-22T12:00:00Z"}, "from the future"),
        ({"not_after": "2026-11-22T12:00:00Z"}, "ran out on 2026-11-22T12:00:00Z"),
        ({"suite": "OPRFV1-0-ristretto255-SHA512"}, "not for the suite"),
        ({"purpose": ""}, "'purpose' with a value"),
        ({"audited": 65}, "'audited' with a value"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_request_that_lies(
    two: Pair, request_file: Path, changes: dict[str, Any], words: str
) -> None:
    request = forged_request(two, request_file, **changes)
    with pytest.raises(ExchangeError, match=words):
        matching.approve(two.server, request, two.officers[0])
    with pytest.raises(ExchangeError, match=words):
        matching.inspect(two.server, request)


def test_a_session_is_asked_once(two: Pair, request_file: Path) -> None:
    session = Request.read(payload(request_file, "request")).session
    other = forged_request(two, request_file, session=session, purpose="another")
    for step in (
        lambda: matching.approve(two.server, other, two.officers[2]),
        lambda: two.respond(other, two.rows(SERIALS)),
    ):
        with pytest.raises(ExchangeError, match="asked already, with another request"):
            step()


def test_keys_that_are_not_those_that_were_signed(two: Pair, request_file: Path) -> None:
    raw = bytearray(request_file.read_bytes())
    raw[-32:] = group.element_of(os.urandom(64))
    request_file.write_bytes(raw)
    with pytest.raises(ExchangeError, match="not those that were signed"):
        two.respond(request_file, two.rows(SERIALS))


def test_a_partner_that_is_no_more(two: Pair, request_file: Path, tmp_path: Path) -> None:
    stranger = desk(tmp_path / "stranger", "Stranger", two.clock)
    with pytest.raises(ExchangeError, match="not signed with a matching key of any partner"):
        matching.approve(stranger, request_file, two.officers[0])
    Partners(two.server.store).revoke("Kyiv Customs", "its keys were stolen", two.clock())
    with pytest.raises(ExchangeError, match="its keys were stolen"):
        two.respond(request_file, two.rows(SERIALS))


def test_a_matching_key_that_was_rotated_away(two: Pair, request_file: Path) -> None:
    client = two.client.identity
    two.clock.forward(hours=1)
    client.rotate("matching", root(two.client), two.clock())
    Partners(two.server.store).update(client.public().document, two.clock())
    with pytest.raises(ExchangeError, match="not signed with a matching key of any partner"):
        two.respond(request_file, two.rows(SERIALS))


def test_clocks_that_are_a_year_off(two: Pair, request_file: Path) -> None:
    for days, words in ((365, "ran out on 2026-12-22"), (-365, "not signed with a matching key")):
        now = two.clock() + timedelta(days=days)
        server = replace(two.server, clock=Clock(now))
        with pytest.raises(ExchangeError, match=words):
            matching.respond(server, request_file, two.rows(SERIALS), two.path("reply.match"))


def test_files_that_are_cut_short_or_longer(two: Pair, reply_file: Path) -> None:
    raw = reply_file.read_bytes()
    broken = two.path("broken.match")
    for content in (b"", raw[:11], raw[: files.HEADER - 1], raw[:-1], raw + b"\0", raw * 2):
        broken.write_bytes(content)
        refused(two, broken, "is no file of a private match|has a body of")
    broken.unlink()
    refused(two, broken, "cannot be read")


def test_a_flipped_bit_anywhere(two: Pair, reply_file: Path) -> None:
    raw = reply_file.read_bytes()
    draw = random.Random(1)
    length = int.from_bytes(raw[8:12], "big")
    inside = [draw.randrange(length + 12) for _ in range(150)]
    places = [*range(12), *inside, *(draw.randrange(len(raw)) for _ in range(150))]
    broken = two.path("broken.match")
    for place in places:
        flipped = bytearray(raw)
        flipped[place] ^= 1 << draw.randrange(8)
        broken.write_bytes(flipped)
        with pytest.raises(ExchangeError):
            matching.finish(two.client, broken, two.path("hits.csv"))


def test_versions_of_families_are_pinned() -> None:
    with pytest.raises(ExchangeError, match="a family of keys that is not known"):
        families.check_versions({"A": families.version("A"), "X": "0"})
    assert families.check_versions(families.versions(["B", "A"])) == ["A", "B"]
    assert len({families.version(family) for family in families.FAMILIES}) == 3


@pytest.mark.parametrize(
    ("key", "side", "words"),
    [
        ("A|serial|SN 1", "client", "normal form of family A"),
        ("A|serial", "client", "normal form of family A"),
        ("A|colour|RED1", "client", "normal form of family A"),
        ("B|ivan petrov", "client", "family B, which was not approved"),
        ("P|server|" + "0" * 64, "client", "looks like padding"),
        ("P|client|x", "client", "looks like padding"),
        ("", "client", "not approved"),
        ("C|Russia|a b", "client", "not approved|normal form"),
    ],
)
def test_keys_that_an_opening_must_not_hold(key: str, side: str, words: str) -> None:
    with pytest.raises(ExchangeError, match=words):
        families.check_normal(key, ["A"], side)
