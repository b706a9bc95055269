"""Quantities that add up: which do, by what luck, and what that says of where goods went."""

from __future__ import annotations

import numpy as np
import pytest
from tests.flow.stories import RULES, Story, line, table

from enduse.flow import trace
from enduse.flow.ledger import origins_of
from enduse.flow.sums import LUCK, MOST_PARTS, MOST_TRIED, SHAPES, AddsUp, add_up
from enduse.flow.traffic import count_before


def adds_up(
    whole: float,
    lots: list[tuple[int, float]],
    orders: list[tuple[int, float]] | None = None,
    least_age: int = 1,
) -> AddsUp:
    """Of lots and earlier orders, each (day, quantity), the last first."""
    sides = []
    for side in (lots, orders or []):
        days = np.array([day for day, _ in side], np.int32)
        sides += [np.array([quantity for _, quantity in side], float), days, len(side)]
    return add_up(whole, *sides, least_age, np.empty(1 << MOST_TRIED))


def luck_and_shape(step: int) -> tuple[int, int]:
    return divmod(step - 1, SHAPES)


def test_lots_that_make_up_an_order_are_found_among_others() -> None:
    told = adds_up(200, [(9, 90.0), (7, 63.0), (5, 500.0), (4, 137.0), (2, 41.0)])
    assert told.lots == 0b01010
    assert luck_and_shape(told.lots_step)[1] == 0
    assert told.shared == -1


@pytest.mark.parametrize("parts", range(2, MOST_PARTS + 1))
def test_a_sum_has_two_to_four_parts(parts: int) -> None:
    lots = [(1, 100.0 + 7**place) for place in range(MOST_PARTS + 1)]
    told = adds_up(sum(quantity for _, quantity in lots[:parts]), lots)
    assert told.lots == (1 << parts) - 1
    assert luck_and_shape(told.lots_step)[1] == parts - 2
    assert adds_up(sum(quantity for _, quantity in lots), lots).lots == 0


def test_an_order_shares_a_lot_with_those_that_left_after_it_arrived() -> None:
    lots = [(20, 77.0), (5, 300.0)]
    told = adds_up(118, lots, [(16, 61.0), (9, 182.0), (3, 182.0)])
    assert told.shared == 1
    assert told.orders == 0b010
    assert luck_and_shape(told.shared_step)[1] == MOST_PARTS - 1
    assert adds_up(118, lots, [(16, 61.0), (5, 182.0)]).shared == -1, "it left on the lot's day"


def test_one_lot_or_order_alone_is_no_sum() -> None:
    assert adds_up(200, [(1, 200.0)]) == (0, 0, -1, 0, 0)
    assert adds_up(300, [(1, 200.0)], [(5, 100.0)]).shared == -1, "more than the lot held"


def test_round_quantities_and_many_tries_are_more_likely_luck() -> None:
    exact = luck_and_shape(adds_up(300, [(2, 137.0), (1, 163.0)]).lots_step)[0]
    round_ones = luck_and_shape(adds_up(300, [(2, 100.0), (1, 200.0)]).lots_step)[0]
    nearly = luck_and_shape(adds_up(303, [(2, 137.0), (1, 163.0)]).lots_step)[0]
    others = [(2, 1000.0 + 91 * place) for place in range(4)]
    of_many = luck_and_shape(adds_up(300, [*others, (2, 137.0), (1, 163.0)]).lots_step)[0]
    assert exact < nearly < round_ones <= len(LUCK)
    assert exact < of_many
    assert adds_up(310, [(2, 137.0), (1, 163.0)]).lots == 0, "three in a hundred is not near"


@pytest.mark.parametrize("unit", [0.45359237, 3.785411784e-3, 10.0])
def test_what_is_round_in_another_unit_is_round(unit: float) -> None:
    told = adds_up(300 * unit, [(2, 100 * unit), (1, 200 * unit)])
    assert told == adds_up(300, [(2, 100.0), (1, 200.0)])


def test_the_smallest_quantities_add_up_too() -> None:
    assert adds_up(3e-317, [(2, 1e-317), (1, 2e-317)]).lots == 0b11


