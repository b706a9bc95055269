"""An authority's own identity: keys in a folder, and the document that the root signs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from enduse.engine.files import storage_error
from enduse.errors import ExchangeError
from enduse.exchange import public_identity
from enduse.exchange.fields import now_utc
from enduse.exchange.keyfiles import Cost, Lock, destroy_key, read_key, write_key, write_private
from enduse.exchange.keys import DecryptionKey, KeyPair, PublicKey, SigningKey
from enduse.exchange.public_identity import (
    PURPOSES,
    ROOT_KEYS,
    THRESHOLD,
    Delegation,
    PublicIdentity,
    Purpose,
    RevokedKey,
    algorithm_of,
)

IDENTITY_LIFETIME = timedelta(days=366)
LIFETIMES: Mapping[Purpose, timedelta] = {
    "release": timedelta(days=366),
    "matching": timedelta(days=366),
    "log": timedelta(days=366),
    "encryption": timedelta(days=62),
}
"""How long a delegated key is valid. Partners may seal to an encryption key for two months, so
that a rotation that is some weeks late stops nobody."""

ROTATE_ENCRYPTION_AFTER = timedelta(days=31)
"""Age at which an encryption key is due to be rotated."""

DECRYPTION_GRACE = timedelta(days=31)
"""How long a replaced encryption key still opens what was on its way; then it is destroyed."""

_DOCUMENT = "identity.json"


class Identity:
    """An authority's delegated keys, unlocked, and its public identity.

    The three root keys lie in ``root/`` beside them when the identity is made. Two of them sign
    whatever changes the identity; at all other times they belong elsewhere.
    """

    __slots__ = ("_keys", "_lock", "_public", "folder")

    def __init__(
        self, folder: Path, public: PublicIdentity, keys: Mapping[str, KeyPair], lock: Lock
    ) -> None:
        self.folder = folder
        self._public = public
        self._keys = dict(keys)
        self._lock = lock

    @classmethod
    def create(
        cls,
        folder: Path,
        name: str,
        passphrase: str,
        *,
        root_passphrases: Sequence[str] = (),
        cost: Cost | None = None,
        now: datetime | None = None,
    ) -> Identity:
        """A new identity in a new folder, which appears whole or not at all.

        Parameters
        ----------
        folder
            Where the keys go (``<workspace>/keys``), readable by its owner alone.
        name
            What partners call the authority.
        passphrase
            What the delegated keys are encrypted under.
        root_passphrases
            One for each of the three root keys; none: all under `passphrase`.
        cost
            Cost of a guess at a passphrase; the default is `Cost`'s.

        Raises
        ------
        ExchangeError
            If the folder has something in it already, the name is empty or a passphrase short.
        """
        now = now or now_utc()
        cost = cost or Cost()
        _check_name(name)
        passphrases = list(root_passphrases) or [passphrase] * ROOT_KEYS
        if len(passphrases) != ROOT_KEYS:
            raise ExchangeError(f"There are {ROOT_KEYS} root keys, each with one passphrase.")
        if folder.exists() and any(folder.iterdir()):
            raise ExchangeError(
                f"{folder} already holds an identity.", hint="Keys are never overwritten."
            )
        part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
        try:
            part.mkdir(parents=True, mode=0o700)
            lock = Lock.new(passphrase, cost)
            root = _write_root(part / "root", passphrases, cost, now)
            keys = {purpose: _generate(purpose) for purpose in PURPOSES}
            for purpose, key in keys.items():
                write_key(_key_path(part, purpose, key), key, purpose, lock, now)
            unsigned = PublicIdentity(
                authority_id=public_identity.authority_id([key.public for key in root]),
                name=name,
                version=1,
                issued_at=now,
                expires=now + IDENTITY_LIFETIME,
                root=tuple(key.public for key in root),
                delegations=tuple(_delegation(p, key.public, now) for p, key in keys.items()),
                revoked=(),
                document=b"",
            )
            document = public_identity.signed_identity(unsigned, root[:THRESHOLD], b"")
            write_private(part / _DOCUMENT, document)
            part.rename(folder)
        except OSError as error:
            raise storage_error(folder, error) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        public = PublicIdentity.verify(document, now)
        return cls(folder, public, {key.key_id: key for key in keys.values()}, lock)

    @classmethod
    def open(cls, folder: Path, passphrase: str) -> Identity:
        """The identity in a folder, its delegated keys unlocked.

        An identity that has expired opens, so that it can be renewed.

        Raises
        ------
        ExchangeError
            If there is none, the passphrase is wrong, others may read the keys, or the folder
            was altered.
        """
        try:
            document = (folder / _DOCUMENT).read_bytes()
        except OSError:
            raise ExchangeError(
                f"There is no identity in {folder}.", hint="Make one with 'enduse exchange init'."
            ) from None
        public = PublicIdentity.read(document)
        named = {delegation.key.key_id for delegation in public.delegations}
        keys: dict[str, KeyPair] = {}
        lock: Lock | None = None
        for path in sorted(folder.glob("*.key")):
            if path.stat().st_mode & 0o077:
                raise ExchangeError(
                    f"The key file {path} may be read by others.", hint=f"Run: chmod 600 {path}"
                )
            key, _, lock = read_key(path, passphrase, lock)
            # A rotation that was cut short leaves a key that no document names.
            if key.key_id in named:
                keys[key.key_id] = key
        if lock is None:
            raise ExchangeError(f"There are no keys beside the identity in {folder}.")
        return cls(folder, public, keys, lock)

    @property
    def name(self) -> str:
        """What partners call the authority."""
        return self._public.name

    @property
    def authority_id(self) -> str:
        """The lasting name of the authority, 64 hexadecimal digits."""
        return self._public.authority_id

    def public(self) -> PublicIdentity:
        """The newest version of the public identity; `document` is what partners get."""
        return self._public

    def signing_key(self, purpose: Purpose, now: datetime | None = None) -> SigningKey:
        """The key that signs for a purpose now: release, matching or log.

        Raises
        ------
        ExchangeError
            If no key for it is valid now, or its file is not in the folder.
        """
        now = now or now_utc()
        self._public.check_unexpired(now)
        delegation = self._public.delegated(purpose, now)
        if delegation is None:
            raise ExchangeError(
                f"No {purpose} key of {self.name} is valid now.", hint="Rotate it with the root."
            )
        key = self._keys.get(delegation.key.key_id)
        if not isinstance(key, SigningKey):
            raise ExchangeError(f"The {purpose} key of {self.name} is not in {self.folder}.")
        return key

    def decryption_keys(self) -> tuple[DecryptionKey, ...]:
        """Every encryption key that is still held, the newest first."""
        order = {
            delegation.key.key_id: delegation.valid_from for delegation in self._public.delegations
        }
        held = [key for key in self._keys.values() if isinstance(key, DecryptionKey)]
        return tuple(sorted(held, key=lambda key: order[key.key_id], reverse=True))

    def rotation_due(self, now: datetime | None = None) -> datetime:
        """When the encryption key is due to be rotated; the past means overdue."""
        delegation = self._public.delegated("encryption", now or now_utc())
        if delegation is None:
            return self._public.issued_at
        return delegation.valid_from + ROTATE_ENCRYPTION_AFTER

    def rotate(
        self, purpose: Purpose, root: Sequence[SigningKey], now: datetime | None = None
    ) -> PublicIdentity:
        """Replace the key for a purpose, and destroy encryption keys whose grace is over.

        Parameters
        ----------
        root
            Two root keys (`root_key`).

        Raises
        ------
        ExchangeError
            If two different root keys have not signed.
        """
        now = now or now_utc()
        self._check_threshold(root)
        key = _generate(purpose)
        write_key(_key_path(self.folder, purpose, key), key, purpose, self._lock, now)
        ended = tuple(
            replace(old, valid_to=min(old.valid_to, now)) if old.purpose == purpose else old
            for old in self._public.delegations
        )
        public = self._publish(
            replace(self._next(now), delegations=(*ended, _delegation(purpose, key.public, now))),
            root,
        )
        self._keys[key.key_id] = key
        self.destroy_outlived(now)
        return public

    def revoke(
        self, key_id: str, reason: str, root: Sequence[SigningKey], now: datetime | None = None
    ) -> PublicIdentity:
        """Say that a delegated key is no longer to be believed, whenever it signed.

        Raises
        ------
        ExchangeError
            If the identity never delegated it or two different root keys have not signed.
        """
        now = now or now_utc()
        if key_id not in {delegation.key.key_id for delegation in self._public.delegations}:
            raise ExchangeError(f"{self.name} has delegated nothing to a key {key_id[:12]}.")
        revoked = (*self._public.revoked, RevokedKey(key_id, now, reason))
        return self._publish(replace(self._next(now), revoked=revoked), root)

    def renew(self, root: Sequence[SigningKey], now: datetime | None = None) -> PublicIdentity:
        """Publish the same identity with a new expiry.

        Raises
        ------
        ExchangeError
            If two different root keys have not signed.
        """
        return self._publish(self._next(now or now_utc()), root)

    def rotate_root(
        self,
        root: Sequence[SigningKey],
        passphrases: Sequence[str],
        *,
        cost: Cost | None = None,
        now: datetime | None = None,
    ) -> PublicIdentity:
        """Replace all three root keys; two old and two new ones sign.

        The new keys go to ``root-<version>/``. The old files are not touched: they can no
        longer change the identity, and whoever keeps them destroys them.

        Raises
        ------
        ExchangeError
            If two different old root keys have not signed.
        """
        now = now or now_utc()
        if len(passphrases) != ROOT_KEYS:
            raise ExchangeError(f"There are {ROOT_KEYS} root keys, each with one passphrase.")
        self._check_threshold(root)
        following = self._next(now)
        folder = self.folder / f"root-{following.version}"
        # What a rotation that was cut short has left signs nothing.
        shutil.rmtree(folder, ignore_errors=True)
        fresh = _write_root(folder, passphrases, cost or Cost(), now)
        return self._publish(
            replace(following, root=tuple(key.public for key in fresh)),
            [*root, *fresh[:THRESHOLD]],
        )

    def destroy_outlived(self, now: datetime | None = None) -> tuple[str, ...]:
        """Destroy encryption keys that ended longer ago than the grace; their key ids.

        What was sealed to them can be read by nobody from then on.
        """
        now = now or now_utc()
        destroyed = []
        for delegation in self._public.delegations:
            name = delegation.key.key_id
            if (
                delegation.purpose == "encryption"
                and name in self._keys
                and delegation.valid_to + DECRYPTION_GRACE <= now
            ):
                destroy_key(_key_path(self.folder, "encryption", self._keys[name]))
                del self._keys[name]
                destroyed.append(name)
        return tuple(destroyed)

    def _next(self, now: datetime) -> PublicIdentity:
        return replace(
            self._public,
            version=self._public.version + 1,
            issued_at=now,
            expires=now + IDENTITY_LIFETIME,
        )

    def _publish(self, unsigned: PublicIdentity, root: Sequence[SigningKey]) -> PublicIdentity:
        self._check_threshold(root)
        document = public_identity.signed_identity(
            unsigned, root, public_identity.chain_before(self._public)
        )
        following = PublicIdentity.verify(document, unsigned.issued_at)
        following.check_follows(self._public)
        write_private(self.folder / _DOCUMENT, document)
        self._public = following
        return following

    def _check_threshold(self, root: Sequence[SigningKey]) -> None:
        known = {key.key_id for key in root} & set(self._public.roots())
        if len(known) < THRESHOLD:
            raise ExchangeError(
                f"{len(known)} root keys of {self.name} were given; {THRESHOLD} must sign."
            )

    def __repr__(self) -> str:
        return f"Identity({self.name!r}, {self.authority_id[:12]}…)"


def root_key(path: Path, passphrase: str) -> SigningKey:
    """One of the three root keys, from wherever its file is kept.

    Raises
    ------
    ExchangeError
        If the file is no root key or the passphrase does not open it.
    """
    pair, _, _ = read_key(path, passphrase, purpose="root")
    if not isinstance(pair, SigningKey):
        raise ExchangeError(f"The key file {path} holds no signing key.")
    return pair


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > 120 or not name.isprintable():
        raise ExchangeError("An authority's name has 1 to 120 printable characters.")


def _write_root(
    folder: Path, passphrases: Sequence[str], cost: Cost, now: datetime
) -> list[SigningKey]:
    folder.mkdir(mode=0o700)
    keys = []
    locks: dict[str, Lock] = {}
    for number, passphrase in enumerate(passphrases, start=1):
        if passphrase not in locks:
            locks[passphrase] = Lock.new(passphrase, cost)
        key = SigningKey.generate()
        write_key(folder / f"{number}.key", key, "root", locks[passphrase], now)
        keys.append(key)
    return keys


def _generate(purpose: Purpose) -> KeyPair:
    return DecryptionKey.generate() if algorithm_of(purpose) == "X25519" else SigningKey.generate()


def _delegation(purpose: Purpose, key: PublicKey, now: datetime) -> Delegation:
    return Delegation(purpose, key, now, now + LIFETIMES[purpose])


def _key_path(folder: Path, purpose: Purpose, key: KeyPair) -> Path:
    return folder / f"{purpose}-{key.key_id[:16]}.key"
