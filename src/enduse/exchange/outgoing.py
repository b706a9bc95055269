"""Sending: what rests on others' packets is held against their rules, then sealed and entered."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from enduse.errors import ExchangeError
from enduse.exchange.fields import now_utc
from enduse.exchange.letters import Letter
from enduse.exchange.office import Office
from enduse.exchange.onward import check_onward
from enduse.exchange.packets import canonical
from enduse.exchange.packets.body import Body, Channel, Packet
from enduse.exchange.packets.sending import Sealed, seal

_MSG_ID = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_PIECE = 1 << 20


def send(
    office: Office,
    body: Body,
    recipients: Sequence[str],
    out: Path,
    *,
    attachments: Sequence[Path] = (),
    basis: Iterable[str] = (),
    now: datetime | None = None,
) -> Sealed:
    """Seal a packet for its recipients, unless an originator forbade that it is sent on.

    What it rests on is what `basis` names, what it replies to, and every packet whose id stands
    in its body or in an attachment: findings name the lists, and so the tips, that they rest on.

    Parameters
    ----------
    recipients
        Names or authority ids of partners.
    out
        The sealed file; with several recipients a folder.

    Raises
    ------
    ExchangeError
        If a rule forbids it, naming the rule; if it supersedes what is not ours; or as
        `packets.seal` does.
    """
    now = now or now_utc()
    if body.supersedes is not None:
        earlier = office.letters.get(body.supersedes)
        if earlier.direction != "sent":
            raise ExchangeError(
                f"Packet {earlier.msg_id} is {office.name(earlier.sender)}'s: only its originator "
                "corrects it or takes it back."
            )
    to = [office.partners.get(name) for name in dict.fromkeys(recipients)]
    ids = [partner.identity.authority_id for partner in to]
    rests_on = resting(office, body, attachments, basis)
    check_onward(
        [letter.told for letter in rests_on],
        ids,
        body.handling,
        office.letters.consents(),
        now,
        office.name,
    )
    packet = Packet(
        body, office.identity.authority_id, tuple(sorted(ids)), Channel(ids[0], 1, None), ()
    )
    with office.store.begin() as connection:
        office.letters.put(
            connection, packet, "sent", "begun", [letter.msg_id for letter in rests_on]
        )
    try:
        sealed = seal(body, attachments, office.identity, to, office.ledger, out, now)
    except BaseException:
        office.letters.drop(body.msg_id)
        raise
    with office.store.begin() as connection:
        office.letters.set_state(connection, body.msg_id, "in force")
        entry = office.note(
            connection,
            "sealed",
            now,
            msg_id=body.msg_id,
            kind=body.kind,
            recipients=ids,
            sha256=[copy.digest for copy in sealed.copies],
        )
        office.letters.set_entry(connection, body.msg_id, entry)
        if body.kind == "correction" and body.supersedes:
            office.letters.set_state(connection, body.supersedes, "superseded")
    return sealed


def resting(
    office: Office, body: Body, attachments: Sequence[Path], basis: Iterable[str]
) -> list[Letter]:
    """Packets of others that a body rests on, by id.

    Raises
    ------
    ExchangeError
        If `basis` names a packet that was not opened here.
    """
    named = {*basis}
    for msg_id in named:
        office.letters.get(msg_id)
    # A revocation names what it takes back, and passes none of it on.
    taken_back = body.supersedes if body.kind == "revocation" else None
    named |= {one for one in (body.in_reply_to, body.supersedes) if one}
    text = canonical.dumps(dict(body.content)) + body.purpose.encode()
    named |= set(mentioned([text]))
    for path in attachments:
        named |= set(mentioned(_pieces(path)))
    found: dict[str, Letter] = {}
    waiting = sorted(named - {taken_back})
    while waiting:
        letter = office.letters.find(waiting.pop())
        if letter is None or letter.msg_id in found:
            continue
        if letter.direction == "received":
            found[letter.msg_id] = letter
        else:
            # What we sent before may itself rest on what others told us.
            waiting += office.letters.basis(letter.msg_id)
    return [found[msg_id] for msg_id in sorted(found)]


def mentioned(pieces: Iterable[bytes]) -> Iterator[str]:
    """Ids of packets in a text that comes in pieces; case does not matter.

    Examples
    --------
    >>> list(mentioned([b'list tip-ua-' + b'0f' * 10, b'0F' * 6 + b', record 7']))
    ['0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f']
    """
    before = b""
    for piece in (*pieces, b" "):
        text = before + piece.lower()
        last = 0
        for match in _MSG_ID.finditer(text):
            if match.end() < len(text):
                yield match.group().decode()
                last = match.end()
        # An id, with the signs on both sides of it, may be cut.
        before = text[max(last, len(text) - 34) :]


def _pieces(path: Path) -> Iterator[bytes]:
    """The words of a file: of an archive what is packed in it, of Parquet its texts."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for info in archive.infolist():
                    yield info.filename.encode() + b" "
                    with archive.open(info) as member:
                        while piece := member.read(_PIECE):
                            yield piece
                    yield b" "
            return
        with path.open("rb") as file:
            if file.read(4) == b"PAR1":
                for batch in pq.ParquetFile(path).iter_batches():
                    yield str(batch.to_pylist()).encode()
                return
            file.seek(0)
            while piece := file.read(_PIECE):
                yield piece
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError) as error:
        raise ExchangeError(
            f"Whether {path.name} rests on others' packets cannot be read: {error}.",
            hint="Attach it unpacked and without a password.",
        ) from error
