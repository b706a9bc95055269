"""Signed by a partner and meant to hurt: any value in any place is read or refused, no more."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.authorities import NOW, tip

from enduse.errors import ExchangeError
from enduse.exchange.heads import FORMAT, PAYLOAD_TYPE, verify_head
from enduse.exchange.keys import SigningKey
from enduse.exchange.packets import Provenance, canonical, envelope, ftm, stix, stix_reading
from enduse.exchange.packets.attachments import Attachment
from enduse.exchange.packets.body import Channel, Packet
from enduse.exchange.packets.matter import Link, Matter, Part, Party, Route
from enduse.exchange.public_identity import PAYLOAD_TYPE as IDENTITY_TYPE
from enduse.exchange.public_identity import (
    Delegation,
    PublicIdentity,
    RevokedKey,
    authority_id,
    signed_identity,
)
from enduse.model import PartyKind

_SENDER, _TO = "ab" * 32, "cd" * 32
_MATTER = Matter(
    (
        Party(
            "t1",
            PartyKind.ORGANIZATION,
            (("Aero Parts", "primary"),),
            (("email", "a@b.example"), ("odd", "1")),
            ("RU",),
        ),
    ),
    (Part("c1", "Analog Devices", "AD9361"),),
    (Route("r1", ("TW", "RU")),),
    (Link("t1", "ships", "c1"),),
)
_STIX = stix.bundle(
    _MATTER, title="T", authority_id=_SENDER, authority="Customs", tlp="amber", at=NOW
)
_PACKET: dict[str, Any] = json.loads(
    Packet(
        tip(
            content={"stix": _STIX, "ftm": list(ftm.entities(_MATTER))},
            provenance=(Provenance("list", "e" * 64),),
            log_head=b"head",
        ),
        _SENDER,
        (_TO,),
        Channel(_TO, 2, "f" * 64),
        (Attachment("a.txt", "text/plain", 3, "a" * 64),),
    ).payload()
)

_VALUES = st.recursive(
    st.sampled_from(
        [None, True, 0, -1, 2**53 - 1, 1.5, "", "x", "\u202e", "a" * 300, _SENDER, NOW.isoformat()]
    )
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)


def _places(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a document."""
    children = node.items() if isinstance(node, dict) else enumerate(node)
    found = []
    for key, child in children:
        found.append((*here, key))
        if isinstance(child, (dict, list)):
            found += _places(child, (*here, key))
    return found


def _changed(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    node = changed
    for key in place[:-1]:
        node = node[key]
    if value is _GONE:
        del node[place[-1]]
    else:
        node[place[-1]] = value
    return changed


_GONE = object()


def _hostile(document: Any) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda place, value: _changed(document, place, value),
        st.sampled_from(_places(document)),
        st.just(_GONE) | _VALUES,
    )


@given(_hostile(_PACKET))
def test_a_body(document: Any) -> None:
    with contextlib.suppress(ExchangeError):
        packet = Packet.read(canonical.dumps(document))
        assert packet.payload() == canonical.dumps(document)


@pytest.mark.parametrize("read", [stix_reading.read, stix_reading.owned_objects])
@given(document=_hostile(_STIX))
def test_a_bundle(read: Callable[[Any, str], Any], document: Any) -> None:
    with contextlib.suppress(ExchangeError):
        read(document, _SENDER)


@given(_hostile(list(ftm.entities(_MATTER))))
def test_entities(document: Any) -> None:
    with contextlib.suppress(ExchangeError):
        ftm.read(document)


_ROOT = [SigningKey.generate() for _ in range(3)]
_LOG_KEY = SigningKey.generate()
_PUBLIC = PublicIdentity(
    authority_id=authority_id([key.public for key in _ROOT]),
    name="Customs",
    version=1,
    issued_at=NOW,
    expires=NOW + timedelta(days=9),
    root=tuple(key.public for key in _ROOT),
    delegations=(Delegation("log", _LOG_KEY.public, NOW, NOW + timedelta(days=9)),),
    revoked=(RevokedKey("a" * 64, NOW, "lost"),),
    document=b"",
)
_IDENTITY = json.loads(
    envelope.unverified(signed_identity(_PUBLIC, _ROOT, b""), IDENTITY_TYPE, max_bytes=65_536)
)


@given(_hostile(_IDENTITY))
def test_an_identity(document: Any) -> None:
    signed = envelope.sign(IDENTITY_TYPE, canonical.dumps(document), _ROOT)
    with contextlib.suppress(ExchangeError):
        PublicIdentity.verify(signed, NOW)


_HEAD = {
    "format": FORMAT,
    "authority_id": _PUBLIC.authority_id,
    "size": 3,
    "root": "0" * 64,
    "at": "2026-06-01T12:00:00Z",
}


@given(_hostile(_HEAD))
def test_a_log_head(document: Any) -> None:
    signed = envelope.sign(PAYLOAD_TYPE, canonical.dumps(document), [_LOG_KEY])
    with contextlib.suppress(ExchangeError):
        assert verify_head(signed, _PUBLIC).size == document["size"]


@given(st.binary(max_size=200))
def test_any_bytes_for_an_identity(raw: bytes) -> None:
    with pytest.raises(ExchangeError):
        PublicIdentity.verify(raw, NOW)
