"""Audit: some positions, drawn so that neither side can choose them, are opened and checked.

Opened positions of the server show that tags were made of keys in the normal form of an approved
family, under the session's key, and that the commitments hold: a share *f* of tags that were not
is found by *n* openings with a likelihood of 1 - (1 - f)^n. They do not show what a server left
out, nor that it holds what it lists. Opened positions of the client show in the same way that what
it asked are such keys; whether they serve the purpose, the server's officers judge by reading them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enduse.errors import ExchangeError
from enduse.exchange.fields import HEX_256, written_raw
from enduse.exchange.matching import files
from enduse.exchange.matching.client import sent
from enduse.exchange.matching.desk import Desk, Session, check_answers
from enduse.exchange.matching.documents import Reply, Request, digest
from enduse.exchange.matching.evidence import server_opener
from enduse.exchange.matching.files import SessionFile
from enduse.exchange.matching.group import parted
from enduse.exchange.matching.holdings import Side
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
from enduse.exchange.matching.voprf import PROOF, Voprf


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit has opened.

    Attributes
    ----------
    side
        Who opened.
    keys
        The keys at the positions that were drawn; padding is left out and counted.
    """

    session: str
    side: Side
    keys: tuple[str, ...]
    padding: int


def ask_audit(desk: Desk, session: str, out: Path) -> None:
    """Ask the other side to open the positions that our nonce draws.

    Raises
    ------
    ExchangeError
        If the session is not settled here, or was made without an audit.
    """
    ours = desk.find(session, "client") or desk.session(session, "server")
    asked, _ = _auditable(desk, ours)
    assert ours.reply is not None
    document = desk.signed(
        "audit",
        written(
            session,
            of=_other(ours.side),
            reply=digest(ours.reply),
            nonce=written_raw(desk.secret(ours).audit_nonce),
        ),
    )
    keep(desk, ours, "audit asked", asked.audited, document)
    files.write(out, document, [])


def answer_audit(desk: Desk, asked: Path, out: Path) -> int:
    """Open the positions that the other side's nonce draws; answer how many.

    Parameters
    ----------
    out
        Where the openings go. They show keys: seal them.

    Raises
    ------
    ExchangeError
        If the nonce is not the one that was committed to, or no audit was agreed.
    """
    file = SessionFile.read(asked)
    auditor, payload = desk.verified("audit", file.envelope)
    fields, session = read(payload, "The request for an audit")
    side = _side(fields.value("of"))
    ours = desk.session(session, side)
    request, reply = _auditable(desk, ours)
    if auditor.authority_id != ours.partner:
        raise ExchangeError(f"{auditor.name} audits another partner's session.")
    check_answers(ours.reply, fields.text("reply", pattern=HEX_256))
    nonce = fields.raw("nonce", 32)
    fields.done()
    if hashlib.sha256(nonce).digest() != (request.audit if side == "server" else reply.audit):
        raise ExchangeError("The audit draws with another nonce than was committed to.")
    file.check_body_bytes(0)
    opener = _opener(desk, ours, request)
    openings = opener.opened(_positions(nonce, side, ours, request, reply), records=False)
    blocks = [opening.written() for opening in openings]
    document = desk.signed(
        "audit-answer",
        written(
            session,
            asked=digest(file.envelope),
            proof=written_raw(_proof(desk, ours, openings)),
            body=written_raw(hashlib.sha256(b"".join(blocks)).digest()),
        ),
    )
    keep(desk, ours, "audit opened", len(blocks), file.envelope)
    files.write(out, document, blocks)
    return len(blocks)


