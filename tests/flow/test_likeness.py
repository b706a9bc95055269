"""What goods weigh and cost, one by one, tells links as far as it does in the records held."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from babel.numbers import list_currencies
from benchmarks.flow.assays import CONTROLLED_ORIGINS, World, make_assays
from benchmarks.flow.papers import state_origins
from tests.flow.stories import OTHER_CHIPS, RULES, Story, line, table

from enduse.errors import InputError
from enduse.flow import likeness, trace
from enduse.flow.descriptors import DESCRIPTORS
from enduse.flow.likeness import NOTHING, likeness_of
from enduse.flow.movements import read_movements
from enduse.flow.unit_values import BINS, CURRENCIES, STEPS, UNKNOWN, _currencies
from enduse.flow.weights import LinkWeights

Rules = dict[str, list[str]]
WORLD_RULES: Rules = {"embargoed": ["RU", "BY"], "controlled_origins": sorted(CONTROLLED_ORIGINS)}
NEAR = [0, 1, STEPS // 2, STEPS // 2 + 1]
"""Steps of differences below a hundredth."""


@pytest.fixture(scope="module")
def world() -> World:
    """Goods keep their weight and their price here, but for some noise and a margin."""
    return make_assays(40_000, seed=3)


@pytest.fixture
def few_links_tell() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(likeness, "_LEAST_TRUE", 0)
        changed.setattr(likeness, "_LEAST_PRICED", 1)
        changed.setattr(likeness, "_FEW", 0.2)
        yield


def surest(shipments: pa.Table) -> dict[tuple[int, int], float]:
    """How sure the surest link between two rows is, of those known on the order's day."""
    ledger = trace(shipments, **WORLD_RULES, model=None, of_the_day=False).ledger
    row, links = ledger.movements.row, ledger.links
    known = links.sum_step >= 0
    order = np.repeat(np.arange(len(row)), np.diff(links.begin))[known]
    lots, sures = ledger.lots.row[links.lot[known]], links.sure[known].tolist()
    told: dict[tuple[int, int], float] = {}
    for lot, to, sure in zip(row[lots].tolist(), row[order].tolist(), sures, strict=True):
        told[lot, to] = max(told.get((lot, to), 0.0), sure)
    return told


def listen(monkeypatch: pytest.MonkeyPatch) -> list[likeness.Told]:
    """What is known of each month's links from now on."""
    told: list[likeness.Told] = []
    known = likeness.Differences.known

    def hear(of: likeness.Differences, month: int) -> likeness.Told:
        told.append(known(of, month))
        return told[-1]

    monkeypatch.setattr(likeness.Differences, "known", hear)
    return told


def without(shipments: pa.Table, *names: str) -> pa.Table:
    return shipments.drop_columns(list(names))


def test_true_links_are_surer_and_false_ones_less(world: World) -> None:
    true = {
        pair
        for edges in (world.edges, world.legal_edges)
        for pair in zip(edges["from_row"].to_pylist(), edges["to_row"].to_pylist(), strict=True)
    }
    before = surest(without(world.shipments, "value", "currency", "net_mass_kg"))
    after = surest(world.shipments)
    for kept, grows in ((true, 1.05), (before.keys() - true, 0.97)):
        both = [pair for pair in kept if pair in before and pair in after]
        ratio = sum(after[pair] for pair in both) / sum(before[pair] for pair in both)
        assert (ratio > grows) if grows > 1 else (ratio < grows)


def test_what_is_drawn_anew_for_each_line_says_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = listen(monkeypatch)
    trace(world.shipments, **WORLD_RULES, model=None, of_the_day=False)
    kept = told[-1].values
    shuffled, rng = world.shipments, np.random.default_rng(1)
    for name in ("value", "net_mass_kg"):
        each = shuffled[name].to_numpy() / shuffled["quantity"].to_numpy()
        codes = np.array(shuffled["hs_code"].to_pylist())
        for code in np.unique(codes):
            of = np.flatnonzero(codes == code)
            each[of] = each[rng.permutation(of)]
        place = shuffled.column_names.index(name)
        shuffled = shuffled.set_column(
            place, name, pa.array(each * shuffled["quantity"].to_numpy())
        )
    trace(shuffled, **WORLD_RULES, model=None, of_the_day=False)
    drawn = told[-1].values
    assert all(of[NEAR].mean() > 0.3 for of in kept)
    assert np.mean([np.abs(of[NEAR]).mean() for of in drawn]) < 0.2


