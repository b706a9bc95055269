"""Signatures around bytes: DSSE envelopes with Ed25519.

The signature is over the pre-authentication encoding of type and payload, so that nothing
within the payload is parsed before it is known who signed it (DSSE 1.0,
https://github.com/secure-systems-lab/dsse).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence

from enduse.errors import ExchangeError
from enduse.exchange.keys import PublicKey, Signer
from enduse.exchange.packets import canonical

MAX_SIGNATURES = 16
"""Most signatures that an envelope may carry."""


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """What is signed: type and payload with their lengths in bytes.

    Examples
    --------
    >>> pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload_type: str, payload: bytes, keys: Sequence[Signer]) -> bytes:
    """The envelope of a payload, signed by every key, as canonical JSON."""
    message = pre_authentication_encoding(payload_type, payload)
    return canonical.dumps(
        {
            "payload": base64.b64encode(payload).decode("ascii"),
            "payloadType": payload_type,
            "signatures": [
                {"keyid": key.key_id, "sig": base64.b64encode(key.sign(message)).decode("ascii")}
                for key in keys
            ],
        }
    )


def verify(
    envelope: bytes,
    payload_type: str,
    keys: Mapping[str, PublicKey],
    threshold: int = 1,
    *,
    max_bytes: int = canonical.MAX_BYTES,
    what: str = "The envelope",
) -> bytes:
    """The payload, once enough of `keys` have signed it; it is not parsed here.

    Parameters
    ----------
    keys
        Public keys by key id. Signatures of other keys do not count.
    threshold
        How many different keys must have signed.
    what
        What the error calls the envelope.

    Raises
    ------
    ExchangeError
        If the envelope has another form or type, a signature of a known key is false, or fewer
        than `threshold` keys have signed.
    """
    payload, signatures = _parts(envelope, payload_type, max_bytes, what)
    message = pre_authentication_encoding(payload_type, payload)
    signed = set()
    for name, signature in signatures:
        key = keys.get(name)
        if key is None:
            continue
        if key.key_id != name or not key.verifies(signature, message):
            raise ExchangeError(f"{what} carries a false signature of key {name[:12]}.")
        signed.add(name)
    if len(signed) < threshold:
        raise ExchangeError(
            f"{what} is signed by {len(signed)} of the keys that may sign it; "
            f"{threshold} must have signed."
        )
    return payload


def unverified(
    envelope: bytes, payload_type: str, *, max_bytes: int, what: str = "The envelope"
) -> bytes:
    """The payload of an envelope that names its own keys, before anything is checked.

    For a public identity: its root keys are within, and it is believed only once its fingerprint
    was compared or its predecessor's keys have signed it. And for what was verified before, and
    is known by its digest.
    """
    return _parts(envelope, payload_type, max_bytes, what)[0]


def signers(
    envelope: bytes,
    payload_type: str,
    *,
    max_bytes: int = canonical.MAX_BYTES,
    what: str = "The envelope",
) -> tuple[str, ...]:
    """Key ids that the envelope says have signed it; a claim, to choose the keys to verify by."""
    _, signatures = _parts(envelope, payload_type, max_bytes, what)
    return tuple(name for name, _ in signatures)


def _parts(
    envelope: bytes, payload_type: str, max_bytes: int, what: str
) -> tuple[bytes, list[tuple[str, bytes]]]:
    document = canonical.loads(
        envelope, max_bytes=max_bytes, max_depth=3, canonical=True, what=what
    )
    found = document.get("signatures")
    if set(document) != {"payload", "payloadType", "signatures"} or not isinstance(found, list):
        raise ExchangeError(f"{what} is not a DSSE envelope.")
    if document["payloadType"] != payload_type:
        raise ExchangeError(f"{what} is not of the type {payload_type}.")
    if not 0 < len(found) <= MAX_SIGNATURES:
        raise ExchangeError(f"{what} has {len(found)} signatures; 1 to {MAX_SIGNATURES} are read.")
    signatures: list[tuple[str, bytes]] = []
    for signature in found:
        if not isinstance(signature, dict) or set(signature) != {"keyid", "sig"}:
            raise ExchangeError(f"{what} is not a DSSE envelope.")
        name = signature["keyid"]
        if not isinstance(name, str) or name in {known for known, _ in signatures}:
            raise ExchangeError(f"{what} names a signing key twice.")
        signatures.append((name, _decoded(signature["sig"], what)))
    return _decoded(document["payload"], what), signatures


def _decoded(text: object, what: str) -> bytes:
    try:
        if isinstance(text, str):
            raw = base64.b64decode(text, validate=True)
            # Base64 may end in bits that are not read: one spelling only.
            if base64.b64encode(raw).decode("ascii") == text:
                return raw
    except (binascii.Error, ValueError):
        pass
    raise ExchangeError(f"{what} is not in base64 where it must be.")
