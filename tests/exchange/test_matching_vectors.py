"""A small session worked out number by number, as docs/exchange-matching.md describes it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from enduse.exchange.matching import audit, holdings, trees
from enduse.exchange.matching.documents import key_commitment
from enduse.exchange.matching.families import Family, Row, keys
from enduse.exchange.matching.group import parted
from enduse.exchange.matching.holdings import Key, Secret
from enduse.exchange.matching.voprf import Voprf

VECTORS = Path(__file__).parent / "vectors" / "matching.json"
SESSION = "00112233445566778899aabbccddeeff"
CLIENT, SERVER = Secret(b"\x01" * 32), Secret(b"\x02" * 32)
RECORD = b'{"entries":[],"left_out":0}'
ROWS: tuple[tuple[Row, tuple[Family, ...]], ...] = (
    (Row("imo", "IMO 9074729"), ("A",)),
    (Row("part", "xc7a35t-1csg324", date_code="202143"), ("A",)),
    (Row("serial", "ab-12 / 34"), ("A",)),
    (Row("name", "PETROV, Ivan"), ("B",)),
    (Row("name", "Müller GmbH"), ("B",)),
    (Row("name", "Ostek OOO", country="ru", heading="8542.31"), ("C",)),
)


def worked() -> dict[str, Any]:
    """The session: two keys and two of padding on each side, one key in common."""
    function = Voprf()
    ours = _held(["A|imo|9074729", "A|serial|AB1234"], CLIENT, "client")
    theirs = _held(["A|imo|9074729", "A|part|XC7A35T1CSG324|2143"], SERVER, "server")
    items = [key.text.encode() for key in ours]
    blinds = [CLIENT.blind(at) for at in range(4)]
    blinded = holdings.blinded(function, CLIENT, ours)
    key = SERVER.session_key(SESSION)
    evaluated = function.evaluate(key.secret, blinded)
    random = SERVER.proof_scalar(blinded + evaluated)
    outputs = function.finalize(items, blinds, evaluated)
    tagged = zip(theirs, holdings.tags(function, key.secret, theirs), strict=True)
    tags = {held.text: tag.hex() for held, tag in tagged}
    theirs = sorted(theirs, key=lambda key: tags[key.text])
    return {
        "keys": [
            {
                "row": [row.kind, row.value, row.country, row.heading, row.date_code],
                "families": "".join(families),
                "keys": keys(row, families),
            }
            for row, families in ROWS
        ],
        "session": SESSION,
        "client": {
            "secret": CLIENT.seed.hex(),
            "keys": [key.text for key in ours],
            "record": RECORD.decode(),
            "blinds": [blind.hex() for blind in blinds],
            "blinded": [one.hex() for one in parted(blinded)],
            "blinded_root": trees.root(parted(blinded)).hex(),
            "commitments": [one.hex() for one in CLIENT.commitments(ours)],
            "keys_root": trees.root(CLIENT.commitments(ours)).hex(),
            "audit_nonce": CLIENT.audit_nonce.hex(),
            "audit": CLIENT.audit_commitment.hex(),
            "outputs": {
                key.text: one.hex() for key, one in zip(ours, outputs, strict=True) if key.rows
            },
        },
        "server": {
            "secret": SERVER.seed.hex(),
            "key": key.secret.hex(),
            "public": key.public.hex(),
            "key_commitment": key_commitment(SESSION, key.public).hex(),
            "evaluated": [one.hex() for one in parted(evaluated)],
            "proof_scalar": random.hex(),
            "proof": function.prove(key, blinded, evaluated, random).hex(),
            "keys": [key.text for key in theirs],
            "tags": [tags[key.text] for key in theirs],
            "tags_root": trees.root([bytes.fromhex(tags[key.text]) for key in theirs]).hex(),
            "keys_root": trees.root(SERVER.commitments(theirs)).hex(),
        },
        "hits": [
            {
                "key": key.text,
                "position": at,
                "held": sorted(tags, key=tags.__getitem__).index(key.text),
            }
            for at, key in enumerate(ours)
            if key.text in tags
        ],
        "audit": {
            "anchor": hashlib.sha256(b"an envelope").hexdigest(),
            "size": 256,
            "audited": 8,
            "positions": audit.drawn(CLIENT.audit_nonce, b"an envelope", 256, 8),
        },
    }


def _held(texts: list[str], secret: Secret, side: Any) -> list[Key]:
    real = [Key(text, (2,), RECORD) for text in texts]
    padding = [Key(secret.padding(side, at), (), RECORD) for at in range(len(texts), 4)]
    return sorted(real + padding, key=lambda key: secret.place(key.text))


def test_the_worked_session() -> None:
    assert worked() == json.loads(VECTORS.read_text(encoding="utf-8"))
