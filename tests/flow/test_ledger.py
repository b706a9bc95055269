"""The ledger by hand: who sent what on, when, and how much of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from tests.flow.stories import (
    APPLES,
    CHIPS,
    OTHER_CHIPS,
    RULES,
    Story,
    line,
    table,
)

from enduse.errors import InputError, UsageError
from enduse.flow import LEAST, Learned, Parties, Window, trace
from enduse.flow.ledger import Ledger
from enduse.flow.movements import Gap, groups_of, read_movements

about = pytest.approx
Days = npt.NDArray[np.int64]
Amounts = npt.NDArray[np.float64]


def test_what_came_first_goes_on_first() -> None:
    story = Story(
        line("old", 0, "Formosa", "Boro", 100),
        line("new", 2, "Shenzhen", "Boro", 50),
        line("to-kg", 5, "Boro", "Dena", 120),
        line("to-ru", 7, "Boro", "Neva", 40),
    )
    expected = {("old", "to-kg"): 100, ("new", "to-kg"): 20, ("new", "to-ru"): 30}
    assert story.taken("hs6") == expected
    assert story.taken("heading") == expected
    assert story.of("old", "reach") == 0
    assert story.of("new", "reach") == about(30 / 50)
    assert story.of("to-kg", "from_controlled") == about(100 / 120)
    assert story.of("to-ru", "from_controlled") == 0  # 30 from China, 10 never seen arriving
    assert story.of("old", "from_controlled") == story.of("to-ru", "reach") == 1


def test_a_later_order_does_not_reach_back_before_an_earlier_one() -> None:
    story = Story(
        line("lot", 0, "Formosa", "Boro", 10),
        line("first", 3, "Boro", "Dena", 10),
        line("second", 4, "Boro", "Neva", 12),
        line("too-late", 9, "Formosa", "Boro", 12),
    )
    assert story.taken() == {("lot", "first"): 10}
    assert story.of("too-late", "reach") == story.of("too-late", "possible") == 0
    # The fit of quantities may still speak for the order that first in, first out gives nothing.
    assert story.sure("lot", "second") > 0
    assert story.of("lot", "reach") == 0
    assert story.of("lot", "possible") == 1


@pytest.mark.parametrize(
    ("lag", "window", "goes_on"),
    [
        (0, Window(), False),
        (1, Window(), True),
        (90, Window(), True),
        (91, Window(), False),
        (4, Window(least_age=5), False),
        (5, Window(least_age=5), True),
        (30, Window(stock_age=30), True),
        (31, Window(stock_age=30), False),
    ],
)
def test_goods_go_on_within_the_window_only(lag: int, window: Window, goes_on: bool) -> None:
    story = Story(
        line("in", 10, "Formosa", "Boro", 100),
        line("out", 10 + lag, "Boro", "Neva", 100),
        window=window,
    )
    assert story.taken() == ({("in", "out"): 100} if goes_on else {})
    assert story.of("in", "reach") == story.of("out", "from_controlled") == float(goes_on)


def test_stock_that_aged_out_is_passed_over_for_what_came_after_it() -> None:
    story = Story(
        line("stale", 0, "Formosa", "Boro", 100),
        line("fresh", 80, "Formosa", "Boro", 100),
        line("out", 100, "Boro", "Neva", 100),
    )
    assert story.taken() == {("fresh", "out"): 100}


def test_lots_may_be_older_than_those_that_are_tried_for_their_quantities() -> None:
    lines = (
        line("first", 0, "Formosa", "Boro", 100),
        line("second", 10, "Shenzhen", "Boro", 100),
        line("out", 350, "Boro", "Neva", 100),
    )
    narrow = Story(*lines, window=Window(stock_age=400, most_age=60))
    wide = Story(*lines, window=Window(stock_age=400, most_age=400))
    assert narrow.taken() == wide.taken() == {("first", "out"): 100}
    assert narrow.sure("first", "out") == wide.sure("first", "out")
    assert narrow.of("first", "guaranteed") == wide.of("first", "guaranteed") == 0


def test_a_lot_that_is_split_reaches_by_its_parts() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100),
        line("to-ru", 5, "Boro", "Neva", 60),
        line("to-kz", 6, "Boro", "Emil", 40),
    )
    assert [story.of("in", name) for name in ("guaranteed", "reach", "possible")] == about(
        [0.6] * 3
    )
    assert story.of("to-ru", "from_controlled") == story.of("to-kz", "from_controlled") == 1
    assert story.of("to-kz", "reach") == story.of("to-kz", "possible") == 0


def test_lots_that_are_merged_share_their_origin() -> None:
    story = Story(
        line("controlled", 0, "Formosa", "Boro", 30),
        line("free", 1, "Shenzhen", "Boro", 70),
        line("out", 5, "Boro", "Neva", 100),
    )
    assert story.of("out", "from_controlled") == about(0.3)
    for lot in ("controlled", "free"):
        assert [story.of(lot, x) for x in ("guaranteed", "reach", "possible")] == about([1] * 3)


def test_bounds_around_the_convention() -> None:
    # 80 of 120 go on: at least 20 of either lot, at most all of it; first in, first out says 60, 20.
    story = Story(
        line("a", 0, "Formosa", "Boro", 60),
        line("b", 1, "Formosa", "Boro", 60),
        line("out", 5, "Boro", "Neva", 80),
    )
    bounds = {lot: [story.of(lot, x) for x in ("guaranteed", "reach", "possible")] for lot in "ab"}
    assert bounds["a"] == about([20 / 60, 1, 1])
    assert bounds["b"] == about([20 / 60, 20 / 60, 1])


def test_of_twins_neither_is_guaranteed_what_the_other_may_have_given() -> None:
    story = Story(
        line("one", 0, "Formosa", "Boro", 50),
        line("twin", 0, "Formosa", "Boro", 50),
        line("out", 5, "Boro", "Neva", 60),
    )
    for lot in ("one", "twin"):
        bounds = [story.of(lot, x) for x in ("guaranteed", "reach", "possible")]
        assert bounds == about([0.2, 0.6, 1])


def test_more_may_have_gone_on_than_first_in_first_out_says() -> None:
    story = Story(
        line("a", 0, "Formosa", "Boro", 50),
        line("b", 1, "Formosa", "Boro", 100),
        line("to-kz", 3, "Boro", "Emil", 50),
        line("to-ru", 5, "Boro", "Neva", 25),
    )
    assert [story.of("a", x) for x in ("guaranteed", "reach", "possible")] == about([0, 0, 0.5])
    assert [story.of("b", x) for x in ("guaranteed", "reach", "possible")] == about([0, 0.25, 0.25])


def test_shares_pass_through_several_hands() -> None:
    story = Story(
        line("leg-0", 0, "Formosa", "Boro", 100),
        line("leg-1", 5, "Boro", "Cato", 50),
        line("other", 6, "Shenzhen", "Cato", 50),
        line("leg-2", 9, "Cato", "Neva", 80),
    )
    assert story.of("leg-1", "reach") == 1
    assert story.of("leg-0", "reach") == about(0.5)
    assert story.of("other", "reach") == about(0.6)
    assert story.of("leg-2", "from_controlled") == about(50 / 80)
    # Of leg-1's 50 at least 30 went on (80 less the other 50); so of leg-0's 50 that became leg-1.
    assert story.of("leg-1", "guaranteed") == about(0.6)
    assert story.of("leg-0", "guaranteed") == about(0.3)
    assert story.of("leg-0", "possible") == about(0.5)


def test_goods_classified_anew_within_the_heading_are_found_at_the_heading() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100),
        line("out", 5, "Boro", "Neva", 100, hs_code=OTHER_CHIPS),
    )
    assert story.taken("hs6") == {}
    assert story.taken("heading") == {("in", "out"): 100}
    assert story.of("in", "reach") == story.of("out", "from_controlled") == 1


def test_one_part_number_is_one_good_whatever_the_code() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100, part_number="XC7K325T"),
        line("out", 5, "Boro", "Neva", 100, part_number="XC7K325T", hs_code="903090"),
        line("else", 6, "Boro", "Neva", 100, part_number="LM317", hs_code="903090"),
    )
    assert story.taken("hs6") == story.taken("heading") == {}
    assert story.taken("part_number") == {("in", "out"): 100}
    assert story.of("else", "from_controlled") == 0


def test_other_goods_do_not_meet_however_well_they_fit() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100),
        line("out", 5, "Boro", "Neva", 100, hs_code=APPLES),
    )
    assert story.links("hs6") == story.links("heading") == []
    assert story.of("in", "plain_score") == story.of("out", "plain_score") == 0


def test_goods_that_may_go_end_nowhere_of_concern() -> None:
    lines = (
        line("in", 0, "Formosa", "Boro", 100, hs_code=APPLES),
        line("out", 5, "Boro", "Neva", 100, hs_code=APPLES),
    )
    free, asked = Story(*lines), Story(*lines, lawful=())
    assert [free.of(name, "reach") for name in ("in", "out")] == [0, 0]
    assert [asked.of(name, "reach") for name in ("in", "out")] == [1, 1]


def test_control_entries_bring_codes_together() -> None:
    lines = (
        line("in", 0, "Formosa", "Boro", 100),
        line("out", 5, "Boro", "Neva", 100, hs_code="847330"),
    )
    story = Story(*lines, entries=pa.array(["3A001.a.7", "3A001.a.7"]))
    assert story.taken("control_entry") == {("in", "out"): 100}
    assert Story(*lines, entries=pa.array(["3A001.a.7", None])).links("control_entry") == []


def busy(days: int) -> Story:
    """A lot of 100 that goes on 5 days later, after so many days of trade in and out."""
    before = [
        one
        for day in range(days)
        for one in (
            line(f"in-{day}", day, "Shenzhen", "Boro", 10),
            line(f"out-{day}", day + 1, "Boro", "Emil", 10),
        )
    ]
    return Story(
        line("first", 0, "Shenzhen", "Local", 1, hs_code=APPLES),
        *before,
        line("lot", 60, "Formosa", "Boro", 100),
        line("order", 65, "Boro", "Neva", 100),
    )


def test_the_same_link_is_less_sure_where_much_comes_and_goes() -> None:
    quiet, lively, hub = busy(0), busy(8), busy(50)
    assert quiet.taken()["lot", "order"] == hub.taken()["lot", "order"] == 100
    sure = [story.sure("lot", "order") for story in (quiet, lively, hub)]
    assert sure[0] > 1.2 * sure[1] > 1.2 * 1.2 * sure[2]
    assert quiet.of("order", "plain_score") > hub.of("order", "plain_score")
    # First in, first out cannot tell them apart.
    assert quiet.of("lot", "reach") == hub.of("lot", "reach") == 1


@pytest.mark.parametrize("side", ["arrivals", "departures"])
def test_each_side_of_a_party_counts_for_how_busy_it_is(side: str) -> None:
    def sure(count: int) -> float:
        came = [line(f"x-{i}", 1, "Shenzhen", "Boro", 10 + i) for i in range(count)]
        went = [line(f"y-{i}", 1, "Boro", "Emil", 10 + i) for i in range(count)]
        return Story(
            line("before", 0, "Shenzhen", "Boro", 1),
            *(came if side == "arrivals" else went),
            line("last", 99, "Boro", "Emil", 1),
            line("lot", 100, "Formosa", "Boro", 100),
            line("order", 105, "Boro", "Neva", 100),
        ).sure("lot", "order")

    assert sure(0) > 1.02 * sure(30)


def test_trade_after_the_day_makes_no_link_less_sure() -> None:
    chain = (line("lot", 0, "Formosa", "Boro", 100), line("order", 5, "Boro", "Neva", 100))
    later = [line(f"later-{day}", day, "Shenzhen", "Boro", 7) for day in range(5, 60)]
    assert Story(*chain).sure("lot", "order") == Story(*chain, *later).sure("lot", "order")


def test_quantities_that_fit_make_a_link_surer() -> None:
    def sure(quantity: float) -> float:
        return Story(
            line("lot", 0, "Formosa", "Boro", 100), line("order", 5, "Boro", "Neva", quantity)
        ).sure("lot", "order")

    assert sure(100) > sure(97) > sure(30)


def test_a_direct_shipment_is_no_chain_but_reaches() -> None:
    story = Story(
        line("direct", 0, "Formosa", "Neva", 100),
        line("in", 1, "Formosa", "Boro", 50),
        line("out", 5, "Boro", "Neva", 50),
    )
    assert story.of("direct", "reach") == story.of("direct", "from_controlled") == 1
    assert story.of("direct", "score") == story.of("direct", "plain_score") == 0
    assert story.traced.counts["directly from one to the other"] == 1
    assert "direct" not in story.traced.steps["shipment_id"].to_pylist()


ANSWERS = (
    "score", "reach", "from_controlled", "guaranteed", "possible", "plain_score", "score_then",
    "forecast", "forecast_lots",
)  # fmt: skip


def not_followed(story: Story, name: str, gap: Gap) -> None:
    assert story.of(name, "not_assessed") == gap.reason
    assert {story.of(name, column) for column in ANSWERS} == {None}
    assert story.traced.counts[f"not assessed: {gap.reason}"] >= 1
    assert all(name not in (x.lot, x.order) for x in story.links())


def test_a_firm_that_ships_to_itself_sends_nothing_on() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100),
        line("own", 3, "Boro", "Boro", 100),
        line("out", 5, "Boro", "Neva", 100),
    )
    not_followed(story, "own", Gap.SAME_PARTY)
    assert story.taken() == {("in", "out"): 100}


def test_to_order_is_nobody() -> None:
    lines = (
        line("in", 0, "Formosa", "TO ORDER", 100),
        line("out", 5, "TO ORDER", "Neva", 100),
        line("real", 6, "Formosa", "Boro", 100),
    )
    who = Parties(np.array([0, -1, 0], np.int32), np.array([-1, 1, 2], np.int32))
    story = Story(*lines, parties=who)
    not_followed(story, "in", Gap.PARTY)
    not_followed(story, "out", Gap.PARTY)
    assert story.of("real", "not_assessed") is None
    not_followed(Story(line("none", 0, "Formosa", None, 1)), "none", Gap.PARTY)


@pytest.mark.parametrize(
    "quantity", [0.0, -5.0, None, float("nan"), float("inf"), -float("inf"), 1e15, 1e30]
)
def test_a_quantity_that_is_none_is_not_followed(quantity: float | None) -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100),
        line("absurd", 1, "Formosa", "Boro", quantity),
        line("out", 5, "Boro", "Neva", 100),
        line("absurd-out", 3, "Boro", "Neva", quantity),
    )
    not_followed(story, "absurd", Gap.QUANTITY)
    not_followed(story, "absurd-out", Gap.QUANTITY)
    assert story.taken() == {("in", "out"): 100}
    assert all(0 <= story.of("in", name) <= 1 for name in ANSWERS[:5])


def test_goods_without_a_code_are_not_followed() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100, hs_code=None),
        line("out", 5, "Boro", "Neva", 100),
    )
    not_followed(story, "in", Gap.GOODS)


def test_nothing_to_follow_is_no_error() -> None:
    assert Story().traced.scores.num_rows == 0
    not_followed(Story(line("in", 0, "Formosa", "Boro", 9, hs_code=None)), "in", Gap.GOODS)
    nobody = Parties(np.array([-1], np.int32), np.array([-1], np.int32))
    not_followed(Story(line("in", 0, "Formosa", "Boro", 9), parties=nobody), "in", Gap.PARTY)


@pytest.mark.parametrize(
    ("came", "unit", "went", "other", "share"),
    [
        (2000, "KGM", 1, "TNE", 0.5),
        (1, "TNE", 250_000, "GRM", 0.25),
        (24, "NAR", 1, "DZN", 0.5),
        (24, "C62", 24, "H87", 1.0),
        (1000, "LTR", 1, "MTQ", 1.0),
        (100, "MTR", 10_000, "CMT", 1.0),
    ],
)
def test_units_of_one_measure_are_converted(
    came: float, unit: str, went: float, other: str, share: float
) -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", came, unit=unit),
        line("out", 5, "Boro", "Neva", went, unit=other),
    )
    assert story.of("in", "reach") == about(share)
    assert story.of("out", "from_controlled") == 1


def test_pieces_and_kilograms_do_not_meet_unless_both_are_weighed() -> None:
    def reach(in_kg: float | None, out_kg: float | None) -> float:
        story = Story(
            line("in", 0, "Formosa", "Boro", 100, net_mass_kg=in_kg),
            line("out", 5, "Boro", "Neva", 5, unit="KGM", net_mass_kg=out_kg),
        )
        return float(story.of("in", "reach"))

    assert reach(None, None) == 0
    assert reach(10.0, 5.0) == about(0.5)


def usual_weights(*weights: float) -> list[dict[str, Any]]:
    """Lines elsewhere in pieces of these weights, in kilograms."""
    return [
        line(f"w{i}", 1 + i, "Dena", "Emil", 40, net_mass_kg=40 * weight)
        for i, weight in enumerate(weights)
    ]


@pytest.mark.parametrize(
    ("weights", "share"),
    [
        ((0.5,) * 9, 1.0),
        ((0.49, 0.5, 0.51) * 3, 1.0),
        ((0.5,) * 6, 0.0),
        ((0.1, 0.5, 2.5) * 3, 0.0),
    ],
    ids=["one weight", "nearly one", "few lines", "many weights"],
)
def test_pieces_are_told_from_their_weight_where_nearly_all_weigh_the_same(
    weights: tuple[float, ...], share: float
) -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100),
        line("out", 5, "Boro", "Neva", 50, unit="KGM"),
        *usual_weights(*weights),
        model=None,
        least=0.01,
    )
    assert story.of("in", "reach") == pytest.approx(share, abs=0.02)
    assert story.of("out", "from_controlled") == pytest.approx(share, abs=0.02)
    assert story.traced.steps["by_weight"].to_pylist() == ([False, True] if share else [])


@pytest.mark.parametrize(
    ("stated", "kilograms", "share"),
    [(0.1, 50, 1.0), (0.1, 5, 0.001), (1, 500, 0.01), (1, 0.5, 0.01)],
    ids=["in thousands", "of another weight", "a heavy piece", "a piece"],
)
def test_parts_of_pieces_are_in_thousands_if_their_weight_says_so(
    stated: float, kilograms: float, share: float
) -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100, net_mass_kg=50),
        line("out", 5, "Boro", "Neva", stated, net_mass_kg=kilograms),
        *usual_weights(*(0.5,) * 9),
    )
    assert story.of("in", "reach") == about(share)


def test_units_whose_weights_lie_beyond_all_measure_agree_in_nothing() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 1e9, unit="XGQ"),
        line("out", 5, "Boro", "Neva", 2, unit="KGM"),
        *(
            line(f"w{i}", 1 + i, "Dena", "Emil", 10.0 ** (8 + i % 5), unit="XGQ", net_mass_kg=1)
            for i in range(12)
        ),
    )
    assert story.of("in", "reach") == 0


def test_a_unit_that_its_weight_shows_to_be_wrong_is_not_believed() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100),
        line("out", 5, "Boro", "Neva", 100, unit="KGM", net_mass_kg=52),
        *usual_weights(*(0.5,) * 9),
    )
    # As declared, and not 104 as by its weight.
    assert story.of("in", "reach") == story.of("out", "from_controlled") == 1
    assert story.traced.steps["by_weight"].to_pylist() == [False, True]


def test_the_same_goods_are_told_in_one_measure_whatever_their_national_codes() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100, hs_code="8542310000"),
        line("out", 5, "Boro", "Neva", 50, unit="KGM", hs_code="85423190"),
        *usual_weights(*(0.5,) * 9),
    )
    assert story.of("in", "reach") == 1


def test_what_is_weighed_as_a_rule_is_told_by_its_mass() -> None:
    others = [line(f"w{i}", 1 + i, "Dena", "Emil", 40, unit="KGM") for i in range(9)]
    story = Story(
        line("in", 0, "Formosa", "Boro", 100, net_mass_kg=50),
        line("out", 5, "Boro", "Neva", 50, unit="KGM"),
        *others,
    )
    assert story.of("in", "reach") == 1


def test_a_unit_that_is_not_known_meets_itself_only() -> None:
    def reach(unit: str, other: str) -> float:
        story = Story(
            line("in", 0, "Formosa", "Boro", 8, unit=unit),
            line("out", 5, "Boro", "Neva", 8, unit=other),
        )
        return float(story.of("in", "reach"))

    assert reach("XBX", "XBX") == 1
    assert reach("XBX", "NAR") == reach("XBX", "XCT") == 0


def test_a_line_without_a_unit_counts_pieces() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 12, unit=None),
        line("out", 5, "Boro", "Neva", 1, unit="DZN"),
    )
    assert story.of("in", "reach") == 1


def test_what_a_chain_carries_is_told_in_the_unit_of_the_line() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 24),
        line("out", 5, "Boro", "Neva", 3, unit="DZN"),
        model=None,
        least=0.001,
    )
    assert story.traced.steps["carried"].to_pylist() == about([24, 2])


def test_on_a_single_day_nothing_goes_on() -> None:
    story = Story(
        line("in", 0, "Formosa", "Boro", 100),
        line("on", 0, "Boro", "Cato", 100),
        line("out", 0, "Cato", "Neva", 100),
    )
    assert story.links() == []
    assert {story.of(name, "plain_score") for name in ("in", "on", "out")} == {0}
    assert story.of("in", "possible") == 0
    assert story.traced.steps.num_rows == 0


def test_goods_never_go_round_in_a_circle() -> None:
    story = Story(
        line("a", 0, "Boro", "Cato", 10),
        line("b", 0, "Cato", "Boro", 10),
        line("c", 3, "Boro", "Cato", 10),
        line("d", 6, "Cato", "Boro", 10),
    )
    assert story.taken() == {("b", "c"): 10, ("a", "d"): 10}
    assert {story.of(name, "reach") for name in "abcd"} == {0}


def test_days_far_ahead_and_long_ago_are_days() -> None:
    for day in (40 * 365, -60 * 365, 2_900_000 - 19_723):  # the year 9909
        story = Story(
            line("in", day, "Formosa", "Boro", 100), line("out", day + 5, "Boro", "Neva", 100)
        )
        assert story.of("in", "reach") == 1
    apart = Story(line("in", 0, "Formosa", "Boro", 9), line("out", 99 * 365, "Boro", "Neva", 9))
    assert apart.links() == []


def test_without_an_embargoed_destination_nothing_is_found() -> None:
    story = Story(line("in", 0, "Formosa", "Boro", 100), line("out", 5, "Boro", "Emil", 100))
    assert story.taken() == {("in", "out"): 100}
    for name in ("in", "out"):
        assert [story.of(name, x) for x in ("score", "reach", "guaranteed", "possible")] == [0] * 4
    assert story.of("out", "from_controlled") == 1
    assert story.traced.counts["to an embargoed destination"] == 0
    assert story.traced.steps.num_rows == 0


def test_identical_shipments_are_one_lot() -> None:
    day = np.zeros(100_000, int)
    traced = many(day, np.full(len(day), 10.0), day + 5, np.full(len(day), 10.0))
    assert len(traced.links.lot) == len(traced.lots.row) == 3  # by HS6, by heading, by quantity
    assert traced.links.quantity.tolist() == [1e6, 1e6, 0]


def many(in_day: Days, came: Amounts, out_day: Days, went: Amounts) -> Ledger:
    """The ledger of one firm's arrivals and departures."""
    n, more = len(in_day), len(out_day)
    days = np.concatenate([in_day, out_day]) + 19_723
    lines = pa.table(
        {
            "shipment_id": pa.array(np.arange(n + more)).cast(pa.string()),
            "date": pa.array(days.astype(np.int32)).cast(pa.date32()),
            "exporter": ["Formosa"] * n + ["Boro"] * more,
            "consignee": ["Boro"] * n + ["Neva"] * more,
            "export_country": ["TW"] * n + ["TR"] * more,
            "destination_country": ["TR"] * n + ["RU"] * more,
            "hs_code": [CHIPS] * (n + more),
            "quantity": np.concatenate([came, went]),
        }
    )
    return trace(lines, **RULES).ledger