def test_in_another_currency_or_unit_of_money_all_is_the_same(world: World) -> None:
    codes = world.shipments["currency"].to_pylist()
    others = dict(zip(sorted(set(codes)), ["ZAR", "INR", "CAD", "BRL", "AUD"], strict=False))
    other = world.shipments.set_column(
        world.shipments.column_names.index("currency"),
        "currency",
        pa.array([others[code] for code in codes]),
    )
    cents = other.set_column(
        other.column_names.index("value"), "value", pa.array(other["value"].to_numpy() * np.exp(5))
    )
    scores = [
        trace(lines, **WORLD_RULES, of_the_day=False).scores["score"].to_numpy()
        for lines in (world.shipments, cents)
    ]
    np.testing.assert_allclose(*scores, atol=1e-4)


def values_say(
    counts: npt.NDArray[np.int64], before: likeness.Likeness = NOTHING.values
) -> likeness.Likeness:
    return likeness_of(counts, likeness._GROUPS[0], before)


def test_the_odds_of_a_mixture_are_found() -> None:
    """Of true links nine in ten differ by the first step, of false ones one in ten."""
    counts = np.zeros(likeness._OF_VALUES)
    sures = 1 / (1 + np.exp(-likeness._ODDS))
    for step, of_true, of_false in ((0, 0.9, 0.1), (5, 0.1, 0.9)):
        counts[:, step, STEPS] = 1_000_000 * (sures * of_true + (1 - sures) * of_false)
    weight, cost = values_say(counts.astype(np.int64))
    assert weight[0] == pytest.approx(np.log(9), abs=0.26)
    assert weight[5] == pytest.approx(-np.log(9), abs=0.26)
    assert (cost == 0).all()
    assert weight[STEPS] == 0


def test_of_few_links_nothing_is_believed() -> None:
    counts = np.zeros(likeness._OF_VALUES, np.int64)
    counts[-1, 0, STEPS], counts[0, 5, STEPS] = 250, 5_000
    assert not np.concatenate(values_say(counts)).any()
    counts[-1, 0, STEPS] = 2_500
    assert values_say(counts)[0][0] > 1


def test_small_changes_are_not_followed() -> None:
    counts = np.zeros(likeness._OF_VALUES, np.int64)
    counts[-1, 0, STEPS], counts[0, 5, STEPS] = 2_500, 5_000
    weight, cost = values_say(counts)
    known = weight.copy()
    known[0] += 0.125
    assert np.array_equal(values_say(counts, (known, cost))[0], known)
    known[0] += 0.125
    assert np.array_equal(values_say(counts, (known, cost))[0], weight)


def test_what_differences_say_rests_on_earlier_months(world: World) -> None:
    """A link is as sure as it was on its order's day, whatever came since."""
    shipments = without(world.shipments, "net_mass_kg")
    days = shipments["date"].to_numpy()
    early = shipments.slice(0, int(np.searchsorted(days, np.datetime64("2024-03-10"))))
    then, now = (
        {pair: sure for pair, sure in surest(table).items() if max(pair) < early.num_rows}
        for table in (early, shipments)
    )
    assert len(then) > 10_000
    assert then == now


