"""Components that the workspace keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enduse.cli.app import run
from enduse.components.kept import held_component, held_components, import_components
from enduse.components.recovered import recovered_from_record
from enduse.errors import InputError
from enduse.model.components import KEPT_COMPONENTS
from enduse.settings import Settings

TODAY = date(2026, 1, 1)
MARKED = {"component_id": "C1", "weapon": "Kh-101", "marking_raw": "STM32F405RGT6 GQ 2230 CHN"}
Import = Callable[..., Any]


@pytest.fixture
def taken(settings: Settings) -> Import:
    """Records, taken into the workspace; answers what came of it."""

    def run(*records: dict[str, Any]) -> Any:
        names = dict.fromkeys(name for record in records for name in record)
        table = pa.table({name: [record.get(name) for record in records] for name in names})
        result = import_components(table, settings=settings, today=TODAY)
        assert (
            held_components(settings)
            .schema.remove_metadata()
            .equals(KEPT_COMPONENTS.remove_metadata())
        )
        assert result.held == held_components(settings).num_rows
        return result

    return run


def test_what_is_not_stated_is_read_from_the_marking_and_said_to_be_read(
    taken: Import, settings: Settings
) -> None:
    result = taken(MARKED)
    record = held_component("C1", settings)
    assert record["part_number"] == "STM32F405RGT6"
    assert record["manufacturer"] == record["maker"] == "STMicroelectronics"
    assert (record["date_code"], record["made_from"]) == ("2230", date(2022, 7, 25))
    assert set(record["as_read"].split(";")) >= {"part_number", "manufacturer", "date_code"}
    assert result.read_from_marking["part_number"] == 1
    assert record["contradictions"] is None


def test_what_is_stated_stays_and_a_marking_that_says_otherwise_is_a_contradiction(
    taken: Import, settings: Settings
) -> None:
    taken({**MARKED, "part_number": "XC7A100T", "date_code": "2105", "manufacturer": "Xilinx"})
    record = held_component("C1", settings)
    assert (record["part_number"], record["date_code"]) == ("XC7A100T", "2105")
    assert "part_number" not in (record["as_read"] or "")
    for text in (
        "part_number 'XC7A100T' does not stand in the marking, which reads 'STM32F405RGT6'",
        "date_code '2105' does not stand in the marking, which reads '2230'",
        "manufacturer 'Xilinx' is stated, and the marking reads 'STMicroelectronics'",
    ):
        assert text in record["contradictions"]


def test_the_lot_that_is_stated_is_no_serial_number_of_the_marking(
    taken: Import, settings: Settings
) -> None:
    taken(
        {"component_id": "C1", "marking_raw": "PTR26538\n2230 B899193", "lot": "B899193"},
        {"component_id": "C2", "marking_raw": "PTR26538\n2230 B899193"},
    )
    assert held_component("C1", settings)["serials"] is None
    assert held_component("C2", settings)["serials"] == "B899193"


def test_nothing_is_taken_from_a_maker_that_the_record_contradicts(
    taken: Import, settings: Settings
) -> None:
    taken(
        {"component_id": "C1", "marking_raw": "AD8232ACPZ", "manufacturer": "Oskrevofax Corp."},
        {"component_id": "C2", "marking_raw": "AD8232ACPZ", "manufacturer": None},
    )
    record = held_component("C1", settings)
    told = ("maker", "owner", "maker_country", "manufacturer_country", "family")
    assert [record[name] for name in told] == [None] * len(told)
    assert "manufacturer 'Oskrevofax Corp.' is stated" in record["contradictions"]
    assert held_component("C2", settings)["owner"] == "Analog Devices"


@pytest.mark.parametrize(
    ("stated", "marking", "owner"),
    [
        ("TI", "TMS320F28335PTPQ", "Texas Instruments"),
        ("Maxim", "MAX3232ESE", "Analog Devices"),
        ("AMD", "XCKU060", "AMD"),
        ("Analog Devices Inc.", "MAX3232ESE", "Analog Devices"),
    ],
)
def test_a_maker_stated_by_its_initials_a_former_name_or_its_owner_is_no_contradiction(
    taken: Import, settings: Settings, stated: str, marking: str, owner: str
) -> None:
    taken(
        {
            "component_id": "C1", "marking_raw": marking, "part_number": marking,
            "manufacturer": stated,
        }
    )  # fmt: skip
    record = held_component("C1", settings)
    assert (record["owner"], record["contradictions"]) == (owner, None)


def test_countries_of_headquarters_assembly_and_sale_are_kept_apart(
    taken: Import, settings: Settings
) -> None:
    taken({**MARKED, "country_of_sale": "KZ"})
    record = held_component("C1", settings)
    assert (record["manufacturer_country"], record["country_of_assembly"]) == ("CH", "CN")
    assert record["country_of_sale"] == "KZ"


def test_headquarters_stated_as_another_country_than_the_catalogue_s_is_said(
    taken: Import, settings: Settings
) -> None:
    taken({**MARKED, "manufacturer_country": "CN"})
    record = held_component("C1", settings)
    assert record["manufacturer_country"] == "CN"
    assert "manufacturer_country says CN" in record["contradictions"]


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({"date_code": "2254"}, "date_code 2254 means no week that has been"),
        (
            {"date_code": "2301", "recovered_on": date(2022, 12, 1)},
            "after the recovery on 2022-12-01",
        ),
    ],
)
def test_a_date_code_that_cannot_be_is_kept_and_said(
    taken: Import, settings: Settings, cells: dict[str, Any], text: str
) -> None:
    taken({"component_id": "C1", "part_number": "LM2575T", **cells})
    record = held_component("C1", settings)
    assert record["date_code"] == cells["date_code"]
    assert text in record["contradictions"]


def test_a_date_code_of_one_digit_a_year_may_be_of_several_decades(
    taken: Import, settings: Settings
) -> None:
    taken({"component_id": "C1", "part_number": "LM2575T", "date_code": "230"})
    record = held_component("C1", settings)
    assert (record["made_from"].year, record["made_to"].year) == (2002, 2022)
    years = [window.earliest.year for window in recovered_from_record(record).made]
    assert years == [2022, 2012, 2002]


def test_an_import_adds_and_replaces_by_id_and_says_what_was_otherwise(
    taken: Import, settings: Settings
) -> None:
    taken(MARKED, {"component_id": "C2", "part_number": "LM2575T", "lot": "A1"})
    result = taken(
        {"component_id": "C2", "part_number": "LM2575T", "lot": "B7"}, {"component_id": "C3"}
    )
    assert (result.added, result.replaced, result.held) == (1, 1, 3)
    record = held_component("C2", settings)
    assert record["lot"] == "B7"
    assert record["contradictions"] == "lot was 'A1' in the table, taken in before"


def test_an_import_again_changes_nothing(taken: Import, settings: Settings) -> None:
    records = [MARKED, {**MARKED, "component_id": "C2", "serials": "A1"}]
    taken(*records)
    before = held_components(settings)
    result = taken(*records)
    assert (result.added, result.replaced) == (0, 2)
    assert held_components(settings).equals(before)


def test_copies_under_other_ids_are_found_and_said(taken: Import) -> None:
    copies = [{**MARKED, "component_id": f"C{n}", "source": f"copy {n}"} for n in range(316)]
    result = taken(*copies, {"component_id": "D1", "part_number": "LM2575T", "serials": "7"})
    (group,) = result.duplicates.to_pylist()
    assert (group["kind"], group["component_id"], group["records"]) == ("content", "C0", 316)


def test_prose_and_empty_markings_are_kept_without_anything_invented(
    taken: Import, settings: Settings
) -> None:
    prose = "The board was found near the river and is badly burnt on one side."
    taken({"component_id": "C1", "marking_raw": prose}, {"component_id": "C2", "marking_raw": ""})
    for name in ("C1", "C2"):
        record = held_component(name, settings)
        assert record["part_number"] is record["manufacturer"] is record["as_read"] is None


def test_a_component_that_is_not_kept_is_answered_with_one_that_is_near(
    taken: Import, settings: Settings
) -> None:
    with pytest.raises(InputError, match="keeps no component") as nothing:
        held_component("C1", settings)
    assert "import FILE" in nothing.value.hint
    taken({**MARKED, "component_id": "UA-2023-0071"})
    with pytest.raises(InputError) as near:
        held_component("UA-2023-071", settings)
    assert near.value.hint == "Is it 'UA-2023-0071'?"


def test_a_damaged_file_of_the_workspace_is_told_in_a_sentence(
    taken: Import, settings: Settings
) -> None:
    taken(MARKED)
    path = settings.workspace / "data" / "components.parquet"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="cannot be read"):
        held_components(settings)


def test_import_show_and_summary_at_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENDUSE_HOME", str(tmp_path / "workspace"))
    file = tmp_path / "components.csv"
    file.write_text(
        "component_id,weapon,marking_raw,recovered_on\n"
        "C1,Kh-101,STM32F405RGT6 GQ 2230 CHN,2023-02-01\n"
        "C2,Kh-101,STM32F405RGT6 GQ 2230 CHN,2023-02-01\n"
        "C3,Kh-101,,2023-02-31\n"
    )
    assert run(["component", "import", str(file)]) == 0
    said = capsys.readouterr().out
    assert "3 rows read = 2 accepted + 1 rejected" in said
    assert "C1 2 times" in said
    assert run(["component", "import", str(file), "--strict", "--quiet"]) == 4
    capsys.readouterr()
    assert run(["component", "show", "C1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["part_number"] == "STM32F405RGT6"
    assert run(["component", "show", "C1"]) == 0
    shown = capsys.readouterr().out
    assert "STM32F405RGT6  (read from the marking)" in shown
    assert "CH  (from the catalogue)" in shown
    assert run(["component", "summary", "--by", "maker"]) == 0
    assert "1 distinct components in 2 records" in capsys.readouterr().out
    assert run(["component", "summary", "--by", "colour"]) == 2
    assert "cannot be summarised by 'colour'" in capsys.readouterr().err
    assert run(["component", "show", "C9"]) == 3


def test_sales_are_taken_in_at_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENDUSE_HOME", str(tmp_path / "workspace"))
    rows = {"sale_id": ["S1"], "date": ["2022-11-03"], "part_number": ["X1"], "quantity": [5.0]}
    pq.write_table(pa.table({**rows, "customer": ["Bosch"]}), tmp_path / "sales.parquet")
    file = str(tmp_path / "sales.parquet")
    assert run(["component", "import", file, "--sales", "--seller", "Formosa Parts"]) == 0
    assert "No lot is recorded" in capsys.readouterr().out
    assert run(["component", "show", "--sales"]) == 0
    assert "sold by Formosa Parts" in capsys.readouterr().out
    assert run(["component", "import", file, "--seller", "Formosa Parts"]) == 2
