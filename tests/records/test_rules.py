"""What is accepted, what is rejected, what is doubted, value by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from enduse.model import SHIPMENTS

IN_TWO_YEARS = (date.today() + timedelta(days=730)).isoformat()


WRONG = [
    ("shipment_id", "", "required and missing"),
    ("consignee", "   ", "required and missing"),
    ("date", "13/05/2024", "is day first: write 2024-05-13, or name the form in a mapping"),
    ("date", "05/13/2024", "is month first: write 2024-05-13"),
    ("date", "13.05.24", "is day first: write YYYY-05-13"),
    ("date", "13/13/2024", "no month from 1 to 12"),
    ("date", "05/06/2024", "day first or month first"),
    ("date", "15.03.2023", "is day first: write 2023-03-15"),
    ("date", "2024-13-05", "no month 13: are day and month swapped"),
    ("date", "2024-02-30", "no such day"),
    ("date", "2024/05/13", "not in ISO form"),
    ("date", "45425", "spreadsheet's number of a day"),
    ("date", "1899-12-31", "before 1900"),
    ("date", IN_TWO_YEARS, "more than a year ahead"),
    ("date", "yesterday", "not a date"),
    ("flow", "EX", "none of export, import, transit, re-export"),
    ("consignee_country", "Atlantis", "no country that is known"),
    ("end_user_country", "Germny", "did you mean 'Germany' (DE)"),
    ("origin_country", "-", "no country that is known"),
    ("transit_countries", "HK;Atlantis", "'Atlantis' is no country"),
    ("origin_country", "KOREA", "could be North Korea (KP) or South Korea (KR)"),
    ("origin_country", "Конго", "Kinshasa (CD) or Congo - Brazzaville (CG)"),
    ("transit_countries", "HK;Korea", "'Korea' could be North Korea"),
    ("hs_code", "85423", "has 5 digits: is a leading zero lost"),
    ("hs_code", "1012100", "has 7 digits: is a leading zero lost"),
    ("hs_code", "854231901", "has 9 digits: is a leading zero lost"),
    ("hs_code", "8542", "has 4 digits"),
    ("hs_code", "85423190001", "has 11 digits"),
    ("hs_code", "８５４２３１", "full-width digits"),
    ("hs_code", "EAR99", "United States export classification"),
    ("hs_code", "3A001", "United States export classification"),
    ("hs_code", "chips", "not a Harmonized System code"),
    ("hs_code", "008542", "chapter 00"),
    ("quantity", "0", "not above 0"),
    ("quantity", "-5", "not above 0"),
    ("quantity", "1e13", "above 1e+12"),
    ("quantity", "1" + "0" * 400, "above 1e+12"),
    ("quantity", "1,5", "comma"),
    ("quantity", "1,500.00", "comma"),
    ("quantity", "1.500.000", "parted thousands"),
    ("quantity", "1 500", "parted thousands"),
    ("quantity", "１２", "digits other than 0 to 9"),
    ("quantity", "12 pcs", "has a unit"),
    ("quantity", "a dozen", "not a number"),
    ("quantity", "NaN", "not a number"),
    ("net_mass_kg", "-0.1", "below 0"),
    ("value", "-1", "below 0"),
    ("value", "1e16", "above 1e+15"),
    ("currency", "RMB", "write CNY"),
    ("currency", "$", "no ISO 4217 code"),
    ("line_no", "1a", "not a whole number"),
    ("line_no", "1.5", "not a whole number"),
    ("line_no", "99999999999", "improbable"),
    ("consignee", "Acme\0Ltd", "NUL"),
    ("consignee", "#REF!", "spreadsheet's error"),
]


TAKEN = [
    ("date", "20240513", date(2024, 5, 13)),
    ("date", "2024-05-13T23:30:00+08:00", date(2024, 5, 13)),
    ("flow", "Re Export", "re-export"),
    ("exporter_country", "TWN", "TW"),
    ("exporter_country", "South Korea", "KR"),
    ("exporter_country", "Democratic Republic of the Congo", "CD"),
    ("exporter_country", "Republic of the Congo", "CG"),
    ("exporter_country", "臺灣", "TW"),
    ("consignee_country", "Türkiye", "TR"),
    ("destination_country", "Україна", "UA"),
    ("transit_countries", "Hong Kong; ARE ;", "HK;AE"),
    ("hs_code", "010121", "010121"),
    ("hs_code", "8542.31.90", "85423190"),
    ("hs_code", "8542 31 9000", "8542319000"),
    ("quantity", "1.5e3", 1500.0),
    ("quantity", ".5", 0.5),
    ("unit", "KGS", "KGM"),
    ("unit", "pcs", "NAR"),
    ("unit", "шт.", "NAR"),
    ("unit", "", "NAR"),
    ("net_mass_kg", "0", 0.0),
    ("currency", "twd", "TWD"),
    ("line_no", "007", 7),
    ("line_no", "", 1),
    ("vessel_imo", "IMO 9074729", "9074729"),
    ("container", "csqu 305438-3", "CSQU3054383"),
    ("serials", "A1; A2;;A3", "A1;A2;A3"),
    ("consignee", "=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1"),
    ("consignee", "  ТОВ «Мрія»  ", "ТОВ «Мрія»"),
    ("consignee", "NULL", "NULL"),
    ("consignee_country", "NA", "NA"),
]


_UNCONTROLLED = "names a territory not under its government's control"
DOUBTED = [
    ("exporter_country", "Abkhazia", "GE", _UNCONTROLLED),
    ("exporter_country", "South Ossetia", "GE", _UNCONTROLLED),
    ("exporter_country", "Південна Осетія", "GE", _UNCONTROLLED),
    ("exporter_country", "Transnistria", "MD", _UNCONTROLLED),
    ("exporter_country", "Придністровʼя", "MD", _UNCONTROLLED),
    ("exporter_country", "ПМР", "MD", _UNCONTROLLED),
    ("exporter_country", "Crimea", "UA", _UNCONTROLLED),
    ("exporter_country", "Крым", "UA", _UNCONTROLLED),
    ("exporter_country", "г. Севастополь", "UA", _UNCONTROLLED),
    ("exporter_country", "Donetsk People’s Republic", "UA", _UNCONTROLLED),
    ("exporter_country", "Luhansk People's Republic", "UA", _UNCONTROLLED),
    ("exporter_country", "ЛНР", "UA", _UNCONTROLLED),
    ("transit_countries", "TR;Abkhazia", "TR;GE", _UNCONTROLLED),
    ("vessel_imo", "9074728", "9074728", "the check digit of an IMO number fails"),
    ("vessel_imo", "ORCHID", "ORCHID", "not seven digits"),
    ("container", "CSQU3054384", "CSQU3054384", "the check digit of a container number"),
    ("container", "two boxes", "two boxes", "not four letters and seven digits"),
    ("exporter_id", "529900T8BM49AURSDO56", "529900T8BM49AURSDO56", "of an LEI fails"),
    ("consignee_id", "EORI: 12345", "EORI: 12345", "not in the form of an EORI"),
    ("consignee_id", "ИНН 7707083894", "ИНН 7707083894", "of an INN fails"),
    ("consignee_id", "91110000600037341X", "91110000600037341X", "unified social credit"),
    ("unit", "bushel", None, "not a unit that is known"),
    ("consignee", "Acme\u202eDTL", "Acme\u202eDTL", "direction-changing"),
    ("description", "chip\x1b[2J", "chip\x1b[2J", "invisible"),
    ("description", "Micro\ufffdchip", "Micro\ufffdchip", "lost in a conversion"),
]


@pytest.fixture(scope="module")
def outcome(
    tmp_path_factory: pytest.TempPathFactory,
    save_csv: Callable[..., Any],
    read_in: Callable[..., Any],
    valid_line: dict[str, str],
) -> Any:
    """One reading of a line for each case, in order, from row 2."""
    folder = tmp_path_factory.mktemp("cases")
    cases = [*WRONG, *TAKEN, *DOUBTED]
    rows = [
        {**valid_line, "shipment_id": f"case {i}", "unit": "KGM", case[0]: case[1]}
        for i, case in enumerate(cases)
    ]
    return read_in(folder, save_csv(folder / "orders.csv", rows))


@pytest.mark.parametrize("case", range(len(WRONG)), ids=lambda i: "-".join(WRONG[i][:2])[:40])
def test_a_value_that_breaks_a_rule_rejects_its_row(outcome: Any, case: int) -> None:
    column, value, reason = WRONG[case]
    (reject,) = (r for r in outcome.rejects if r["row"] == str(case + 2))
    assert reject["column"] == column
    assert reject["value"].lstrip("'") == value.strip().replace("\0", "␀")[:1000] + (
        "…" if len(value) > 1000 else ""
    )
    assert reason in reject["reason"]


@pytest.mark.parametrize("case", range(len(TAKEN)), ids=lambda i: "-".join(TAKEN[i][:2]))
def test_a_value_is_taken_as_its_rule_says(outcome: Any, case: int) -> None:
    column, _, becomes = TAKEN[case]
    found = outcome.lines[case]
    assert found["source_row"] == len(WRONG) + case + 2
    assert found[column] == becomes
    assert found["doubts"] is None


@pytest.mark.parametrize("case", range(len(DOUBTED)), ids=lambda i: "-".join(DOUBTED[i][:2]))
def test_a_doubtful_value_is_kept_and_doubted(outcome: Any, case: int) -> None:
    column, _, kept, doubt = DOUBTED[case]
    found = outcome.lines[len(TAKEN) + case]
    assert found[column] == kept
    assert found["doubts"].startswith(f"{column}: ")
    assert doubt in found["doubts"]


def test_doubts_are_counted_by_column(outcome: Any) -> None:
    assert outcome.report.doubts == Counter(case[0] for case in DOUBTED)


def test_countries_are_kept_as_written_too(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Callable[..., dict[str, str]]
) -> None:
    row = line(exporter_country="Taiwan", export_country="臺灣", transit_countries="Hong Kong; UAE")
    (found,) = read(write_csv([row])).lines
    assert found["exporter_country"] == found["export_country"] == "TW"
    assert found["exporter_country_as_written"] == "Taiwan"
    assert found["export_country_as_written"] == "臺灣"
    assert found["transit_countries_as_written"] == "Hong Kong; UAE"


def test_an_identifier_that_holds_or_cannot_be_checked_is_not_doubted(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Callable[..., dict[str, str]]
) -> None:
    ids = [
        "529900T8BM49AURSDO55",
        "12345678",
        "91110000600037341L",
        "EORI DE1234",
        "LEICA 12",
        "ИНН 7707083893",
    ]
    outcome = read(write_csv([line(consignee_id=number) for number in ids]))
    assert outcome.report.doubts == {}
    assert outcome.table["consignee_id"].to_pylist() == ids


def test_several_doubts_stand_side_by_side(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Callable[..., dict[str, str]]
) -> None:
    outcome = read(write_csv([line(unit="bushel", vessel_imo="9074728")]))
    assert outcome.lines[0]["doubts"] == (
        "unit: not a unit that is known; vessel_imo: the check digit of an IMO number fails"
    )
    assert outcome.report.doubts == {"unit": 1, "vessel_imo": 1}


def test_a_row_with_two_faults_is_one_rejected_row_with_two_reasons(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Callable[..., dict[str, str]]
) -> None:
    outcome = read(write_csv([line(), line(quantity="0", hs_code="EAR99")]))
    assert outcome.report.rejected == 1
    assert [(r["row"], r["column"]) for r in outcome.rejects] == [
        ("3", "hs_code"),
        ("3", "quantity"),
    ]


def test_all_rows_rejected_still_gives_a_report_and_an_empty_table(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Callable[..., dict[str, str]]
) -> None:
    outcome = read(write_csv([line(quantity="0"), line(quantity="none")]))
    assert (outcome.report.read, outcome.report.accepted) == (2, 0)
    assert outcome.table.schema.equals(SHIPMENTS)
    assert outcome.report.first_date is None


def test_a_value_that_a_spreadsheet_would_run_is_defused_in_the_rejects(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Callable[..., dict[str, str]]
) -> None:
    formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"]
    outcome = read(write_csv([line(currency=formula) for formula in formulas]))
    assert [reject["value"] for reject in outcome.rejects] == [f"'{f}" for f in formulas]


def test_the_period_and_the_unused_columns_are_told(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Callable[..., dict[str, str]]
) -> None:
    rows = [line(date="2024-05-13", remark="x"), line(date="2023-01-02"), line(date="1890-01-01")]
    report = read(write_csv(rows)).report
    assert (report.first_date, report.last_date) == (date(2023, 1, 2), date(2024, 5, 13))
    assert report.unused == ("remark",)