def test_what_one_weighs_and_costs() -> None:
    lines = [
        line("a", 0, "Formosa", "Boro", 100, net_mass_kg=50.0, value=300.0, currency="USD"),
        line("b", 1, "Boro", "Cato", 4, unit="DZN", net_mass_kg=24.0, value=96.0, currency="EUR"),
        line("c", 2, "Boro", "Cato", 8, unit="KGM", net_mass_kg=8.0, value=0.0, hs_code="720851"),
        line("d", 3, "Boro", "Cato", 0, net_mass_kg=1.0, value=1.0),
    ]
    moves = read_movements(table(lines), **RULES)
    assert moves.traits
    weigh_and_cost = moves.traits.each[np.argsort(moves.row)]
    each = weigh_and_cost[:, :2].astype(float)
    each[each == UNKNOWN] = np.nan
    np.testing.assert_allclose(
        np.exp(each / 1000), [[0.5, 3], [0.5, 2], [np.nan, np.nan], [np.nan, np.nan]], rtol=1e-3
    )
    currency = weigh_and_cost[:, 2]
    assert currency[0] != currency[1]


def test_a_step_tells_how_alike_the_goods_are() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100, net_mass_kg=50.0, value=300.0, currency="USD"),
        line("on", 9, "Boro", "Cato", 100, net_mass_kg=50.5, value=390.0, currency="USD"),
        line("out", 20, "Cato", "Neva", 100, net_mass_kg=50.5, value=500.0, currency="EUR"),
    )
    steps = story.traced.steps
    assert steps["weight_ratio"].to_pylist() == [
        None,
        pytest.approx(1.01, rel=2e-3),
        pytest.approx(1.0, rel=2e-3),
    ]
    assert steps["price_ratio"].to_pylist() == [None, pytest.approx(1.3, rel=2e-3), None]


def test_a_step_tells_of_the_leg_before_and_not_of_another_in_its_pool() -> None:
    """Lots that no ledger can tell apart stand in the order of rows."""
    lots = [
        line("other", 0, "Shenzhen", "Boro", 100, net_mass_kg=90.0, value=900.0, currency="USD"),
        line("in", 0, "Formosa", "Boro", 100, net_mass_kg=50.0, value=300.0, currency="USD"),
    ]
    out = line("out", 9, "Boro", "Neva", 100, net_mass_kg=50.0, value=330.0, currency="USD")
    for rows in (lots, lots[::-1]):
        steps = Story(*rows, out, least=0.0).traced.steps
        assert steps["shipment_id"].to_pylist() == ["in", "out"]
        assert steps["weight_ratio"].to_pylist()[1] == pytest.approx(1.0, rel=2e-3)
        assert steps["price_ratio"].to_pylist()[1] == pytest.approx(1.1, rel=2e-3)


@pytest.mark.parametrize("value", [1e-20, 1e300, np.inf, np.nan, -5.0, None])
def test_absurd_values_tell_nothing(value: float | None) -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100, value=value, currency="USD"),
        line("out", 9, "Boro", "Neva", 100, value=500.0, currency="USD"),
    )
    assert story.traced.steps["price_ratio"].to_pylist() == [None, None]


def test_a_value_that_is_no_number_is_refused() -> None:
    lines = table([line("in", 0, "Formosa", "Boro", 100)])
    lines = lines.set_column(lines.column_names.index("value"), "value", pa.array(["ten"]))
    with pytest.raises(InputError, match="column value holds what is no number"):
        trace(lines, **RULES)


@pytest.mark.usefixtures("few_links_tell")
def test_rows_of_one_day_may_stand_in_any_order() -> None:
    """Lots that are one but for what their goods weigh and cost are one lot still."""
    rng = np.random.default_rng(5)
    lines = []
    for number in range(60):
        day, each = 4 * number, float(rng.choice([0.5, 0.8]))
        code = OTHER_CHIPS if number % 3 else "854231"
        for part in range(2):
            heavy = each * (1 + part * (number % 4 == 0))
            lines.append(
                line(f"i{number}.{part}", day, "Formosa", "Boro", 50, hs_code=code,
                     net_mass_kg=50 * heavy, value=200 * heavy, currency="USD")
            )  # fmt: skip
        lines.append(
            line(f"o{number}", day + 5, "Boro", "Neva" if number % 2 else "Cato", 100, hs_code=code,
                 net_mass_kg=100 * each, value=500 * each, currency="USD")
        )  # fmt: skip
    told = [
        {
            row["shipment_id"]: row["score"]
            for row in trace(table(these), **RULES).scores.to_pylist()
        }
        for these in (lines, lines[::-1], [lines[i] for i in rng.permutation(len(lines))])
    ]
    for other in told[1:]:
        assert all(abs(other[name] - score) < 1e-5 for name, score in told[0].items())


