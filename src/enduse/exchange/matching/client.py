"""The side that asks: it blinds what it looks for, and learns which of it the other side holds."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from enduse.engine.files import whole_file
from enduse.errors import ExchangeError
from enduse.exchange.keyfiles import write_private
from enduse.exchange.matching import files, holdings, officers, trees
from enduse.exchange.matching.desk import Desk, Session, check_answers
from enduse.exchange.matching.documents import (
    SMALLEST_BUCKET,
    TAG,
    Reply,
    Request,
    digest,
    key_commitment,
)
from enduse.exchange.matching.families import Family, family_of, known_families, versions
from enduse.exchange.matching.files import SessionFile
from enduse.exchange.matching.group import ELEMENT, parted
from enduse.exchange.matching.holdings import Key, Rejected
from enduse.exchange.matching.voprf import PROOF, Voprf
from enduse.exchange.packets import canonical
from enduse.exchange.public_identity import PublicIdentity

LIFETIME = timedelta(days=30)
"""How long a request may be answered."""

Halves = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Requested:
    """A request that was written.

    Attributes
    ----------
    bucket
        What the server sees of the number of keys: that power of two.
    rejected
        Rows that gave no key, and why.
    """

    session: str
    keys: int
    bucket: int
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A key that the server holds too.

    Attributes
    ----------
    position, held
        Where it stands in our keys and in the server's tags.
    rows
        Rows of our input that gave it; row 2 is the first below the header.
    """

    key: str
    position: int
    held: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """What a reply told us.

    Attributes
    ----------
    held
        The bucket of what the server holds.
    officers
        Who approved, as the server's root says.
    """

    session: str
    hits: tuple[Hit, ...]
    held: int
    officers: tuple[str, ...]


def request(
    desk: Desk,
    partner: str,
    rows: Path,
    out: Path,
    *,
    families: Sequence[Family],
    purpose: str,
    audited: int = 0,
    lifetime: timedelta = LIFETIME,
) -> Requested:
    """Ask a partner which of our keys it holds, without showing it any.

    The same request, made again before it is answered or runs out, gives the same file again.

    Parameters
    ----------
    desk
        Who we are and where things are kept.
    partner
        Name or authority id of who is asked.
    rows
        CSV with the columns ``kind`` and ``value`` (see `holdings.read_rows`).
    out
        Where the request goes.
    families
        Families of keys: A, B, C.
    purpose
        What for, at most 500 characters; the partner's officers read it.
    audited
        How many positions each side may ask the other to open, at random.

    Raises
    ------
    InputError
        If the rows cannot be read.
    ExchangeError
        If the partner is not pinned or there are too many keys.
    """
    known = desk.partner(partner)
    families = known_families(families)
    now = desk.clock()
    manifest = Request(
        session="0" * 32,
        client=desk.identity.authority_id,
        server=known.authority_id,
        purpose=purpose,
        families=versions(families),
        bucket=SMALLEST_BUCKET,
        blinded_root=bytes(32),
        keys_root=bytes(32),
        audited=audited,
        audit=bytes(32),
        created=now,
        not_after=now + lifetime,
    )
    # What no server would read is refused before any work.
    Request.read(manifest.written()).check_time(now)
    asked = canonical.dumps(
        {
            "partner": known.authority_id,
            "families": versions(families),
            "purpose": purpose,
            "audited": audited,
            "rows": _digest_of(rows),
        }
    )
    name = hashlib.sha256(asked).hexdigest()
    session = desk.unanswered(name)
    if session is None:
        with desk.store.begin() as connection:
            session = desk.begin(connection, "client", known.authority_id, asked=name)
    secret = desk.secret(session)
    held, rejected = holdings.hold(rows, families, secret, "client")
    holdings.save(desk.room(session), held)
    blinded = holdings.blinded(Voprf(threads=desk.threads), secret, held)
    write_private(desk.blinded(session), blinded)
    document = session.request
    if document is None:
        manifest = replace(
            manifest,
            session=session.session,
            bucket=len(held),
            blinded_root=trees.root(parted(blinded)),
            keys_root=trees.root(secret.commitments(held)),
            audit=secret.audit_commitment,
        )
        document = desk.signed("request", manifest.written())
        with desk.store.begin() as connection:
            desk.move(connection, session, "requested", request=document)
            desk.log(connection, "requested", session.session, request=digest(document))
    files.write(out, document, [blinded])
    real = sum(bool(key.rows) for key in held)
    return Requested(session.session, real, len(held), tuple(rejected))


