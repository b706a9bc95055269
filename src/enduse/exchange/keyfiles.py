"""Private keys at rest: one file a key, encrypted under a passphrase.

The passphrase goes through scrypt (RFC 7914) and the secret bytes through AES-256-GCM, with
everything else that the file says as associated data: a file whose purpose or key id was
changed does not open.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from enduse.engine.files import storage_error, whole_file
from enduse.errors import ExchangeError
from enduse.exchange.fields import HEX_256, Fields, written_instant, written_raw
from enduse.exchange.keys import KeyPair, key_pair
from enduse.exchange.packets import canonical

FORMAT = "enduse.key/1"
PASSPHRASE_CHARACTERS = 8
"""Fewest characters of a passphrase."""

_MAX_FILE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs: scrypt's N, r and p.

    The default takes 128 MiB and about a third of a second (OWASP Password Storage Cheat
    Sheet: N = 2^17, r = 8, p = 1).
    """

    n: int = 2**17
    r: int = 8
    p: int = 1


class Lock:
    """A passphrase made into a key once, for all files of one owner."""

    __slots__ = ("_cipher", "cost", "salt")

    def __init__(self, passphrase: str, cost: Cost, salt: bytes) -> None:
        if len(passphrase) < PASSPHRASE_CHARACTERS:
            raise ExchangeError(
                f"The passphrase has fewer than {PASSPHRASE_CHARACTERS} characters.",
                hint="Use several words.",
            )
        self.cost, self.salt = cost, salt
        # The same words typed on another keyboard are the same passphrase.
        typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
        derived = Scrypt(salt=salt, length=32, n=cost.n, r=cost.r, p=cost.p).derive(typed)
        self._cipher = AESGCM(derived)

    @classmethod
    def new(cls, passphrase: str, cost: Cost) -> Lock:
        """A lock with a salt of its own."""
        return cls(passphrase, cost, os.urandom(16))

    def fits(self, cost: Cost, salt: bytes) -> bool:
        """Whether a file with this cost and salt was locked by this lock."""
        return self.cost == cost and self.salt == salt

    def seal(self, nonce: bytes, secret: bytes, said: bytes) -> bytes:
        """The secret, encrypted and bound to what the file says."""
        return self._cipher.encrypt(nonce, secret, said)

    def unseal(self, nonce: bytes, sealed: bytes, said: bytes) -> bytes | None:
        """The secret; None if passphrase or file is another."""
        try:
            return self._cipher.decrypt(nonce, sealed, said)
        except InvalidTag:
            return None

    def __repr__(self) -> str:
        return "Lock(…)"


def write_key(path: Path, pair: KeyPair, purpose: str, lock: Lock, now: datetime) -> None:
    """Write a key pair, encrypted, readable by its owner alone."""
    nonce = os.urandom(12)
    said: dict[str, Any] = {
        "format": FORMAT,
        "purpose": purpose,
        "algorithm": pair.public.algorithm,
        "key_id": pair.key_id,
        "created_at": written_instant(now),
        "kdf": {
            "name": "scrypt",
            "n": lock.cost.n,
            "r": lock.cost.r,
            "p": lock.cost.p,
            "salt": written_raw(lock.salt),
        },
        "cipher": "AES-256-GCM",
        "nonce": written_raw(nonce),
    }
    sealed = lock.seal(nonce, pair.private_bytes(), canonical.dumps(said))
    write_private(path, canonical.dumps(said | {"sealed": written_raw(sealed)}))


def read_key(
    path: Path, passphrase: str, lock: Lock | None = None, *, purpose: str | None = None
) -> tuple[KeyPair, str, Lock]:
    """The key pair in a file, its purpose, and the lock that opened it.

    Parameters
    ----------
    lock
        A lock made from the same passphrase; used again where it fits, as scrypt is slow.
    purpose
        What the key must be for; None takes any.

    Raises
    ------
    ExchangeError
        If the file is no key file, is for something else, or the passphrase does not open it.
    """
    what = f"The key file {path}"
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ExchangeError(f"{what} cannot be read: {error.strerror}.") from None
    document = canonical.loads(raw, max_bytes=_MAX_FILE_BYTES, canonical=True, what=what)
    fields = Fields(document, what)
    if fields.value("format") != FORMAT or fields.value("cipher") != "AES-256-GCM":
        raise ExchangeError(f"{what} is not a key file of a known form.")
    found = fields.text("purpose")
    if purpose is not None and found != purpose:
        raise ExchangeError(f"{what} holds a key for '{found}', not for '{purpose}'.")
    algorithm, name = fields.text("algorithm"), fields.text("key_id", pattern=HEX_256)
    fields.instant("created_at")
    nonce, sealed = fields.raw("nonce", 12), fields.raw("sealed", 48)
    cost, salt = _cost(fields.within("kdf"), what)
    fields.done()
    if lock is None or not lock.fits(cost, salt):
        lock = Lock(passphrase, cost, salt)
    del document["sealed"]
    secret = lock.unseal(nonce, sealed, canonical.dumps(document))
    if secret is None:
        raise ExchangeError(f"The passphrase does not open {path}, or the file was altered.")
    pair = key_pair(algorithm, secret)
    if pair.key_id != name:
        raise ExchangeError(f"{what} holds another key than it names.")
    return pair, found, lock


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole, readable by its owner alone."""
    with whole_file(path) as part:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)


def destroy_key(path: Path) -> None:
    """Overwrite and remove a key file.

    The file system, its journal or a backup may keep the encrypted bytes; the passphrase still
    stands before them.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """
    try:
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except OSError as error:
        raise storage_error(path, error) from error


def _cost(fields: Fields, what: str) -> tuple[Cost, bytes]:
    # A file of another must not be able to ask for all the memory of this machine.
    if fields.value("name") != "scrypt":
        raise ExchangeError(f"{what} is not a key file of a known form.")
    cost = Cost(
        fields.whole_number("n", 2, 2**20),
        fields.whole_number("r", 1, 16),
        fields.whole_number("p", 1, 16),
    )
    salt = fields.raw("salt", 16)
    fields.done()
    if cost.n & (cost.n - 1):
        raise ExchangeError(f"{what} asks for an scrypt cost that does not exist.")
    return cost, salt
