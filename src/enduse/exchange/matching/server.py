"""The side that is asked: two officers approve, a fresh key answers, and nothing else is learnt.

It sees how large a bucket was asked, and no key; of its own it shows tags that nobody can compute
without its key, which answers one session and no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from enduse.errors import ExchangeError
from enduse.exchange.keys import Signer
from enduse.exchange.matching import files, holdings, officers, trees
from enduse.exchange.matching.desk import Desk, Session
from enduse.exchange.matching.documents import (
    PER_PROOF,
    TYPE,
    Approval,
    Reply,
    Request,
    digest,
    key_commitment,
)
from enduse.exchange.matching.families import (
    SEPARATELY_APPROVED,
    check_versions,
    known_families,
)
from enduse.exchange.matching.files import SessionFile
from enduse.exchange.matching.group import ELEMENT, parted
from enduse.exchange.matching.holdings import Key, Rejected
from enduse.exchange.matching.officers import Given
from enduse.exchange.matching.quota import charge
from enduse.exchange.matching.voprf import Voprf
from enduse.exchange.packets import envelope
from enduse.exchange.public_identity import PublicIdentity

_APPROVE = text(
    "INSERT INTO matching_approvals (session, key_id, families, document) "
    "VALUES (:session, :key_id, :families, :document) ON CONFLICT DO NOTHING"
)
_APPROVALS = text(
    "SELECT document FROM matching_approvals WHERE session = :session ORDER BY key_id, families"
)


@dataclass(frozen=True, slots=True)
class Approved:
    """Where the approvals of a session stand.

    Attributes
    ----------
    purpose, families, bucket, audited
        What is asked.
    missing
        How many officers each family still lacks; empty: it can be answered.
    """

    session: str
    client: str
    purpose: str
    families: tuple[str, ...]
    bucket: int
    audited: int
    missing: dict[str, int]


@dataclass(frozen=True, slots=True)
class Responded:
    """A reply that was written.

    Attributes
    ----------
    bucket
        What we learnt of the client's keys: that they are no more than this power of two.
    held
        What the client sees of the number of ours.
    rejected
        Rows that gave no key, and why.
    """

    session: str
    bucket: int
    keys: int
    held: int
    rejected: tuple[Rejected, ...]


def inspect(desk: Desk, request: Path) -> Approved:
    """What a request asks, and who still has to approve it; nothing is written.

    Raises
    ------
    ExchangeError
        As `approve` does for a request that must not be answered.
    """
    client, asked, _ = _received(desk, request)
    session = desk.find(asked.session, "server")
    with desk.store.read() as connection:
        given = [] if session is None else _given(desk, connection, asked)
    return _standing(client, asked, given)


def approve(
    desk: Desk, request: Path, officer: Signer, *, families: Sequence[str] | None = None
) -> Approved:
    """Enter one officer's consent to a request; the first makes the session's fresh key.

    Parameters
    ----------
    officer
        The officer's key (`officers.officer_key`).
    families
        Families that are approved; none: all that are asked, but for C, which is approved by a
        call of its own.

    Raises
    ------
    ExchangeError
        If the request is not of a pinned partner, not to us, over, altered, cut short, or made
        with keys that are made in another way; or the signer is no officer who serves.
    """
    client, asked, file = _received(desk, request)
    wanted = tuple(known_families(families or _approved_together(asked)))
    officers.check_apart(wanted)
    if not set(wanted) <= set(asked.families):
        raise ExchangeError("The approval is for a family of keys that was not asked.")
    with desk.store.begin() as connection:
        session = desk.find(asked.session, "server", connection) or desk.begin(
            connection,
            "server",
            client.authority_id,
            session=asked.session,
            request=file.envelope,
        )
        _check_same(session, file.envelope)
        if session.state != "approving":
            raise ExchangeError(f"The session {session.session[:12]} was answered already.")
        if officer.key_id not in officers.serving(desk, connection):
            raise ExchangeError("The approval is not signed by an officer who serves.")
        key = desk.secret(session).session_key(session.session)
        approval = Approval(
            session=session.session,
            request=digest(file.envelope),
            families=wanted,
            bucket=asked.bucket,
            audited=asked.audited,
            key=key_commitment(session.session, key.public),
            approved=desk.clock(),
        )
        connection.execute(
            _APPROVE,
            {
                "session": session.session,
                "key_id": officer.key_id,
                "families": "".join(wanted),
                "document": envelope.sign(TYPE % "approval", approval.written(), [officer]),
            },
        )
        desk.log(
            connection,
            "approved",
            session.session,
            request=digest(file.envelope),
            officer=officer.key_id,
            families=list(wanted),
            key=approval.key.hex(),
        )
        return _standing(client, asked, _given(desk, connection, asked))


def respond(desk: Desk, request: Path, rows: Path, out: Path) -> Responded:
    """Answer a request that two officers have approved.

    The keys are taken off the partner's quota and the step is logged before anything is
    evaluated. A session has one reply: whoever answers it again writes the same bytes again.

    Parameters
    ----------
    request
        The file that was approved.
    rows
        CSV of what we hold, as for `client.request`.
    out
        Where the reply goes.

    Raises
    ------
    InputError
        If the rows cannot be read.
    ExchangeError
        If the request must not be answered: see `approve`; if officers are missing, the quota is
        used up, or an element of the request is not one of the group.
    """
    client, asked, file = _received(desk, request)
    session = desk.session(asked.session, "server")
    _check_same(session, file.envelope)
    with desk.store.begin() as connection:
        given = _given(desk, connection, asked)
        lacking = officers.missing(asked.families, given)
        if session.reply is None and lacking:
            raise ExchangeError(
                f"Officers are missing: {_lacking(lacking)}.", hint="Let them approve first."
            )
        if session.state == "approving":
            charge(desk, connection, client.authority_id, session.session, asked.bucket)
            desk.log(
                connection,
                "responding",
                session.session,
                request=digest(file.envelope),
                keys=asked.bucket,
            )
            desk.move(connection, session, "responding")
    session = desk.session(asked.session, "server")
    held, tags, rejected = _held(desk, session, asked, rows)
    body = [*_evaluated(desk, session, asked, file), b"".join(tags)]
    document = session.reply
    if document is None:
        document = desk.signed("reply", _reply(desk, session, asked, given, tags, held, body))
        with desk.store.begin() as connection:
            desk.move(connection, session, "responded", reply=document)
            desk.log(connection, "responded", session.session, reply=digest(document))
    elif desk.kept_reply(session).body != _sha256(body):
        raise ExchangeError("What is kept of the session here is not what its reply was.")
    files.write(out, document, body)
    real = sum(bool(one.rows) for one in held)
    return Responded(session.session, asked.bucket, real, len(held), tuple(rejected))


def _received(desk: Desk, path: Path) -> tuple[PublicIdentity, Request, SessionFile]:
    """A request and its client, once it is sure that it may be looked at."""
    file = SessionFile.read(path)
    client, payload = desk.verified("request", file.envelope)
    asked = Request.read(payload)
    if asked.client != client.authority_id:
        raise ExchangeError(f"{client.name} asks in the name of another authority.")
    if asked.server != desk.identity.authority_id:
        raise ExchangeError("The request is to another authority.")
    if asked.client == asked.server:
        raise ExchangeError("The request is from ourselves.")
    asked.check_time(desk.clock())
    check_versions(asked.families)
    file.check_body_bytes(asked.bucket * ELEMENT)
    pieces = file.body(0, asked.bucket * ELEMENT, PER_PROOF * ELEMENT)
    if trees.root([one for piece in pieces for one in parted(piece)]) != asked.blinded_root:
        raise ExchangeError("The keys of the request are not those that were signed.")
    return client, asked, file


def _check_same(session: Session, document: bytes) -> None:
    if session.request != document:
        raise ExchangeError(
            f"The session {session.session[:12]} was asked already, with another request."
        )


def _approved_together(asked: Request) -> list[str]:
    together = [f for f in asked.families if f not in SEPARATELY_APPROVED]
    return together or list(asked.families)


def _given(desk: Desk, connection: Connection, asked: Request) -> list[Given]:
    """The approvals of a session by officers who still serve."""
    serving = officers.serving(desk, connection)
    documents = connection.execute(_APPROVALS, {"session": asked.session}).scalars().all()
    return [
        officers.read_approval(bytes(document), serving)
        for document in documents
        if set(envelope.signers(bytes(document), TYPE % "approval")) & set(serving)
    ]


def _standing(client: PublicIdentity, asked: Request, given: Sequence[Given]) -> Approved:
    return Approved(
        session=asked.session,
        client=client.name,
        purpose=asked.purpose,
        families=tuple(sorted(asked.families)),
        bucket=asked.bucket,
        audited=asked.audited,
        missing=officers.missing(asked.families, given),
    )


def _lacking(lacking: dict[str, int]) -> str:
    return ", ".join(f"{count} for family {family}" for family, count in lacking.items())


def _held(
    desk: Desk, session: Session, asked: Request, rows: Path
) -> tuple[list[Key], list[bytes], list[Rejected]]:
    """What we hold, in the order of its tags; what was once put into a session stays."""
    kept, secret = desk.room(session), desk.secret(session)
    rejected: list[Rejected] = []
    if kept.exists():
        held = holdings.load(kept)
    else:
        families = known_families(list(asked.families))
        held, rejected = holdings.hold(rows, families, secret, "server")
    function, key = Voprf(threads=desk.threads), secret.session_key(session.session)
    tags = holdings.tags(function, key.secret, held)
    order = sorted(range(len(held)), key=tags.__getitem__)
    held, tags = [held[at] for at in order], [tags[at] for at in order]
    if not kept.exists():
        holdings.save(kept, held)
    return held, tags, rejected


def _evaluated(
    desk: Desk, session: Session, asked: Request, file: SessionFile
) -> tuple[bytes, bytes]:
    """The client's keys, evaluated, and a proof for each part of them."""
    secret, function = desk.secret(session), Voprf(threads=desk.threads)
    key = secret.session_key(session.session)
    answers, proofs = [], []
    for sent in file.body(0, asked.bucket * ELEMENT, PER_PROOF * ELEMENT):
        answer = function.evaluate(key.secret, sent)
        answers.append(answer)
        random = secret.proof_scalar(sent + answer)
        proofs.append(function.prove(key, sent, answer, random))
    return b"".join(answers), b"".join(proofs)


def _reply(
    desk: Desk,
    session: Session,
    asked: Request,
    given: Sequence[Given],
    tags: Sequence[bytes],
    held: Sequence[Key],
    body: Sequence[bytes],
) -> bytes:
    secret = desk.secret(session)
    assert session.request is not None
    reply = Reply(
        session=session.session,
        request=digest(session.request),
        client=asked.client,
        server=asked.server,
        public=secret.session_key(session.session).public,
        bucket=asked.bucket,
        held=len(held),
        per_proof=min(PER_PROOF, asked.bucket),
        tags_root=trees.root(tags),
        keys_root=trees.root(secret.commitments(held)),
        body=_sha256(body),
        audit=secret.audit_commitment,
        officers=tuple({one.officer.document: None for one in given}),
        approvals=tuple(one.document for one in given),
        created=desk.clock(),
    )
    return reply.written()


def _sha256(body: Sequence[bytes]) -> bytes:
    hashed = hashlib.sha256()
    for piece in body:
        hashed.update(piece)
    return hashed.digest()
