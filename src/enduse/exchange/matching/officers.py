"""Officers: named people whose signatures let the server answer, two for each session.

An officer's key is the officer's own, in a file under a passphrase of its own. Two root keys of
the authority sign who the officers are, so that whoever runs the desk can name none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from enduse.errors import ExchangeError
from enduse.exchange.fields import HEX_256, Fields, written_instant, written_raw
from enduse.exchange.keyfiles import Cost, Lock, read_key, write_key
from enduse.exchange.keys import RAW_BYTES, PublicKey, Signer, SigningKey
from enduse.exchange.matching.desk import Desk
from enduse.exchange.matching.documents import TYPE, Approval
from enduse.exchange.matching.families import SEPARATELY_APPROVED
from enduse.exchange.packets import canonical, envelope
from enduse.exchange.public_identity import THRESHOLD, PublicIdentity

FORMAT = "enduse.officer/1"
NEEDED = 2
"""Different officers who must have approved every family of a session."""
LIFETIME = timedelta(days=366)

_ENROL = text(
    "INSERT INTO matching_officers (key_id, name, document, enrolled_at) "
    "VALUES (:key_id, :name, :document, :at)"
)
_DISMISS = text(
    "UPDATE matching_officers SET dismissed_at = :at WHERE name = :name AND dismissed_at IS NULL"
)
_SERVING = text("SELECT document FROM matching_officers WHERE dismissed_at IS NULL ORDER BY name")


@dataclass(frozen=True, slots=True)
class Officer:
    """Who may approve, until when, as two root keys of the authority have signed it."""

    name: str
    key: PublicKey
    valid_from: datetime
    valid_to: datetime
    document: bytes


@dataclass(frozen=True, slots=True)
class Given:
    """An approval that was given: by whom, what it says, and its envelope."""

    officer: Officer
    approval: Approval
    document: bytes


def create_officer_key(
    path: Path, passphrase: str, now: datetime, *, cost: Cost | None = None
) -> PublicKey:
    """Make an officer's key in a file that its passphrase opens; answer the public half.

    Raises
    ------
    ExchangeError
        If the file exists, or the passphrase is short.
    """
    if path.exists():
        raise ExchangeError(f"{path} exists already.", hint="Keys are never overwritten.")
    key = SigningKey.generate()
    write_key(path, key, "officer", Lock.new(passphrase, cost or Cost()), now)
    return key.public


def officer_key(path: Path, passphrase: str) -> SigningKey:
    """An officer's key, from wherever its file is kept.

    Raises
    ------
    ExchangeError
        If the file is no officer's key or the passphrase does not open it.
    """
    pair, _, _ = read_key(path, passphrase, purpose="officer")
    if not isinstance(pair, SigningKey):
        raise ExchangeError(f"The key file {path} holds no signing key.")
    return pair


def enrol(desk: Desk, name: str, key: PublicKey, root: Sequence[Signer]) -> Officer:
    """Let a person approve sessions for a year; two root keys sign it.

    Raises
    ------
    ExchangeError
        If two different root keys have not signed, or the name or the key is enrolled already.
    """
    now = desk.clock()
    payload = canonical.dumps(
        {
            "format": FORMAT,
            "authority_id": desk.identity.authority_id,
            "name": name,
            "key": written_raw(key.raw),
            "valid_from": written_instant(now),
            "valid_to": written_instant(now + LIFETIME),
        }
    )
    document = envelope.sign(TYPE % "officer", payload, root)
    officer = read_officer(document, desk.identity.public())
    with desk.store.begin() as connection:
        try:
            connection.execute(
                _ENROL,
                {
                    "key_id": key.key_id,
                    "name": name,
                    "document": document,
                    "at": written_instant(now),
                },
            )
        except IntegrityError:
            raise ExchangeError(f"An officer '{name}', or with this key, was enrolled.") from None
        desk.log(connection, "officer enrolled", "", officer=name, key_id=key.key_id)
    return officer


def dismiss(desk: Desk, name: str) -> None:
    """Let an officer approve no more; approvals that were not answered yet count no more.

    Raises
    ------
    ExchangeError
        If no officer of this name serves.
    """
    with desk.store.begin() as connection:
        at = written_instant(desk.clock())
        if connection.execute(_DISMISS, {"name": name, "at": at}).rowcount != 1:
            raise ExchangeError(f"No officer '{name[:120]}' serves.")
        desk.log(connection, "officer dismissed", "", officer=name)


def serving(desk: Desk, connection: Connection) -> dict[str, Officer]:
    """Who may approve now, by key id."""
    ours = desk.identity.public()
    officers = (
        read_officer(bytes(document), ours) for document in connection.execute(_SERVING).scalars()
    )
    return {
        officer.key.key_id: officer
        for officer in officers
        if officer.valid_from <= desk.clock() < officer.valid_to
    }


def read_officer(document: bytes, authority: PublicIdentity) -> Officer:
    """An officer of an authority, as two of its root keys have signed it.

    Raises
    ------
    ExchangeError
        If they have not, or the document is malformed.
    """
    what = f"The document of an officer of {authority.name}"
    payload = envelope.verify(document, TYPE % "officer", authority.roots(), THRESHOLD, what=what)
    fields = Fields(canonical.loads(payload, canonical=True, what=what), what)
    if (
        fields.value("format") != FORMAT
        or fields.text("authority_id", pattern=HEX_256) != authority.authority_id
    ):
        raise ExchangeError(f"{what} is of an unknown version or of another authority.")
    officer = Officer(
        fields.text("name", most=120),
        PublicKey("Ed25519", fields.raw("key", RAW_BYTES)),
        fields.instant("valid_from"),
        fields.instant("valid_to"),
        document,
    )
    fields.done()
    return officer


def read_approval(document: bytes, officers: Mapping[str, Officer]) -> Given:
    """Who gave an approval, and what it says.

    Raises
    ------
    ExchangeError
        If no officer has signed it, at a time when that officer served.
    """
    what = "The approval"
    keys = {name: officer.key for name, officer in officers.items()}
    approval = Approval.read(envelope.verify(document, TYPE % "approval", keys, what=what))
    (signer,) = (
        name for name in envelope.signers(document, TYPE % "approval", what=what) if name in keys
    )
    officer = officers[signer]
    if not officer.valid_from <= approval.approved < officer.valid_to:
        raise ExchangeError(f"{officer.name} was no officer when the approval was signed.")
    return Given(officer, approval, document)


def missing(families: Iterable[str], given: Iterable[Given]) -> dict[str, int]:
    """How many officers each family still lacks; empty once all are approved."""
    names: dict[str, set[str]] = {family: set() for family in families}
    for one in given:
        for family in one.approval.families:
            names.setdefault(family, set()).add(one.officer.name)
    lacking = {family: NEEDED - len(of) for family, of in names.items()}
    return {family: count for family, count in sorted(lacking.items()) if count > 0}


def check_apart(families: Sequence[str]) -> None:
    """Refuse an approval that mixes a family that stands alone with another one.

    Raises
    ------
    ExchangeError
        If it does, or approves nothing.
    """
    if not families:
        raise ExchangeError("An approval names at least one family.")
    if len(families) > 1 and not SEPARATELY_APPROVED.isdisjoint(families):
        raise ExchangeError(
            "Family C is approved by itself: it says more of the names near a name.",
            hint="Approve the other families, then C, each by two officers.",
        )
