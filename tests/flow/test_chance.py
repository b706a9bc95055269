"""What comes after an order left shows what chance looks like, and so what nearness and lags say."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from benchmarks.flow.orders import CONTROLLED_ORIGINS, make_orders
from hypothesis import given
from hypothesis import strategies as st
from tests.flow.stories import RULES, Story, line, table

from enduse.flow import OpenLedger, likeness, trace
from enduse.flow.chance import AFTER, BEFORE, Pairs, beyond_usual, shares_of
from enduse.flow.kernel import AGES, FITS, LAGS, NEARNESSES
from enduse.flow.ledger import Ledger, Window, keep
from enduse.flow.movements import read_movements
from enduse.flow.weights import LinkWeights

SHIPPED = LinkWeights.shipped().pairs
SAME, FAR = 0, NEARNESSES - 2
Counts = npt.NDArray[np.int64]


def pairs_of(lines: list[dict[str, Any]], **window: int) -> Pairs:
    movements = read_movements(table(lines), **RULES)
    return keep(movements, LinkWeights.shipped(), Window(**window)).pairs


def test_pairs_are_counted_by_nearness_and_lag_in_the_month_of_the_later() -> None:
    pairs = pairs_of(
        [
            line("S1", 0, "Formosa", "Boro", 100),
            line("S2", 10, "Boro", "Neva", 100),
            line("S3", 31, "Shenzhen", "Boro", 200),
        ]
    )
    assert pairs.month.tolist() == [54 * 12, 54 * 12 + 1]  # January and February 2024
    january, february = pairs.counts
    lag_of = {days: int(np.digitize(days, AGES)) for days in (10, 21)}
    assert january[BEFORE, SAME, lag_of[10]] == january.sum() == 1
    assert february[AFTER, FITS.index(80), lag_of[21]] == february.sum() == 1


PLACES = st.tuples(st.sampled_from(["Boro", "Cato"]), st.sampled_from(["854231", "854232"]))
LINES = st.lists(
    st.tuples(st.integers(0, 420), st.booleans(), PLACES, st.sampled_from([5.0, 10.0, 10.5, 60.0])),
    max_size=40,
)


@given(LINES, st.integers(1, 5), st.integers(1, 4))
def test_pairs_are_those_of_last_and_next_lots(
    lines: list[tuple[int, bool, tuple[str, str], float]], least_age: int, tried: int
) -> None:
    found = pairs_of(
        [
            line(
                f"S{i}", day, *((firm, "Neva") if sent else ("Formosa", firm)), quantity, hs_code=hs
            )
            for i, (day, sent, (firm, hs), quantity) in enumerate(lines)
        ],
        least_age=least_age,
        tried=tried,
    )
    wanted = np.zeros((2, NEARNESSES, LAGS), int)
    for day, sent, place, quantity in lines:
        if not sent:
            continue
        lots = [(d, q) for d, out, at, q in lines if not out and at == place]
        # The nearest ones; of those of one day the smallest.
        before = sorted((day - d, q) for d, q in lots if least_age <= day - d)[:tried]
        after = sorted((d - day, q) for d, q in lots if least_age <= d - day)[:tried]
        for side, some in ((BEFORE, before), (AFTER, after)):
            for lag, other in some:
                if lag <= Window().most_age:
                    apart = np.ceil(100 * abs(np.log(other / quantity)) - 1e-4)
                    near = np.searchsorted(FITS, apart)
                    wanted[side, near, np.digitize(lag, AGES)] += 1
    assert found.counts.sum(axis=0).tolist() == wanted.tolist()


def drawn(rng: np.random.Generator, went_on: int, by_chance: int, same: float) -> Counts:
    """Pairs of which those whose goods went on have the very same quantity as often as `same`."""
    usual = SHIPPED.usual
    nearness = np.full(NEARNESSES, (1 - same) / (NEARNESSES - 1))
    nearness[SAME] = same
    true = rng.poisson(went_on * np.outer(nearness, usual.lag))
    chance = by_chance * np.outer(usual.chance_nearness, usual.chance_lag)
    return np.stack([rng.poisson(chance) + true, rng.poisson(chance)])


@pytest.mark.parametrize("same", [0.05, 0.4, 0.8])
def test_how_often_goods_go_on_in_the_same_quantity_is_found(same: float) -> None:
    counts = drawn(np.random.default_rng(3), 5_000, 40_000, same)
    assert shares_of(counts, SHIPPED.usual).nearness[SAME] == pytest.approx(same, abs=0.06)


def test_where_all_is_chance_little_is_said() -> None:
    for seed in range(5):
        nearness, lag = beyond_usual(
            drawn(np.random.default_rng(seed), 0, 100_000, 0), SHIPPED.usual
        )
        assert abs(nearness).max() < 1.5
        assert abs(lag[:6]).max() < 1.5


@pytest.mark.parametrize(
    ("went_on", "by_chance"), [(300, 0), (1_000, 10), (5_000, 3), (5_000, 100)]
)
def test_where_all_is_as_usual_little_is_said(went_on: int, by_chance: int) -> None:
    usual, told = SHIPPED.usual, []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        chance = by_chance * np.outer(usual.chance_nearness, usual.chance_lag)
        true = rng.poisson(went_on * np.outer(usual.nearness, usual.lag))
        nearness, lag = beyond_usual(
            np.stack([rng.poisson(chance) + true, rng.poisson(chance)]), usual
        )
        told.append(max(*abs(nearness[usual.nearness > 0.03]), *abs(lag[usual.lag > 0.03])))
    assert np.mean(told) < 1.5


def test_many_lots_a_day_say_nothing_of_smaller_orders() -> None:
    """Where not all lots of a day are counted, the same ones are, before an order and after it."""
    rng = np.random.default_rng(1)
    lines = []
    for hub in range(60):
        for day in range(0, 300, 10):
            lines += [
                line(f"I{hub}-{day}-{i}", day, "Formosa", f"Hub {hub}", float(quantity))
                for i, quantity in enumerate(rng.integers(100, 5_000, 12))
            ]
            quantity = float(rng.integers(30, 1_500))
            lines.append(line(f"O{hub}-{day}", day + 5, f"Hub {hub}", "Emil", quantity))
    for said in beyond_usual(pairs_of(lines).counts.sum(axis=0), SHIPPED.usual):
        assert abs(said).max() < 1


def test_nothing_is_said_of_what_is_not_seen() -> None:
    nothing = np.zeros((2, NEARNESSES, LAGS), int)
    for said in beyond_usual(nothing, SHIPPED.usual):
        assert said == pytest.approx(0, abs=1e-9)
    early = nothing.copy()  # In the first weeks no lag is long.
    early[:, SAME, :3] = [[60, 90, 50], [5, 9, 5]]
    _, lag = beyond_usual(early, SHIPPED.usual)
    assert np.ptp(lag[3:]) == pytest.approx(0, abs=1e-6)


def standing_orders(apart: float) -> list[dict[str, Any]]:
    """Two hundred lots, each sent on after twelve days, a little less; and chance around them."""
    rng = np.random.default_rng(7)
    lines = []
    for i in range(200):
        day, quantity = int(rng.integers(0, 300)), float(rng.integers(200, 9_000))
        firm, hs = f"Hub {i % 40}", "854231"
        lines += [
            line(f"I{i}", day, "Formosa", firm, quantity, hs_code=hs),
            line(f"O{i}", day + 12, firm, "Emil", round(quantity * (1 - apart)), hs_code=hs),
        ]
        for side in "ab":
            day, quantity = int(rng.integers(0, 300)), float(rng.integers(200, 9_000))
            pair = ("Shenzhen", firm) if side == "a" else (firm, "Dena")
            lines.append(line(f"{side}{i}", day, *pair, quantity, hs_code=hs))
    return [
        *lines,
        line("S1", 340, "Formosa", "Last hub", 1_000),
        line("S2", 352, "Last hub", "Neva", 925),
    ]


def test_what_goods_lose_on_their_way_is_learned_from_the_table() -> None:
    sure = {apart: Story(*standing_orders(apart)).sure("S1", "S2") for apart in (0.0, 0.075)}
    assert sure[0.075] > 1.5 * sure[0.0]


def test_nothing_later_changes_how_sure_a_link_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "_COARSE", 1e-6)  # However little it were.
    # What a unit weighs is counted from all lines; without weights nothing hangs on later ones.
    shipments = make_orders(30_000, seed=2).shipments.drop_columns(["net_mass_kg"])
    rules: dict[str, Any] = {"embargoed": ["RU", "BY"], "controlled_origins": CONTROLLED_ORIGINS}
    days = shipments["date"].to_pylist()
    middle = days[len(days) // 2]
    earlier = shipments.filter([day < middle for day in days])

    def sures(of: Any) -> dict[tuple[int, int], float]:
        ledger: Ledger = trace(of, **rules, model=None, of_the_day=False).ledger
        row, links = ledger.movements.row, ledger.links
        order = np.repeat(np.arange(len(row)), np.diff(links.begin))
        some = (links.sum_step >= 0) & (row[order] < len(earlier))
        ends = zip(row[ledger.lots.row[links.lot[some]]], row[order[some]], strict=True)
        told: dict[tuple[int, int], float] = {}
        for end, sure in zip(ends, links.sure[some].tolist(), strict=True):
            told[end] = max(told.get(end, 0), sure)
        return told

    before, now = sures(earlier), sures(shipments)
    both = before.keys() & now.keys()
    assert len(both) > 0.99 * len(before) > 1_000
    assert max(abs(before[end] - now[end]) for end in both) < 1e-6


def test_an_open_ledger_counts_the_pairs_of_the_lines_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(likeness, "_STAYS", np.inf)  # So that nothing is replayed as a whole.
    shipments = make_orders(3_000, seed=4).shipments
    rules: dict[str, Any] = {"embargoed": ["RU", "BY"], "controlled_origins": CONTROLLED_ORIGINS}
    ledger = OpenLedger(**rules, model=None)
    rng = np.random.default_rng(5)
    late = rng.choice(3_000, 300, replace=False)
    ledger.append(shipments.take(np.delete(np.arange(3_000), late)))
    other_day = shipments.take(late[:100])["date"]
    changed = shipments.take(late[100:200]).drop_columns(["date"]).append_column("date", other_day)
    for change in (
        ledger.append(shipments.take(late)),
        ledger.correct(changed.select(shipments.column_names)),
        ledger.withdraw(shipments.take(late[:50])),
    ):
        assert not change.whole
    held = trace(ledger.lines, **rules, model=None, of_the_day=False).ledger.pairs
    wanted = {int(month): of.tolist() for month, of in zip(*held, strict=True)}
    ours = ledger._book.differences._pairs
    assert {month: of.tolist() for month, of in ours.items() if of.any()} == wanted


def test_goods_of_another_code_make_no_pair() -> None:
    pairs = pairs_of(
        [
            line("S1", 0, "Formosa", "Boro", 100, hs_code="854231"),
            line("S2", 10, "Boro", "Neva", 100, hs_code="854239"),
        ]
    )
    assert not pairs.counts.any()
