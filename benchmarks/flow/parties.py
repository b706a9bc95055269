"""How well party keys tell the firms of worlds of shipments apart: ``python -m benchmarks.flow.parties``.

Mentions against the firms behind them, families against groups of one owner, pairwise: of pairs of
lines, and of pairs of distinct mentions (parties for families).
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.flow.worlds import HELD_OUT, Assumptions, World, make, vary
from enduse.pipeline.party_keys import PartyKeys, party_keys

Ints = npt.NDArray[np.int64]

CASES = {
    "plain": Assumptions(),
    "misspelt 0.3": Assumptions(misspelt=0.3),
    "sister 0.4": Assumptions(sister=0.4),
    "both": Assumptions(misspelt=0.3, sister=0.4),
}


def pairwise(found: Ints, true: Ints) -> tuple[float, float]:
    """Precision and recall of pairs that are put together."""
    both = np.unique(found.astype(np.int64) * (int(true.max()) + 1) + true, return_inverse=True)[1]
    together, said, are = (_pairs(labels) for labels in (both, found, true))
    return together / max(said, 1), together / max(are, 1)


def _pairs(labels: Ints) -> float:
    count = np.bincount(labels).astype(np.float64)
    return float((count * (count - 1)).sum() / 2)


def _sides(table: pa.Table, column: str) -> Ints:
    return np.concatenate(
        [table[f"{side}_{column}"].to_numpy() for side in ("exporter", "consignee")]
    )


def measure(keys: PartyKeys, world: World) -> dict[str, float]:
    """Precision and recall of parties and of families."""
    party = np.concatenate([keys.exporter, keys.consignee]).astype(np.int64)
    mention = np.concatenate([keys.exporter_mention, keys.consignee_mention])
    firm, group = _sides(world.truth, "firm"), _sides(world.truth, "group")
    known = party >= 0
    party, mention, firm, group = party[known], mention[known], firm[known], group[known]
    first = np.unique(mention, return_index=True)[1]
    of_party = np.unique(party, return_index=True)[1]
    family = keys.family.astype(np.int64)
    answers = {
        "firm, lines": pairwise(party, firm),
        "firm, mentions": pairwise(party[first], firm[first]),
        "group, lines": pairwise(family[party], group),
        "group, parties": pairwise(family, group[of_party]),
    }
    return {
        f"{name} {what}": value
        for name, pair in answers.items()
        for what, value in zip(("P", "R"), pair, strict=True)
    }


def main() -> None:
    """Print one line for each case, seed and manner."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[HELD_OUT])
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--vary", action="store_true", help="other assumptions about trade, too")
    asked = parser.parse_args()
    # What is compiled once for all is compiled before the clock runs.
    party_keys(make(10_000, seed=1, assumptions=Assumptions(misspelt=0.3)).shipments)
    for case in asked.cases:
        for seed in asked.seeds:
            usual = CASES[case]
            world = make(
                asked.lines, seed=seed, assumptions=vary(seed, usual) if asked.vary else usual
            )
            for resolve in (False, True):
                start = time.process_time()
                keys = party_keys(world.shipments, resolve=resolve)
                spent = time.process_time() - start
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                scores = "  ".join(f"{k} {v:.4f}" for k, v in measure(keys, world).items())
                manner = "resolved" if resolve else "by form"
                print(
                    f"{case}, seed {seed}, {manner}: {spent:.1f} s CPU, peak {peak} MiB, "
                    f"{keys.notes['mentions']} mentions, {keys.notes['parties']} parties  {scores}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