@pytest.mark.parametrize("days", [1, 3, 400])
def test_a_key_at_which_everything_meets_stays_linear(days: int) -> None:
    # If every order looked at every lot, this would take half an hour.
    n = 300_000
    number = np.arange(n)
    ledger = many(number % days, 50.0 + number, number % days + (days > 1), 50.5 + number)
    lots, orders, levels = len(ledger.lots.row), n, 2
    assert lots == levels * n
    assert len(ledger.links.lot) <= lots + 2 * levels * orders
    taken = np.bincount(ledger.links.lot, ledger.links.quantity, lots)
    size = ledger.movements.quantity[ledger.lots.row]
    assert (taken <= size * (1 + 1e-6)).all()
    if days == 1:
        assert len(ledger.links.lot) == 0


def test_a_merge_of_names_carries_its_confidence() -> None:
    lines = (line("in", 0, "Formosa", "Boro", 100), line("out", 5, "Boro", "Neva", 100))
    exporter, consignee = np.array([0, 1], np.int32), np.array([1, 2], np.int32)
    sure = np.array([1, 0.8, 1, 0.5], np.float32)
    same = Parties(
        exporter, consignee, np.array([0, 1], np.int32), np.array([1, 2], np.int32), sure
    )
    other = Parties(
        exporter, consignee, np.array([0, 3], np.int32), np.array([1, 2], np.int32), sure
    )
    one, two = (Story(*lines, parties=who) for who in (same, other))
    assert two.sure("in", "out") == about(0.8 * 0.5 * one.sure("in", "out"), rel=1e-5)
    assert two.of("in", "reach") == one.of("in", "reach") == 1
    merged = Story(*lines, parties=other, model=None, least=0.01).traced.steps["merged"]
    assert merged.to_pylist() == [None, about(0.4)]


