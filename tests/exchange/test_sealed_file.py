"""The sealed file: HPKE as others speak it, parts that cannot be moved, lengths in buckets."""

from __future__ import annotations

import io
import os
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from enduse.errors import ExchangeError
from enduse.exchange.keys import DecryptionKey
from enduse.exchange.packets.sealed_file import (
    HEADER_BYTES,
    LEAST_BYTES,
    PART_BYTES,
    TAG_BYTES,
    SealedFile,
    padded,
    sealed_length,
    write_sealed,
)

_SENDER, _RECIPIENT = "aa" * 32, "bb" * 32
_KEY = DecryptionKey(b"\7" * 32)
_PREFIX = b"enduse\0\1" + bytes.fromhex("002000010002")
_WHOLE = PART_BYTES + TAG_BYTES


def _seal(content: bytes) -> bytes:
    out = io.BytesIO()
    write_sealed(out, _SENDER, _RECIPIENT, _KEY.public, [(io.BytesIO(content), len(content))])
    return out.getvalue()


def _open(raw: bytes, recipient: str = _RECIPIENT, key: DecryptionKey = _KEY) -> bytes:
    sealed = SealedFile(io.BytesIO(raw), recipient, [key])
    return sealed.read(sealed.length)


def _oracle() -> CipherSuite:
    return CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)


def _info() -> bytes:
    ids = bytes.fromhex(_RECIPIENT) + bytes.fromhex(_KEY.key_id)
    return b"enduse packet key v1" + bytes.fromhex("002000010002") + ids


def _parts_key(content_key: bytes, header: bytes) -> AESGCM:
    info = b"enduse packet parts v1" + bytes.fromhex(_SENDER) + bytes.fromhex(_RECIPIENT)
    return AESGCM(HKDF(SHA256(), 32, sha256(header).digest(), info).derive(content_key))


def test_another_implementation_of_hpke_opens_what_we_seal() -> None:
    raw = _seal(b"the consignee is a front")
    assert raw[:14] == _PREFIX
    context = _oracle().create_recipient_context(
        raw[14:46], KEMKey.from_pyca_cryptography_key(_KEY.private), info=_info()
    )
    opened = context.open(raw[46:HEADER_BYTES])
    assert opened[32:].hex() == _SENDER
    cipher = _parts_key(opened[:32], raw[:HEADER_BYTES])
    plain = cipher.decrypt(b"\0" * 11 + b"\1", raw[HEADER_BYTES:], None)
    assert plain == b"the consignee is a front".ljust(LEAST_BYTES, b"\0")


def test_we_open_what_another_implementation_of_hpke_seals() -> None:
    content_key = os.urandom(32)
    public = KEMKey.from_pyca_cryptography_key(_KEY.private.public_key())
    enc, context = _oracle().create_sender_context(public, info=_info())
    header = _PREFIX + enc + context.seal(content_key + bytes.fromhex(_SENDER))
    plain = b"from elsewhere".ljust(LEAST_BYTES, b"\0")
    part = _parts_key(content_key, header).encrypt(b"\0" * 11 + b"\1", plain, None)
    sealed = SealedFile(io.BytesIO(header + part), _RECIPIENT, [DecryptionKey.generate(), _KEY])
    assert sealed.sender == _SENDER
    assert sealed.read(sealed.length) == plain


@given(st.integers(1, 1 << 31))
def test_padding_is_a_bucket_that_is_never_much_larger(length: int) -> None:
    bucket = padded(length)
    assert bucket >= length
    assert padded(bucket) == bucket
    assert bucket <= max(LEAST_BYTES, 2 * length if length <= PART_BYTES else length * 1.032)


def test_padding_knows_few_lengths() -> None:
    assert len({padded(length) for length in range(1, PART_BYTES + 1, 97)}) == 7
    # Padmé: within one power of two there are at most 2 * log2(length) buckets.
    assert len({padded(length) for length in range(1 << 25, 1 << 26, 1 << 15)}) <= 52


@pytest.mark.parametrize(
    "length", [0, 1, LEAST_BYTES, LEAST_BYTES + 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1]
)
def test_the_length_of_a_file_depends_on_the_bucket_only(length: int) -> None:
    raw = _seal(b"x" * length)
    assert len(raw) == sealed_length(length) == sealed_length(padded(length))
    assert _open(raw) == (b"x" * length).ljust(padded(length), b"\0")