def finish(desk: Desk, reply: Path, out: Path) -> Finished:
    """Verify a reply and write the hits: ``session, row, family, key, position, held``.

    Parameters
    ----------
    reply
        The file that the partner answered with.
    out
        CSV of the hits, readable by its owner alone.

    Raises
    ------
    ExchangeError
        If anything of the reply does not hold: it is to another request, of another partner, not
        approved, cut short, evaluated under another key than was approved, or not in order.
    """
    file = SessionFile.read(reply)
    server, payload = desk.verified("reply", file.envelope)
    said = Reply.read(payload)
    session = desk.session(said.session, "client")
    asked = _check_reply(desk, session, server, said)
    if session.state == "finished" and session.reply != file.envelope:
        raise ExchangeError(
            f"The session {session.session[:12]} was answered already, with another reply."
        )
    names = _check_approvals(said, asked, server)
    found = _found(desk, session, asked, said, file)
    write_private(desk.hits(session), json.dumps([[h.position, h.held] for h in found]).encode())
    _write_hits(out, session.session, found)
    if session.state != "finished":
        with desk.store.begin() as connection:
            desk.move(connection, session, "finished", reply=file.envelope)
            desk.log(
                connection,
                "finished",
                session.session,
                reply=digest(file.envelope),
                hits=len(found),
            )
    return Finished(session.session, found, said.held, names)


def hits(desk: Desk, session: Session) -> dict[int, int]:
    """Where each hit of a finished session stands in our keys, and where among the tags."""
    try:
        return dict(json.loads(desk.hits(session).read_bytes()))
    except (OSError, ValueError) as error:
        raise ExchangeError(
            f"The hits of the session {session.session[:12]} are not kept here any more.",
            hint="Finish it again with the same reply.",
        ) from error


def _digest_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ExchangeError(f"{path} cannot be read: {error.strerror}.") from None


def _check_reply(desk: Desk, session: Session, server: PublicIdentity, said: Reply) -> Request:
    if session.state == "preparing":
        raise ExchangeError(f"The session {session.session[:12]} was not asked yet.")
    if server.authority_id != session.partner or said.server != session.partner:
        raise ExchangeError(f"{server.name} answers a request that was made to another partner.")
    check_answers(session.request, said.request)
    asked = desk.own_request(session)
    if said.client != asked.client or said.bucket != asked.bucket:
        raise ExchangeError("The reply is to another client, or to another number of keys.")
    return asked


def _check_approvals(said: Reply, asked: Request, server: PublicIdentity) -> tuple[str, ...]:
    known = [officers.read_officer(document, server) for document in said.officers]
    by_key = {officer.key.key_id: officer for officer in known}
    given = [officers.read_approval(document, by_key) for document in said.approvals]
    for approval in (one.approval for one in given):
        officers.check_apart(approval.families)
        if (approval.session, approval.request) != (said.session, said.request):
            raise ExchangeError("An approval in the reply is for another request.")
        if (approval.bucket, approval.audited) != (asked.bucket, asked.audited):
            raise ExchangeError("An approval in the reply is for other numbers than were asked.")
        if approval.key != key_commitment(said.session, said.public):
            raise ExchangeError("The reply was made with another key than officers approved.")
    lacking = officers.missing(asked.families, given)
    if lacking:
        raise ExchangeError(
            f"The reply was not approved by {officers.NEEDED} officers for family "
            f"{' and '.join(lacking)}."
        )
    return tuple(sorted({one.officer.name for one in given}))