def test_the_score_is_learned_unless_the_plain_one_is_asked_for() -> None:
    lines = (line("in", 0, "Formosa", "Boro", 100), line("out", 5, "Boro", "Neva", 100))
    learned, plain = Story(*lines), Story(*lines, model=None)
    assert learned.traced.model == Learned.shipped().name
    assert plain.traced.model == "plain"
    assert (
        plain.of("in", "score") == plain.of("in", "plain_score") == learned.of("in", "plain_score")
    )
    assert plain.of("in", "score") == about(plain.sure("in", "out"), abs=0.01)


def test_chains_are_told_leg_by_leg_with_what_they_rest_on() -> None:
    story = Story(
        line("leg-0", 0, "Formosa", "Boro", 100),
        line("leg-1", 5, "Boro", "Cato", 100, hs_code=OTHER_CHIPS),
        line("leg-2", 12, "Cato", "Neva", 100, hs_code=OTHER_CHIPS),
        line("apples", 12, "Cato", "Neva", 100, hs_code=APPLES),
        model=None,
        least=0.001,
    )
    steps = story.traced.steps.to_pylist()
    assert [step["shipment_id"] for step in steps] == ["leg-0", "leg-1", "leg-2"]
    assert [step["hop"] for step in steps] == [0, 1, 2]
    assert {step["chain_id"] for step in steps} == {1}
    assert [step["lag_days"] for step in steps] == [None, 5, 7]
    assert [step["goods_key"] for step in steps][:2] == [None, "heading"]
    assert [step["carried"] for step in steps] == about([100, 100, 100])
    assert steps[0]["score"] == about(
        np.mean([story.of(f"leg-{hop}", "score") for hop in range(3)]), abs=1e-6
    )
    assert LEAST > 0


