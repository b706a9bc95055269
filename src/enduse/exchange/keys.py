"""Key pairs: what signs, what decrypts, and the public halves that others know them by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

Algorithm = Literal["Ed25519", "X25519"]

RAW_BYTES = 32
"""Length of a public and of a private key, of both algorithms."""


def key_id(algorithm: str, raw: bytes) -> str:
    """The name of a public key: SHA-256 of algorithm, a zero byte and the raw key, in hex."""
    return hashlib.sha256(algorithm.encode("ascii") + b"\0" + raw).hexdigest()


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a key pair.

    Examples
    --------
    >>> PublicKey("Ed25519", bytes(32)).key_id[:12]
    '70f9480e692d'
    """

    algorithm: Algorithm
    raw: bytes

    @property
    def key_id(self) -> str:
        """The name of the key (see `key_id`)."""
        return key_id(self.algorithm, self.raw)

    def is_weak(self) -> bool:
        """Whether the key protects nothing: everybody shares its secrets or signs under it.

        Examples
        --------
        >>> PublicKey("X25519", bytes(32)).is_weak()
        True
        """
        if self.algorithm == "Ed25519":
            return self.raw[:31] + bytes([self.raw[31] & 0x7F]) in _WEAK_POINTS
        try:
            X25519PrivateKey.from_private_bytes(bytes(32)).exchange(encryption_point(self))
        except ValueError:
            return True
        return False

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` was made over `message` with the private half (RFC 8032)."""
        if self.algorithm != "Ed25519":
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


# Encodings of the points of small order, the sign bit aside (RFC 7748, section 6.1, and RFC 8032):
# under such a key anybody can make a signature that verifies.
_WEAK_POINTS = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)


class Signer(Protocol):
    """Whatever signs under a key id; the private half may be elsewhere."""

    @property
    def key_id(self) -> str:
        """The name of the key that signs."""

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature over `message`."""


class SigningKey:
    """An Ed25519 key pair. Its representation shows the key id only."""

    __slots__ = ("_private", "public")

    def __init__(self, raw: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(raw)
        self.public = PublicKey("Ed25519", self._private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> SigningKey:
        """A new key pair from the system's randomness."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def key_id(self) -> str:
        """The name of the public half."""
        return self.public.key_id

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature over `message` (RFC 8032)."""
        return self._private.sign(message)

    def private_bytes(self) -> bytes:
        """The 32 secret bytes, for the encrypted file alone."""
        return self._private.private_bytes_raw()

    def __repr__(self) -> str:
        return f"SigningKey({self.key_id[:12]}…)"


class DecryptionKey:
    """An X25519 key pair. Its representation shows the key id only."""

    __slots__ = ("private", "public")

    def __init__(self, raw: bytes) -> None:
        self.private = X25519PrivateKey.from_private_bytes(raw)
        self.public = PublicKey("X25519", self.private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> DecryptionKey:
        """A new key pair from the system's randomness."""
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    @property
    def key_id(self) -> str:
        """The name of the public half."""
        return self.public.key_id

    def private_bytes(self) -> bytes:
        """The 32 secret bytes, for the encrypted file alone."""
        return self.private.private_bytes_raw()

    def __repr__(self) -> str:
        return f"DecryptionKey({self.key_id[:12]}…)"


KeyPair = SigningKey | DecryptionKey


def key_pair(algorithm: str, raw: bytes) -> KeyPair:
    """The key pair of an algorithm from its secret bytes."""
    return SigningKey(raw) if algorithm == "Ed25519" else DecryptionKey(raw)


def encryption_point(key: PublicKey) -> X25519PublicKey:
    """The key in the form that HPKE takes."""
    return X25519PublicKey.from_public_bytes(key.raw)
