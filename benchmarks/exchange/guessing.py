"""Names that a partner can test without anybody knowing: a shared Bloom filter, and a session.

One side holds 2,000 listed names; the other has 4,000 guesses, half of them right, and wants to
know which. A Bloom filter that was handed over (as FIU.net's Ma3tch does) answers each guess, as
fast as it can hash, and nothing is logged. Of a session the partner keeps every byte that passed
and all its own secrets, and tests its guesses against the tags in each way that needs no key:
hashed plainly, under the element of the guess, and under an evaluated element of what it did ask.
Then it asks for what it may, and what it may not.
"""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.exchange.matching import desks
from benchmarks.exchange.names import listed
from enduse.errors import ExchangeError
from enduse.exchange import matching
from enduse.exchange.keys import SigningKey
from enduse.exchange.matching import Desk, group
from enduse.exchange.matching.documents import TAG, Reply
from enduse.exchange.matching.families import Row, keys
from enduse.exchange.matching.files import SessionFile
from enduse.exchange.matching.group import ELEMENT
from enduse.exchange.matching.voprf import Voprf, output

NAMES = 2_000
ASKED = 200
BITS, HASHES = 1 << 15, 7


def run() -> list[dict[str, object]]:
    """A row for the filter and one for the session."""
    names = listed(2 * NAMES)
    held, guesses = names[:NAMES], names
    return [_filter(held, guesses), _session(held, guesses)]


def _filter(held: Sequence[str], guesses: Sequence[str]) -> dict[str, object]:
    bits = bytearray(BITS)
    for name in held:
        for place in _places(name):
            bits[place] = 1
    began = time.process_time()
    told = [all(bits[place] for place in _places(name)) for name in guesses]
    seconds = time.process_time() - began
    right = sum(said == (at < NAMES) for at, said in enumerate(told))
    return {
        "system": "Bloom filter handed over",
        "unlogged guesses": len(guesses),
        "told right": right,
        "guesses a second": round(len(guesses) / seconds),
        "logged": 0,
    }


def _places(name: str) -> Iterator[int]:
    digest = hashlib.sha256(name.lower().encode()).digest()
    for at in range(HASHES):
        yield int.from_bytes(digest[4 * at : 4 * at + 4], "big") % BITS


def _session(held: Sequence[str], guesses: Sequence[str]) -> dict[str, object]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        client, server, officers = desks(folder, 1)
        matching.grant(server, client.identity.name, 512)
        theirs = _table(folder / "theirs.csv", held)
        ours = _table(folder / "ours.csv", guesses[:ASKED])
        reply = _matched(client, server, officers, ours, theirs)
        finished = matching.finish(client, reply, folder / "hits.csv")
        told = _told_offline(client, finished.session, reply, guesses)
        # The same session again is the same reply; others are refused once the quota is used up.
        again = matching.respond(server, folder / "ours.match", theirs, folder / "again.match")
        assert (folder / "again.match").read_bytes() == reply.read_bytes()
        more = 0
        for first in (1_000, 3_000):
            table = _table(folder / f"{first}.csv", guesses[first : first + ASKED])
            try:
                _matched(client, server, officers, table, theirs)
            except ExchangeError:
                continue
            more += again.bucket
        used = matching.quota(server, client.identity.name)
        return {
            "system": "session of a private match",
            "unlogged guesses": told,
            "told right": told,
            "guesses a second": 0,
            "logged": used.used,
            "keys evaluated": again.bucket + more,
        }


def _matched(
    client: Desk, server: Desk, officers: Sequence[SigningKey], ours: Path, theirs: Path
) -> Path:
    asked, reply = ours.with_suffix(".match"), ours.with_suffix(".reply")
    name = server.identity.name
    matching.request(client, name, ours, asked, families=["B"], purpose="guessing")
    for officer in officers:
        matching.approve(server, asked, officer)
    matching.respond(server, asked, theirs, reply)
    return reply


def _told_offline(desk: Desk, session: str, reply: Path, guesses: Sequence[str]) -> int:
    """How many guesses that were not asked the partner can find among the tags by itself."""
    ours = desk.session(session, "client")
    said: Reply = desk.kept_reply(ours)
    file = SessionFile.read(reply)
    raw = b"".join(file.body(said.body_bytes - said.held * TAG, said.held * TAG, 1 << 20))
    tags = {raw[at : at + TAG] for at in range(0, len(raw), TAG)}
    (evaluated,) = file.body(0, ELEMENT, ELEMENT)
    unblinded = group.times(group.inverses([desk.secret(ours).blind(0)])[0], evaluated)
    function = Voprf()
    told = 0
    for name in guesses[ASKED:]:
        for key in keys(Row("name", name), ["B"]):
            item = key.encode()
            tried = (
                hashlib.sha512(item).digest(),
                output(item, function.element(item)),
                output(item, unblinded),
                output(item, said.public),
            )
            told += any(one[:TAG] in tags for one in tried)
    return told


def _table(path: Path, names: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("kind", "value"), *(("name", name) for name in names)])
    return path