def test_what_cannot_be_asked_is_refused_with_a_remedy() -> None:
    lines = table([line("in", 0, "Formosa", "Boro", 1)])
    for wrong in ({"embargoed": []}, {"controlled_origins": []}):
        with pytest.raises(UsageError, match="one of the two is empty"):
            trace(lines, **{**RULES, **wrong})
    for window in (Window(least_age=0), Window(least_age=9, stock_age=8)):
        with pytest.raises(UsageError, match="days"):
            trace(lines, **RULES, window=window)
    with pytest.raises(InputError, match="hs_code, quantity"):
        trace(lines.drop_columns(["hs_code", "quantity"]), **RULES)


def test_a_leg_under_another_heading_is_joined_by_the_very_same_quantity() -> None:
    lines = (
        line("in", 0, "Formosa", "Boro", 137),
        line("out", 9, "Boro", "Neva", 137, hs_code="732690"),
    )
    story = Story(*lines, model=None, least=1e-5)
    assert [step["goods_key"] for step in story.traced.steps.to_pylist()] == [None, "quantity"]
    # It says nothing of shares and bounds: these are of goods as declared.
    assert [story.of("in", x) for x in ("reach", "guaranteed", "possible")] == [0, 0, 0]
    # Where the goods agree, a step rests on them.
    same = Story(lines[0], {**lines[1], "hs_code": CHIPS}, model=None, least=1e-5)
    told = same.traced.steps.to_pylist()[1]
    assert (told["goods_key"], told["carried"]) == ("hs6", 137)
    other = Story(lines[0], {**lines[1], "quantity": 138}, model=None, least=1e-5)
    assert not other.traced.steps.num_rows