def _many() -> bytes:
    return _seal(os.urandom(4 * PART_BYTES - 100))


def _part(raw: bytes, number: int) -> bytes:
    return raw[HEADER_BYTES + number * _WHOLE : HEADER_BYTES + (number + 1) * _WHOLE]


def test_parts_that_are_missing_repeated_or_moved_do_not_open() -> None:
    raw = _many()
    header, parts = raw[:HEADER_BYTES], [_part(raw, number) for number in range(4)]
    assert header + b"".join(parts) == raw
    other = _many()
    for altered in (
        [parts[1], parts[0], *parts[2:]],
        [parts[0], parts[1], parts[1], parts[3]],
        [parts[0], parts[2], parts[1], parts[3]],
        [parts[0], parts[1], parts[3], parts[2]],
        [parts[0], parts[1], parts[3], parts[3]],
        [*parts[:3], _part(other, 3)],
        [*parts[:2], parts[3], _part(other, 3)],
    ):
        with pytest.raises(ExchangeError, match=r"Part \d of 4 .* altered, moved, repeated or cut"):
            _open(header + b"".join(altered))
    # Two parts are a length that exists: only the mark of the last part shows what is missing.
    for altered in (parts[:2], [parts[0], parts[3]], parts[2:]):
        with pytest.raises(ExchangeError, match=r"Part \d of 2"):
            _open(header + b"".join(altered))
    with pytest.raises(ExchangeError, match="Part 1 of 4"):
        _open(other[:HEADER_BYTES] + b"".join(parts))


def test_a_file_that_was_cut_or_added_to_has_no_length_that_exists() -> None:
    raw = _seal(b"x")
    for altered in (raw[:-1], raw + b"\0", raw[: HEADER_BYTES + 16], raw[:HEADER_BYTES], raw * 2):
        with pytest.raises(ExchangeError, match="no packet has its length"):
            _open(altered)
    for altered in (raw[: HEADER_BYTES - 1], raw[:20]):
        with pytest.raises(ExchangeError, match="no packet has its length"):
            _open(altered)
    for altered in (b"", b"PK\3\4", raw[:7], b"enduse"):
        with pytest.raises(ExchangeError, match="no sealed packet"):
            _open(altered)


_SMALL = _seal(b"hold the container at the quay")


@given(st.integers(0, len(_SMALL) * 8 - 1))
def test_one_flipped_bit_is_refused(bit: int) -> None:
    altered = bytearray(_SMALL)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ExchangeError):
        _open(bytes(altered))


def test_each_flipped_bit_of_the_header_is_refused() -> None:
    for bit in range(HEADER_BYTES * 8):
        altered = bytearray(_SMALL)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ExchangeError):
            _open(bytes(altered))


def test_another_version_and_another_suite_are_named() -> None:
    with pytest.raises(ExchangeError, match="sealed in version 2; version 1 is known"):
        _open(b"enduse\0\2" + _SMALL[8:])
    with pytest.raises(ExchangeError, match="suite that is not known"):
        _open(_SMALL[:13] + b"\3" + _SMALL[14:])


def test_it_opens_for_its_recipient_and_its_key_only() -> None:
    with pytest.raises(ExchangeError, match="sealed to no encryption key that is held here"):
        _open(_SMALL, key=DecryptionKey.generate())
    with pytest.raises(ExchangeError, match="sealed to no encryption key that is held here"):
        _open(_SMALL, recipient="cc" * 32)


def test_a_file_that_became_shorter_is_not_sealed() -> None:
    with pytest.raises(ExchangeError, match="became shorter"):
        write_sealed(io.BytesIO(), _SENDER, _RECIPIENT, _KEY.public, [(io.BytesIO(b"short"), 1000)])


def test_sources_are_joined_without_a_seam() -> None:
    pieces = [os.urandom(n) for n in (0, 3, PART_BYTES, 1, PART_BYTES - 7, 0)]
    out = io.BytesIO()
    sources = [(io.BytesIO(piece), len(piece)) for piece in pieces]
    write_sealed(out, _SENDER, _RECIPIENT, _KEY.public, sources)
    assert _open(out.getvalue()).rstrip(b"\0") == b"".join(pieces).rstrip(b"\0")
