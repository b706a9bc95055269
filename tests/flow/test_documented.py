"""docs/flow.md: its example is worked out by the ledger, and it names all there is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest
from tests.flow.stories import FIRST, Story, line

from enduse.flow import CHAINS, SCORES
from enduse.flow.movements import Gap, Level

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "flow.md").read_text("utf-8")
SAID = ("from_controlled", "guaranteed", "reach", "possible")


def rows_of(first_column: str) -> list[dict[str, str]]:
    """The table of the page whose first column has this name."""
    (found,) = re.findall(rf"^ *\| {first_column} \|.*\n(?: *\|.*\n)+", PAGE, re.MULTILINE)
    header, _, *lines = (
        [cell.strip() for cell in row.strip().strip("|").split("|")] for row in found.splitlines()
    )
    return [dict(zip(header, cells, strict=True)) for cells in lines]


@pytest.fixture(scope="module")
def example() -> Story:
    lines = []
    for row in rows_of("shipment"):
        (exporter, leaves), (consignee, arrives) = (
            row[side].rstrip(")").split(" (") for side in ("from", "to")
        )
        lines.append(
            line(
                row["shipment"],
                (date.fromisoformat(row["day"]) - FIRST).days,
                exporter,
                consignee,
                float(row["pieces"]),
                export_country=leaves,
                destination_country=arrives,
            )
        )
    return Story(*lines)


def test_the_example_is_what_the_ledger_says(example: Story) -> None:
    rows = rows_of("shipment")
    assert len(rows) == 6
    for row in rows:
        for column in SAID:
            told = example.of(row["shipment"], column)
            assert told == pytest.approx(float(row[column]), abs=0.0005), (row["shipment"], column)


def test_the_links_of_the_example_are_those_of_the_ledger(example: Story) -> None:
    told = {(row["lot"], row["order"]): float(row["pieces"]) for row in rows_of("lot")}
    assert example.taken("hs6") == example.taken("heading") == told


def test_the_page_says_of_every_share_how_it_comes_about(example: Story) -> None:
    sums = re.findall(r"(\d+) / (\d+) = ([\d.]+\d)", PAGE)
    assert len(sums) >= 5
    for over, under, told in sums:
        assert int(over) / int(under) == pytest.approx(float(told), abs=0.0005)
    shares = {float(row[column]) for row in rows_of("shipment") for column in SAID} - {0, 1}
    assert shares == {float(told) for _, _, told in sums}


def test_every_column_key_and_reason_is_on_the_page(example: Story) -> None:
    named = set(re.findall(r"`([a-z_0-9]+)`", PAGE))
    assert {*SCORES.names, *CHAINS} <= named
    assert {level.label for level in Level if level != Level.PARTY} == {
        row["goods key"].strip("`") for row in rows_of("goods key")
    }
    told = " ".join(PAGE.split())
    for gap in Gap:
        assert gap.reason in told
    assert pc.all(pc.is_valid(example.traced.scores["score"])).as_py()