def test_goods_without_a_code_are_of_no_heading() -> None:
    lines = table(
        [
            line("a", 0, "Formosa", "Boro", 5),
            line("b", 1, "Boro", "Cato", 5, hs_code=None),
            line("c", 2, "Boro", "Cato", 5, hs_code="847330"),
            line("d", 3, "Cato", "Neva", 5),
        ]
    )
    movements = read_movements(lines, embargoed=["RU"], controlled_origins=["TW"])
    heading, corridor, both, _ = groups_of(lines, movements)
    assert heading.tolist()[1] == both.tolist()[1] == -1
    assert corridor[1] == corridor[2] >= 0
    assert len(set(both.tolist())) == 4


def test_the_forecast_does_not_depend_on_the_order_of_rows() -> None:
    other = {"hs_code": "854232"}
    lines = [
        line("1", 5, "Boro", "Neva", 100),
        line("2", 0, "Boro", "Okno", 50),
        line("3", 9, "Local", "Neva", 50),
        line("5", 5, "Boro", "Local", 50, **other),
        line("6", 9, "Local", "Neva", 50, **other),
        line("9", 0, "Boro", "Local", 100),
        line("12", 5, "Hsinchu", "Local", 50, **other),
        line("13", 0, "Formosa", "Boro", 50),
        line("15", 5, "Boro", "Okno", 50, **other),
        line("17", 9, "Boro", "Neva", 50),
        line("19", 0, "Boro", "Okno", 50, **other),
        line("23", 0, "Boro", "Okno", 50, **other),
        line("25", 14, "Formosa", "Local", 50, **other),
    ]
    story = Story(*lines)
    mixed = Story(*(lines[i] for i in (6, 11, 8, 10, 9, 5, 1, 4, 3, 2, 12, 0, 7)))
    told = {name: row["forecast"] for name, row in story.rows.items()}
    assert told == pytest.approx({name: row["forecast"] for name, row in mixed.rows.items()})


@pytest.mark.parametrize(
    ("code", "part", "key"),
    [
        ("8529101300", "TZR97474", "part_number"),
        ("8529101300", None, "hs6"),
        ("85299050", None, "heading"),
    ],
)
def test_steps_name_the_finest_key_at_which_goods_agree(
    code: str, part: str | None, key: str
) -> None:
    """Also where a party has nothing else of the heading, whose key then stands for finer ones."""
    story = Story(
        line("in", 0, "Formosa", "Boro", 370, hs_code="85291013", part_number="TZR97474"),
        line("out", 12, "Boro", "Neva", 370, hs_code=code, part_number=part),
        line("other", 3, "Local", "Okno", 5, hs_code="85299050"),
        least=0.0,
    )
    assert story.traced.steps["goods_key"].to_pylist() == [None, key]
