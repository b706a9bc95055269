"""A score learned from worlds or cases: boosted trees, kept as a plain file."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from enduse.errors import InputError
from enduse.flow.history import FEATURES, Trees, describe_all, history, judge, odds_of
from enduse.flow.kernel import Flags, Floats, Ints
from enduse.flow.ledger import Ledger
from enduse.flow.passes import Ends, Origins

_BASE = 0.05
"""Share of diverted shipments that learning begins from."""
RISING = ("came", "goes", "came_and_goes")
"""Features that may only raise the score."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Trees over `FEATURES`; their sum is the log-odds of a diversion.

    Node 0 is not part of a tree: its `limit` is what the sum begins from.
    """

    name: str
    """Where it was learned."""
    roots: Ints
    feature: Ints
    """Feature that a node asks for; -1: a leaf."""
    limit: Floats
    """The least value that leads to the second child; of a leaf its log-odds."""
    child: Ints
    """First child; the second follows it."""

    @classmethod
    def shipped(cls) -> Learned:
        """The score that ships with Enduse, learned on fictional worlds."""
        return cls.load(Path(str(files("enduse.flow").joinpath("learned.json"))))

    @classmethod
    def of_the_day(cls) -> Learned:
        """The same, learned on what is known on the day of a shipment."""
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
            if tuple(kept["features"]) != FEATURES:
                raise InputError(
                    f"{path} was learned on other features.", hint="Learn it anew from your cases."
                )
            return cls(
                kept["name"],
                np.array(kept["roots"], np.int32),
                np.array(kept["feature"], np.int32),
                np.array(kept["limit"], np.float32),
                np.array(kept["child"], np.int32),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path} cannot be read as a learned score.", hint=f"Learn one anew. ({error})"
            ) from error

    def save(self, path: Path) -> None:
        """Write the trees to a JSON file."""
        kept = {
            "name": self.name,
            "features": FEATURES,
            "roots": self.roots.tolist(),
            "feature": self.feature.tolist(),
            "limit": [float(f"{value:.6g}") for value in self.limit],
            "child": self.child.tolist(),
        }
        path.write_text(json.dumps(kept, separators=(",", ":")) + "\n", "utf-8")

    def scores(self, ledger: Ledger, origins: Origins, ends: Ends) -> Floats:
        """Probability that each shipment is part of a diversion, 0 to 1."""
        m = ledger.movements
        return judge(
            ledger.keys,
            history(ledger, origins, ends),
            m.start,
            m.end,
            origins.sure,
            ends.sure,
            len(FEATURES),
            self.trees,
        )

    @property
    def trees(self) -> Trees:
        """As compiled code takes them."""
        return self.roots, self.limit, self.feature, self.child


NOTHING = Learned(
    "nothing",
    np.empty(0, np.int32),
    np.full(1, -1, np.int32),
    np.zeros(1, np.float32),
    np.zeros(1, np.int32),
)
"""No trees: where only features are wanted."""


def features(ledger: Ledger, origins: Origins, ends: Ends) -> tuple[Floats, Flags]:
    """Features of every shipment, and whether anything leads through it at all."""
    past, m = history(ledger, origins, ends), ledger.movements
    return describe_all(ledger.keys, past, m.start, m.end, origins.sure, ends.sure, len(FEATURES))


def learn(
    told: Floats,
    diverted: Flags,
    weight: Floats,
    *,
    name: str,
    base: Learned | None = None,
    rounds: int = 100,
    depth: int = 5,
) -> Learned:
    """Learn a score.

    Parameters
    ----------
    told
        Features, shape (shipments, `FEATURES`).
    diverted
        Whether each shipment was part of a diversion.
    weight
        How much each counts.
    name
        What the score is called in results.
    base
        A score to go on from: what is learned corrects it.
    """
    import xgboost

    data = xgboost.DMatrix(told, diverted, weight=weight)
    begin = float(np.log(_BASE / (1 - _BASE)))
    if base is not None:
        data.set_base_margin(odds_of(told, base.trees))
    booster = xgboost.train(
        {
            "objective": "binary:logistic",
            "base_score": _BASE,
            "max_depth": depth,
            "eta": 0.15,
            "min_child_weight": 5,
            "subsample": 0.8,
            "colsample_bytree": 0.7,
            "monotone_constraints": tuple(int(name in RISING) for name in FEATURES),
            "seed": 1,
            "nthread": 2,
        },
        data,
        num_boost_round=rounds,
    )
    old = base or replace(NOTHING, limit=np.full(1, begin, np.float32))
    roots, feature = old.roots.tolist(), old.feature.tolist()
    limit, child = old.limit.tolist(), old.child.tolist()

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
    return Learned(
        name,
        np.array(roots, np.int32),
        np.array(feature, np.int32),
        np.array(limit, np.float32),
        np.array(child, np.int32),
    )
