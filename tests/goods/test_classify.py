"""A whole table of goods at once."""

from __future__ import annotations

import random
from datetime import date
from itertools import groupby

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.goods import classify
from enduse.model import CLASSIFICATIONS, GOODS

DAY = date(2026, 8, 1)
KINDS = [
    ("854239", "14-bit ADC", "ADC-1"),
    ("848210", "angular rate gyros", None),
    ("020230", "frozen beef", None),
    (None, None, None),
    ("8542390000", "гироскоп", "X"),
]


def goods(kinds: list[int]) -> pa.Table:
    rows = [KINDS[kind] for kind in kinds]
    columns = [pa.array([row[i] for row in rows], pa.string()) for i in range(3)]
    ids = pa.array([f"G{i}" for i in range(len(rows))], pa.string())
    return pa.Table.from_arrays([ids, *columns], schema=GOODS)


@settings(max_examples=40)
@given(st.lists(st.integers(0, len(KINDS) - 1), max_size=30), st.randoms())
def test_every_list_answers_for_every_row_and_the_order_of_rows_does_not_matter(
    control_entries: pa.Table,
    hs_entries: pa.Table,
    nomenclature: pa.Table,
    kinds: list[int],
    shuffled: random.Random,
) -> None:
    lists = {
        "control_entries": control_entries,
        "hs_entries": hs_entries,
        "nomenclature": nomenclature,
    }
    table = goods(kinds)
    found = classify(table, **lists, as_of=DAY)
    assert found.schema == CLASSIFICATIONS
    pairs = {(a["goods_id"], a["list"]) for a in found.to_pylist()}
    names = ("us-ccl", "common-high-priority")
    assert pairs == {(i, name) for i in table["goods_id"].to_pylist() for name in names}
    runs = [goods_id for goods_id, _ in groupby(found["goods_id"].to_pylist())]
    assert runs == table["goods_id"].to_pylist()

    order = list(range(len(kinds)))
    shuffled.shuffle(order)
    again = classify(table.take(pa.array(order, pa.int64())), **lists, as_of=DAY)
    keys = [("goods_id", "ascending"), ("list", "ascending"), ("entry", "ascending")]
    assert again.sort_by(keys).equals(found.sort_by(keys))


def test_a_row_without_an_entry_stands_only_where_the_list_gave_none(ask) -> None:
    answers = ask(*({"hs_code": c, "description": d, "part_number": p} for c, d, p in KINDS))
    for goods_id in {a["goods_id"] for a in answers}:
        for name in ("us-ccl", "common-high-priority"):
            entries = [
                a["entry"] for a in answers if (a["goods_id"], a["list"]) == (goods_id, name)
            ]
            assert entries == [None] or None not in entries


def test_no_lists_no_answers(
    control_entries: pa.Table, hs_entries: pa.Table, nomenclature: pa.Table
) -> None:
    found = classify(
        goods([0, 1]),
        control_entries=control_entries.slice(0, 0),
        hs_entries=hs_entries.slice(0, 0),
        nomenclature=nomenclature.slice(0, 0),
        as_of=DAY,
    )
    assert found.num_rows == 0
    assert found.schema == CLASSIFICATIONS


def test_an_excluded_entry_does_not_stand_for_the_whole_list(ask) -> None:
    answers = [
        a
        for a in ask({"param.digital_io_count": "10", "param.aggregate_transceiver_rate": "0 Gb/s"})
        if a["list"] == "us-ccl"
    ]
    assert [(a["entry"], a["status"]) for a in answers] == [
        ("3A001.a.7", "excluded"),
        (None, "insufficient_data"),
    ]
    assert "no other entry found in list us-ccl" in str(answers[1]["explanation"])


def test_tables_in_many_pieces_and_numbers_as_parameters_are_taken(
    control_entries: pa.Table, hs_entries: pa.Table, nomenclature: pa.Table
) -> None:
    pieces = [goods([0, 1]), goods([1, 0, 2])]
    table = pa.concat_tables(pieces).append_column(
        "param.digital_io_count", pa.chunked_array([[701.0, None], [None, 700.0, 5.0]])
    )
    found = classify(
        table,
        control_entries=control_entries,
        hs_entries=hs_entries,
        nomenclature=nomenclature,
        as_of=DAY,
    )
    judged = [a for a in found.to_pylist() if str(a["entry"]).startswith("3A001.a.7")]
    assert [a["status"] for a in judged] == ["candidate"] + ["insufficient_data"] * 2
