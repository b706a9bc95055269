"""Learns what each feature of an alignment counts: ``python -m benchmarks.names.fit [--write]``.

A logistic regression of 'the same name' on `alignment.FEATURES`, on the dev split alone: for every
asked name the best right key, for every unrelated name the three keys that come nearest, and for
listed names the nearest key of another party. Signs that can only be chance are held at nought.
Each kind of entity has weights of its own, drawn to those of all kinds together.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

import enduse.names
from benchmarks.measured import DATA
from benchmarks.names.listed import Lists, coarse, lists, plain
from benchmarks.names.tasks import AS_LISTED, Task, tasks
from enduse.names import NameIndex
from enduse.names.alignment import FEATURES
from enduse.names.weights import SCORE_WEIGHTS, SCORED_KINDS

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_TASKS = (
    "altered", "altered_union", "cyrillic", "arabic_eu", "chinese", "korean", "hidden_alias",
)  # fmt: skip
_SPEAK_FOR = frozenset(
    (
        "coverage", "coverage over 0.6", "coverage over 0.8", "coverage over 0.95", "met",
        "rarest met", "whole likeness", "whole likeness over 0.7", "whole likeness over 0.85",
    )
)  # fmt: skip
_OPEN = frozenset(
    (
        "constant", "our weight left", "their weight left", "initials", "abbreviated",
        "written as one or apart", "one token", "two tokens", "through another script",
        "our legal form",
    )
)  # fmt: skip
# What the data hold too little of, and the field knows: firms and ships are told apart by their
# numbers, and many papers leave the father's name out.
_KNOWN = {
    "numbers differ": (None, -4.0),
    "words of the trade differ": (None, -0.7),
    "patronymics differ": (None, -2.0),
    "a patronymic left": (-0.8, 0.0),
}
_AS_LISTED, _NEIGHBOUR, _SECOND = 0.1, 0.35, 0.4
_NEIGHBOURS = 5_000
_DRAWN, _DRAWN_VESSELS = 8.0, 40.0


@dataclass(frozen=True, slots=True)
class Examples:
    """Pairs of names: what their alignment says, whether they are one name, and their weight."""

    features: Floats
    same: Flags
    scored_as: npt.NDArray[np.int64]
    weight: Floats

    @classmethod
    def joined(cls, parts: Sequence[Examples]) -> Examples:
        """Several of them as one, those that are one name weighing as much as the others."""
        features = np.concatenate([part.features for part in parts])
        same = np.concatenate([part.same for part in parts])
        kinds = np.concatenate([part.scored_as for part in parts])
        return cls(features, same, kinds, np.concatenate([part.weight for part in parts]))

    def of(self, rows: Flags) -> Examples:
        """Some of the pairs."""
        return Examples(
            self.features[rows], self.same[rows], self.scored_as[rows], self.weight[rows]
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="put the weights into the package")
    arguments.add_argument("--rounds", type=int, default=2)
    options = arguments.parse_args()
    everyone = lists(DATA)
    chosen = {name: task for name, task in tasks("dev", DATA).items() if name in _TASKS}
    indexes: dict[int, NameIndex] = {}
    for number in range(options.rounds):
        parts = []
        for task in chosen.values():
            size = len(task.listed)
            index = indexes.setdefault(size, NameIndex.build(task.listed, threads=2))
            parts += _asked(task, index), _unrelated(task, index)
        union = chosen["altered_union"]
        parts.append(_neighbours(everyone, indexes[len(union.listed)]))
        examples = Examples.joined(parts)
        SCORE_WEIGHTS[:] = _learned(examples)
        print(f"round {number + 1}: {len(examples.same):,} pairs, {examples.same.sum():,} the same")
    for feature, weights in zip(FEATURES, SCORE_WEIGHTS.T, strict=True):
        print(f"{feature:32}", *(f"{weight:8.2f}" for weight in weights))
    if options.write:
        learned = {
            kind: {f: round(float(w), 3) for f, w in zip(FEATURES, row, strict=True)}
            for kind, row in zip(SCORED_KINDS, SCORE_WEIGHTS, strict=True)
        }
        path = Path(enduse.names.__file__).with_name("score.json")
        path.write_text(json.dumps(learned, indent=1) + "\n", encoding="utf-8")


def _ranked(index: NameIndex, names: Sequence[str]) -> tuple[Examples, Flags, Floats, Floats]:
    """Examples for the nearest keys of names, with query, entity and rank, best first."""
    rows, features = index.evidence(names, limit=10)
    query, entity = rows["query"].to_numpy(), rows["entity_key"].to_numpy()
    kind = rows["scored_as"].to_numpy()
    odds = np.minimum((features * SCORE_WEIGHTS[kind]).sum(axis=1), 12 * (features[:, 1] - 0.5))
    order = np.lexsort((entity, -odds, query))
    examples = Examples(features, np.zeros(len(query), bool), kind, np.ones(len(query)))
    return examples.of(order), query[order], entity[order], odds[order]


def _asked(task: Task, index: NameIndex) -> Examples:
    """For every asked name the best key that is right."""
    examples, query, entity, _ = _ranked(index, task.asked)
    right = np.array([e in task.answers[q] for q, e in zip(query, entity, strict=True)])
    first = np.zeros(len(query), dtype=bool)
    first[np.flatnonzero(right)[np.unique(query[right], return_index=True)[1]]] = True
    weight = np.array([_AS_LISTED if how == AS_LISTED else 1.0 for how in task.alteration])
    same = np.ones(len(query), dtype=bool)
    return Examples(examples.features, same, examples.scored_as, weight[query]).of(first)


def _unrelated(task: Task, index: NameIndex) -> Examples:
    """For every unrelated name the three keys that come nearest."""
    examples, query, _, _ = _ranked(index, task.unrelated)
    place = np.arange(len(query)) - np.searchsorted(query, query)
    weight = np.where(place == 0, 1.0, _SECOND)
    return Examples(examples.features, examples.same, examples.scored_as, weight).of(place < 3)


def _neighbours(everyone: Lists, index: NameIndex) -> Examples:
    """For listed names the nearest key of a party that shares no name with their own."""
    bearers: dict[str, set[int]] = {}
    for entity in everyone.entities:
        for name, _ in entity.names:
            bearers.setdefault(coarse(plain(name)), set()).add(entity.key)
    dev = [e for e in everyone.entities if e.split == "dev" and e.kind != "aircraft"]
    step = max(1, len(dev) // _NEIGHBOURS)
    asked = dev[::step]
    own = [
        everyone.answers(e, e.names[0][0]).union(*(bearers[coarse(plain(n))] for n, _ in e.names))
        for e in asked
    ]
    examples, query, entity, odds = _ranked(index, [e.names[0][0] for e in asked])
    other = np.array([e not in own[q] for q, e in zip(query, entity, strict=True)])
    other &= odds < 9.0
    nearest = np.zeros(len(query), dtype=bool)
    nearest[np.flatnonzero(other)[np.unique(query[other], return_index=True)[1]]] = True
    weight = np.full(len(query), _NEIGHBOUR)
    return Examples(examples.features, examples.same, examples.scored_as, weight).of(nearest)


def _learned(examples: Examples) -> Floats:
    shared = _fit(examples, np.zeros(len(FEATURES)), 1.0)
    drawn = (_DRAWN, _DRAWN, _DRAWN_VESSELS)
    return np.array(
        [_fit(examples.of(examples.scored_as == kind), shared, drawn[kind]) for kind in range(3)]
    )


def _fit(examples: Examples, prior: Floats, drawn: float) -> Floats:
    """Weights that make the pairs likeliest, drawn to a prior; one half of the weight each side."""
    features, same = examples.features, examples.same
    weight = examples.weight.copy()
    for side in (same, ~same):
        weight[side] *= 0.5 * len(weight) / weight[side].sum()
    scale = features.std(axis=0) + 1e-3
    sign = np.where(same, 1.0, -1.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = sign * (features @ weights)
        pull = (weights - prior) * scale
        pull[0] = 0.0
        slope = -sign * weight / (1 + np.exp(np.clip(odds, -50, 50)))
        value = (weight * np.logaddexp(0, -odds)).sum() + drawn * (pull**2).sum()
        return float(value), features.T @ slope + 2 * drawn * pull * scale

    bounds = [
        (None, None)
        if f in _OPEN
        else (0.0, None)
        if f in _SPEAK_FOR
        else _KNOWN.get(f, (None, 0.0))
        for f in FEATURES
    ]
    found = minimize(
        loss, prior, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 800}
    )
    return np.asarray(found.x)


if __name__ == "__main__":
    main()
