"""One flipped bit in every layer of a packet: refused, and nothing within it parsed.

The outer layer is flipped in the file and opened as a user opens it; an inner layer is flipped
and sealed anew by somebody who holds every key of the layers around it, but not the release key.
"Parsed inward" counts what was parsed beneath the flipped layer: bodies that were read, or, where
an attachment was flipped, attachments that were looked into. "Stored" is what the inbox holds.
"""

from __future__ import annotations

import base64
import io
import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from enduse.errors import ExchangeError
from enduse.exchange import packets
from enduse.exchange.fields import now_utc
from enduse.exchange.fingerprints import fingerprint
from enduse.exchange.heads import sign_head, verify_head
from enduse.exchange.identity import Identity
from enduse.exchange.keyfiles import Cost
from enduse.exchange.packets import Body, Handling, Onward, Packet, canonical, opening
from enduse.exchange.packets.ledger import Ledger
from enduse.exchange.packets.sealed_file import HEADER_BYTES, write_sealed
from enduse.exchange.partners import Partners
from enduse.exchange.public_identity import PublicIdentity
from enduse.settings import Settings
from enduse.store import Head, open_store

FLIPS = 110_000
_SHARES = {
    "sealed file, header": 0.25,
    "sealed file, parts": 0.25,
    "envelope": 0.15,
    "body": 0.1,
    "attachment": 0.02,
    "padding": 0.02,
    "public identity": 0.1,
    "log head": 0.11,
}


def run(flips: int = FLIPS, seed: int = 5) -> list[dict[str, object]]:
    """A row for each layer."""
    draw = random.Random(seed)
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with TemporaryDirectory(dir=memory) as name, _Sides(Path(name)).bench() as sides:
        rows = []
        for layer, share in _SHARES.items():
            attempt, bits = sides.layers()[layer]
            sides.read = sides.looked = refused = 0
            count = round(flips * share)
            for _ in range(count):
                bit = bits.start + draw.randrange(len(bits))
                try:
                    attempt(bit)
                except ExchangeError:
                    refused += 1
            rows.append(
                {
                    "layer": layer,
                    "bits": len(bits),
                    "flips": count,
                    "refused": refused,
                    "parsed inward": {"attachment": sides.looked, "padding": 0}.get(
                        layer, sides.read
                    ),
                    "stored": sum(path.is_dir() for path in sides.inbox.iterdir()),
                }
            )
        total = {key: sum(int(str(row[key])) for row in rows) for key in ("flips", "refused")}
        parsed = sum(int(str(row["parsed inward"])) for row in rows)
        return [*rows, {"layer": "all", **total, "parsed inward": parsed}]


class _Sides:
    """A sender, a recipient, and one good packet between them that is never opened."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.inbox = folder, folder / "inbox"
        self.read = self.looked = 0
        self.inbox.mkdir()
        made = []
        for side in ("sender", "recipient"):
            keys = folder / side / "keys"
            identity = Identity.create(keys, side, "nine green bottles", cost=Cost(n=2))
            store = open_store(Settings(workspace=folder / side))
            made.append((identity, Partners(store), Ledger(store)))
        self.sender, self.recipient = made
        for here, there in ((made[0], made[1]), (made[1], made[0])):
            public = there[0].public()
            here[1].pin(public.document, fingerprint(public))
        self.file = folder / "x.bin"
        self.file.write_bytes(random.Random(1).randbytes(3000))
        handling = Handling("amber", "amber", Onward("ask"), now_utc() + timedelta(days=9))
        self.head = sign_head(self.sender[0], Head(3, bytes(32), now_utc()))
        body = Body("tip", "bench", "none", handling, {"text": "x" * 200}, log_head=self.head)
        out, to = folder / "good.sealed", self.sender[1].get("recipient")
        packets.seal(body, [self.file], self.sender[0], [to], self.sender[2], out)
        self.sealed = out.read_bytes()
        # The same packet is opened by another workspace, which shows its envelope.
        other = open_store(Settings(workspace=folder / "other"))
        public = self.sender[0].public()
        Partners(other).pin(public.document, fingerprint(public))
        opened = packets.open(
            out, self.recipient[0], Partners(other), Ledger(other), folder / "other" / "inbox"
        )
        self.envelope = (opened.folder / "envelope.json").read_bytes()

    @contextmanager
    def bench(self) -> Iterator[_Sides]:
        """Count bodies that are read and attachments that are looked into."""
        read, look = Packet.read, opening.check_archive

        def read_and_count(payload: bytes) -> Packet:
            self.read += 1
            return read(payload)

        def look_and_count(path: Path, name: str) -> None:
            self.looked += 1
            look(path, name)

        with (
            patch.object(Packet, "read", staticmethod(read_and_count)),
            patch.object(opening, "check_archive", look_and_count),
        ):
            yield self

    def layers(self) -> dict[str, tuple[Callable[[int], object], range]]:
        """What tries a flipped bit in each layer, and which bits there are."""
        attached = self.file.read_bytes()
        content = len(self.envelope).to_bytes(8, "big") + self.envelope + attached
        start, end = 8 * (len(content) - len(attached)), 8 * len(content)
        document = self.sender[0].public().document
        return {
            "sealed file, header": (
                lambda bit: self._open(_flipped(self.sealed, bit)),
                range(8 * HEADER_BYTES),
            ),
            "sealed file, parts": (
                lambda bit: self._open(_flipped(self.sealed, bit)),
                range(8 * HEADER_BYTES, 8 * len(self.sealed)),
            ),
            "envelope": (
                lambda bit: self._open(self._resealed(_flipped(content, bit))),
                range(64, 64 + 8 * len(self.envelope)),
            ),
            "body": (self._body, range(8 * len(self._payload()))),
            "attachment": (
                lambda bit: self._open(self._resealed(_flipped(content, bit))),
                range(start, end),
            ),
            "padding": (
                lambda bit: self._open(self._resealed(_flipped(content.ljust(16_384, b"\0"), bit))),
                range(end, 8 * 16_384),
            ),
            "public identity": (
                lambda bit: PublicIdentity.verify(_flipped(document, bit)),
                range(8 * len(document)),
            ),
            "log head": (
                lambda bit: verify_head(_flipped(self.head, bit), self.sender[0].public()),
                range(8 * len(self.head)),
            ),
        }

    def _payload(self) -> bytes:
        return base64.b64decode(json.loads(self.envelope)["payload"])

    def _body(self, bit: int) -> None:
        """The body flipped within an envelope that is well-formed and has the old signature."""
        document = json.loads(self.envelope)
        document["payload"] = base64.b64encode(_flipped(self._payload(), bit)).decode()
        signed = canonical.dumps(document)
        content = len(signed).to_bytes(8, "big") + signed + self.file.read_bytes()
        self._open(self._resealed(content))

    def _resealed(self, content: bytes) -> bytes:
        out = io.BytesIO()
        key = self.recipient[0].decryption_keys()[0].public
        ids = self.sender[0].authority_id, self.recipient[0].authority_id
        write_sealed(out, *ids, key, [(io.BytesIO(content), len(content))])
        return out.getvalue()

    def _open(self, raw: bytes) -> None:
        path = self.folder / "flipped.sealed"
        path.write_bytes(raw)
        packets.open(path, *self.recipient, self.inbox)


def _flipped(raw: bytes, bit: int) -> bytes:
    altered = bytearray(raw)
    altered[bit // 8] ^= 1 << bit % 8
    return bytes(altered)
