"""A ledger that is kept open answers as a full run does, whatever comes, changes or goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import InputError
from enduse.flow import Parties, Window, chance, likeness, trace
from enduse.flow.streaming import LINES, OpenLedger
from enduse.flow.unit_values import BINS

RULES: dict[str, Any] = {"embargoed": ["RU"], "controlled_origins": ["TW"]}
FIRMS = {"Alba": "TW", "Boro": "TR", "Cato": "TR", "Dena": "AE", "Emil": "KZ", "Fons": "RU"}
LEGS = [("Alba", "Boro"), ("Boro", "Cato"), ("Cato", "Fons"), ("Boro", "Fons"), ("Alba", "Dena")]
ANYBODY = [*FIRMS, None]
NUMBER = {name: number for number, name in enumerate(FIRMS)}


@pytest.fixture(scope="module", autouse=True)
def few_links_tell() -> Iterator[None]:
    """Let what pairs and differences say be believed of the few lines of these ledgers."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(chance, "_FEW", 0.2)
        changed.setattr(likeness, "_LEAST_TRUE", 0)
        changed.setattr(likeness, "_LEAST_PRICED", 1)
        changed.setattr(likeness, "_FEW", 0.2)
        yield


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    exporter, consignee = draw(
        st.sampled_from(LEGS) | st.tuples(st.sampled_from(list(FIRMS)), st.sampled_from(ANYBODY))
    )
    quantity = draw(st.sampled_from([5.0, 10.0, 10.0, 20.0, 33.5, 100.0, 0.0]))
    # Most pieces of a code weigh the same, so that pieces can be told from a weight.
    weights = [0.2 * quantity, 0.21 * quantity, 200 * quantity, 1.0, 7.25, None]
    return {
        "date": dt.date(2024, 1, 1) + dt.timedelta(draw(st.integers(0, 40))),
        "flow": draw(st.sampled_from(["export", "export", "export", "import", None])),
        "exporter": exporter,
        "export_country": FIRMS[exporter],
        "consignee": consignee,
        "destination_country": FIRMS[consignee or "Emil"],
        "hs_code": draw(
            st.sampled_from(["854231", "854232", "85423100", "847330", "847330", None])
        ),
        "part_number": draw(st.sampled_from([None, None, "XC7", "LM3"])),
        "unit": draw(st.sampled_from(["NAR", "NAR", "NAR", "NAR", "KGM", None])),
        "quantity": quantity,
        "net_mass_kg": draw(st.sampled_from(weights[:1] * 12 + weights)),
        "value": draw(st.sampled_from([3 * quantity, 3.1 * quantity, 8 * quantity, None])),
        "currency": draw(st.sampled_from(["USD", "USD", "USD", "EUR", None])),
        "origin_country": draw(st.sampled_from(["TW", "tw ", "CN", None])),
        "description": draw(st.sampled_from(["chips", "CHIPS", "parts", ""])),
    }


