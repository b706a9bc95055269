"""Write the test vectors of identities and packets; `--check` only compares.

Keys, nonces and times are fixed, and Ed25519 is deterministic, so the vectors come out the same
each time. HPKE is `pyhpke`'s, which takes a given ephemeral key; the parts are encrypted here,
part by part. So the vectors do not depend on the code that they test, save for the bodies.
"""

from __future__ import annotations

import base64
import json
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey, KEMKeyPair

from enduse.exchange.fields import written_instant, written_raw
from enduse.exchange.fingerprints import fingerprint
from enduse.exchange.keys import DecryptionKey, SigningKey
from enduse.exchange.packets import Body, Handling, Onward, Packet, Provenance, canonical, envelope
from enduse.exchange.packets.attachments import Attachment
from enduse.exchange.packets.body import PAYLOAD_TYPE, Channel
from enduse.exchange.packets.sealed_file import LEAST_BYTES, PART_BYTES, padded
from enduse.exchange.public_identity import (
    Delegation,
    PublicIdentity,
    authority_id,
    signed_identity,
)

PATH = Path(__file__).resolve().parent.parent / "tests" / "exchange" / "vectors" / "packets.json"
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
PASSPHRASE = "nine green bottles"
ROOTS, PURPOSES = ("root 1", "root 2", "root 3"), ("release", "matching", "log", "encryption")


def seed(name: str) -> bytes:
    """Secret bytes that everybody can make again: SHA-256 of a name."""
    return sha256(name.encode()).digest()


