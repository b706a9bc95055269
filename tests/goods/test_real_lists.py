"""The real Commerce Control List, Common High Priority List and Harmonized System."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from enduse.goods import classify, description_fit, high_priority_tiers, shipped_thresholds
from enduse.goods.candidates import qualified
from enduse.lists import Controls, controls, import_list
from enduse.model import GOODS
from enduse.settings import Settings

DAY = date(2026, 8, 1)


@pytest.fixture(scope="module")
def real_lists(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Controls:
    settings = Settings(workspace=tmp_path_factory.mktemp("workspace"), threads=2)
    import_list(real_data / "csl-2026" / "ccl.json", "us-ccl", settings)
    nomenclature = real_data / "hs" / "harmonized-system.csv"
    import_list(nomenclature, "hs-nomenclature", settings, as_of=date(2024, 10, 1))
    return controls(settings)


def goods(descriptions: list[str], codes: list[str] | None = None) -> pa.Table:
    count = len(descriptions)
    return pa.table(
        {
            "goods_id": [str(i) for i in range(count)],
            "hs_code": pa.array(codes or [None] * count, pa.string()),
            "description": descriptions,
            "part_number": pa.nulls(count, pa.string()),
        },
        schema=GOODS,
    )


def first_by_text(lists: Controls, descriptions: list[str]) -> list[str | None]:
    """The first entry that text names for each description, or None."""
    found = classify(
        goods(descriptions),
        control_entries=lists.control_entries,
        hs_entries=lists.hs_entries.slice(0, 0),
        nomenclature=lists.nomenclature,
        as_of=DAY,
    )
    first: dict[str, str | None] = {}
    for answer in found.to_pylist():
        if answer["basis"] == "description":
            first.setdefault(answer["goods_id"], answer["entry"])
    return list(first.values())


def test_descriptions_as_trade_writes_them_find_their_entries(real_lists: Controls) -> None:
    expected = {
        "analog-to-digital converter 14-bit 500 MSPS": "3A001.a.5.a.4",
        "inertial measurement unit gyroscope": "7A003",
        "FPGA": "3A001.a.7",
        "carbon fibre prepreg": "1C010.e",
        "thiodiglycol CAS 111-48-8": "1C350.b.22",
        "mass spectrometers, inductively coupled plasma": "3A233.a",
        "oscilloscope 4 channel 1 GHz": "3A992.d",
        "bellows sealed scroll vacuum pump": "2B233",
        "quadcopter unmanned aerial vehicle": "9A012",
        "phased array antenna, electronically steerable": "5A001.d",
    }
    found = dict(zip(expected, first_by_text(real_lists, list(expected)), strict=True))
    assert found == expected


def test_food_cloth_and_furniture_are_hardly_ever_candidates(real_lists: Controls) -> None:
    harmless = {f"{chapter:02}" for chapter in [*range(1, 25), *range(41, 54), *range(57, 68), 94]}
    descriptions = [
        row["description"]
        for row in real_lists.nomenclature.to_pylist()
        if len(row["hs_code"]) == 6 and row["hs_code"][:2] in harmless
    ]
    claimed = [entry for entry in first_by_text(real_lists, descriptions) if entry]
    assert len(descriptions) > 1900
    assert len(claimed) / len(descriptions) < 0.015


def test_every_threshold_stands_in_the_text_of_its_paragraph(real_lists: Controls) -> None:
    entries = real_lists.control_entries.to_pylist()
    texts = {qualified(row["entry"], row["paragraph"]): row["text"] for row in entries}
    (file,) = [t for t in shipped_thresholds() if t.list == "us-ccl"]
    assert str(entries[0]["version"]).startswith(str(file.date))
    for entry in file.entries:
        assert entry.name in texts
        for paragraph in entry.paragraphs:
            for comparison in paragraph.condition.comparisons():
                number = re.sub(r"[^0-9.]", "", str(comparison.bound.written).split()[0])  # type: ignore[union-attr]
                assert re.search(rf"(?<![\d.]){re.escape(number)}\b", texts[paragraph.name]), (
                    f"{paragraph.name} does not speak of {number}"
                )


def test_the_fifty_codes_have_the_tiers_that_the_authorities_gave(
    real_data: Path, real_lists: Controls
) -> None:
    lines = (real_data / "chpl" / "chpl_2024-02-23.csv").read_text("utf-8").splitlines()[1:]
    published = {line.split(",")[0]: line.split(",")[1] for line in lines}
    tiers = high_priority_tiers(real_lists.hs_entries, DAY)
    assert dict(zip(tiers["hs_code"].to_pylist(), tiers["tier"].to_pylist(), strict=True)) == (
        published
    )


def test_descriptions_fit_their_own_codes_and_swapped_ones_are_found(
    real_lists: Controls,
) -> None:
    chance = random.Random(7)
    rows = [row for row in real_lists.nomenclature.to_pylist() if len(row["hs_code"]) == 6]
    codes = [row["hs_code"] for row in rows]
    shortened = []
    for row in rows:
        words = re.findall(r"\w{3,}", row["description"])
        chance.shuffle(words)
        shortened.append(" ".join(words[: chance.choice([2, 3, 4])]))

    def flagged(descriptions: list[str]) -> float:
        fits = description_fit(goods(descriptions, codes), real_lists.nomenclature)
        return 1 - fits["best_heading"].null_count / len(fits)

    assert flagged(shortened) < 0.01
    chance.shuffle(shortened)
    assert flagged(shortened) > 0.4


def test_trade_descriptions_are_not_held_against_their_right_codes(real_lists: Controls) -> None:
    right = {
        "Apple iPhone 13 128 GB": "851713",
        "computer mouse, optical": "847160",
        "orange blossom face cream": "330499",
        "camera bag": "420292",
        "wine glass": "701337",
        "server blade": "847150",
        "mesh router": "851762",
        "fan heater": "851629",
        "steel bracket": "732690",
        "rubber gasket": "401693",
        "drone autopilot": "901420",
        "battery electrolyte": "382499",
        "ceramic package for IC": "854290",
    }
    fits = description_fit(goods(list(right), list(right.values())), real_lists.nomenclature)
    assert fits["best_heading"].null_count == len(right)
