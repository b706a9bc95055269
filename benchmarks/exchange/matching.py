"""A private match at two sizes: CPU seconds of both sides, peak memory, and OpenMined's beside it.

Ours is the whole session as two authorities run it: tables read, keys made and padded to a power
of two, blinded, evaluated, proved, verified, tags compared, every file written and every step
logged. "Without proofs" leaves out what proving and verifying take. OpenMined's makes no proof,
pads nothing and writes nothing.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.exchange import openmined
from enduse.exchange import matching
from enduse.exchange.fingerprints import fingerprint
from enduse.exchange.identity import Identity, root_key
from enduse.exchange.keyfiles import Cost
from enduse.exchange.keys import SigningKey
from enduse.exchange.matching import Desk, group
from enduse.exchange.matching.documents import PER_PROOF, bucket_of
from enduse.exchange.matching.voprf import KeyPair, Voprf
from enduse.exchange.partners import Partners
from enduse.settings import Settings
from enduse.store import open_store

SIZES = (10_000, 100_000)
PASSPHRASE = "a passphrase of the bench"


def run(sizes: tuple[int, ...] = SIZES) -> list[dict[str, object]]:
    """A row for each size and system, and of the smallest one with two cores."""
    python = openmined.interpreter()
    rows: list[dict[str, object]] = []
    for size in sizes:
        ours = json.loads(_child("session", size, 1))
        proofs = json.loads(_child("proofs", size, 1))
        without = {"cpu seconds": round(ours["cpu seconds"] - proofs["cpu seconds"], 1)}
        rows.append(_row("with proofs", size, 1, ours))
        if size == min(sizes) and len(os.sched_getaffinity(0)) > 1:
            rows.append(_row("with proofs", size, 2, json.loads(_child("session", size, 2))))
        rows.append(_row("without proofs", size, 1, without))
        if python is not None:
            answer = openmined.intersect(python, *_items(size))
            theirs: dict[str, object] = {
                "cpu seconds": round(answer.cpu_seconds, 1),
                "peak MiB": answer.peak_mib,
                "hits": len(answer.found),
            }
            rows.append(_row(f"OpenMined PSI {openmined.VERSION}", size, 1, theirs))
    return rows


def _row(system: str, size: int, cores: int, measured: dict[str, object]) -> dict[str, object]:
    return {"system": system, "keys a side": size, "cores": cores, **measured}


def _items(size: int) -> tuple[list[str], list[str]]:
    """Serial numbers of the two sides; half of them are common."""
    return (
        [f"SN{number:09}" for number in range(size)],
        [f"SN{number:09}" for number in range(size // 2, size + size // 2)],
    )


def _child(task: str, size: int, threads: int) -> str:
    command = [sys.executable, "-m", "benchmarks.exchange.matching", task, str(size), str(threads)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def _session(size: int, threads: int) -> dict[str, object]:
    """A whole session between two desks in this process."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        client, server, officers = desks(folder, threads)
        for rows, items in zip(("ours.csv", "theirs.csv"), _items(size), strict=True):
            with (folder / rows).open("w", newline="") as file:
                csv.writer(file).writerows([("kind", "value"), *(("serial", i) for i in items)])
        began, clock = time.process_time(), time.perf_counter()
        asked, answered = folder / "request.match", folder / "reply.match"
        matching.request(
            client,
            server.identity.name,
            folder / "ours.csv",
            asked,
            families=["A"],
            purpose="bench",
        )
        for officer in officers:
            matching.approve(server, asked, officer)
        matching.respond(server, asked, folder / "theirs.csv", answered)
        finished = matching.finish(client, answered, folder / "hits.csv")
        return {
            "cpu seconds": round(time.process_time() - began, 1),
            "wall seconds": round(time.perf_counter() - clock, 1),
            "peak MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "hits": len(finished.hits),
        }


def _proofs(size: int, threads: int) -> dict[str, object]:
    """What proving and verifying take for as many keys as a session pads to."""
    function, key = Voprf(threads=threads), KeyPair.random()
    some = group.element_of(b"\1" * 64) * PER_PROOF
    answer = function.evaluate(key.secret, some[:32]) * PER_PROOF
    parts = max(1, bucket_of(size) // PER_PROOF)
    some, answer = (one[: 32 * min(PER_PROOF, bucket_of(size))] for one in (some, answer))
    began = time.process_time()
    for _ in range(parts):
        function.verify(key.public, some, answer, function.prove(key, some, answer))
    return {"cpu seconds": round(time.process_time() - began, 1)}


def desks(folder: Path, threads: int) -> tuple[Desk, Desk, list[SigningKey]]:
    """Two authorities that have pinned each other, and the two officers of the second."""
    client, server = (_desk(folder / name, threads) for name in ("client", "server"))
    for here, there in ((client, server), (server, client)):
        public = there.identity.public()
        Partners(here.store).pin(public.document, fingerprint(public))
    matching.grant(server, client.identity.name, 1 << 30)
    officers = [SigningKey(bytes([number]) * 32) for number in (1, 2)]
    keys = server.identity.folder / "root"
    root = [root_key(keys / f"{number}.key", PASSPHRASE) for number in (1, 2)]
    for number, officer in enumerate(officers):
        matching.enrol(server, f"officer {number}", officer.public, root)
    return client, server, officers


def _desk(folder: Path, threads: int) -> Desk:
    identity = Identity.create(folder / "keys", folder.name, PASSPHRASE, cost=Cost(n=2))
    store = open_store(Settings(workspace=folder))
    return Desk.open(identity, store, folder / "matching", threads=threads)


if __name__ == "__main__":
    _task = {"session": _session, "proofs": _proofs}[sys.argv[1]]
    print(json.dumps(_task(int(sys.argv[2]), int(sys.argv[3]))))