class Side:
    """An authority of the vectors."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root = [SigningKey(seed(f"{name} {root}")) for root in ROOTS]
        self.release, self.matching, self.log = (
            SigningKey(seed(f"{name} {purpose}")) for purpose in PURPOSES[:3]
        )
        self.encryption = DecryptionKey(seed(f"{name} encryption"))
        keys = dict(
            zip(PURPOSES, (self.release, self.matching, self.log, self.encryption), strict=True)
        )
        unsigned = PublicIdentity(
            authority_id=authority_id([key.public for key in self.root]),
            name=name,
            version=1,
            issued_at=NOW,
            expires=NOW + timedelta(days=366),
            root=tuple(key.public for key in self.root),
            delegations=tuple(
                Delegation(purpose, key.public, NOW, NOW + timedelta(days=62))
                for purpose, key in keys.items()
            ),
            revoked=(),
            document=b"",
        )
        document = signed_identity(unsigned, self.root[:2], b"")
        self.public = PublicIdentity.verify(document, NOW)
        self.secrets = {key: seed(f"{name} {key}").hex() for key in (*ROOTS, *PURPOSES)}

    def vector(self) -> dict[str, Any]:
        """What the vectors say of it."""
        return {
            "name": self.name,
            "secret_keys": self.secrets,
            "authority_id": self.public.authority_id,
            "fingerprint": fingerprint(self.public),
            "document": self.public.document.decode(),
        }


def packet(
    about: str, sender: Side, recipient: Side, channel: Channel, body: Body, files: dict[str, bytes]
) -> dict[str, Any]:
    """One packet, from its body to its bytes."""
    attachments = tuple(
        Attachment(name, "application/octet-stream", len(raw), sha256(raw).hexdigest())
        for name, raw in files.items()
    )
    ids = sender.public.authority_id, recipient.public.authority_id
    payload = Packet(body, ids[0], (ids[1],), channel, attachments).payload()
    signed = envelope.sign(PAYLOAD_TYPE, payload, [sender.release])
    content = len(signed).to_bytes(8, "big") + signed + b"".join(files.values())
    content_key, ephemeral = seed(f"{about} content key"), seed(f"{about} ephemeral")
    raw, steps = sealed(content, content_key, ephemeral, ids, recipient.encryption)
    return {
        "about": about,
        "attachments": {
            name: file.hex() if len(file) < 100 else f"byte i is i mod 251, {len(file)} bytes"
            for name, file in files.items()
        },
        "payload": payload.decode(),
        "envelope": signed.decode(),
        "envelope_sha256": sha256(signed).hexdigest(),
        "content_key": content_key.hex(),
        "ephemeral_secret_key": ephemeral.hex(),
        **steps,
        "padded_length": padded(len(content)),
        "sealed_length": len(raw),
        "sealed_sha256": sha256(raw).hexdigest(),
        "sealed": base64.b64encode(raw).decode() if len(raw) < 2 * LEAST_BYTES else None,
    }


def sealed(
    content: bytes, content_key: bytes, ephemeral: bytes, ids: tuple[str, str], key: DecryptionKey
) -> tuple[bytes, dict[str, str]]:
    """The sealed file by another implementation of HPKE, and the values on the way."""
    sender, recipient = (bytes.fromhex(one) for one in ids)
    suite_id = bytes.fromhex("002000010002")
    info = b"enduse packet key v1" + suite_id + recipient + bytes.fromhex(key.key_id)
    suite = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
    own = X25519PrivateKey.from_private_bytes(ephemeral)
    pair = KEMKeyPair(
        KEMKey.from_pyca_cryptography_key(own),
        KEMKey.from_pyca_cryptography_key(own.public_key()),
    )
    to = KEMKey.from_pyca_cryptography_key(key.private.public_key())
    enc, context = suite.create_sender_context(to, info=info, eks=pair)
    header = b"enduse\0\1" + suite_id + enc + context.seal(content_key + sender)
    derive = HKDF(
        SHA256(), 32, sha256(header).digest(), b"enduse packet parts v1" + sender + recipient
    )
    parts_key = derive.derive(content_key)
    plain = content.ljust(padded(len(content)), b"\0")
    parts = [plain[start : start + PART_BYTES] for start in range(0, len(plain), PART_BYTES)]
    raw = header + b"".join(
        AESGCM(parts_key).encrypt(
            number.to_bytes(11, "big") + bytes([number == len(parts) - 1]), part, None
        )
        for number, part in enumerate(parts)
    )
    steps = {"info": info.hex(), "header": header.hex(), "parts_key": parts_key.hex()}
    return raw, steps


def key_file() -> dict[str, Any]:
    """A key file, with a low cost so that it is quickly checked."""
    secret, salt, nonce = seed("key file"), seed("salt")[:16], seed("nonce")[:12]
    said = {
        "format": "enduse.key/1",
        "purpose": "release",
        "algorithm": "Ed25519",
        "key_id": SigningKey(secret).key_id,
        "created_at": written_instant(NOW),
        "kdf": {"name": "scrypt", "n": 1024, "r": 8, "p": 1, "salt": written_raw(salt)},
        "cipher": "AES-256-GCM",
        "nonce": written_raw(nonce),
    }
    derived = Scrypt(salt=salt, length=32, n=1024, r=8, p=1).derive(PASSPHRASE.encode())
    locked = AESGCM(derived).encrypt(nonce, secret, canonical.dumps(said))
    return {
        "passphrase": PASSPHRASE,
        "secret_key": secret.hex(),
        "file": canonical.dumps(said | {"sealed": written_raw(locked)}).decode(),
    }


def vectors() -> dict[str, Any]:
    """All of them."""
    customs, ministry = Side("Customs Service"), Side("Ministry of Trade")
    to = ministry.public.authority_id
    handling = Handling("amber+strict", "amber", Onward("ask"), NOW + timedelta(days=30))
    tip = Body(
        kind="tip",
        purpose="to stop microelectronics on their way to a weapons plant",
        legal_basis="agreement of 2024, article 5",
        handling=handling,
        content={"text": "ООО «Аэро Партс» buys for the plant.", "weight": 0.5},
        provenance=(Provenance("a list of 2026-05-30", seed("list").hex()),),
        msg_id=seed("tip")[:16].hex(),
        created_at=NOW,
    )
    first = packet(
        "one part", customs, ministry, Channel(to, 1, None), tip, {"note.txt": b"at the quay\n"}
    )
    revocation = Body(
        kind="revocation",
        purpose=tip.purpose,
        legal_basis=tip.legal_basis,
        handling=handling,
        content={"text": "The firm was mistaken for another."},
        supersedes=tip.msg_id,
        msg_id=seed("revocation")[:16].hex(),
        created_at=NOW,
    )
    large = bytes(range(251)) * (3 * PART_BYTES // 251)
    second = packet(
        "several parts",
        customs,
        ministry,
        Channel(to, 2, first["envelope_sha256"]),
        revocation,
        {"large.bin": large},
    )
    return {
        "about": "docs/exchange.md says how these come about; tools/write_vectors.py makes them.",
        "now": written_instant(NOW),
        "authorities": [customs.vector(), ministry.vector()],
        "packets": [first, second],
        "key_file": key_file(),
    }


def main() -> None:
    """Write or compare."""
    made = json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n"
    if "--check" in sys.argv[1:]:
        if not PATH.exists() or PATH.read_text("utf-8") != made:
            sys.exit(f"{PATH} is not what tools/write_vectors.py makes")
        return
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(made, "utf-8")


if __name__ == "__main__":
    main()