def _found(
    desk: Desk, session: Session, asked: Request, said: Reply, file: SessionFile
) -> tuple[Hit, ...]:
    """The keys whose tags are among the server's; none unless every part of the reply holds."""
    file.check_body_bytes(said.body_bytes)
    hashed = hashlib.sha256()
    for piece in file.body(0, said.body_bytes, 1 << 20):
        hashed.update(piece)
    if not hmac.compare_digest(hashed.digest(), said.body):
        raise ExchangeError("The body of the reply is not the one that was signed.")
    high, low = _tags(file, said)
    held, blinded = sent(desk, session, asked)
    secret, function = desk.secret(session), Voprf(threads=desk.threads)
    proofs = file.body(said.bucket * ELEMENT, said.proofs * PROOF, PROOF)
    answers = file.body(0, said.bucket * ELEMENT, said.per_proof * ELEMENT)
    found: list[Hit] = []
    for first, evaluated, proof in zip(
        range(0, said.bucket, said.per_proof), answers, proofs, strict=True
    ):
        some = held[first : first + said.per_proof]
        ours = blinded[first * ELEMENT : (first + len(some)) * ELEMENT]
        function.verify(said.public, ours, evaluated, proof)
        # Padding meets nothing: it is not unblinded.
        real = [at for at, key in enumerate(some) if key.rows]
        outputs = function.finalize(
            [some[at].text.encode() for at in real],
            [secret.blind(first + at) for at in real],
            b"".join(evaluated[at * ELEMENT : (at + 1) * ELEMENT] for at in real),
        )
        for which, place in _among([one[:TAG] for one in outputs], high, low):
            key, at = some[real[which]], first + real[which]
            found.append(Hit(key.text, at, place, key.rows))
    return tuple(found)


def sent(desk: Desk, session: Session, asked: Request) -> tuple[list[Key], bytes]:
    """Our keys of a session and, blinded, what was sent of them.

    Raises
    ------
    ExchangeError
        If they are gone, or are not those that the request was signed for.
    """
    held = holdings.load(desk.room(session))
    try:
        blinded = desk.blinded(session).read_bytes()
    except OSError:
        blinded = b""
    if (
        not len(held) * ELEMENT == len(blinded) == asked.bucket * ELEMENT
        or trees.root(parted(blinded)) != asked.blinded_root
    ):
        raise ExchangeError("What is kept of the session here is not what its request was.")
    return held, blinded


def _tags(file: SessionFile, said: Reply) -> tuple[Halves, Halves]:
    """The server's tags, in ascending order, none twice, as two columns of eight bytes."""
    first = said.body_bytes - said.held * TAG
    raw = b"".join(file.body(first, said.held * TAG, 1 << 20))
    halves = np.frombuffer(raw, dtype=">u8").astype(np.uint64).reshape(-1, 2)
    high, low = halves[:, 0].copy(), halves[:, 1].copy()
    rising = (high[1:] > high[:-1]) | ((high[1:] == high[:-1]) & (low[1:] > low[:-1]))
    if not rising.all():
        raise ExchangeError("The tags of the reply are not in ascending order, each once.")
    if trees.root([raw[at : at + TAG] for at in range(0, len(raw), TAG)]) != said.tags_root:
        raise ExchangeError("The tags of the reply are not those that were signed.")
    return high, low


def _among(ours: Sequence[bytes], high: Halves, low: Halves) -> list[tuple[int, int]]:
    """Which of our tags stand where among the server's."""
    halves = np.frombuffer(b"".join(ours), dtype=">u8").astype(np.uint64).reshape(-1, 2)
    places = np.searchsorted(high, halves[:, 0])
    found = []
    for at in np.flatnonzero(high[np.minimum(places, len(high) - 1)] == halves[:, 0]):
        place = int(places[at])
        while place < len(high) and high[place] == halves[at, 0]:
            if low[place] == halves[at, 1]:
                found.append((int(at), place))
            place += 1
    return found


def _write_hits(out: Path, session: str, hits: Sequence[Hit]) -> None:
    with whole_file(out) as part:
        part.touch(mode=0o600)
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("session", "row", "family", "key", "position", "held"))
            for hit in hits:
                for row in hit.rows:
                    place = (hit.position, hit.held)
                    writer.writerow((session, row, family_of(hit.key), hit.key, *place))
