"""The groups of the benchmark: each measures, and prints its table as it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.measured import DATA
from benchmarks.names import tables
from benchmarks.names.measures import Accuracy, area, f1, pairwise
from benchmarks.names.pairs import pairs
from benchmarks.names.parties import list_of, queries_for, spelled_parties
from benchmarks.names.run import Done, on_task, run
from benchmarks.names.systems import JOINERS, SYSTEMS, System
from benchmarks.names.tasks import Task, tasks
from benchmarks.names.truthset import truth_set

TARGETS = {
    "altered": "recall ≥ 0.997, of altered names alone ≥ 0.99",
    "arabic": "recall ≥ 0.45, among ten ≥ 0.90",
    "cyrillic": "recall ≥ 0.95",
    "chinese": "among ten ≥ 0.40",
    "hidden_alias": "recall ≥ 0.60",
    "pairs": "F1 ≥ 0.85",
    "sizes": "25,000 names: ≥ 5,000 queries/s, p95 ≤ 5 ms, build ≤ 2 s and ≤ 300 MiB; "
    "2,000,000 names: ≥ 500 queries/s, ≤ 4 GiB",
    "join": "1,000,000 names: ≤ 10 min on two cores, ≤ 8 GiB, F1 ahead of splink's",
}
"""What the project set itself."""

_QUICK_ASKED, _QUICK_ASKED_OF_SLOW, _QUICK_LISTED = 250, 60, 50_000
_NOT_QUICK = ("altered_union", "arabic_eu", "japanese", "korean")
"""Tasks that a quick run leaves out: a task of the same sort stands for each."""

_SIZED_QUERIES = 4_000
_SLOW_QUERIES = 200


def _chosen(systems: Sequence[str], known: Sequence[System] = SYSTEMS) -> list[System]:
    return [system for system in known if system.name in systems]


def _most(system: System, quick: bool) -> int | None:
    if not quick:
        return None
    return _QUICK_ASKED_OF_SLOW if system.peer == "nomenklatura" else _QUICK_ASKED


def _heading(title: str, target: str | None) -> None:
    print(f"\n## {title}\n" + (f"\nTo reach: {target}.\n" if target else ""), flush=True)


def accuracy(split: str, systems: Sequence[str], *, quick: bool = False) -> None:
    """Every task, one table each, and for the project's own system by alteration."""
    for name, task in tasks(split, DATA).items():
        if quick and name in _NOT_QUICK:
            continue
        _heading(
            f"{task.title}: at ≤ {task.budget:.1%} of unrelated names alerted", TARGETS.get(name)
        )
        rows, apart = [], None
        for system in _chosen(systems):
            if quick and system.peer and len(task.listed) > _QUICK_LISTED:
                rows.append([system.name, "left out of a quick run", *("" for _ in range(5))])
                continue
            done, judged = on_task(system, task, _most(system, quick))
            rows.append(_accuracy_row(system, done, judged))
            if judged is not None and system.name == "enduse":
                apart = judged
        print(
            tables.markdown(
                ["system", "recall", "of altered", "among ten", "threshold", "asked", "unrelated"],
                rows,
            ),
            flush=True,
        )
        if apart is not None and len(apart.by_alteration) > 1:
            told = (f"{how} {recall:.3f} ({n})" for how, (recall, n) in apart.by_alteration.items())
            print(f"\nenduse by kind: {', '.join(told)}.", flush=True)


def _accuracy_row(system: System, done: Done, judged: Accuracy | None) -> list[str]:
    if judged is None:
        return [system.name, done.lacking or "–", *("" for _ in range(5))]
    shares = (judged.recall, judged.altered, judged.among_ten)
    return [
        system.name,
        *map(tables.share, shares),
        f"{judged.threshold:.3f}",
        f"{judged.asked:,}",
        f"{judged.unrelated:,}",
    ]


