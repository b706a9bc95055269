"""Taking a packet back: every recipient answers what became of it, or is told of to a person."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enduse.engine.files import storage_error
from enduse.errors import ExchangeError
from enduse.exchange import tips
from enduse.exchange.fields import now_utc
from enduse.exchange.letters import Letter
from enduse.exchange.packets.body import Body
from enduse.exchange.packets.handling import Handling, Onward

if TYPE_CHECKING:
    from enduse.exchange.office import Office
    from enduse.exchange.packets.sending import Sealed

ANSWERS = ("purged", "retained", "acted-on")
"""What a recipient can answer: it holds nothing any more; it must keep it by law; it has acted on
it already."""

DUE_AFTER = timedelta(days=14)
"""How long a recipient has to answer."""

_ANSWERABLE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Complied:
    """What was done on a revocation.

    Attributes
    ----------
    answer
        The sealed answer to its sender.
    passed_on
        Revocations of what was sent on by consent or leave, sealed for those who got it.
    runs
        Runs of `check` that had used it and were removed.
    """

    answer: Sealed
    passed_on: tuple[Sealed, ...]
    runs: tuple[str, ...]


def revoke(
    office: Office, msg_id: str, out: Path, *, reason: str, now: datetime | None = None
) -> Sealed:
    """Take a packet of ours back from everybody whom it was sent to.

    A packet that was revoked before is revoked anew for those who have not answered.

    Parameters
    ----------
    out
        The sealed revocation; with several recipients a folder.

    Raises
    ------
    ExchangeError
        If the packet is not ours, or all have answered.
    """
    from enduse.exchange.outgoing import send

    now = now or now_utc()
    letter = office.letters.get(msg_id)
    if letter.direction != "sent":
        raise ExchangeError(
            f"Packet {msg_id} is {office.name(letter.sender)}'s: only its originator revokes it."
        )
    recipients: Sequence[str] = letter.recipients
    if letter.state == "revoked":
        # The first revocation may be lost, with its stick or with the process that sealed it.
        about = [one for one in office.letters.awaited() if one.about == msg_id]
        recipients = sorted({one.recipient for one in about if one.answer is None})
    if letter.state not in ("in force", "superseded", "revoked") or not recipients:
        raise ExchangeError(f"Packet {msg_id} is {letter.state} already.")
    body = Body(
        kind="revocation",
        purpose="Taking a packet back",
        legal_basis="What is taken back is our own",
        handling=_handling(letter, now),
        content={"revocation": {"packet": msg_id, "reason": reason}},
        supersedes=msg_id,
        log_head=office.head(now),
        created_at=now,
    )
    return send(office, body, recipients, out, now=now)


def comply(
    office: Office, revocation: str, out: Path, *, answer: str, now: datetime | None = None
) -> Complied:
    """Do what a revocation asks, tell its sender, and take back what was sent on.

    With the answer ``purged`` the packet, its attachments, the list made of it, its words in the
    log and the runs of `check` that met it are removed; what was exported to elsewhere is beyond
    reach, and is the answering person's to find.

    Parameters
    ----------
    out
        Folder for the sealed files.

    Raises
    ------
    ExchangeError
        If the packet is no revocation, is of what is not its sender's, or the answer is not one
        of `ANSWERS`.
    """
    from enduse.exchange.outgoing import send

    now = now or now_utc()
    letter = office.letters.get(revocation)
    if letter.kind != "revocation" or letter.direction != "received":
        raise ExchangeError(f"Packet {revocation} is no revocation that was opened here.")
    if answer not in ANSWERS:
        raise ExchangeError(f"'{answer}' is no answer; known are {', '.join(ANSWERS)}.")
    assert letter.supersedes is not None
    about = letter.supersedes
    told = office.letters.find(about)
    if told is not None and told.sender != letter.sender:
        raise ExchangeError(
            f"Packet {revocation} would take back packet {about}, which is not its sender's."
        )
    runs: tuple[str, ...] = ()
    if answer == "purged":
        runs = purge(office, about, now)
    elif answer == "retained" and told is not None:
        with office.store.begin() as connection:
            office.letters.set_state(connection, about, "retained")
    reason = "What it rests on was revoked"
    passed_on = tuple(
        revoke(office, resting.msg_id, out / f"revocation-{resting.msg_id}", reason=reason, now=now)
        for resting in office.letters.resting_on(about)
        if resting.state == "in force" and set(resting.recipients) - {letter.sender}
    )
    content: dict[str, Any] = {"revocation": {"packet": about, "answer": answer}}
    body = Body(
        kind="receipt",
        purpose="Answering a revocation",
        legal_basis=letter.purpose,
        handling=_handling(letter, now),
        content=content,
        in_reply_to=revocation,
        log_head=office.head(now),
        created_at=now,
    )
    sealed = send(office, body, [letter.sender], out / f"answer-{revocation}.sealed", now=now)
    return Complied(sealed, passed_on, runs)


def purge(office: Office, msg_id: str, now: datetime) -> tuple[str, ...]:
    """Remove all that a packet said, and what we said that rests on it.

    Answers the runs that had used it and were removed.
    """
    tips.drop(office, msg_id)
    runs = []
    for run in runs_citing(office, msg_id):
        runs.append(run.name)
        _remove(run)
    folder = office.received / msg_id
    if folder.exists():
        _remove(folder)
    letter = office.letters.find(msg_id)
    resting = office.letters.resting_on(msg_id)
    with office.store.begin() as connection:
        if letter is not None:
            office.letters.forget(connection, msg_id)
        for one in resting:
            office.letters.forget_content(connection, one.msg_id)
        office.note(connection, "purged", now, msg_id=msg_id, runs=runs)
    # Whoever purges again, as a first attempt broke off, finds the words gone.
    said_at = None if letter is None else letter.entry
    if said_at is not None and office.log.entry(said_at).content is not None:
        office.log.erase(said_at)
    office.store.forget_erased()
    return tuple(runs)


def runs_citing(office: Office, msg_id: str) -> Iterator[Path]:
    """Runs of `check` in the workspace that met what a packet named, the unfinished among them."""
    for run in sorted(office.settings.runs_dir.glob("[!.]*")):
        if any(_cites(path, msg_id) for path in run.rglob("*.parquet")):
            yield run


def escalate(office: Office, now: datetime) -> None:
    """Enter in the log which revocations are overdue."""
    with office.store.begin() as connection:
        for revocation, about, recipient in office.letters.escalate(connection, now):
            office.note(
                connection, "escalated", now, msg_id=revocation, about=about, recipient=recipient
            )


def _cites(path: Path, msg_id: str) -> bool:
    """Whether a table of a run names the list made of a packet, as a source or as a list met."""
    try:
        file = pq.ParquetFile(path)
        columns = [name for name in ("sources", "list") if name in file.schema_arrow.names]
        for batch in file.iter_batches(columns=columns) if columns else ():
            for named in batch.columns:
                if pa.types.is_list(named.type):
                    named = pc.list_flatten(named)
                if pa.types.is_struct(named.type):
                    named = pc.struct_field(named, 0)
                if pc.any(pc.match_substring(named.cast(pa.string()), msg_id)).as_py():
                    return True
    except (OSError, pa.ArrowException):
        # Half written; what cannot be read is not kept either.
        return True
    return False


def _handling(letter: Letter, now: datetime) -> Handling:
    """Revocations and answers outlive what they are about."""
    return Handling(
        letter.handling.tlp, letter.handling.pap, Onward("prohibited"), now + _ANSWERABLE
    )


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise storage_error(folder, error) from error
