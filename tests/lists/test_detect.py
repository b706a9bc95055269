"""A list's format is recognised by its files, its root element or its header."""

from __future__ import annotations

from pathlib import Path

import pytest

from enduse.errors import InputError
from enduse.lists import detect_format
from enduse.lists.formats import FORMATS


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ('<?xml version="1.0"?><CONSOLIDATED_LIST dateGenerated="x">', "un-sc"),
        ("<!-- made by hand -->\n<Designations><DateGenerated>", "uk-sanctions"),
        ('<export xmlns="http://eu.europa.ec/fpi/fsd/export">', "eu-fsf"),
        ('<Sanctions xmlns="http://www.un.org/sanctions/1.0">', "ofac-sdn"),
        ('<DIV5 N="774" TYPE="PART">', "us-ccl"),
        ('{"citation": "15 C.F.R. Part 774, Supplement No. 1"}', "us-ccl"),
        ('{"count": 2, "vessels": [', "vessels-json"),
        ('{"total": 2, "results": [{"source": "Entity List"', "us-csl"),
        ('{"id": "Q1", "schema": "Person", "referents": []}', "opensanctions"),
        ('{"id": "Q1", "schema": "Person", "properties": {}}', "ftm"),
        ("name,alt_names,source_list,type,countries,entity_number\n", "csl-flat"),
        ('_id,source,entity_number,"alt_names",source_list_url\n', "us-csl"),
        ('"Name"\t"Standard_Order"\t"FR_Citation"\n', "bis-dpl"),
        ("celex,recordId,annex,measure\n", "eu-journal"),
        ("\ufefffileGenerationDate;Entity_LogicalId;NameAlias_WholeName\n", "eu-fsf"),
        ("Report Date: 01-Oct-2026\nLast Updated,Unique ID,OFSI Group ID,Name 6\n", "uk-sanctions"),
        ("id,schema,name,aliases,birth_date,countries,dataset\n", "opensanctions"),
        ("hs6,tier,hs_description\n", "hs-list"),
        ("record_id;Name;country\n", "csv"),
        ("name,listed_from\n", "csv"),
        ("section,hscode,description,parent,level\n", "hs-nomenclature"),
    ],
)
def test_a_file_is_recognised_by_what_it_says(tmp_path: Path, text: str, format: str) -> None:
    path = tmp_path / "list"
    path.write_text(text, encoding="utf-8")
    assert detect_format(path) == format
    assert format in FORMATS


@pytest.mark.parametrize(
    ("names", "format"),
    [
        (["SDN.CSV", "ALT.CSV", "ADD.CSV"], "ofac-sdn"),
        (["CONS_PRIM.CSV", "CONS_ALT.CSV"], "ofac-consolidated"),
        (["subjects.csv", "subject_names.csv"], "uk-sanctions"),
        (["32014R0833.csv", "32010D0573.csv"], "eu-journal"),
    ],
)
def test_a_folder_is_recognised_by_its_files(tmp_path: Path, names: list[str], format: str) -> None:
    for name in names:
        (tmp_path / name).touch()
    assert detect_format(tmp_path) == format


def test_a_folder_of_one_file_is_recognised_by_it(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text('{"count": 2, "vessels": [', encoding="utf-8")
    (tmp_path / ".hidden").touch()
    assert detect_format(tmp_path) == "vessels-json"


@pytest.mark.parametrize(
    "text",
    ["name,price\nbolts,3\n", "<html><body>", '{"colour": "red"}', "<kml/>", "plain words"],
)
def test_what_is_no_list_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="could not be recognised") as unknown:
        detect_format(path)
    assert "--as FORMAT" in unknown.value.hint
    with pytest.raises(InputError, match="could not be recognised"):
        detect_format(tmp_path)


def test_an_empty_file_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    with pytest.raises(InputError, match="is empty"):
        detect_format(path)
    with pytest.raises(InputError, match="could not be read"):
        detect_format(tmp_path / "absent.csv")
