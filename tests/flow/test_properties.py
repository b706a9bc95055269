"""What holds of every ledger, whatever is shipped."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.flow.stories import APPLES, CHIPS, OTHER_CHIPS, RULES, line, table

from enduse.flow import Parties, Traced, Window, trace
from enduse.flow.kernel import members_of, root_of
from enduse.flow.ledger import levels_of_goods
from enduse.flow.movements import Level
from enduse.flow.traffic import count_before

Row = dict[str, Any]
Amounts = npt.NDArray[np.float64]

WINDOWS = st.sampled_from(
    [
        Window(),
        Window(least_age=3, stock_age=10, most_age=20, tried=2),
        Window(stock_age=25, most_age=9),
    ]
)
# Goods flow downwards here more often than not, so that chains come about.
SENDERS = ["Formosa", "Hsinchu", "Shenzhen", "Boro", "Boro", "Cato", "Cato", "Dena"]
RECEIVERS = ["Boro", "Boro", "Cato", "Cato", "Dena", "Neva", "Neva", "Emil"]
AMOUNTS = [5.0, 10.0, 10.0, 20.0, 33.5, 100.0, 101.0, 640.0]
SCORES = (
    "score", "reach", "from_controlled", "guaranteed", "possible", "plain_score", "score_then",
    "forecast",
)  # fmt: skip
OF_ALL = SCORES[:6]
OF_THE_DAY = ("from_controlled", "score_then", "forecast", "forecast_lots")


@st.composite
def worlds(draw: st.DrawFn, units: bool = True) -> list[Row]:
    """Between a few and forty lines of half a dozen firms over two months."""
    count = draw(st.integers(2, 40))
    one = st.tuples(
        st.integers(0, 60),
        st.sampled_from(SENDERS),
        st.sampled_from(RECEIVERS),
        st.sampled_from(AMOUNTS),
        st.sampled_from([CHIPS, CHIPS, CHIPS, OTHER_CHIPS, APPLES]),
        st.sampled_from([None, None, None, "XC7", "LM3"]),
        st.sampled_from(["NAR", "NAR", "NAR", "NAR", "DZN", "KGM", None] if units else ["NAR"]),
        st.sampled_from([None, 1.0, 7.25]),
        st.sampled_from([None, 20.0, 21.0]),
        st.sampled_from([None, "USD", "EUR"]),
    )
    return [
        line(
            f"s{number}", day, sender, receiver, amount, hs_code=code, part_number=part, unit=unit,
            net_mass_kg=mass, value=value, currency=currency,
        )
        for number, (day, sender, receiver, amount, code, part, unit, mass, value, currency) in enumerate(
            draw(st.lists(one, min_size=count, max_size=count))
        )
    ]  # fmt: skip


def by_name(traced: Traced) -> dict[str, Row]:
    return {row["shipment_id"]: row for row in traced.scores.to_pylist()}


def same(one: dict[str, Row], other: dict[str, Row], columns: tuple[str, ...], atol: float) -> None:
    """The same scores of the lines in `one`."""
    for column in ("not_assessed", *columns):
        left, right = ([rows[name][column] for name in one] for rows in (one, other))
        if column == "not_assessed":
            assert left == right
        else:
            np.testing.assert_allclose(
                np.array(left, float), np.array(right, float), rtol=0, atol=atol, err_msg=column
            )


def orders_of(traced: Traced) -> npt.NDArray[np.int64]:
    return np.repeat(np.arange(len(traced.ledger.movements)), np.diff(traced.ledger.links.begin))


def first_in_first_out(traced: Traced) -> dict[tuple[int, int, int], float]:
    """What first in, first out takes, worked out lot by lot: (level, lot's pool, order's pool)."""
    ledger = traced.ledger
    m, window = ledger.movements, ledger.window
    taken: dict[tuple[int, int, int], float] = defaultdict(float)
    for place in range(len(levels_of_goods(ledger.levels)) - 1):
        stock: dict[int, list[list[float]]] = defaultdict(list)
        for row in range(len(m)):
            base = ledger.keys.leaving[row]
            if base >= 0 and ledger.keys.up[base, place] >= 0:
                need = float(m.quantity[row])
                for lot in stock[ledger.keys.up[base, place]]:
                    at, left = int(lot[0]), lot[1]
                    age = m.day[row] - m.day[at]
                    if left > 0 and need > 0 and window.least_age <= age <= window.stock_age:
                        part = min(left, need)
                        lot[1] -= part
                        need -= part
                        roots = root_of(ledger.lot_pools, at), root_of(ledger.order_pools, row)
                        taken[place, int(roots[0]), int(roots[1])] += part
            base = ledger.keys.arriving[row]
            if base >= 0 and ledger.keys.up[base, place] >= 0:
                stock[ledger.keys.up[base, place]].append([row, float(m.quantity[row])])
    return {key: part for key, part in taken.items() if part > 1e-6}


@settings(max_examples=60)
@given(worlds(), WINDOWS)
def test_the_ledger_is_first_in_first_out(lines: list[Row], window: Window) -> None:
    traced = trace(table(lines), **RULES, window=window)
    links, lots = traced.ledger.links, traced.ledger.lots
    ours: dict[tuple[int, int, int], float] = {}
    for lot, order, quantity in zip(links.lot, orders_of(traced), links.quantity, strict=True):
        if quantity > 1e-6:
            ours[int(lots.level[lot]), int(lots.row[lot]), int(order)] = float(quantity)
    assert ours == pytest.approx(first_in_first_out(traced), rel=1e-6)


@settings(max_examples=60)
@given(worlds(), WINDOWS)
def test_quantity_is_conserved_and_time_runs_forward(lines: list[Row], window: Window) -> None:
    traced = trace(table(lines), **RULES, window=window)
    ledger = traced.ledger
    m, links, lots, order = ledger.movements, ledger.links, ledger.lots, orders_of(traced)
    place = lots.level[links.lot].astype(int)
    size = m.quantity[lots.row] * members_of(ledger.lot_pools, lots.row)
    assert (np.bincount(links.lot, links.quantity, len(lots.row)) <= size * (1 + 1e-6)).all()
    for level in range(len(ledger.levels)):
        taken = np.bincount(order, links.quantity * (place == level), len(m))
        whole = m.quantity * members_of(ledger.order_pools, np.arange(len(m)))
        assert (taken <= whole * (1 + 1e-6)).all()
    # At every party and its goods no more went on than had come.
    keys = ledger.keys
    same = np.array(ledger.levels)[place] == Level.QUANTITY
    lot, goods = lots.row[links.lot], np.array(ledger.levels)[lots.level] != Level.QUANTITY
    came_to = keys.up[keys.arriving[lots.row], np.where(goods, lots.level, 0)]
    assert (came_to[links.lot] == keys.up[keys.leaving[order], np.where(same, 0, place)])[
        ~same
    ].all()
    went = np.bincount(came_to[links.lot][~same], links.quantity[~same], keys.levels)
    came = np.bincount(came_to[goods], size[goods], keys.levels)
    assert (went <= came * (1 + 1e-6)).all()
    # In the very same quantity other goods may have gone on; of theirs nothing is taken.
    np.testing.assert_allclose(m.quantity[lot][same], m.quantity[order][same], rtol=1e-5)
    assert (m.parties.consignee[lot] == m.parties.exporter[order]).all()
    assert (links.quantity[same] == 0).all()
    age = m.day[order] - m.day[lots.row[links.lot]]
    assert (age >= window.least_age).all()
    assert (age[links.quantity > 0] <= window.stock_age).all()
    assert (age <= max(window.stock_age, window.most_age)).all()
    assert ((links.sure >= 0) & (links.sure <= 1)).all()
    assert (links.forced <= links.quantity * (1 + 1e-6)).all()


@settings(max_examples=60)
@given(worlds())
def test_arrivals_and_departures_before_an_order_are_those_at_its_key(lines: list[Row]) -> None:
    ledger = trace(table(lines), **RULES).ledger
    m, keys, lots, links = ledger.movements, ledger.keys, ledger.lots, ledger.links
    goods = [at for at, level in enumerate(ledger.levels) if level != Level.QUANTITY]
    told = np.flatnonzero(np.isin(lots.level[links.lot], goods))
    arrivals, departures = count_before(ledger, told)
    followed = keys.arriving >= 0
    for at, link in enumerate(told):
        lot, order = links.lot[link], np.searchsorted(links.begin, link, "right") - 1
        before = followed & (m.day < m.day[order])
        place = lots.level[lot]
        key = keys.up[keys.arriving[lots.row[lot]], place]
        came = (keys.up[keys.arriving[before], place] == key).sum()
        assert arrivals[at] == came - members_of(ledger.lot_pools, lots.row[lot])
        assert departures[at] == (keys.up[keys.leaving[before], place] == key).sum()


@settings(max_examples=60)
@given(worlds(), WINDOWS)
def test_what_is_guaranteed_told_and_possible_is_in_this_order(
    lines: list[Row], window: Window
) -> None:
    for name, row in by_name(trace(table(lines), **RULES, window=window)).items():
        if row["not_assessed"] is None:
            assert 0 <= row["guaranteed"] <= row["reach"] <= row["possible"] <= 1, name
            assert all(0 <= row[column] <= 1 for column in SCORES), name


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from(AMOUNTS)), min_size=1, max_size=6),
    st.lists(
        st.tuples(st.integers(1, 25), st.sampled_from(AMOUNTS), st.sampled_from(["Neva", "Emil"])),
        min_size=1,
        max_size=6,
    ),
)
@example([(0, 5.0), (0, 5.0)], [(1, 5.0, "Neva")])
def test_no_way_of_serving_the_orders_leaves_the_bounds(
    came: list[tuple[int, float]], went: list[tuple[int, float, str]]
) -> None:
    lines = [line(f"in-{i}", day, "Formosa", "Boro", q) for i, (day, q) in enumerate(came)]
    lines += [line(f"out-{i}", day, "Boro", to, q) for i, (day, q, to) in enumerate(went)]
    traced = trace(table(lines), **RULES, window=Window(stock_age=15))
    rows = by_name(traced)
    place = {row: i for i, row in enumerate(traced.ledger.movements.row.tolist())}
    covered: Amounts = np.zeros(len(went))
    for (level, _, order), part in first_in_first_out(traced).items():
        if level == 0:
            pool = [
                i
                for i in range(len(went))
                if root_of(traced.ledger.order_pools, place[len(came) + i]) == order
            ]
            covered[pool] += part / len(pool)
    pairs = [
        (i, j)
        for i, (day, _) in enumerate(came)
        for j, (later, _, _) in enumerate(went)
        if 1 <= later - day <= 15
    ]
    if not pairs:
        return
    of_lot = np.array([[pair[0] == i for pair in pairs] for i in range(len(came))], float)
    of_order = np.array([[pair[1] == j for pair in pairs] for j in range(len(went))], float)
    sizes = np.array([quantity for _, quantity in came])
    for i, (_, size) in enumerate(came):
        to_end = np.array([pair[0] == i and went[pair[1]][2] == "Neva" for pair in pairs], float)
        least = linprog(to_end, A_ub=of_lot, b_ub=sizes, A_eq=of_order, b_eq=covered)
        most = linprog(-to_end, A_ub=of_lot, b_ub=sizes, A_eq=of_order, b_eq=covered)
        assert least.status == most.status == 0
        assert rows[f"in-{i}"]["guaranteed"] * size <= least.fun + 1e-3
        assert rows[f"in-{i}"]["possible"] * size >= -most.fun - 1e-3


@settings(max_examples=40)
@given(worlds(), st.randoms(use_true_random=False))
def test_names_of_parties_mean_nothing(lines: list[Row], dice: random.Random) -> None:
    firms = sorted({*SENDERS, *RECEIVERS})
    renamed = dict(zip(firms, dice.sample([f"F{i}" for i in range(99)], len(firms)), strict=True))
    others = [
        {**row, "exporter": renamed[row["exporter"]], "consignee": renamed[row["consignee"]]}
        for row in lines
    ]
    whole = by_name(trace(table(lines), **RULES))
    same(whole, by_name(trace(table(others), **RULES)), SCORES, 1e-6)
    numbers = dict(zip(firms, dice.sample(range(1000), len(firms)), strict=True))
    who = Parties(
        *(
            np.array([numbers[row[side]] for row in lines], np.int32)
            for side in ("exporter", "consignee")
        )
    )
    same(whole, by_name(trace(table(lines), **RULES, parties=who)), SCORES, 1e-6)


@settings(max_examples=60)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(lines: list[Row], dice: random.Random) -> None:
    # Few days, so that many lines come at once.
    lines = [{**row, "date": row["date"].replace(day=1 + row["date"].day % 4)} for row in lines]
    shuffled = dice.sample(lines, len(lines))
    one, other = trace(table(lines), **RULES), trace(table(shuffled), **RULES)
    same(by_name(one), by_name(other), OF_ALL, 1e-5)
    # What is too little to be carried back for the forecast depends on what was carried before it.
    same(by_name(one), by_name(other), ("forecast",), 2e-3)
    assert other.scores["shipment_id"].to_pylist() == [row["shipment_id"] for row in shuffled]


@settings(max_examples=40)
@given(worlds(), st.sampled_from([0.001, 10.0, 1000.0]))
def test_whether_grams_or_tonnes_means_nothing(lines: list[Row], factor: float) -> None:
    scaled = [
        {
            **row,
            "quantity": row["quantity"] * factor,
            "net_mass_kg": row["net_mass_kg"] and row["net_mass_kg"] * factor,
        }
        for row in lines
    ]
    one, other = trace(table(lines), **RULES), trace(table(scaled), **RULES)
    same(by_name(one), by_name(other), SCORES, 1e-5)


@settings(max_examples=40)
@given(worlds(), st.integers(0, 30), st.sampled_from(AMOUNTS))
def test_a_shipment_that_meets_no_chain_changes_none(
    lines: list[Row], after: int, amount: float
) -> None:
    # It comes after the first day: since when there are records counts for how busy a party is.
    days = sorted(row["date"] for row in lines)
    unrelated = line("unrelated", 0, "Elsewhere", "Nowhere", amount, hs_code="940360")
    unrelated["date"] = days[0] + (days[-1] - days[0]) * after // 30
    place = after % (len(lines) + 1)
    one = trace(table(lines), **RULES, least=0.001)
    other = trace(table([*lines[:place], unrelated, *lines[place:]]), **RULES, least=0.001)
    assert one.steps.equals(other.steps)
    same(by_name(one), by_name(other), OF_ALL, 0)


@pytest.mark.parametrize("others", [0, 1, 7, 40])
@pytest.mark.parametrize("twins", [2, 3, 20])
def test_of_twins_the_first_is_told_whatever_else_there_is(twins: int, others: int) -> None:
    more = [line(f"x-{i}", 0, "Else", "Nowhere", 5, hs_code=APPLES) for i in range(others)]
    lines = [
        *more,
        line("big", 0, "Shenzhen", "Emil", 10),
        line("out", 1, "Boro", "Neva", 5),
        *(line(f"in-{i}", 0, "Formosa", "Boro", 5) for i in range(twins)),
    ]
    steps = trace(table(lines), **RULES, model=None, least=0.0001).steps
    assert steps["shipment_id"].to_pylist()[:2] == ["in-0", "out"]


@settings(max_examples=40)
@given(worlds(units=False), st.integers(0, 60))
def test_what_is_said_of_the_day_does_not_know_the_morrow(lines: list[Row], days: int) -> None:
    every = sorted(row["date"] for row in lines)
    end = every[0] + (every[-1] - every[0]) * days // 60
    until = [row for row in lines if row["date"] <= end]
    known = by_name(trace(table(until), **RULES))
    same(known, by_name(trace(table(lines), **RULES)), OF_THE_DAY, 1e-6)


@settings(max_examples=40)
@given(worlds())
def test_links_rest_on_one_key_and_chains_on_links(lines: list[Row]) -> None:
    traced = trace(table(lines), **RULES, model=None, least=0.001)
    by_id = {row["shipment_id"]: row for row in lines}
    m = traced.ledger.movements
    amount = dict(zip((lines[row]["shipment_id"] for row in m.row), m.quantity, strict=True))
    legs = traced.steps.to_pylist()
    for before, leg in zip([None, *legs], legs, strict=False):
        row = by_id[leg["shipment_id"]]
        if leg["hop"] == 0:
            assert row["export_country"] == "TW"
            assert leg["link"] is None
            continue
        assert before is not None
        assert before["chain_id"] == leg["chain_id"]
        assert before["hop"] == leg["hop"] - 1
        came = by_id[before["shipment_id"]]
        assert came["consignee"] == row["exporter"]
        assert leg["lag_days"] == (row["date"] - came["date"]).days >= 1
        width = {"hs6": 6, "heading": 4}.get(leg["goods_key"])
        if width:
            assert came["hs_code"][:width] == row["hs_code"][:width]
        elif leg["goods_key"] == "quantity":
            assert amount[before["shipment_id"]] == pytest.approx(amount[leg["shipment_id"]])
        else:
            assert came["part_number"] == row["part_number"] is not None
    for chain in {leg["chain_id"] for leg in legs}:
        last = [leg for leg in legs if leg["chain_id"] == chain][-1]
        assert by_id[last["shipment_id"]]["destination_country"] == "RU"


def test_a_chain_table_is_told_even_if_there_is_none() -> None:
    steps = trace(table([]), **RULES).steps
    assert isinstance(steps, pa.Table)
    assert steps.num_rows == 0


@settings(max_examples=40)
@given(worlds(units=False), st.integers(0, 60))
def test_what_is_said_of_a_day_does_not_change_with_what_comes_later(
    lines: list[Row], last: int
) -> None:
    end = min(row["date"] for row in lines) + dt.timedelta(last)
    known = [row for row in lines if row["date"] <= end]
    one, other = trace(table(known), **RULES), trace(table(lines), **RULES)
    same(by_name(one), by_name(other), ("score_then", "forecast", "forecast_lots"), 2e-3)
    came = [
        dict(zip(traced.ledger.movements.row.tolist(), traced.then.came.tolist(), strict=True))
        for traced in (one, other)
    ]
    place = {row["shipment_id"]: at for at, row in enumerate(lines)}
    for at, row in enumerate(known):
        if at in came[0]:
            assert came[0][at] == pytest.approx(came[1][place[row["shipment_id"]]], abs=1e-5)
