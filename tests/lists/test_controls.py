"""Control lists: in words, by HS code, and the nomenclature."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import InputError
from enduse.lists import controls, import_list
from enduse.lists.formats.controls import read_hs_list, read_hs_nomenclature, read_us_ccl
from enduse.lists.formats.outline import items_among
from enduse.lists.parsed import ReadOptions
from enduse.model import CONTROL_ENTRIES, HS_ENTRIES, NOMENCLATURE
from enduse.settings import Settings

ECFR = """<?xml version="1.0" encoding="UTF-8"?>
<DIV5 N="774" TYPE="PART">
<HEAD>PART 774—THE COMMERCE CONTROL LIST</HEAD>
<DIV8 N="§ 774.1" TYPE="SECTION"><HEAD>§ 774.1 Introduction.</HEAD>
<P>3A001 is named here in passing.</P></DIV8>
<DIV9 N="Supplement No. 1 to Part 774" TYPE="APPENDIX">
<HEAD>Supplement No. 1 to Part 774—The Commerce Control List</HEAD>
<HD1>Category 3—Electronics</HD1>
<HD1>A. “End Items,” “Equipment”</HD1>
<FP-2><B>3A001 Imagined circuits, as follows (see List of Items Controlled).</B></FP-2>
<FP-1><E T="04">License Requirements</E></FP-1>
<FP-1><I>Reason for Control:</I> NS, AT</FP-1>
<DIV><TABLE><TBODY><TR><TD>NS applies to entire entry</TD><TD>NS Column 2.</TD></TR></TBODY></TABLE></DIV>
<P>a. A licence text that letters its paragraphs.</P>
<FP-1><E T="04">List of Items Controlled</E></FP-1>
<FP-1><I>Related Controls:</I> See also 3A090.</FP-1>
<FP><I>Items:</I> a. Circuits of the imagined kind, as follows:</FP>
<P>a.1. Hardened against 5 × 10<E T="51">3</E> Gy, or higher;</P>
<NOTE><HED>Note:</HED><P>3A001.a.1 does not apply to toys.</P><P>b. A toy train;</P></NOTE>
<P>a.2 Converters &amp; clocks.</P>
<P>b. Amplifiers that cite 3A090 and <B>3D001</B> in bold.</P>
<P>N.B. Read with care.</P>
<HD1>B. “Test Equipment”</HD1>
<P>Words between entries belong to none.</P>
<FP-1><B>3B001 Machines to imagine circuits</B>.</FP-1>
<HD1>List of Items Controlled</HD1>
<FP><I>Items</I> a. The first machine.</FP>
<P>b. [Reserved]</P>
</DIV9>
<DIV9 N="Supplement No. 2 to Part 774" TYPE="APPENDIX">
<FP-2><B>9Z999 is not of this supplement</B></FP-2>
</DIV9>
</DIV5>
"""


def read_xml(tmp_path: Path, text: str) -> list[tuple[str, str | None, str]]:
    path = tmp_path / "title-15.xml"
    path.write_text(text, encoding="utf-8")
    table = read_us_ccl(path, ReadOptions()).table
    return [(r["entry"], r["paragraph"], r["text"]) for r in table.to_pylist()]


def test_the_ecfr_is_read_entry_by_entry(tmp_path: Path) -> None:
    assert read_xml(tmp_path, ECFR) == [
        ("3A001", None, "Imagined circuits, as follows (see List of Items Controlled)."),
        ("3A001", "note a", "A licence text that letters its paragraphs."),
        ("3A001", "a", "Circuits of the imagined kind, as follows:"),
        ("3A001", "a.1", "Hardened against 5 × 10^3 Gy, or higher;"),
        ("3A001", "note", "3A001.a.1 does not apply to toys."),
        ("3A001", "note b", "A toy train;"),
        ("3A001", "a.2", "Converters & clocks."),
        ("3A001", "b", "Amplifiers that cite 3A090 and 3D001 in bold."),
        ("3A001", "note", "N.B. Read with care."),
        ("3B001", None, "Machines to imagine circuits."),
        ("3B001", "a", "The first machine."),
        ("3B001", "b", "[Reserved]"),
    ]


def test_reasons_for_control_go_with_every_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "ccl.xml"
    path.write_text(ECFR, encoding="utf-8")
    table = read_us_ccl(path, ReadOptions()).table
    reasons = {(r["entry"], r["reasons"]) for r in table.to_pylist()}
    assert reasons == {("3A001", "NS, AT"), ("3B001", None)}


def test_the_supplement_alone_is_read_too(tmp_path: Path) -> None:
    start, end = ECFR.index("<DIV9"), ECFR.index('<DIV9 N="Supplement No. 2')
    assert len(read_xml(tmp_path, ECFR[start:end])) == 12


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ECFR[: ECFR.index("</DIV9>")], "cut off"),
        ("<html><body>Sign in</body></html>", "a web page"),
        ("<DIV5><DIV9 N='Supplement No. 2'></DIV9></DIV5>", "with its entries"),
        ('<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa">]><DIV5>&a;</DIV5>', "document type"),
        ('{"entries": [{"eccn": "3A001"', "cannot be read"),
        ('{"parties": []}', "cannot be read"),
        ("", "is empty"),
    ],
)
def test_what_is_no_control_list_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_xml(tmp_path, text)


def test_json_of_the_ccl_marks_the_notes(tmp_path: Path) -> None:
    path = tmp_path / "ccl.json"
    items = [
        {"paragraph": None, "kind": "text", "text": "See § 740.2."},
        {"paragraph": "a", "kind": "item", "text": "Units, as follows:"},
        {"paragraph": "a.1", "kind": "item", "text": "One;"},
        {"paragraph": "a", "kind": "item", "text": "in a note"},
        {"paragraph": "b", "kind": "item", "text": "in a note"},
        {"paragraph": "1", "kind": "note", "text": "a numbered note"},
        {"paragraph": "b", "kind": "item", "text": "Other units."},
        {"paragraph": None, "kind": "text", "text": "b.1 Without the last dot."},
        {"paragraph": "²", "kind": "item", "text": "No such letter."},
    ]
    entry = {"eccn": "3A090", "heading": "Integrated circuits", "reasonForControl": "RS"}
    known = {"ecfrIssueDate": "2026-07-23", "entries": [entry | {"items": items}, entry]}
    path.write_text(json.dumps(known), encoding="utf-8")
    parsed = read_us_ccl(path, ReadOptions())
    assert parsed.stated_date == date(2026, 7, 23)
    assert parsed.faults == ("entry 2: 3A090 stands there twice; both kept",)
    assert [r["paragraph"] for r in parsed.table.to_pylist()] == [
        None, "note", "a", "a.1", "note a", "note b", "note 1", "b",
        "b.1", "note ²", None,
    ]  # fmt: skip


@given(
    st.lists(st.sampled_from(["a", "a.1", "a.1.a", "a.2", "b", "b.1", "c", None, "1"]), max_size=12)
)
def test_an_item_is_named_once_and_in_order(designators: list[str | None]) -> None:
    chosen = [
        d for d, is_item in zip(designators, items_among(designators), strict=True) if is_item
    ]
    assert chosen == sorted(set(chosen), key=lambda d: str(d))
    assert bool(chosen) == any(d and d[0].isalpha() for d in designators)


def hs_list(tmp_path: Path, text: str, **mapping: str) -> list[dict[str, object]]:
    path = tmp_path / "annex.csv"
    path.write_text(text, encoding="utf-8")
    table = read_hs_list(path, ReadOptions(mapping=mapping)).table
    return table.to_pylist()  # type: ignore[no-any-return]


def test_a_table_of_hs_codes_with_all_it_may_say(tmp_path: Path) -> None:
    rows = hs_list(
        tmp_path,
        "HS_Code;Annex;Regime;Destinations;Description;Valid_From;Valid_To\n"
        "8542.31;XXIII;EU 833/2014;Russia;processors;2022-02-26;\n"
        "01 01;VII;;RU,BLR;horses;;2024-01-01\n",
    )
    assert rows == [
        {
            "hs_code": "854231", "entry": "XXIII", "regime": "EU 833/2014",
            "destinations": ["RU"], "description": "processors",
            "valid_from": date(2022, 2, 26), "valid_to": None,
        },
        {
            "hs_code": "0101", "entry": "VII", "regime": None,
            "destinations": ["RU", "BY"], "description": "horses",
            "valid_from": None, "valid_to": date(2024, 1, 1),
        },
    ]  # fmt: skip


def test_columns_of_any_name_are_mapped(tmp_path: Path) -> None:
    rows = hs_list(tmp_path, "貨品號列,類別\n85423100,甲\n", 貨品號列="hs_code", 類別="entry")
    assert (rows[0]["hs_code"], rows[0]["entry"]) == ("85423100", "甲")
    with pytest.raises(InputError, match="names tariff, which is not there"):
        hs_list(tmp_path, "code,tier\n854231,1\n", tariff="hs_code")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hs6,tier\n854231,1\n10121,2\n", "row 3: hs_code is '10121'"),
        ("hs6,tier\n8542310,1\n", "a leading zero may be lost"),
        ("hs6,tier\n８５４２３１,1\n", "row 2: hs_code"),
        ("hs6,tier\nEAR99,1\n", "row 2: hs_code is 'EAR99'"),
        ("hs6,tier\n854231,\n", "row 2: entry is ''"),
        ("hs6,tier,destination\n854231,1,Atlantis\n", "destinations is 'Atlantis'"),
        ("hs6,tier,valid_from\n854231,1,02/03/2024\n", "not a date as 2024-02-23"),
        ("name,country\nZarya,RU\n", "a column of HS codes"),
    ],
)
def test_a_control_list_with_a_row_that_cannot_be_is_refused_whole(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        hs_list(tmp_path, text)


def test_a_part_of_a_code_is_read_as_the_whole_and_said(tmp_path: Path) -> None:
    path = tmp_path / "annex.csv"
    path.write_text("hs_code,annex\nex 8542 31,XXIII\n", encoding="utf-8")
    parsed = read_hs_list(path, ReadOptions())
    assert parsed.table["hs_code"].to_pylist() == ["854231"]
    assert "row 2 'ex 8542 31'" in parsed.faults[0]


def test_the_nomenclature_keeps_its_leading_zeros(tmp_path: Path) -> None:
    path = tmp_path / "hs.csv"
    path.write_text(
        "section,hscode,description,parent,level\n"
        "I,01,Animals,TOTAL,2\nI,0101,Horses,01,4\nTOTAL,TOTAL,All,TOTAL,0\n",
        encoding="utf-8",
    )
    parsed = read_hs_nomenclature(path, ReadOptions())
    assert parsed.table["hs_code"].to_pylist() == ["01", "0101"]
    assert "row 4 'TOTAL'" in parsed.faults[0]
    path.write_text("hscode,description\n1,Animals\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 2: hs_code is '1'"):
        read_hs_nomenclature(path, ReadOptions())


def test_the_common_high_priority_list_is_always_there(settings: Settings) -> None:
    found = controls(settings)
    assert found.hs_entries.schema == HS_ENTRIES
    assert found.control_entries.schema == CONTROL_ENTRIES
    assert found.nomenclature.schema == NOMENCLATURE
    assert len(found.hs_entries) == 50
    tiers = {r["hs_code"]: r["entry"] for r in found.hs_entries.to_pylist()}
    assert (tiers["854231"], tiers["853221"], tiers["901420"], tiers["845710"]) == (
        "1",
        "2",
        "3.B",
        "4.B",
    )
    assert {r["version"][:10] for r in found.hs_entries.to_pylist()} == {"2024-02-23"}
    assert found.snapshots[0].date_basis == "shipped"


def chpl(tmp_path: Path, day: str, codes: str) -> Path:
    path = tmp_path / f"chpl_{day}.csv"
    path.write_text("hs6,tier\n" + codes, encoding="utf-8")
    return path


def test_a_newer_common_high_priority_list_takes_over_and_an_older_one_does_not(
    settings: Settings, tmp_path: Path
) -> None:
    import_list(chpl(tmp_path, "2023-05-19", "854231,1\n"), "hs-list", settings)
    assert len(controls(settings).hs_entries) == 50
    newer = "".join(f"8542{n},1\n" for n in range(30, 40))
    import_list(chpl(tmp_path, "2026-01-31", newer), "hs-list", settings)
    assert len(controls(settings).hs_entries) == 10
    assert len(controls(settings, as_of=date(2025, 6, 1)).hs_entries) == 50
    assert len(controls(settings, as_of=date(2023, 6, 1)).hs_entries) == 1


def test_a_day_before_every_edition_is_judged_by_the_oldest(settings: Settings) -> None:
    assert len(controls(settings, as_of=date(2020, 1, 1)).hs_entries) == 50


def test_lists_of_other_names_stand_beside_it(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "strategic_2024-03-01.csv"
    path.write_text("hs6,annex\n847989,B\n", encoding="utf-8")
    import_list(path, "hs-list", settings)
    found = controls(settings)
    assert len(found.hs_entries) == 51
    assert {s.source for s in found.snapshots} == {"common-high-priority", "strategic"}
