"""Sending: what rests on others' packets is held against their rules, then sealed and entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from enduse.errors import ExchangeError
from enduse.exchange.fields import now_utc
from enduse.exchange.letters import Letter
from enduse.exchange.mentions import mentioned, words_of
from enduse.exchange.office import Office
from enduse.exchange.onward import check_onward, read_consent
from enduse.exchange.packets import canonical
from enduse.exchange.packets.body import Body, Channel, Packet
from enduse.exchange.packets.sending import Sealed, seal
from enduse.exchange.revoking import DUE_AFTER


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
    ids = list(dict.fromkeys(partner.identity.authority_id for partner in to))
    if not ids:
        raise ExchangeError("The packet has no recipient.")
    with office.alone():
        rests_on = resting(office, body, attachments, basis)
        check_onward(
            [letter.told for letter in rests_on],
            [*ids, *_let_in(office, body)],
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
        _enter(office, office.letters.get(body.msg_id), "sealed", now)
    return sealed


def settle(office: Office, now: datetime) -> None:
    """Enter packets whose sender died while it sealed them; `Office.alone` is held.

    Their places on the channels are taken, and their files may be there and be carried: they
    count as sent. Those that had not come so far came to nothing.
    """
    for letter in office.letters.begun():
        if office.ledger.sent_to(letter.msg_id):
            _enter(office, letter, "interrupted", now)
        else:
            office.letters.drop(letter.msg_id)


def _enter(office: Office, letter: Letter, event: str, now: datetime) -> None:
    """Enter a sealed packet in the log, with what it does to the packet that it supersedes."""
    digests = [office.ledger.digest_sent(letter.msg_id, one) for one in letter.recipients]
    with office.store.begin() as connection:
        office.letters.set_state(connection, letter.msg_id, "in force")
        entry = office.note(
            connection,
            event,
            now,
            msg_id=letter.msg_id,
            kind=letter.kind,
            recipients=letter.recipients,
            sha256=digests,
        )
        office.letters.set_entry(connection, letter.msg_id, entry)
        if letter.supersedes and letter.kind == "correction":
            office.letters.set_state(connection, letter.supersedes, "superseded")
        elif letter.supersedes and letter.kind == "revocation":
            office.letters.set_state(connection, letter.supersedes, "revoked")
            office.letters.await_answers(
                connection, letter.msg_id, letter.supersedes, letter.recipients, now + DUE_AFTER
            )


def _let_in(office: Office, body: Body) -> tuple[str, ...]:
    """Whom a consent of ours lets hear of what a packet of ours rests on."""
    if body.kind != "consent":
        return ()
    given = read_consent(office.identity.authority_id, body.content, body.handling)
    return given.to


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
    known = office.letters.ids()
    said = [canonical.dumps(dict(body.content)), canonical.dumps(dict(body.extensions))]
    said += [text.encode() for text in (body.purpose, body.legal_basis)]
    said += [one.source.encode() for one in body.provenance]
    said += [path.name.encode("utf-8", "replace") for path in attachments]
    named |= mentioned(said, known)
    for path in attachments:
        named |= mentioned(words_of(path), known)
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
