"""What the two sides sign: request, approval and reply of a session, field by field."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from enduse.errors import ExchangeError
from enduse.exchange.fields import (
    CLOCK_TOLERANCE,
    HEX_256,
    Fields,
    written_instant,
    written_raw,
)
from enduse.exchange.matching.group import ELEMENT
from enduse.exchange.matching.voprf import MOST_IN_A_PROOF, PROOF
from enduse.exchange.packets import canonical

TYPE = "application/vnd.enduse.match.%s+json"
FORMAT = "enduse.match/1"
SUITE = "OPRFV1-1-ristretto255-SHA512"

SMALLEST_BUCKET, LARGEST_BUCKET = 2**8, 2**20
"""Keys of a session, padding included: a power of two between these."""
PER_PROOF = 2**15
"""Items that one of our proofs covers; the RFC allows 65,535."""
TAG = 16
"""Bytes of the function's output that are compared: 2^40 pairs of keys that differ meet by chance
with a likelihood of 2^-88."""
MOST_AUDITED = 64

SESSION = re.compile("[0-9a-f]{32}")
_FAMILY = re.compile("[ABC]")
_WHAT = {
    "request": "The request",
    "approval": "The approval",
    "reply": "The reply",
}


def bucket_of(count: int) -> int:
    """The smallest power of two, from 256 up, that holds so many keys.

    Raises
    ------
    ExchangeError
        If there are more than 1,048,576.

    Examples
    --------
    >>> bucket_of(0), bucket_of(257), bucket_of(100_000)
    (256, 512, 131072)
    """
    bucket = max(SMALLEST_BUCKET, 1 << max(0, count - 1).bit_length())
    if bucket > LARGEST_BUCKET:
        raise ExchangeError(
            f"{count:,} keys are more than the {LARGEST_BUCKET:,} that a session takes.",
            hint="Ask in several sessions, or leave out family C.",
        )
    return bucket


def digest(document: bytes) -> str:
    """SHA-256 of a signed document, in hex: how another document names it."""
    return hashlib.sha256(document).hexdigest()


@dataclass(frozen=True, slots=True)
class Request:
    """The manifest: what the client asks, signed before anything else happens.

    Attributes
    ----------
    session
        32 random hexadecimal digits.
    client, server
        Authority ids.
    families
        Version of each family of keys that is asked, by its letter.
    bucket
        How many blinded keys follow, and how many are taken off the quota.
    blinded_root, keys_root
        Merkle roots (RFC 9162) over the blinded keys and over the commitments to the keys and
        their records, by position.
    audited
        How many positions each side may have opened; 0: no audit.
    audit
        Commitment to the client's audit nonce.
    """

    session: str
    client: str
    server: str
    purpose: str
    families: Mapping[str, str]
    bucket: int
    blinded_root: bytes
    keys_root: bytes
    audited: int
    audit: bytes
    created: datetime
    not_after: datetime

    def written(self) -> bytes:
        """The request as canonical JSON."""
        return _written(
            self.session,
            suite=SUITE,
            client=self.client,
            server=self.server,
            purpose=self.purpose,
            families=dict(self.families),
            bucket=self.bucket,
            quota_keys=self.bucket,
            blinded_root=written_raw(self.blinded_root),
            keys_root=written_raw(self.keys_root),
            audited=self.audited,
            audit=written_raw(self.audit),
            created=written_instant(self.created),
            not_after=written_instant(self.not_after),
        )

    @classmethod
    def read(cls, payload: bytes) -> Request:
        """The request in a verified payload.

        Raises
        ------
        ExchangeError
            If a field is missing, unknown or impossible.
        """
        fields, session = _read(payload, "request")
        if fields.value("suite") != SUITE:
            raise ExchangeError(f"The request is not for the suite {SUITE}.")
        request = cls(
            session=session,
            client=fields.text("client", pattern=HEX_256),
            server=fields.text("server", pattern=HEX_256),
            purpose=fields.text("purpose", most=500),
            families=_families(fields),
            bucket=_bucket(fields, "bucket"),
            blinded_root=fields.raw("blinded_root", 32),
            keys_root=fields.raw("keys_root", 32),
            audited=fields.whole_number("audited", 0, MOST_AUDITED),
            audit=fields.raw("audit", 32),
            created=fields.instant("created"),
            not_after=fields.instant("not_after"),
        )
        if fields.value("quota_keys") != request.bucket:
            raise ExchangeError("The request takes another number off the quota than it asks.")
        fields.done()
        return request

    def check_time(self, now: datetime) -> None:
        """Refuse a request from the future, or one that is over.

        Raises
        ------
        ExchangeError
            If it is.
        """
        if self.created > now + CLOCK_TOLERANCE:
            raise ExchangeError(
                f"The request is from the future ({written_instant(self.created)}; here it is "
                f"{written_instant(now)}).",
                hint="Check the clock of this machine and of theirs.",
            )
        if self.not_after <= now:
            raise ExchangeError(f"The request ran out on {written_instant(self.not_after)}.")


@dataclass(frozen=True, slots=True)
class Approval:
    """One officer's consent to one request, with the session's key that will answer it.

    Attributes
    ----------
    request
        Digest of the request's envelope.
    families
        Families that are approved; C stands alone.
    key
        Commitment to the public half of the session's fresh key.
    """

    session: str
    request: str
    families: tuple[str, ...]
    bucket: int
    audited: int
    key: bytes
    approved: datetime

    def written(self) -> bytes:
        """The approval as canonical JSON."""
        return _written(
            self.session,
            request=self.request,
            families=list(self.families),
            bucket=self.bucket,
            audited=self.audited,
            key=written_raw(self.key),
            approved=written_instant(self.approved),
        )

    @classmethod
    def read(cls, payload: bytes) -> Approval:
        """The approval in a verified payload.

        Raises
        ------
        ExchangeError
            If a field is missing, unknown or impossible.
        """
        fields, session = _read(payload, "approval")
        approval = cls(
            session=session,
            request=fields.text("request", pattern=HEX_256),
            families=fields.texts("families", 3, pattern=_FAMILY),
            bucket=_bucket(fields, "bucket"),
            audited=fields.whole_number("audited", 0, MOST_AUDITED),
            key=fields.raw("key", 32),
            approved=fields.instant("approved"),
        )
        fields.done()
        return approval


@dataclass(frozen=True, slots=True)
class Reply:
    """The server's answer: its key, the evaluated keys, the proofs and the tags of what it holds.

    Attributes
    ----------
    request
        Digest of the envelope that is answered.
    public
        Public half of the session's key.
    bucket, held
        Keys of the client and tags of the server, padding included.
    per_proof
        Keys that each proof covers, the last one perhaps fewer.
    tags_root, keys_root
        Merkle roots over the tags and over the commitments to the keys and records held.
    body
        SHA-256 of the body: evaluated keys, proofs, tags.
    audit
        Commitment to the server's audit nonce.
    officers, approvals
        Envelopes: who may approve, and what was approved.
    """

    session: str
    request: str
    client: str
    server: str
    public: bytes
    bucket: int
    held: int
    per_proof: int
    tags_root: bytes
    keys_root: bytes
    body: bytes
    audit: bytes
    officers: tuple[bytes, ...]
    approvals: tuple[bytes, ...]
    created: datetime

    @property
    def proofs(self) -> int:
        """How many proofs there are."""
        return -(-self.bucket // self.per_proof)

    @property
    def body_bytes(self) -> int:
        """Length of the body that follows."""
        return self.bucket * ELEMENT + self.proofs * PROOF + self.held * TAG

    def written(self) -> bytes:
        """The reply as canonical JSON."""
        return _written(
            self.session,
            request=self.request,
            client=self.client,
            server=self.server,
            public=written_raw(self.public),
            bucket=self.bucket,
            held=self.held,
            per_proof=self.per_proof,
            tags_root=written_raw(self.tags_root),
            keys_root=written_raw(self.keys_root),
            body=written_raw(self.body),
            audit=written_raw(self.audit),
            officers=[written_raw(one) for one in self.officers],
            approvals=[written_raw(one) for one in self.approvals],
            created=written_instant(self.created),
        )

    @classmethod
    def read(cls, payload: bytes) -> Reply:
        """The reply in a verified payload.

        Raises
        ------
        ExchangeError
            If a field is missing, unknown or impossible.
        """
        fields, session = _read(payload, "reply")
        reply = cls(
            session=session,
            request=fields.text("request", pattern=HEX_256),
            client=fields.text("client", pattern=HEX_256),
            server=fields.text("server", pattern=HEX_256),
            public=fields.raw("public", ELEMENT),
            bucket=_bucket(fields, "bucket"),
            held=_bucket(fields, "held"),
            per_proof=fields.whole_number("per_proof", 1, LARGEST_BUCKET),
            tags_root=fields.raw("tags_root", 32),
            keys_root=fields.raw("keys_root", 32),
            body=fields.raw("body", 32),
            audit=fields.raw("audit", 32),
            officers=_envelopes(fields, "officers"),
            approvals=_envelopes(fields, "approvals"),
            created=fields.instant("created"),
        )
        if reply.per_proof > MOST_IN_A_PROOF:
            raise ExchangeError(
                f"A proof of the reply covers {reply.per_proof} keys; "
                f"{MOST_IN_A_PROOF} is the most that one can."
            )
        fields.done()
        return reply


def key_commitment(session: str, public: bytes) -> bytes:
    """Commitment to the public half of a session's key, which officers approve."""
    return hashlib.sha256(b"enduse.match key " + session.encode() + public).digest()


def _written(session: str, **said: Any) -> bytes:
    return canonical.dumps({"format": FORMAT, "session": session, **said})


def _read(payload: bytes, kind: str) -> tuple[Fields, str]:
    what = _WHAT[kind]
    fields = Fields(canonical.loads(payload, max_depth=4, canonical=True, what=what), what)
    if fields.value("format") != FORMAT:
        raise ExchangeError(f"{what} is of a version of the protocol that is not known.")
    return fields, fields.text("session", pattern=SESSION)


def _bucket(fields: Fields, name: str) -> int:
    bucket = fields.whole_number(name, SMALLEST_BUCKET, LARGEST_BUCKET)
    if bucket & (bucket - 1):
        raise fields.wrong(name)
    return bucket


def _families(fields: Fields) -> dict[str, str]:
    families = fields.object("families")
    if not families or any(
        not _FAMILY.fullmatch(name)
        or not isinstance(version, str)
        or not HEX_256.fullmatch(version)
        for name, version in families.items()
    ):
        raise fields.wrong("families")
    return families


def _envelopes(fields: Fields, name: str) -> tuple[bytes, ...]:
    envelopes = (Fields({"one": one}, name).raw("one") for one in fields.items(name, 8))
    return tuple(envelopes)