CHANGES = st.tuples(
    st.sampled_from(["append", "append", "correct", "withdraw"]),
    st.lists(lines(), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
WINDOWS = st.sampled_from([Window(), Window(least_age=3, stock_age=10, most_age=20, tried=2)])


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=LINES)


def numbered(rows: list[dict[str, Any]]) -> Parties:
    """Firms by number, each with two spellings, one of them not so sure."""
    exporter, consignee = (
        np.array([NUMBER.get(row[role], -1) for row in rows], np.int32)
        for role in ("exporter", "consignee")
    )
    heavy = np.array([int(row["quantity"] > 10) for row in rows], np.int32)
    sure = np.tile(np.array([1.0, 0.7], np.float32), len(FIRMS))
    return Parties(exporter, consignee, 2 * exporter + heavy, 2 * consignee, sure)


def same(ours: pa.Table, theirs: pa.Table) -> None:
    assert ours.schema == theirs.schema
    for name in theirs.column_names:
        if pa.types.is_floating(theirs[name].type):
            left, right = (
                side[name].to_numpy(zero_copy_only=False).astype(float) for side in (ours, theirs)
            )
            np.testing.assert_allclose(left, right, atol=1e-5, err_msg=name)
        else:
            assert ours[name].to_pylist() == theirs[name].to_pylist(), name


@settings(max_examples=60, deadline=None)
@given(
    st.lists(lines(), min_size=5, max_size=40),
    st.lists(CHANGES, min_size=1, max_size=5),
    WINDOWS,
    st.booleans(),
)
def test_the_answers_are_those_of_a_full_run(
    first: list[dict[str, Any]], changes: list[Any], window: Window, by_number: bool
) -> None:
    ledger = OpenLedger(**RULES, window=window)
    known: dict[tuple[str, int], tuple[float | None, ...]] = {}
    held: dict[str, dict[str, Any]] = {}
    made = 0
    for kind, rows, random in [("append", first, None), *changes]:
        if kind == "append":
            rows = [
                {**row, "shipment_id": f"s{made + i}", "line_no": 1} for i, row in enumerate(rows)
            ]
            made += len(rows)
            change = ledger.append(table(rows), numbered(rows) if by_number else None)
        else:
            ids = random.sample(sorted(held), min(len(rows), len(held)))
            rows = [
                {**row, "shipment_id": one, "line_no": 1}
                for one, row in zip(ids, rows, strict=False)
            ]
            if kind == "correct":
                change = ledger.correct(table(rows), numbered(rows) if by_number else None)
            else:
                change = ledger.withdraw(table(rows).select(["shipment_id", "line_no"]))
        for row in rows:
            if kind == "withdraw":
                del held[row["shipment_id"]]
            else:
                held[row["shipment_id"]] = row
        whole = list(held.values())
        if whole:
            full = trace(
                table(whole), **RULES, window=window, parties=numbered(whole) if by_number else None
            )
            same(ledger.scores(), full.scores)
        for row in change.lines.to_pylist():
            one = row["shipment_id"], row["line_no"]
            old, new = (
                tuple(row[f"{name}_{when}"] for name in ("score", "reach", "from_controlled"))
                for when in ("old", "new")
            )
            assert known.get(one, (None,) * 3) == old
            known[one] = new
        now = {
            (row["shipment_id"], row["line_no"]): (
                row["score"],
                row["reach"],
                row["from_controlled"],
            )
            for row in ledger.scores(of_the_day=False).to_pylist()
        }
        assert {one: answer for one, answer in known.items() if answer[0] is not None} == {
            one: answer for one, answer in now.items() if answer[0] is not None
        }


TIED = st.tuples(
    st.sampled_from([("Alba", "Boro"), ("Boro", "Fons"), ("Boro", "Cato"), ("Cato", "Fons")]),
    st.sampled_from([0, 0, 5, 5, 9, 14]),
    st.sampled_from([50.0, 50.0, 100.0]),
    st.sampled_from([None, "XC7", "LM3"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TIED, min_size=3, max_size=25), st.integers(0, 25))
def test_links_that_say_the_same_are_told_alike(rows: list[Any], first: int) -> None:
    told = [
        line(f"s{i}", after, *leg, quantity=quantity, part_number=part)
        for i, (leg, after, quantity, part) in enumerate(rows)
    ]
    ledger = OpenLedger(**RULES)
    for part in (told[:first], told[first:]):
        ledger.append(table(part))
    same(ledger.scores(), trace(ledger.lines, **RULES).scores)


def test_of_links_that_tie_it_does_not_matter_which_comes_first() -> None:
    ledger = OpenLedger(**RULES)
    told = [
        line("late", 1, "Emil", "Cato", quantity=25.0, part_number="X"),
        line("lot", 0, "Alba", "Cato", quantity=100.0),
        line("o2", 5, "Cato", "Fons", quantity=50.0, part_number="Y"),
        line("o1", 5, "Cato", "Fons", quantity=50.0, part_number="X"),
    ]
    ledger.append(table(told))
    same(ledger.scores(), trace(ledger.lines, **RULES).scores)


def day(number: int) -> dt.date:
    return dt.date(2024, 1, 1) + dt.timedelta(number)


def line(one: str, number: int, exporter: str, consignee: str, **more: Any) -> dict[str, Any]:
    return {
        "shipment_id": one,
        "line_no": 1,
        "date": day(number),
        "exporter": exporter,
        "export_country": FIRMS[exporter],
        "consignee": consignee,
        "destination_country": FIRMS[consignee],
        "hs_code": "854231",
        "unit": "NAR",
        "quantity": 100.0,
        **more,
    }


IN, ON = line("in", 5, "Alba", "Boro"), line("on", 15, "Boro", "Fons")


def test_a_second_leg_tells_of_the_first_one() -> None:
    ledger = OpenLedger(**RULES)
    ledger.append(table([IN]))
    change = ledger.append(table([ON])).lines.to_pylist()
    told = {row["shipment_id"]: row for row in change}
    assert told["in"]["reach_old"] == 0
    assert told["in"]["reach_new"] == 1
    assert told["on"]["reach_old"] is None
    assert told["on"]["from_controlled_new"] == 1
    back = {row["shipment_id"]: row for row in ledger.withdraw(table([ON])).lines.to_pylist()}
    assert back["in"]["reach_new"] == 0
    assert back["on"]["reach_new"] is None
    assert ledger.scores(of_the_day=False).num_rows == 1


def test_a_late_record_between_others_is_put_in_its_place() -> None:
    ledger = OpenLedger(**RULES)
    ledger.append(table([IN, ON]))
    earlier = line("earlier", 3, "Cato", "Boro")
    ledger.correct(table([{**IN, "date": day(0)}]))
    change = ledger.append(table([earlier]))
    assert not change.whole
    same(ledger.scores(), trace(ledger.lines, **RULES).scores)


def test_an_earlier_first_day_replays_everything_and_says_so() -> None:
    ledger = OpenLedger(**RULES)
    ledger.append(table([IN, ON, line("else", 6, "Dena", "Emil")]))
    change = ledger.append(table([line("first", 1, "Cato", "Emil")]))
    assert "first day" in change.whole
    assert change.replayed == 4
    same(ledger.scores(), trace(ledger.lines, **RULES).scores)


def test_goods_that_lose_their_usual_measure_are_followed_by_mass() -> None:
    ledger = OpenLedger(**RULES)
    ledger.append(table([{**IN, "net_mass_kg": 20.0}, {**ON, "net_mass_kg": 20.0}]))
    weighed = [
        line(f"w{i}", 7, "Dena", "Emil", unit="KGM", net_mass_kg=3.0, quantity=3.0)
        for i in range(2)
    ]
    change = ledger.append(table(weighed))
    assert not change.whole
    assert change.replayed == 4
    same(ledger.scores(), trace(ledger.lines, **RULES).scores)


def test_a_weight_that_comes_to_be_known_replays_the_lines_that_are_weighed() -> None:
    ledger = OpenLedger(**RULES)
    rows = [{**IN, "net_mass_kg": 20.0}, {**ON, "unit": "KGM", "quantity": 20.0}]
    weight = {"quantity": 50.0, "net_mass_kg": 50.0 * 20 / IN["quantity"]}
    ledger.append(table([*rows, *(line(f"a{i}", 7, "Dena", "Emil", **weight) for i in range(5))]))
    assert ledger.scores()["reach"][0].as_py() == 0
    change = ledger.append(table([line(f"b{i}", 8, "Cato", "Alba", **weight) for i in range(4)]))
    assert not change.whole
    # The line that is weighed, its lot, and the new lines.
    assert change.replayed == 2 + 4
    assert ledger.scores()["reach"][0].as_py() == pytest.approx(1, abs=0.01)
    same(ledger.scores(), trace(ledger.lines, **RULES).scores)


def test_mentions_known_better_replay_everything_and_say_so() -> None:
    rows = [IN, {**ON, "quantity": 10.0}]
    ledger = OpenLedger(**RULES, model=None)
    who = numbered(rows)
    ledger.append(table(rows), replace(who, exporter_mention=who.exporter_mention + 1))
    more = numbered([line("more", 20, "Dena", "Emil")])
    change = ledger.append(
        table([line("more", 20, "Dena", "Emil")]), replace(more, sure=more.sure * np.float32(0.9))
    )
    assert "mentions" in change.whole
    assert "on" in change.lines["shipment_id"].to_pylist()


def test_two_records_of_one_movement_are_one() -> None:
    ledger = OpenLedger(**RULES)
    rows = [{**IN, "flow": "export"}, {**ON, "flow": "export"}]
    assert ledger.append(table(rows)).paired == 0
    arrived = {**IN, "shipment_id": "arrived", "date": day(7), "flow": "import"}
    change = ledger.append(table([arrived]))
    assert change.paired == 3
    told = {row["shipment_id"]: row for row in change.lines.to_pylist()}
    assert told["arrived"]["reach_new"] == 1
    same(ledger.scores(), trace(ledger.lines, **RULES).scores)
    ledger.withdraw(table([IN]))
    assert ledger.scores(of_the_day=False)["reach"].to_pylist() == [1, 1]
    same(ledger.scores(), trace(ledger.lines, **RULES).scores)


def test_a_destination_may_be_embargoed_from_a_day_on() -> None:
    def since_day_ten(lines: pa.Table) -> np.ndarray:
        to_russia = pc.equal(lines["destination_country"], "RU")
        late = pc.greater_equal(lines["date"], pa.scalar(day(10)))
        return pc.and_(to_russia, late).to_numpy(zero_copy_only=False)

    ledger = OpenLedger(embargoed=since_day_ten, controlled_origins=["TW"])
    ledger.append(table([IN, ON, line("before", 8, "Boro", "Fons")]))
    reach = dict(
        zip(
            ledger.lines["shipment_id"].to_pylist(),
            ledger.scores()["reach"].to_pylist(),
            strict=True,
        )
    )
    assert reach["on"] == 1
    assert reach["before"] == 0


def test_lines_that_are_held_or_not_held_are_refused() -> None:
    ledger = OpenLedger(**RULES)
    ledger.append(table([IN]))
    with pytest.raises(InputError, match="held already"):
        ledger.append(table([IN]))
    with pytest.raises(InputError, match="not held"):
        ledger.correct(table([ON]))
    with pytest.raises(InputError, match="not held"):
        ledger.withdraw(table([ON]))
    with pytest.raises(InputError, match="named twice"):
        ledger.append(table([ON, ON]))
    with pytest.raises(InputError, match="in another"):
        ledger.append(table([ON]), numbered([ON]))
    assert ledger.lines.num_rows == 1


def test_a_line_of_the_far_future_does_not_start_the_ledger_anew_every_day() -> None:
    ledger = OpenLedger(**RULES)
    ledger.append(table([{**IN, "shipment_id": "late", "date": dt.date(2205, 3, 1)}]))
    for number in range(40):
        pair = [
            {**line, "shipment_id": f"{number}.{place}", "value": 100.0 + number % 3,
             "date": dt.date(2024, 1, 1) + dt.timedelta(3 * number + place)}
            for place, line in enumerate((IN, ON))
        ]  # fmt: skip
        change = ledger.append(table(pair))
        assert not change.whole or not number


def test_a_value_that_is_no_number_is_refused() -> None:
    lines = table([IN])
    place = lines.column_names.index("value")
    with pytest.raises(InputError, match="column value cannot be read as double"):
        OpenLedger(**RULES).append(lines.set_column(place, "value", pa.array(["ten"])))


def counted(ledger: OpenLedger) -> list[dict[Any, int]]:
    """Links by month and cell, and by month, currencies and bin."""
    of = ledger._book.differences
    cells = {
        (month, cell): int(of._by_month[place, cell])
        for month, place in of._places.items()
        for cell in np.flatnonzero(of._by_month[place]).tolist()
    }
    bins = of.prices[: of._many_rows * BINS].reshape(-1, BINS)
    prices = {
        (month, pair, price): int(bins[row, price])
        for month, rows in of._rows.items()
        for pair, row in rows.items()
        for price in np.flatnonzero(bins[row]).tolist()
    }
    return [cells, prices]


def test_what_currencies_cost_is_told_anew_when_lines_change() -> None:
    rng = np.random.default_rng(3)
    rates = {"USD": 1.0, "EUR": 0.9, "TRY": 30.0}
    rows = []
    for number in range(240):
        day, price = 2 * number, float(rng.choice([2, 3, 5]))
        for leg, (exporter, consignee) in enumerate((("Alba", "Boro"), ("Boro", "Fons"))):
            currency = str(rng.choice(list(rates)))
            row = {
                "shipment_id": f"s{number}.{leg}", "line_no": 1, "hs_code": "854231", "unit": "NAR",
                "date": dt.date(2023, 1, 1) + dt.timedelta(day + leg * int(rng.integers(1, 9))),
                "exporter": exporter, "export_country": FIRMS[exporter],
                "consignee": consignee, "destination_country": FIRMS[consignee],
                "quantity": float(rng.choice([10, 20])), "currency": currency,
            }  # fmt: skip
            row["value"] = row["quantity"] * price * rates[currency] * (1 + number * 0.002)
            rows.append(row)
    ledger = OpenLedger(**RULES)
    ledger.append(table(rows))
    wholes = 0
    for number in range(12):
        some = 20 if number % 2 else len(rows) - 30
        gone = [rows[i] for i in some + rng.choice(len(rows) - some, 2, replace=False)]
        wholes += bool(ledger.withdraw(table(gone)).whole)
        rows = [row for row in rows if row not in gone]
        full = trace(table(rows), **RULES).scores.sort_by("shipment_id")
        same(ledger.scores().sort_by("shipment_id"), full)
        fresh = OpenLedger(**RULES)
        fresh.append(table(rows))
        assert counted(ledger) == counted(fresh)
    assert 0 < wholes < 12


def test_the_same_number_in_another_measure_is_not_the_same_quantity() -> None:
    # However many words are known before a measure is first read, it is no other's.
    for words in range(16):
        came = {
            "date": dt.date(2024, 1, 1), "exporter": "Alba", "export_country": "TW",
            "consignee": "Boro", "destination_country": "TR", "hs_code": "220710", "quantity": 137.0,
        }  # fmt: skip
        went = {
            **came, "date": dt.date(2024, 1, 9), "exporter": "Boro", "export_country": "TR",
            "consignee": "Fons", "destination_country": "RU", "hs_code": "732690", "unit": "QQ",
        }  # fmt: skip
        other = {**came, "exporter": "Emil", "export_country": "KZ", "quantity": 5.0}
        ledger = OpenLedger(**RULES)
        ledger.append(table([{**came, "unit": "NAR", "shipment_id": "a", "line_no": 1}]))
        parts = [
            {**other, "part_number": f"P{i}", "shipment_id": f"p{i}", "line_no": 1}
            for i in range(words)
        ]
        ledger.append(table(parts))
        ledger.append(table([{**went, "shipment_id": "b", "line_no": 1}]))
        assert not pc.max(ledger.scores(of_the_day=False)["plain_score"]).as_py(), words