def in_two_currencies(shipments: pa.Table, rates: dict[str, float]) -> pa.Table:
    """Every exporter asks for the money of one country, at a rate to that of the table."""
    names = np.array(shipments["exporter"].to_pylist())
    kinds = list(rates)
    code = np.array([sum(map(ord, name)) % len(kinds) for name in names])
    value = shipments["value"].to_numpy() * np.array(list(rates.values()))[code]
    for name, column in (
        ("value", pa.array(value)),
        ("currency", pa.array([kinds[i] for i in code])),
    ):
        shipments = shipments.set_column(shipments.column_names.index(name), name, column)
    return shipments


def test_what_a_currency_costs_in_another_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dollars = world.shipments.set_column(
        world.shipments.column_names.index("currency"),
        "currency",
        pa.array(["USD"] * world.shipments.num_rows),
    )
    told = listen(monkeypatch)
    lines = in_two_currencies(dollars, {"USD": 1.0, "TRY": 32.0, "VND": 25_000.0})
    trace(lines, **WORLD_RULES, model=None, of_the_day=False)
    number = _currencies()
    last = told[-1].rates.astype(float)
    assert (told[0].rates == UNKNOWN).all()
    for one, other, rate in (("USD", "TRY", 32.0), ("TRY", "VND", 25_000 / 32)):
        there, back = last[number[one], number[other]], last[number[other], number[one]]
        assert there == -back == pytest.approx(1000 * np.log(rate), abs=150)


