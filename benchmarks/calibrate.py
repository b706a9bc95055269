"""Move the stated weights of the policy toward what simulated worlds show.

For each world, `enduse check` is run with every weight as stated; the strengths of the evidence
that counted on each line are regressed on the truth (logistic regression in bits, each weight
drawn toward its stated value, none allowed to change its sign). Worlds differ in their settings;
the last ones are held out and only reported on.

Run as ``python -m benchmarks.calibrate [--write]``.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from scipy.optimize import minimize

from benchmarks.check import detection
from benchmarks.measured import DATA, RESULTS
from enduse.assess import RULES, Policy
from enduse.lists import import_list
from enduse.pipeline import check
from enduse.settings import Settings
from enduse.simulate import simulate, vary

LINES = 100_000
FITTED = range(101, 109)
HELD_OUT = range(201, 205)
PULL = 4.0
"""How strongly a weight is drawn to its stated value: variance of a bit each in 1/PULL worlds."""

FIXED = (
    "listed",
    "listed-then",
    "listed-since",
    "listed-undated",
    "delisted",
    "embargo",
    "embargo-territory",
)
"""Weights that follow from law or leave nothing to learn; they stay as stated."""

POLICY = Path(__file__).resolve().parent.parent / "src/enduse/assess/policies/2026-11-01.toml"


def stated() -> dict[str, float]:
    """Rule → stated bits, read from the policy file."""
    import tomllib

    return {
        rule: entry["stated"]
        for rule, entry in tomllib.loads(POLICY.read_text("utf-8"))["weights"].items()
    }


@dataclass(frozen=True, slots=True)
class Judged:
    """One world: strengths (lines × rules), truth, and what the simple rule finds."""

    strengths: np.ndarray
    truth: np.ndarray
    simple: float
    """Share of the diversions in the top 1% by the simple rule."""


def world(seed: int) -> Judged:
    """Make a world and judge it; lines without evidence count too."""
    folder = RESULTS / f"calibration-{seed}"
    made = simulate(folder / "world", lines=LINES, seed=seed, settings=vary(seed))
    settings = Settings(workspace=folder / "workspace")
    import_list(made.sanctions, "csv", settings, source="fictional-sanctions", as_of=made.end)
    hs = DATA / "hs" / "harmonized-system.csv"
    if hs.exists():
        import_list(hs, "hs-nomenclature", settings)
    weights = stated()
    policy = replace(Policy.shipped(), weights=weights)
    done = check(
        made.shipments, registry=made.registry, policy=policy, settings=settings, fresh=True
    )
    import pyarrow.parquet as pq

    findings = pq.read_table(done.folder / "findings.parquet", columns=["shipment_id", "line_no"])
    evidence = pq.read_table(
        done.folder / "evidence.parquet", columns=["shipment_id", "line_no", "rule", "weight"]
    )
    evidence = evidence.filter(pc.not_equal(evidence["weight"], 0.0))
    place = {key: row for row, key in enumerate(_keys(findings))}
    rules = [rule.id for rule in RULES]
    strengths = np.zeros((findings.num_rows, len(rules)))
    for key, rule, weight in zip(
        _keys(evidence), evidence["rule"].to_pylist(), evidence["weight"].to_pylist(), strict=True
    ):
        strengths[place[key], rules.index(rule)] = weight / weights[rule]
    truth = csv.read_csv(
        made.truth, convert_options=csv.ConvertOptions(column_types={"shipment_id": pa.string()})
    )
    diverted = np.zeros(findings.num_rows)
    for key, is_diverted in zip(_keys(truth), truth["diverted"].to_pylist(), strict=True):
        diverted[place[key]] = is_diverted
    found = detection(made, done.folder)
    simple = found["found by the simple rule"] / found["diversions"]
    return Judged(strengths, diverted, simple)


def _keys(table: pa.Table) -> list[tuple[str, int]]:
    return list(zip(table["shipment_id"].to_pylist(), table["line_no"].to_pylist(), strict=True))


def fit(strengths: np.ndarray, truth: np.ndarray, start: np.ndarray, worlds: int) -> np.ndarray:
    """Weights in bits that say the truth best, drawn toward `start`."""
    rules = [rule.id for rule in RULES]
    bounds = [
        (w, w) if rule in FIXED else ((0.0, 12.0) if w >= 0 else (-6.0, 0.0))
        for rule, w in zip(rules, start, strict=True)
    ]

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        bits = strengths @ parameters[:-1] + parameters[-1]
        odds = bits * np.log(2)
        p = 1 / (1 + np.exp(-odds))
        value = float(np.sum(np.logaddexp(0, odds) - truth * odds))
        slope = (p - truth) * np.log(2)
        away = parameters[:-1] - start
        value += PULL * worlds * float(away @ away)
        return value, np.append(strengths.T @ slope + 2 * PULL * worlds * away, slope.sum())

    prior = float(np.log2(truth.mean() / (1 - truth.mean())))
    found = minimize(
        loss, np.append(start, prior), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]
    )
    return np.asarray(found.x)


def top_percent(strengths: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> float:
    """Share of the diversions in the top 1% of lines."""
    order = np.argsort(-(strengths @ weights), kind="stable")[: len(truth) // 100]
    return float(truth[order].sum() / truth.sum())


def main() -> None:
    """Fit, print, and with --write put the weights into the policy."""
    weights = stated()
    rules = [rule.id for rule in RULES]
    start = np.array([weights[rule] for rule in rules])
    fitted = [world(seed) for seed in FITTED]
    held = [world(seed) for seed in HELD_OUT]
    strengths = np.vstack([judged.strengths for judged in fitted])
    truth = np.concatenate([judged.truth for judged in fitted])
    bits = fit(strengths, truth, start, len(fitted))
    print(f"{'rule':<16}{'stated':>8}{'fitted':>8}{'lines':>10}{'diverted':>10}")
    for place, rule in enumerate(rules):
        fires = strengths[:, place] > 0
        print(
            f"{rule:<16}{start[place]:>8.2f}{bits[place]:>8.2f}{fires.sum():>10,}"
            f"{truth[fires].mean() if fires.any() else 0:>10.3f}"
        )
    print(f"{'prior':<16}{'':>8}{bits[-1]:>8.2f}")
    for name, worlds in (("fitted", fitted), ("held out", held)):
        before = np.mean([top_percent(w.strengths, w.truth, start) for w in worlds])
        after = [top_percent(w.strengths, w.truth, bits[:-1]) for w in worlds]
        ratios = [share / max(w.simple, 1e-3) for share, w in zip(after, worlds, strict=True)]
        print(
            f"{name}: diversions in the top 1%: stated {before:.3f}, calibrated "
            f"{np.mean(after):.3f}, simple rule {np.mean([w.simple for w in worlds]):.3f}; "
            f"times the simple rule: {', '.join(f'{ratio:.1f}' for ratio in ratios)}"
        )
    if "--write" in sys.argv:
        text = POLICY.read_text("utf-8")
        for rule, value in zip(rules, bits, strict=False):
            key = f'"{rule}"' if rule.isdigit() else rule
            text = re.sub(
                rf"(?m)^({re.escape(key)} = {{ stated = [-\d.]+, bits = )[-\d.]+",
                rf"\g<1>{value:.2f}",
                text,
            )
        POLICY.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
