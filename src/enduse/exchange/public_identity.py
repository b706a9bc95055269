"""What an authority shows of itself: its root keys and what they delegate, signed by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, get_args

from enduse.errors import ExchangeError
from enduse.exchange.fields import (
    CLOCK_TOLERANCE,
    HEX_256,
    Fields,
    now_utc,
    written_instant,
    written_raw,
)
from enduse.exchange.keys import RAW_BYTES, Algorithm, PublicKey, Signer
from enduse.exchange.packets import canonical, envelope

Purpose = Literal["release", "matching", "log", "encryption"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

PAYLOAD_TYPE = "application/vnd.enduse.identity+json"
FORMAT = "enduse.identity/1"
THRESHOLD = 2
ROOT_KEYS = 3

_MAX_BYTES = 64 * 1024
_MAX_VERSIONS = 64


def algorithm_of(purpose: str) -> Algorithm:
    """The algorithm of the keys for a purpose."""
    return "X25519" if purpose == "encryption" else "Ed25519"


@dataclass(frozen=True, slots=True)
class Delegation:
    """A key that the root lets act for the authority, for one purpose and some time."""

    purpose: Purpose
    key: PublicKey
    valid_from: datetime
    valid_to: datetime

    def is_valid(self, at: datetime) -> bool:
        """Whether the key may be used at a time; the last second is outside."""
        return self.valid_from <= at < self.valid_to


@dataclass(frozen=True, slots=True)
class RevokedKey:
    """A delegated key that is no longer to be believed, whenever it signed."""

    key_id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PublicIdentity:
    """One version of an authority's identity, verified.

    Attributes
    ----------
    authority_id
        SHA-256 over the first root keys; it stays when they are rotated.
    version
        Counts up with every change; an older version never replaces a newer one.
    document
        The signed bytes: one envelope a line, the first version, then every version with new
        root keys, then this one.
    """

    authority_id: str
    name: str
    version: int
    issued_at: datetime
    expires: datetime
    root: tuple[PublicKey, ...]
    delegations: tuple[Delegation, ...]
    revoked: tuple[RevokedKey, ...]
    document: bytes

    @classmethod
    def verify(cls, document: bytes, now: datetime | None = None) -> PublicIdentity:
        """The newest identity in a document, its signatures and its chain of versions checked.

        That says that it is whole, not whose it is: compare its fingerprint, or see that the
        version held before has signed it (`follows`).

        Raises
        ------
        ExchangeError
            If it is malformed, not signed by two root keys of its own and of the version
            before, expired, or from the future.
        """
        now = now or now_utc()
        current = cls.read(document)
        if current.issued_at > now + CLOCK_TOLERANCE:
            raise ExchangeError(
                f"The identity of {current.name} is from the future "
                f"({written_instant(current.issued_at)}; here it is {written_instant(now)}).",
                hint="Check the clock of this machine and of theirs.",
            )
        current.check_unexpired(now)
        return current

    @classmethod
    def read(cls, document: bytes) -> PublicIdentity:
        """As `verify`, whatever the time is.

        Raises
        ------
        ExchangeError
            As `verify` does, but not for expiry.
        """
        if len(document) > _MAX_VERSIONS * _MAX_BYTES:
            raise ExchangeError("The identity is longer than any identity can be.")
        lines = _lines(document)
        if len(lines) > _MAX_VERSIONS:
            raise ExchangeError(f"The identity has more than {_MAX_VERSIONS} versions.")
        versions = [_read(line, document) for line in lines]
        if versions[0].authority_id != authority_id(versions[0].root):
            raise ExchangeError("The identity does not begin with its first root keys.")
        for before, following, line in zip(versions, versions[1:], lines[1:], strict=False):
            _check_follows(following, line, before)
        return versions[-1]

    def check_unexpired(self, now: datetime) -> None:
        """Refuse an identity that has run out.

        Raises
        ------
        ExchangeError
            If it expired at or before `now`.
        """
        if self.expires <= now:
            raise ExchangeError(
                f"The identity of {self.name} expired on {written_instant(self.expires)} "
                f"(here it is {written_instant(now)}).",
                hint="Ask for its newer version; check the clock of this machine.",
            )

    def check_follows(self, held: PublicIdentity) -> None:
        """Refuse this identity as the successor of the one that is held.

        Raises
        ------
        ExchangeError
            If it is of another authority, older, another of the same version, or two root keys
            of the held version have not signed the next one.
        """
        if self.version == held.version and self.document != held.document:
            raise ExchangeError(
                f"There are two different versions {self.version} of the identity of {held.name}."
            )
        for line in _lines(self.document):
            version = _read(line, line)
            if version.version > held.version:
                _check_follows(version, line, held)
                return
        if self.version < held.version or self.authority_id != held.authority_id:
            raise ExchangeError(
                f"Version {self.version} of the identity of {held.name} is older than version "
                f"{held.version}, which is held."
            )

    def delegated(self, purpose: Purpose, at: datetime) -> Delegation | None:
        """The newest key for a purpose that is valid at a time and not revoked; None: none."""
        revoked = {key.key_id for key in self.revoked}
        valid = [
            delegation
            for delegation in self.delegations
            if delegation.purpose == purpose
            and delegation.is_valid(at)
            and delegation.key.key_id not in revoked
        ]
        return max(valid, key=lambda delegation: delegation.valid_from, default=None)

    def keys(self, purpose: Purpose, at: datetime) -> Mapping[str, PublicKey]:
        """Keys by key id that the authority may have used for a purpose at a time."""
        revoked = {key.key_id for key in self.revoked}
        return {
            delegation.key.key_id: delegation.key
            for delegation in self.delegations
            if delegation.purpose == purpose
            and delegation.is_valid(at)
            and delegation.key.key_id not in revoked
        }

    def verified(
        self,
        document: bytes,
        payload_type: str,
        purpose: Purpose,
        *,
        max_bytes: int = canonical.MAX_BYTES,
        what: str = "The envelope",
    ) -> tuple[bytes, Delegation]:
        """The payload of an envelope that one key for a purpose has signed, and that key.

        The caller checks that the key was valid when the payload says that it was made.

        Raises
        ------
        ExchangeError
            If the key is revoked or the authority never delegated it, or the signature is false.
        """
        names = envelope.signers(document, payload_type, max_bytes=max_bytes, what=what)
        for revoked in self.revoked:
            if revoked.key_id in names:
                raise ExchangeError(
                    f"{what} is signed by a {purpose} key that {self.name} revoked on "
                    f"{written_instant(revoked.at)}: {revoked.reason}."
                )
        keys = {d.key.key_id: d for d in self.delegations if d.purpose == purpose}
        if len(names) != 1 or names[0] not in keys:
            raise ExchangeError(
                f"{what} is not signed by a {purpose} key of {self.name} that is known here.",
                hint="Ask for the newest version of its identity.",
            )
        delegation = keys[names[0]]
        payload = envelope.verify(
            document, payload_type, {names[0]: delegation.key}, max_bytes=max_bytes, what=what
        )
        return payload, delegation

    def roots(self) -> Mapping[str, PublicKey]:
        """Root keys by key id."""
        return {key.key_id: key for key in self.root}


def authority_id(root: Sequence[PublicKey]) -> str:
    """The lasting name of an authority: SHA-256 over its first root keys, sorted, in hex."""
    return sha256(b"enduse authority" + b"".join(sorted(key.raw for key in root))).hexdigest()


def signed_identity(unsigned: PublicIdentity, root: Sequence[Signer], chain: bytes) -> bytes:
    """The document of a version: the chain before it and its own signed line.

    Parameters
    ----------
    unsigned
        What the version says; its `document` is not looked at.
    root
        Root keys that sign: two of the version before and two of its own.
    chain
        Lines of the versions before that the chain needs, each with its line end; may be empty.
    """
    return chain + envelope.sign(PAYLOAD_TYPE, canonical.dumps(_written(unsigned)), root)


def chain_before(identity: PublicIdentity) -> bytes:
    """The lines that the next version of an identity stands on.

    They are the first version and every version with new root keys; versions that changed only
    what the root delegates are left out.
    """
    kept: list[tuple[bytes, tuple[PublicKey, ...]]] = []
    for line in _lines(identity.document):
        root = _read(line, line).root
        if not kept or root != kept[-1][1]:
            kept.append((line, root))
    return b"".join(line + b"\n" for line, _ in kept)


def _lines(document: bytes) -> list[bytes]:
    return document.removesuffix(b"\n").split(b"\n")


def _written(identity: PublicIdentity) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "authority_id": identity.authority_id,
        "name": identity.name,
        "version": identity.version,
        "issued_at": written_instant(identity.issued_at),
        "expires": written_instant(identity.expires),
        "root": {
            "keys": [written_raw(key.raw) for key in identity.root],
            "threshold": THRESHOLD,
        },
        "delegations": [
            {
                "purpose": delegation.purpose,
                "key": written_raw(delegation.key.raw),
                "valid_from": written_instant(delegation.valid_from),
                "valid_to": written_instant(delegation.valid_to),
            }
            for delegation in identity.delegations
        ],
        "revoked": [
            {"key_id": key.key_id, "at": written_instant(key.at), "reason": key.reason}
            for key in identity.revoked
        ],
    }


def _read(line: bytes, document: bytes) -> PublicIdentity:
    what = "The identity"
    # Its root keys are within: it is read before it is verified, and believed after.
    payload = envelope.unverified(line, PAYLOAD_TYPE, max_bytes=_MAX_BYTES, what=what)
    fields = Fields(canonical.loads(payload, max_depth=4, canonical=True, what=what), what)
    if fields.value("format") != FORMAT:
        raise ExchangeError("The identity is of a version of the protocol that is not known.")
    root = fields.within("root")
    if root.value("threshold") != THRESHOLD:
        raise ExchangeError(f"The identity does not ask for {THRESHOLD} of its root keys.")
    keys = root.items("keys", ROOT_KEYS)
    identity = PublicIdentity(
        authority_id=fields.text("authority_id", pattern=HEX_256),
        name=fields.text("name", most=120),
        version=fields.whole_number("version", 1, 2**31),
        issued_at=fields.instant("issued_at"),
        expires=fields.instant("expires"),
        root=tuple(
            PublicKey("Ed25519", Fields({"key": key}, what).raw("key", RAW_BYTES)) for key in keys
        ),
        delegations=tuple(_delegation(item) for item in fields.items("delegations", 500)),
        revoked=tuple(_revoked(item) for item in fields.items("revoked", 500)),
        document=document,
    )
    root.done()
    fields.done()
    if len(identity.roots()) != ROOT_KEYS:
        raise ExchangeError(f"The identity does not name {ROOT_KEYS} different root keys.")
    if any(key.is_weak() for key in (*identity.root, *(d.key for d in identity.delegations))):
        raise ExchangeError("The identity names a key that protects nothing.")
    envelope.verify(line, PAYLOAD_TYPE, identity.roots(), THRESHOLD, what=what)
    return identity


def _delegation(document: object) -> Delegation:
    fields = Fields(document, "The identity, in a delegation,")
    purpose = fields.value("purpose")
    if purpose not in PURPOSES:
        raise fields.wrong("purpose")
    delegation = Delegation(
        purpose,
        PublicKey(algorithm_of(purpose), fields.raw("key", RAW_BYTES)),
        fields.instant("valid_from"),
        fields.instant("valid_to"),
    )
    fields.done()
    return delegation


def _revoked(document: object) -> RevokedKey:
    fields = Fields(document, "The identity, in a revoked key,")
    revoked = RevokedKey(
        fields.text("key_id", pattern=HEX_256), fields.instant("at"), fields.text("reason")
    )
    fields.done()
    return revoked


def _check_follows(following: PublicIdentity, line: bytes, before: PublicIdentity) -> None:
    if following.authority_id != before.authority_id:
        raise ExchangeError(f"The identity is not of {before.name} but of another authority.")
    if following.version <= before.version:
        raise ExchangeError("The versions of the identity are not in their order.")
    what = f"Version {following.version} of the identity of {before.name}"
    envelope.verify(line, PAYLOAD_TYPE, before.roots(), THRESHOLD, what=what)
