"""Descriptions against their own HS headings: the material of red flag 26."""

from __future__ import annotations

import pyarrow as pa
import pytest

from enduse.goods import DESCRIPTION_FIT, description_fit
from enduse.model import GOODS, NOMENCLATURE


def fits(nomenclature: pa.Table, *pairs: tuple[str | None, str | None]) -> list[dict[str, object]]:
    goods = pa.table(
        {
            "goods_id": [str(i) for i in range(len(pairs))],
            "hs_code": pa.array([code for code, _ in pairs], pa.string()),
            "description": pa.array([text for _, text in pairs], pa.string()),
            "part_number": pa.nulls(len(pairs), pa.string()),
        },
        schema=GOODS,
    )
    found = description_fit(goods, nomenclature)
    assert found.schema == DESCRIPTION_FIT
    assert found["goods_id"].to_pylist() == goods["goods_id"].to_pylist()
    return list(found.to_pylist())


@pytest.mark.parametrize(
    ("code", "description", "heading", "words"),
    [
        ("020230", "Integrated circuits, processors", "8542", "integrated, circuits, processors"),
        ("610910", "Tapered roller bearings", "8482", "tapered, roller, bearings"),
        ("84821090", "fresh apples", "0808", "fresh, apples"),
        ("854239", "Frozen", "0202", "frozen"),
    ],
)
def test_a_description_that_speaks_of_another_chapter_is_found_with_its_words(
    nomenclature: pa.Table, code: str, description: str, heading: str, words: str
) -> None:
    (found,) = fits(nomenclature, (code, description))
    assert (found["own_heading"], found["own_score"]) == (code[:4], 0.0)
    assert (found["best_heading"], found["words"]) == (heading, words)
    assert 0.5 <= float(str(found["best_score"])) <= 1


@pytest.mark.parametrize(
    ("code", "description"),
    [
        ("854239", "Integrated circuit, voltage regulator"),
        ("853221", "capacitor for screws and bolts machines"),
        ("847160", "Ball bearings for machinery"),
        ("848210", "Data processing machines"),
        ("851713", "Apple iPhone 13 128 GB"),
        ("854239", "Bovine"),
        ("020230", "BX-2231/4"),
        ("020230", "spare parts"),
        ("020230", "轉換器 積體電路"),
        ("020230", None),
        (None, "Integrated circuits, processors"),
        ("990000", "Integrated circuits, processors"),
    ],
)
def test_where_the_words_leave_room_nothing_is_claimed(
    nomenclature: pa.Table, code: str | None, description: str | None
) -> None:
    (found,) = fits(nomenclature, (code, description))
    assert (found["best_heading"], found["best_score"], found["words"]) == (None, None, None)


def test_the_own_score_is_null_where_nothing_can_be_compared(nomenclature: pa.Table) -> None:
    cases = [("854239", "circuits"), ("854239", "轉換器"), ("854239", None), (None, "circuits")]
    scores = [found["own_score"] for found in fits(nomenclature, *cases)]
    assert scores == [1.0, None, None, None]


def test_without_a_nomenclature_nothing_is_said(nomenclature: pa.Table) -> None:
    (found,) = fits(NOMENCLATURE.empty_table(), ("020230", "Integrated circuits"))
    assert (found["own_score"], found["best_heading"]) == (None, None)


def test_every_row_of_the_same_kind_gets_the_same_answer(nomenclature: pa.Table) -> None:
    found = fits(nomenclature, *[("610910", "Roller bearings"), ("610910", "T-shirts")] * 3)
    assert [row["best_heading"] for row in found] == ["8482", None] * 3