def test_goods_that_make_up_an_order_say_where_it_came_from() -> None:
    story = Story(
        line("old", 0, "Shenzhen", "Boro", 512),
        line("one", 20, "Formosa", "Boro", 137),
        line("two", 24, "Hsinchu", "Boro", 66),
        line("out", 30, "Boro", "Neva", 203),
    )
    apart = Story(
        line("old", 0, "Shenzhen", "Boro", 512),
        line("one", 20, "Formosa", "Boro", 137),
        line("two", 24, "Hsinchu", "Boro", 81),
        line("out", 30, "Boro", "Neva", 203),
    )
    assert story.of("out", "plain_score") > 2 * apart.of("out", "plain_score")
    assert story.of("two", "plain_score") > 2 * apart.of("two", "plain_score")


SHARED = (
    line("old", 0, "Shenzhen", "Boro", 500),
    line("lot", 20, "Formosa", "Boro", 203),
    line("first", 25, "Boro", "Neva", 137),
    line("rest", 40, "Boro", "Neva", 66),
)


def test_what_the_last_order_tells_of_an_earlier_one_is_not_known_on_its_day() -> None:
    whole, so_far = Story(*SHARED), Story(*SHARED[:3])
    links = whole.traced.ledger.links
    first = slice(*links.begin[2:4])
    assert (links.sum_step[first] < 0).any()
    assert (links.sum_step[slice(*links.begin[3:5])] > 0).any()
    hindsight, then = whole.traced.origins, origins_of(whole.traced.ledger, on_the_day=True)
    assert hindsight.sure[2] > 2 * then.sure[2]
    assert then.sure[2] == pytest.approx(so_far.traced.origins.sure[2])
    assert whole.traced.then.came[2] == then.sure[2]
    assert whole.of("first", "score_then") == pytest.approx(so_far.of("first", "score_then"))
    assert whole.of("first", "forecast") == pytest.approx(so_far.of("first", "forecast"))


def test_orders_of_one_day_tell_of_each_other_on_that_day() -> None:
    day = [dict(one, date=SHARED[3]["date"]) if one is SHARED[2] else one for one in SHARED]
    ledger = trace(table(day), **RULES).ledger
    assert (ledger.links.sum_step >= 0).all()
    assert (ledger.links.sum_step > 0).sum() >= 2


def test_a_link_known_later_is_told_with_what_had_come_and_gone_before_its_own_order() -> None:
    more = [line(f"later{day}", day, "Shenzhen", "Boro", 901) for day in (30, 31)]
    ledger = Story(*SHARED[:3], *more, SHARED[3]).traced.ledger
    first = np.arange(*ledger.links.begin[2:4])
    known_later = first[ledger.links.sum_step[first] < 0]
    assert len(known_later)
    # Of the other lot before it, and of orders none.
    arrivals, departures = count_before(ledger, known_later)
    assert set(arrivals) == {1}
    assert set(departures) == {0}


def test_halves_that_leave_on_one_day_share_the_lot_as_others_do() -> None:
    lot = line("lot", 20, "Formosa", "Boro", 206), line("old", 0, "Shenzhen", "Boro", 500)
    halves = Story(*lot, *(line(name, 30, "Boro", "Neva", 103) for name in "ab"))
    others = Story(*lot, line("c", 30, "Boro", "Neva", 110), line("d", 30, "Boro", "Neva", 60))
    assert halves.of("a", "plain_score") > 2 * others.of("c", "plain_score")


def test_a_chain_along_a_sum_tells_what_first_in_first_out_takes() -> None:
    story = Story(
        line("one", 20, "Formosa", "Boro", 137),
        line("two", 24, "Hsinchu", "Boro", 66),
        line("out", 30, "Boro", "Neva", 203),
        least=0.0,
    )
    steps = story.traced.steps.to_pylist()
    carried = {(step["chain_id"], step["shipment_id"]): step["carried"] for step in steps}
    assert sorted(value for (_, name), value in carried.items() if name == "out") == [66, 137]
