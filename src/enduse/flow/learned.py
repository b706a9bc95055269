"""A score learned from worlds or cases: boosted trees in two looks, kept as a plain file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from enduse.errors import InputError
from enduse.flow.history import (
    FEATURES,
    History,
    Known,
    describe_all,
    history,
    judge,
    known,
)
from enduse.flow.kernel import Flags, Floats
from enduse.flow.ledger import Ledger
from enduse.flow.movements import Level
from enduse.flow.neighbours import (
    SECOND_FEATURES,
    Around,
    describe_all_again,
    judge_again,
    look_around,
    pool,
)
from enduse.flow.passes import Ends, Origins
from enduse.flow.trees import Trees, half_of_each, odds_of

_BASE = 0.05
"""Share of diverted shipments that learning begins from."""
RISING = ("came", "goes", "came_and_goes", "first")
"""Features that may only raise the score."""
NO_TREES = Trees(
    np.empty(0, np.int32),
    np.zeros(1, np.float32),
    np.full(1, -1, np.int32),
    np.zeros(1, np.int32),
)
"""Where only features are wanted, or one look is enough."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Trees over `FEATURES`, and over `SECOND_FEATURES` for shipments that the first do not rule out."""

    name: str
    """Where it was learned."""
    first: Trees
    second: Trees = NO_TREES

    @classmethod
    def shipped(cls) -> Learned:
        """The score that ships with Enduse, learned on fictional worlds."""
        return cls.load(Path(str(files("enduse.flow").joinpath("learned.json"))))

    @classmethod
    def of_the_day(cls) -> Learned:
        """The same, learned on what is known on the day of a shipment; it looks once."""
        return cls.load(Path(str(files("enduse.flow").joinpath("learned_then.json"))))

    @classmethod
    def load(cls, path: Path) -> Learned:
        """A score from a file that `save` wrote.

        Raises
        ------
        InputError
            If the file is no such score, or one of another version of Enduse.
        """
        try:
            kept = json.loads(path.read_text("utf-8"))
            if tuple(kept["features"]) != SECOND_FEATURES:
                raise InputError(
                    f"{path} was learned on other features.", hint="Learn it anew from your cases."
                )
            return cls(kept["name"], _read(kept["first"]), _read(kept["second"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path} cannot be read as a learned score.", hint=f"Learn one anew. ({error})"
            ) from error

    def save(self, path: Path) -> None:
        """Write the trees to a JSON file."""
        kept = {
            "name": self.name,
            "features": SECOND_FEATURES,
            "first": _written(self.first),
            "second": _written(self.second),
        }
        path.write_text(json.dumps(kept, separators=(",", ":")) + "\n", "utf-8")

    def scores(self, ledger: Ledger, origins: Origins, ends: Ends) -> Floats:
        """Probability that each shipment is part of a diversion, 0 to 1.

        It is 0 for all where nothing leaves a controlled origin, or reaches an embargoed destination.
        """
        m = ledger.movements
        if not (m.start.any() and m.end.any()):
            return np.zeros(len(m), np.float32)
        of = known(ledger, origins, ends)
        past = history(ledger, of)
        score = judge(ledger.keys, past, of, len(FEATURES), self.first)
        near = around(ledger, past, score) if len(self.second.roots) else None
        pool(score, of)
        if near is not None:
            features = len(SECOND_FEATURES)
            judge_again(ledger.keys, past, of, near, features, self.second, score)
        return score


class Lesson(NamedTuple):
    """Shipments to learn from; answers and weights have one value a movement."""

    ledger: Ledger
    origins: Origins
    ends: Ends
    diverted: Flags | Floats
    """Whether each was part of a diversion; NaN: nobody knows."""
    weight: Floats
    """How much each counts; 0: not at all."""


def around(ledger: Ledger, past: History, score: Floats) -> Around:
    """First scores around each shipment."""
    m, pools = ledger.movements, (ledger.lot_pools, ledger.order_pools)
    held = ledger.lots, ledger.links
    return look_around(score, m.day, m.quantity, ledger.keys, past, *pools, *held)


def features(lesson: Lesson) -> tuple[Known, History, Floats, Flags]:
    """What is known of shipments, their first features, and whether anything leads through them."""
    of = known(lesson.ledger, lesson.origins, lesson.ends)
    past = history(lesson.ledger, of)
    return of, past, describe_all(lesson.ledger.keys, past, of, len(FEATURES)), past.led


def learn(lessons: Sequence[Lesson], *, name: str, base: Learned | None = None) -> Learned:
    """Learn a score.

    Parameters
    ----------
    lessons
        Worlds, or the records that cases are of. What the second look learns from, the first has not
        seen: that is every other world, or of a single one the goods of every other heading.
    name
        What the score is called in results.
    base
        A score to go on from: what is learned anew is joined half and half with it, and in the
        second look with its correction. It is believed of shipments of which nobody knows.
    """
    parts = lessons if len(lessons) > 1 else _halves(lessons[0])
    folds = [learn_first(parts[fold::2], base) for fold in range(2)]
    seconds: list[tuple[Floats, Floats, Floats]] = []
    for place, lesson in enumerate(parts):
        of, past, _, _ = features(lesson)
        keys = lesson.ledger.keys
        score = judge(keys, past, of, len(FEATURES), folds[1 - place % 2])
        near = around(lesson.ledger, past, score)
        told, looked = describe_all_again(keys, past, of, near, len(SECOND_FEATURES))
        seconds.append(_taken(lesson, told, looked, base.second if base else None))
    second = grow(*_joined(seconds), names=SECOND_FEATURES)
    if base:
        corrected = grow(*_joined(seconds), names=SECOND_FEATURES, base=base.second)
        second = half_of_each(corrected, second)
    return Learned(name, learn_first(lessons, base), second)


def learn_first(lessons: Sequence[Lesson], base: Learned | None = None) -> Trees:
    """Trees of the first look, joined half and half with those of `base`."""
    taken = []
    for lesson in lessons:
        _, _, told, leads = features(lesson)
        taken.append(_taken(lesson, told, leads, base.first if base else None))
    told, diverted, weight = _joined(taken)
    if base and not len(told):
        return base.first
    # It is asked of many: few trees tell most from the rest, and soon.
    trees = grow(told, diverted, weight, names=FEATURES, rounds=120, depth=6, pace=0.12)
    return half_of_each(base.first, trees) if base else trees


def _halves(lesson: Lesson) -> list[Lesson]:
    """A lesson twice, with the goods of every other heading: a chain seldom has goods of both."""
    m = lesson.ledger.movements
    odd = m.kinds[Level.HEADING][m.goods] % 2 == 1
    return [lesson._replace(weight=np.where(odd == half, lesson.weight, 0)) for half in (0, 1)]


def grow(
    told: Floats,
    diverted: Floats,
    weight: Floats,
    *,
    names: Sequence[str] = FEATURES,
    base: Trees | None = None,
    rounds: int = 200,
    depth: int = 6,
    pace: float = 0.1,
) -> Trees:
    """Boosted trees.

    Parameters
    ----------
    told
        Features, shape (shipments, `names`).
    diverted
        Whether each shipment was part of a diversion, or how surely.
    weight
        How much each counts.
    base
        Trees to go on from: what is learned corrects them.
    rounds, depth, pace
        How many trees, how many questions each asks in a row, and how much of what a tree finds is
        believed.
    """
    import xgboost

    data = xgboost.DMatrix(told, diverted, weight=weight)
    if base is not None:
        data.set_base_margin(odds_of(told, base))
    booster = xgboost.train(
        {
            "objective": "binary:logistic",
            "base_score": _BASE,
            "max_depth": depth,
            "eta": pace,
            "min_child_weight": 5,
            "subsample": 0.8,
            "colsample_bytree": 0.7,
            "monotone_constraints": tuple(int(name in RISING) for name in names),
            "seed": 1,
            "nthread": 2,
        },
        data,
        num_boost_round=rounds,
    )
    begin = np.full(1, np.log(_BASE / (1 - _BASE)), np.float32)
    old = base or NO_TREES._replace(limit=begin)
    roots, limit, feature, child = (part.tolist() for part in old)

    def put(node: dict[str, Any], place: int) -> None:
        if "leaf" in node:
            limit[place] = node["leaf"]
            return
        first = len(feature)
        feature.extend((-1, -1))
        limit.extend((0.0, 0.0))
        child.extend((0, 0))
        feature[place], limit[place], child[place] = (
            int(node["split"][1:]),
            node["split_condition"],
            first,
        )
        below = {part["nodeid"]: part for part in node["children"]}
        put(below[node["yes"]], first)
        put(below[node["no"]], first + 1)

    for text in booster.get_dump(dump_format="json"):
        roots.append(len(feature))
        feature.append(-1)
        limit.append(0.0)
        child.append(0)
        put(json.loads(text), roots[-1])
    return _trees(roots, limit, feature, child)


def _taken(
    lesson: Lesson, told: Floats, kept: Flags, believed: Trees | None
) -> tuple[Floats, Floats, Floats]:
    """Features, answers and weights of the shipments that are learned from."""
    kept = kept & (lesson.weight > 0)
    told, diverted = told[kept], lesson.diverted[kept].astype(np.float32)
    unknown = np.isnan(diverted)
    if believed is not None:
        diverted[unknown] = 1 / (1 + np.exp(-odds_of(told[unknown], believed)))
    return told, diverted, lesson.weight[kept]


def _joined(parts: list[tuple[Floats, Floats, Floats]]) -> tuple[Floats, Floats, Floats]:
    told, diverted, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    return told, diverted, weight


def _trees(roots: Any, limit: Any, feature: Any, child: Any) -> Trees:
    return Trees(
        np.array(roots, np.int32),
        np.array(limit, np.float32),
        np.array(feature, np.int32),
        np.array(child, np.int32),
    )


def _read(kept: dict[str, Any]) -> Trees:
    return _trees(*(kept[name] for name in Trees._fields))


def _written(trees: Trees) -> dict[str, Any]:
    kept = {name: part.tolist() for name, part in trees._asdict().items()}
    return {**kept, "limit": [float(f"{value:.6g}") for value in kept["limit"]]}