def test_prices_in_two_currencies_tell_links(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = without(world.shipments, "net_mass_kg")
    lines = in_two_currencies(lines, {"USD": 1.0, "TRY": 32.0})
    true = set(
        zip(world.edges["from_row"].to_pylist(), world.edges["to_row"].to_pylist(), strict=True)
    )
    after = surest(lines)
    monkeypatch.setattr(likeness, "_LEAST_PRICED", 1 << 30)
    before = surest(lines)
    currency = lines["currency"].to_pylist()
    across = [pair for pair in before if pair in after and currency[pair[0]] != currency[pair[1]]]
    ratio = {
        of: sum(after[pair] for pair in across if (pair in true) == of)
        / sum(before[pair] for pair in across if (pair in true) == of)
        for of in (True, False)
    }
    assert ratio[True] > 1.02 * ratio[False]


def test_a_window_of_months_tells_what_a_currency_costs() -> None:
    differences = likeness.Differences(LinkWeights.shipped().pairs)
    of_month = likeness._LEAST_PRICED
    for month in range(24):
        rates = differences.known(month).rates
        if month:
            moved = 20 if month < 18 else 60 if month > 18 else 40
            assert rates[0, 1] == -rates[1, 0] == 50 * moved
        place = BINS // 2 + (20 if month < 12 else 60)
        nowhere = np.full(of_month, -1, np.int32)
        differences.count(month, nowhere, nowhere, np.full(of_month, BINS + place, np.int32))


def test_where_goods_were_made_tells_links(world: World) -> None:
    shipments = without(world.shipments, "value", "currency", "net_mass_kg")
    stated = state_origins(world, CONTROLLED_ORIGINS, 3)["origin_country"]
    shuffled = stated.take(pa.array(np.random.default_rng(1).permutation(len(stated))))
    true = set(
        zip(world.edges["from_row"].to_pylist(), world.edges["to_row"].to_pylist(), strict=True)
    )
    shares = []
    for column in (stated, shuffled):
        sures = surest(shipments.append_column("origin_country", column))
        shares.append(sum(sures[pair] for pair in true & sures.keys()) / sum(sures.values()))
    without_any = surest(shipments)
    share = sum(without_any[pair] for pair in true & without_any.keys()) / sum(without_any.values())
    assert shares[0] > 1.1 * share
    assert shares[1] == pytest.approx(share, rel=0.02)


@pytest.mark.usefixtures("few_links_tell")
@pytest.mark.parametrize("name", DESCRIPTORS)
def test_papers_that_agree_make_a_link_surer(name: str) -> None:
    lines = []
    for number in range(60):
        day, same = 5 * number, number % 3 > 0
        said = ["one", "other"][number % 2]
        lines += [
            line(f"i{number}", day, "Formosa", "Boro", 100 + number, **{name: said}),
            line(f"o{number}", day + 3, "Boro", "Neva", (100 + number) * (1 if same else 0.4),
                 **{name: said if same else "another"}),
        ]  # fmt: skip
    lines += [
        line("in", 400, "Formosa", "Boro", 700, **{name: " One"}),
        line("out", 404, "Boro", "Neva", 650, **{name: "one"}),
    ]
    columns = {**{of.name: of.type for of in table([]).schema}, name: pa.string()}
    agree = pa.Table.from_pylist(lines, pa.schema(list(columns.items())))
    place = agree.column_names.index(name)
    words = agree[name].to_pylist()
    differ = agree.set_column(place, name, pa.array([*words[:-1], "another"]))
    last = len(lines) - 2, len(lines) - 1
    sures = {of: surest(of_table).get(last, 0) for of, of_table in (("=", agree), ("≠", differ))}
    nothing = surest(agree.drop_columns([name]))[last]
    assert sures["≠"] < nothing < sures["="]


def test_all_currencies_have_room() -> None:
    assert len(_currencies()) == len(list_currencies()) <= CURRENCIES


@pytest.mark.parametrize("junk_first", [False, True])
def test_words_that_are_no_currency_change_nothing_else(world: World, junk_first: bool) -> None:
    lines = in_two_currencies(world.shipments, {"USD": 1.0, "TRY": 32.0})
    days = lines["date"].to_numpy()
    last = int(np.searchsorted(days, days[-400]))
    junk = [f"junk {number}" for number in range(lines.num_rows - last)]
    place = lines.column_names.index("currency")
    words = lines["currency"].to_pylist()[:last] + junk
    spoilt = lines.set_column(place, "currency", pa.array(words))
    order = np.argsort(np.arange(lines.num_rows) < last, kind="stable")
    order = order if junk_first else np.arange(lines.num_rows)
    early = np.isin(order, np.arange(int(np.searchsorted(days, days[last]))))
    scores = [
        trace(table.take(pa.array(order)), **WORLD_RULES).scores["score_then"].to_numpy()[early]
        for table in (lines, spoilt)
    ]
    np.testing.assert_allclose(*scores, atol=1e-5)


@pytest.mark.parametrize("name", ["price_ratio", "agrees", "differs"])
def test_steps_say_nothing_of_what_is_not_stated(name: str) -> None:
    lines = [
        line("in", 0, "Formosa", "Boro", 100, value=300.0),
        line("out", 9, "Boro", "Neva", 100, value=9000.0),
    ]
    shipments = table(lines).append_column("lot", pa.array(["-", "-"]))
    shipments = shipments.append_column("origin_country", pa.array(["TW", "n/a"]))
    steps = trace(shipments, **RULES, least=0.0).steps
    assert steps[name].to_pylist() == [None, None]


def test_a_column_that_is_no_text_is_refused() -> None:
    shipments = table([line("in", 0, "Formosa", "Boro", 100)])
    with pytest.raises(InputError, match="column description holds what is no text"):
        trace(shipments.append_column("description", pa.array([["chips"]])), **RULES)
