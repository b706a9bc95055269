"""DSSE envelopes: what is signed, who must have signed, and nothing read before that is known."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import ExchangeError
from enduse.exchange.keys import SigningKey
from enduse.exchange.packets import canonical, envelope

_TYPE = "application/vnd.enduse.test+json"
_KEYS = [SigningKey(bytes([number]) * 32) for number in (1, 2, 3)]
_PUBLIC = {key.key_id: key.public for key in _KEYS}


@pytest.mark.parametrize(
    ("payload_type", "payload", "encoded"),
    [
        # DSSE 1.0, protocol.md, and the empty case of its reference implementation.
        (
            "http://example.com/HelloWorld",
            b"hello world",
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world",
        ),
        ("", b"", b"DSSEv1 0  0 "),
        ("é", "ü".encode(), b"DSSEv1 2 \xc3\xa9 2 \xc3\xbc"),
    ],
)
def test_pre_authentication_encoding(payload_type: str, payload: bytes, encoded: bytes) -> None:
    assert envelope.pre_authentication_encoding(payload_type, payload) == encoded


def test_the_signature_verifies_with_ed25519_alone() -> None:
    signed = json.loads(envelope.sign(_TYPE, b"payload", [_KEYS[0]]))
    assert base64.b64decode(signed["payload"]) == b"payload"
    Ed25519PublicKey.from_public_bytes(_KEYS[0].public.raw).verify(
        base64.b64decode(signed["signatures"][0]["sig"]),
        b"DSSEv1 %d %b 7 payload" % (len(_TYPE), _TYPE.encode()),
    )


def test_the_signature_of_dsse_s_own_example() -> None:
    # RFC 8032, section 7.1, test 1: the key, and the signature over the empty message.
    key = SigningKey(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")


@given(st.binary(max_size=300))
def test_any_payload_comes_back_and_is_not_parsed(payload: bytes) -> None:
    signed = envelope.sign(_TYPE, payload, _KEYS[:2])
    assert envelope.verify(signed, _TYPE, _PUBLIC, threshold=2) == payload


def test_the_threshold_counts_different_known_keys() -> None:
    signed = envelope.sign(_TYPE, b"x", _KEYS[:2])
    with pytest.raises(ExchangeError, match="signed by 2 of the keys that may sign it; 3 must"):
        envelope.verify(signed, _TYPE, _PUBLIC, threshold=3)
    only = {_KEYS[1].key_id: _KEYS[1].public}
    assert envelope.verify(signed, _TYPE, only) == b"x"
    with pytest.raises(ExchangeError, match="signed by 1"):
        envelope.verify(signed, _TYPE, only, threshold=2)
    twice = json.loads(signed)
    twice["signatures"] = [twice["signatures"][0]] * 2
    with pytest.raises(ExchangeError, match="names a signing key twice"):
        envelope.verify(canonical.dumps(twice), _TYPE, _PUBLIC, threshold=2)


def test_a_key_under_the_name_of_another_does_not_count() -> None:
    signed = envelope.sign(_TYPE, b"x", [_KEYS[0]])
    with pytest.raises(ExchangeError, match="false signature"):
        envelope.verify(signed, _TYPE, {_KEYS[0].key_id: _KEYS[1].public})


def test_a_false_signature_among_enough_true_ones_is_refused() -> None:
    signed = json.loads(envelope.sign(_TYPE, b"x", _KEYS))
    signed["signatures"][1]["sig"] = signed["signatures"][2]["sig"]
    with pytest.raises(ExchangeError, match="false signature"):
        envelope.verify(canonical.dumps(signed), _TYPE, _PUBLIC, threshold=2)


def test_another_type_is_refused() -> None:
    signed = envelope.sign(_TYPE, b"x", [_KEYS[0]])
    with pytest.raises(ExchangeError, match="not of the type text/plain"):
        envelope.verify(signed, "text/plain", _PUBLIC)


_SIGNED = envelope.sign(_TYPE, b'{"say":"hold the container"}', _KEYS[:2])


@given(st.integers(0, len(_SIGNED) * 8 - 1))
def test_one_flipped_bit_is_refused(bit: int) -> None:
    altered = bytearray(_SIGNED)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ExchangeError):
        envelope.verify(bytes(altered), _TYPE, _PUBLIC, threshold=2)


def test_another_spelling_of_an_envelope_is_refused() -> None:
    for altered in (_SIGNED + b"\n", _SIGNED.replace(b'":', b'": ')):
        with pytest.raises(ExchangeError, match="not in canonical form"):
            envelope.verify(altered, _TYPE, _PUBLIC)


@pytest.mark.parametrize(
    "change",
    [
        {"payload": "eA"},
        {"payload": "eB=="},
        {"payload": "e A=="},
        {"payload": 1},
        {"signatures": []},
        {"signatures": {}},
        {"signatures": [{"keyid": "a"}]},
        {"signatures": [{"keyid": 1, "sig": ""}]},
        {"extra": 1},
    ],
)
def test_other_forms_are_refused(change: dict[str, object]) -> None:
    signed = json.loads(envelope.sign(_TYPE, b"x", [_KEYS[0]]))
    with pytest.raises(ExchangeError):
        envelope.verify(canonical.dumps(signed | change), _TYPE, _PUBLIC)