def check_audit(desk: Desk, answer: Path) -> Audited:
    """Check what the other side has opened.

    Raises
    ------
    ExchangeError
        If a key is of no approved family or not in its normal form, is not what was committed to,
        was not what was sent, or was evaluated under another key.
    """
    file = SessionFile.read(answer)
    partner, payload = desk.verified("audit-answer", file.envelope)
    fields, session = read(payload, "The audit")
    ours = desk.find(session, "client") or desk.session(session, "server")
    request, reply = _auditable(desk, ours)
    if partner.authority_id != ours.partner:
        raise ExchangeError(f"{partner.name} answers for another partner.")
    asked = kept(desk, ours, "audit asked", request.audited)
    check_answers(asked, fields.text("asked", pattern=HEX_256))
    proof, body = fields.raw("proof", PROOF), fields.raw("body", 32)
    fields.done()
    file.check_body_bytes(request.audited * BLOCK)
    blocks = list(file.body(0, request.audited * BLOCK, BLOCK))
    if hashlib.sha256(b"".join(blocks)).digest() != body:
        raise ExchangeError("The openings are not those that were signed.")
    openings = [Opening.read(block) for block in blocks]
    side = _other(ours.side)
    wanted = _positions(desk.secret(ours).audit_nonce, side, ours, request, reply)
    if [opening.position for opening in openings] != wanted:
        raise ExchangeError(f"The {side} opens other positions than were drawn.")
    _check_openings(openings, proof, side, request, reply)
    keep(desk, ours, "audit received", request.audited, file.envelope)
    keys = tuple(opening.key for opening in openings if not opening.is_padding)
    return Audited(session, side, keys, len(openings) - len(keys))


def _check_openings(
    openings: Sequence[Opening], proof: bytes, side: Side, request: Request, reply: Reply
) -> None:
    elements, evaluated = _evaluated(openings)
    if side == "server" and elements:
        Voprf().verify(reply.public, elements, evaluated, proof)
    for opening in openings:
        opening.check(request, reply, side)


def _evaluated(openings: Sequence[Opening]) -> tuple[bytes, bytes]:
    """The elements of the keys that are no padding, and what was evaluated of them."""
    real = [opening for opening in openings if not opening.is_padding]
    return b"".join(one.element for one in real), b"".join(one.sent for one in real)


def _auditable(desk: Desk, session: Session) -> tuple[Request, Reply]:
    request, reply = settled(desk, session)
    if not request.audited:
        raise ExchangeError(f"No audit was agreed for the session {session.session[:12]}.")
    return request, reply


def _opener(desk: Desk, session: Session, request: Request) -> Opener:
    if session.side == "server":
        return server_opener(desk, session)
    keys, blinded = sent(desk, session, request)
    secret = desk.secret(session)
    return Opener(secret, keys, parted(blinded), secret.blind)


def _proof(desk: Desk, session: Session, openings: Sequence[Opening]) -> bytes:
    """That a server's openings were evaluated under its key; zeros where nothing was."""
    elements, evaluated = _evaluated(openings)
    if session.side == "client" or not elements:
        return bytes(PROOF)
    secret = desk.secret(session)
    key, random = secret.session_key(session.session), secret.proof_scalar(elements + evaluated)
    return Voprf().prove(key, elements, evaluated, random)


def drawn(nonce: bytes, anchor: bytes, size: int, count: int) -> list[int]:
    """The positions that a nonce draws from a signed document: `count` of `size`, none twice.

    SHA-256 of ``enduse.match audit``, the nonce, the document's SHA-256 and a counter of four
    bytes; the first eight bytes, modulo the size, which is a power of two.
    """
    seed = b"enduse.match audit" + nonce + hashlib.sha256(anchor).digest()
    found: dict[int, None] = {}
    for counter in range(2**32):
        hashed = hashlib.sha256(seed + counter.to_bytes(4, "big")).digest()
        found[int.from_bytes(hashed[:8], "big") % size] = None
        if len(found) == count:
            break
    return list(found)


def _positions(
    nonce: bytes, of: Side, session: Session, request: Request, reply: Reply
) -> list[int]:
    """The positions of a side that the other one's nonce draws.

    Those of the server are drawn from its reply, to which the client's nonce was committed
    before; those of the client from its request, by a nonce that it could not foresee.
    """
    anchor, size = (
        (session.reply, reply.held) if of == "server" else (session.request, request.bucket)
    )
    assert anchor is not None
    return drawn(nonce, anchor, size, request.audited)


def _side(said: object) -> Side:
    if said == "client":
        return "client"
    if said == "server":
        return "server"
    raise ExchangeError("The request for an audit does not say which side is to open.")


def _other(side: Side) -> Side:
    return "server" if side == "client" else "client"