def labelled_pairs(systems: Sequence[str], *, quick: bool = False) -> None:
    """F1 of labelled pairs at the threshold that altered names of the split 'dev' ask for."""
    told = pairs()
    same = told["same"].to_numpy(zero_copy_only=False)
    kinds = told["kind"].to_numpy(zero_copy_only=False)
    _heading(f"{len(told)} labelled pairs of names", TARGETS["pairs"])
    dev: Task = tasks("dev", DATA)["altered"]
    rows = []
    for system in _chosen(systems):
        done = run(system, told.select(["left", "right", "kind"]))
        judged = None
        if done.found is not None:
            judged = on_task(system, dev, _most(system, quick))[1]
        if done.found is None or judged is None:
            rows.append([system.name, done.lacking or "–", *("" for _ in range(6))])
            continue
        scores = done.found["score"].to_numpy()
        by_kind = [
            f1(scores[kinds == kind], same[kinds == kind], judged.threshold)
            for kind in ("person", "organization", "vessel")
        ]
        best = max(f1(scores, same, cut) for cut in np.unique(scores))
        figures = [f1(scores, same, judged.threshold), *by_kind, area(scores, same), best]
        rows.append([system.name, *map(tables.share, figures), f"{judged.threshold:.3f}"])
    header = ["system", "F1", "people", "organizations", "vessels", "AUC", "best F1", "threshold"]
    print(tables.markdown(header, rows), flush=True)


def sizes(counts: Sequence[int], systems: Sequence[str]) -> None:
    """Speed and memory on lists of several sizes."""
    _heading("Speed and memory by size of the list", TARGETS["sizes"])
    print(
        "Queries: a quarter as listed, a quarter altered, half unrelated; ten answers each; enduse, whose score is a"
        " probability, answers from 0.5 up.\n"
    )
    rows = []
    for count in counts:
        listed = list_of(count, DATA)
        names = queries_for(listed, _SIZED_QUERIES)
        for system in _chosen(systems):
            rows.append(list(_size_row(system, count, listed, names)))
    header = [
        "system", "names", "queries", "queries/s a core", "p50", "p95", "build", "save", "open",
        "peak",
    ]  # fmt: skip
    print(tables.markdown(header, rows), flush=True)


def _size_row(system: System, count: int, listed: pa.Table, names: list[str]) -> Iterator[str]:
    slow = system.asked < _SIZED_QUERIES
    asked = names[: _SLOW_QUERIES if slow else _SIZED_QUERIES]
    yield from (system.name, f"{count:,}", f"{len(asked):,}")
    done = Done({}, None, "not tried")
    if count <= system.largest:
        done = run(system, pa.table({"name": asked}), listed, timed=True)
    if done.lacking:
        yield from (done.lacking, *("" for _ in range(6)))
        return
    figures = (
        ("queries_a_second", ""), ("p50_ms", " ms"), ("p95_ms", " ms"), ("build_seconds", " s"),
        ("save_seconds", " s"), ("open_seconds", " s"), ("peak_mib", " MiB"),
    )  # fmt: skip
    yield from (tables.number(done.figures.get(name), unit) for name, unit in figures)


def join(count: int, systems: Sequence[str]) -> None:
    """Which parties are one: simulated spellings, and the truth set."""
    _heading("Parties that are one under several spellings", TARGETS["join"])
    rows = []
    for title, parties, threads in (
        (f"{count:,} simulated", spelled_parties(count, seed=5), 2),
        ("truth set", truth_set(DATA), 1),
    ):
        truth = parties.sort_by("party_key")["cluster"].to_numpy()
        for system in _chosen(systems, JOINERS):
            done = run(system, parties.drop_columns(["cluster"]), threads=threads, seconds=1200)
            rows.append([title, system.name, *_join_row(done, truth)])
    header = ["parties", "system", "precision", "recall", "F1", "clock", "CPU", "peak"]
    print(tables.markdown(header, rows), flush=True)


def _join_row(done: Done, truth: npt.NDArray[np.int64]) -> list[str]:
    if done.found is None:
        return [done.lacking or "–", *("" for _ in range(5))]
    found = done.found.sort_by("party_key")
    columns = [name for name in found.column_names if name.startswith("cluster")]
    codes = [found[name].combine_chunks().dictionary_encode().indices for name in columns]
    judged = max((pairwise(code.to_numpy(), truth) for code in codes), key=lambda shares: shares[2])
    figures = (("seconds", " s"), ("cpu_seconds", " s"), ("peak_mib", " MiB"))
    return [
        *map(tables.share, judged),
        *(tables.number(done.figures[name], unit) for name, unit in figures),
    ]
