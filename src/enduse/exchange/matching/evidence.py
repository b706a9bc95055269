"""Evidence: one hit after another, both sides open what they were bound to before they met.

Request and reply bind each side to its keys and their records, all of them, by salted commitments
under a signature. So the client cannot make up a record once it knows of a hit, nor the server
once it knows which of its keys was hit. The client opens first: it is the one that has learnt.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from enduse.errors import ExchangeError
from enduse.exchange.fields import HEX_256, written_raw
from enduse.exchange.keyfiles import write_private
from enduse.exchange.matching import files, holdings
from enduse.exchange.matching.client import hits, sent
from enduse.exchange.matching.desk import Desk, Session, check_answers
from enduse.exchange.matching.documents import LARGEST_BUCKET, digest
from enduse.exchange.matching.files import SessionFile
from enduse.exchange.matching.group import ELEMENT, parted, times
from enduse.exchange.matching.holdings import LONGEST_RECORD
from enduse.exchange.matching.openings import (
    BLOCK,
    Opener,
    Opening,
    keep,
    kept,
    read,
    settled,
    written,
)
from enduse.exchange.matching.voprf import Voprf
from enduse.exchange.packets import canonical


@dataclass(frozen=True, slots=True)
class Evidence:
    """What both sides had on a hit before either knew of it.

    Attributes
    ----------
    ours, theirs
        ``entries`` with the fields of the rows, and how many entries did not fit (``left_out``).
    """

    session: str
    key: str
    ours: dict[str, object]
    theirs: dict[str, object]


def ask_evidence(desk: Desk, session: str, position: int, out: Path) -> str:
    """Open one of our hits to the server, and ask it to open the same; answer the key.

    Parameters
    ----------
    position
        Of the hit, as `finish` wrote it.
    out
        Where the request for evidence goes. It shows the key and its record: seal it.

    Raises
    ------
    ExchangeError
        If the session is not finished, or there is no hit at the position.
    """
    ours = desk.session(session, "client")
    asked, _ = settled(desk, ours)
    held = hits(desk, ours).get(position)
    if held is None:
        raise ExchangeError(f"The session {session[:12]} has no hit at position {position}.")
    keys, blinded = sent(desk, ours, asked)
    secret = desk.secret(ours)
    opener = Opener(secret, keys, parted(blinded), secret.blind)
    (opening,) = opener.opened([position], records=True)
    block = opening.written()
    assert ours.reply is not None
    document = desk.signed(
        "evidence",
        written(
            session,
            reply=digest(ours.reply),
            held=held,
            body=written_raw(hashlib.sha256(block).digest()),
        ),
    )
    keep(desk, ours, "evidence asked", held, document)
    files.write(out, document, [block])
    return opening.key


def answer_evidence(desk: Desk, asked: Path, out: Path) -> str:
    """Check what the client opens, and open the same; answer the key.

    Parameters
    ----------
    out
        Where the evidence goes. It shows our record: seal it.

    Raises
    ------
    ExchangeError
        If the client did not ask for what it opens, was bound to another record, or the key is
        not ours at that position.
    """
    file = SessionFile.read(asked)
    client, payload = desk.verified("evidence", file.envelope)
    fields, session = read(payload, "The request for evidence")
    ours = desk.session(session, "server")
    request, reply = settled(desk, ours)
    if client.authority_id != ours.partner:
        raise ExchangeError(f"{client.name} asks for evidence of another partner's session.")
    check_answers(ours.reply, fields.text("reply", pattern=HEX_256))
    held = fields.whole_number("held", 0, LARGEST_BUCKET - 1)
    opening = _opening(file, fields.raw("body", 32))
    fields.done()
    opening.check(request, reply, "client")
    opener = server_opener(desk, ours)
    if held >= len(opener.held) or not opener.held[held].rows:
        raise ExchangeError("The client asks for evidence where we hold no key.")
    if opener.held[held].text != opening.key or opening.record is None:
        raise ExchangeError("The client opens another key than the one that it asks about.")
    (answer,) = opener.opened([held], records=True)
    block = answer.written()
    document = desk.signed(
        "evidence-answer",
        written(
            session,
            asked=digest(file.envelope),
            body=written_raw(hashlib.sha256(block).digest()),
        ),
    )
    keep(desk, ours, "evidence opened", held, file.envelope)
    files.write(out, document, [block])
    return opening.key


def check_evidence(desk: Desk, answer: Path, out: Path) -> Evidence:
    """Check what the server opens, and write both records as JSON for our eyes.

    Raises
    ------
    ExchangeError
        If it opens another key, or a record to which it was not bound when it replied.
    """
    file = SessionFile.read(answer)
    server, payload = desk.verified("evidence-answer", file.envelope)
    fields, session = read(payload, "The evidence")
    ours = desk.session(session, "client")
    request, reply = settled(desk, ours)
    if server.authority_id != ours.partner:
        raise ExchangeError(f"{server.name} answers for another partner.")
    asked = fields.text("asked", pattern=HEX_256)
    opening = _opening(file, fields.raw("body", 32))
    fields.done()
    check_answers(kept(desk, ours, "evidence asked", opening.position), asked)
    position = {held: position for position, held in hits(desk, ours).items()}[opening.position]
    key = holdings.load(desk.room(ours))[position]
    if opening.key != key.text or opening.record is None:
        raise ExchangeError("The server opens another key than the one that was asked.")
    opening.check(request, reply, "server")
    found = Evidence(session, key.text, _fields(key.record), _fields(opening.record[1]))
    keep(desk, ours, "evidence received", position, file.envelope)
    said = {"session": session, "key": key.text, "ours": found.ours, "theirs": found.theirs}
    write_private(out, json.dumps(said, ensure_ascii=False, indent=2).encode())
    return found


def server_opener(desk: Desk, session: Session) -> Opener:
    """Opens our side of a session that we answered."""
    secret = desk.secret(session)
    keys = holdings.load(desk.room(session))
    secret_key = secret.session_key(session.session).secret
    function = Voprf(threads=desk.threads)

    def evaluated(position: int) -> bytes:
        key = keys[position]
        element = function.element(key.text.encode())
        return times(secret_key, element) if key.rows else bytes(ELEMENT)

    return Opener(secret, keys, holdings.tags(function, secret_key, keys), evaluated)


def _fields(record: bytes) -> dict[str, object]:
    return canonical.loads(record, max_bytes=LONGEST_RECORD, max_depth=3, what="The record")


def _opening(file: SessionFile, body: bytes) -> Opening:
    file.check_body_bytes(BLOCK)
    (block,) = file.body(0, BLOCK, BLOCK)
    if hashlib.sha256(block).digest() != body:
        raise ExchangeError("The opening is not the one that was signed.")
    return Opening.read(block)
