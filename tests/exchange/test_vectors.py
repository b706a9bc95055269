"""The vectors by which somebody else implements the protocol: they open here as they say."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from enduse.errors import ExchangeError
from enduse.exchange import packets
from enduse.exchange.fields import read_instant
from enduse.exchange.fingerprints import fingerprint
from enduse.exchange.identity import Identity
from enduse.exchange.keyfiles import Cost, Lock, read_key
from enduse.exchange.keys import DecryptionKey, SigningKey
from enduse.exchange.packets import sealed_file
from enduse.exchange.packets.body import PAYLOAD_TYPE
from enduse.exchange.packets.ledger import Ledger
from enduse.exchange.partners import Partners
from enduse.exchange.public_identity import PublicIdentity
from enduse.settings import Settings
from enduse.store import open_store

ROOT = Path(__file__).resolve().parents[2]
_VECTORS: dict[str, Any] = json.loads(
    (ROOT / "tests" / "exchange" / "vectors" / "packets.json").read_text("utf-8")
)
_NOW: datetime = read_instant(_VECTORS["now"])


def _identity(vector: dict[str, Any]) -> Identity:
    public = PublicIdentity.verify(vector["document"].encode(), _NOW)
    keys = {
        name: (DecryptionKey if name == "encryption" else SigningKey)(bytes.fromhex(secret))
        for name, secret in vector["secret_keys"].items()
    }
    lock = Lock("nine green bottles", Cost(n=2), bytes(16))
    return Identity(Path("nowhere"), public, {key.key_id: key for key in keys.values()}, lock)


def test_the_vectors_are_what_the_tool_makes() -> None:
    command = [sys.executable, "tools/write_vectors.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("vector", _VECTORS["authorities"], ids=lambda v: v["name"])
def test_identities(vector: dict[str, Any]) -> None:
    identity = _identity(vector)
    assert identity.authority_id == vector["authority_id"]
    assert fingerprint(identity.public()) == vector["fingerprint"]
    signed = identity.signing_key("release", _NOW).public.raw
    assert signed == SigningKey(bytes.fromhex(vector["secret_keys"]["release"])).public.raw


def test_packets_open_in_their_order(tmp_path: Path) -> None:
    sender, recipient = (_identity(vector) for vector in _VECTORS["authorities"])
    store = open_store(Settings(workspace=tmp_path))
    partners, ledger = Partners(store), Ledger(store)
    partners.pin(sender.public().document, fingerprint(sender.public()), _NOW)
    first, second = _VECTORS["packets"]
    path = tmp_path / "vector.sealed"
    path.write_bytes(base64.b64decode(first["sealed"]))
    opened = packets.open(path, recipient, partners, ledger, tmp_path / "inbox", _NOW)
    assert opened.digest == first["envelope_sha256"]
    assert opened.packet.payload().decode() == first["payload"]
    assert opened.attachments[0].read_bytes().hex() == first["attachments"]["note.txt"]
    with pytest.raises(ExchangeError, match="replay"):
        packets.open(path, recipient, partners, ledger, tmp_path / "inbox", _NOW)
    path.write_bytes(_several_parts(second))
    opened = packets.open(path, recipient, partners, ledger, tmp_path / "inbox", _NOW)
    assert opened.packet.body.supersedes == _msg_id(first)
    assert opened.notices == ()


def _msg_id(vector: dict[str, Any]) -> str:
    return str(json.loads(vector["payload"])["msg_id"])


def _several_parts(vector: dict[str, Any]) -> bytes:
    """The sealed file of the second vector, put together from the values that it states."""
    signed = vector["envelope"].encode()
    large = bytes(range(251)) * (json.loads(vector["payload"])["attachments"][0]["size"] // 251)
    content = len(signed).to_bytes(8, "big") + signed + large
    content = content.ljust(vector["padded_length"], b"\0")
    cipher, parts = AESGCM(bytes.fromhex(vector["parts_key"])), []
    for start in range(0, len(content), sealed_file.PART_BYTES):
        part = content[start : start + sealed_file.PART_BYTES]
        is_last = start + len(part) == len(content)
        parts.append(cipher.encrypt(len(parts).to_bytes(11, "big") + bytes([is_last]), part, None))
    raw = bytes.fromhex(vector["header"]) + b"".join(parts)
    assert sha256(raw).hexdigest() == vector["sealed_sha256"]
    return raw


@pytest.mark.parametrize("vector", _VECTORS["packets"], ids=lambda v: v["about"])
def test_signatures_and_lengths(vector: dict[str, Any]) -> None:
    public = _identity(_VECTORS["authorities"][0]).public()
    payload, _ = public.verified(vector["envelope"].encode(), PAYLOAD_TYPE, "release")
    assert payload.decode() == vector["payload"]
    packet = packets.Packet.read(payload)
    assert packet.payload() == payload
    content = 8 + len(vector["envelope"].encode()) + sum(a.size for a in packet.attachments)
    assert sealed_file.padded(content) == vector["padded_length"]
    assert sealed_file.sealed_length(content) == vector["sealed_length"]


def test_a_key_file(tmp_path: Path) -> None:
    vector = _VECTORS["key_file"]
    path = tmp_path / "release.key"
    path.write_text(vector["file"], "utf-8")
    key, purpose, _ = read_key(path, vector["passphrase"])
    assert (key.private_bytes().hex(), purpose) == (vector["secret_key"], "release")
