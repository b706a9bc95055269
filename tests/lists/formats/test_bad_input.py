"""Files of another kind, damaged ones and hostile ones: a clear error, and nothing else."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from enduse.errors import InputError
from enduse.lists.formats import FORMATS
from enduse.lists.parsed import ReadOptions

PARTY_FORMATS = (
    "ofac-sdn",
    "ofac-consolidated",
    "us-csl",
    "csl-flat",
    "bis-dpl",
    "un-sc",
    "eu-fsf",
    "eu-journal",
    "uk-sanctions",
    "opensanctions",
    "ftm",
    "csv",
    "vessels-json",
)
XML_FORMATS = ("ofac-sdn", "un-sc", "eu-fsf", "uk-sanctions")
ROOTS = {
    "ofac-sdn": "Sanctions",
    "un-sc": "CONSOLIDATED_LIST",
    "eu-fsf": "export",
    "uk-sanctions": "Designations",
}
WEB_PAGE = "<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head><body>No</body></html>"
UN = "<CONSOLIDATED_LIST><INDIVIDUALS></INDIVIDUALS></CONSOLIDATED_LIST>"
CSL = "name,alt_names,source_list,type,countries,entity_number,programmes\n"


def refused(name: str, path: Path) -> str:
    with pytest.raises(InputError) as caught:
        FORMATS[name].read(path, ReadOptions())
    assert caught.value.hint
    assert str(path) in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("name", PARTY_FORMATS)
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"")
    assert "is empty" in refused(name, path)
    path.write_bytes(b"\xef\xbb\xbf \n")
    assert "is empty" in refused(name, path)


@pytest.mark.parametrize("name", PARTY_FORMATS)
def test_no_file_at_all(tmp_path: Path, name: str) -> None:
    assert "could not be read" in refused(name, tmp_path / "nowhere")


@pytest.mark.parametrize("name", PARTY_FORMATS)
def test_a_web_page_instead_of_a_list(tmp_path: Path, name: str) -> None:
    path = tmp_path / "list"
    path.write_text(WEB_PAGE)
    assert "is a web page titled '403 Forbidden'; expected" in refused(name, path)


@pytest.mark.parametrize("name", PARTY_FORMATS)
def test_an_archive_instead_of_a_list(tmp_path: Path, name: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(gzip.compress(UN.encode()))
    assert "gzip" in refused(name, path)


def test_one_list_given_as_another(tmp_path: Path) -> None:
    un, csl = tmp_path / "un.xml", tmp_path / "csl.csv"
    un.write_text(f"<?xml version='1.0'?>{UN}")
    csl.write_text(CSL)
    assert "root element CONSOLIDATED_LIST; expected the EU's" in refused("eu-fsf", un)
    assert "root element export" in refused("eu-fsf", un)
    assert "root element Designations" in refused("uk-sanctions", un)
    assert "root element Sanctions" in refused("ofac-sdn", un)
    said = refused("un-sc", csl)
    assert "text that begins 'name,alt_names" in said
    assert "root element CONSOLIDATED_LIST" in said
    assert "Entity_LogicalId" in refused("eu-fsf", csl)
    assert "Unique ID" in refused("uk-sanctions", csl)
    assert "recordId" in refused("eu-journal", csl)
    assert "one JSON object" in refused("ftm", csl)
    assert "JSON" in refused("vessels-json", csl)


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><{root}>{use}</{root}>"
)  # fmt: skip


@pytest.mark.parametrize("name", XML_FORMATS)
def test_a_billion_laughs(tmp_path: Path, name: str) -> None:
    path = tmp_path / "laughs.xml"
    path.write_text(BILLION_LAUGHS.format(root=ROOTS[name], use="<x>&j;</x>"))
    assert "declares a document type" in refused(name, path)


@pytest.mark.parametrize("name", XML_FORMATS)
def test_a_billion_laughs_in_an_attribute_of_the_root(tmp_path: Path, name: str) -> None:
    path = tmp_path / "laughs.xml"
    text = BILLION_LAUGHS.format(root=ROOTS[name], use="")
    path.write_text(text.replace(f"]><{ROOTS[name]}>", f']><{ROOTS[name]} a="&j;">'))
    assert refused(name, path)


@pytest.mark.parametrize("name", XML_FORMATS)
@pytest.mark.parametrize("entity", ["<!ENTITY x SYSTEM '{}'>", "<!ENTITY % x SYSTEM '{}'> %x;"])
def test_an_external_entity_reads_no_other_file(tmp_path: Path, name: str, entity: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<secret/>")
    path = tmp_path / "list.xml"
    root = ROOTS[name]
    declared = entity.format(secret.as_uri())
    path.write_text(f"<!DOCTYPE {root} [{declared}]><{root}><a>&x;</a></{root}>")
    assert refused(name, path)


@pytest.mark.parametrize("name", XML_FORMATS)
def test_xml_that_is_cut_off(tmp_path: Path, name: str) -> None:
    path = tmp_path / "list.xml"
    path.write_text(f"<?xml version='1.0'?><{ROOTS[name]}><a><b>text")
    assert "cut off" in refused(name, path)


def test_xml_that_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text("<CONSOLIDATED_LIST><a></b></CONSOLIDATED_LIST>")
    assert "not well-formed XML" in refused("un-sc", path)


def test_a_table_that_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "csl.csv"
    row = "Example,,Entity List (EL) - B,,CN,,\n"
    path.write_text(CSL + row + "Other,,Entity Li")
    assert "in the middle of row 3" in refused("csl-flat", path)
    path.write_text(CSL + row + 'Other,"Alias one; Ali')
    assert "inside a quoted field" in refused("csl-flat", path)


def test_a_quote_inside_the_last_name_is_no_cut(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text('\nname,country\nExample 5" Pipes,RU\n')
    (party,) = FORMATS["csv"].read(path, ReadOptions()).parties
    assert (party.name, party.source_row) == ('Example 5" Pipes', 3)


def test_a_short_row_in_the_middle_is_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "csl.csv"
    path.write_text(CSL + "Short,Alias\n" + "Example,,Entity List (EL) - B,,CN,,\n")
    parsed = FORMATS["csl-flat"].read(path, ReadOptions())
    assert [p.name for p in parsed.parties] == ["Short", "Example"]
    assert any("row shorter than the table" in fault for fault in parsed.faults)


@pytest.mark.parametrize("name", ["us-csl", "vessels-json"])
def test_json_that_is_cut_off_or_damaged(tmp_path: Path, name: str) -> None:
    path = tmp_path / "list.json"
    path.write_text('{"results": [{"name": "Exam')
    assert "cut off" in refused(name, path)
    path.write_text('{"results": [{"name": "Example"}')
    assert "cut off" in refused(name, path)
    path.write_text('{"results": [nonsense]}')
    assert "not well-formed JSON" in refused(name, path)
    path.write_text('{"other": 1}')
    assert "JSON that begins" in refused(name, path)
    path.write_text("[" * 100_000)
    assert refused(name, path)


@pytest.mark.parametrize("name", ["ftm", "opensanctions"])
def test_json_lines_that_are_cut_off_or_damaged(tmp_path: Path, name: str) -> None:
    whole = '{"id": "a", "schema": "Person", "properties": {"name": ["A"]}}\n'
    path = tmp_path / "entities.ftm.json"
    path.write_text(whole + whole[:30])
    assert "in the middle of line 2" in refused(name, path)
    path.write_text(whole + "nonsense\n" + whole)
    assert "line 2" in refused(name, path)
    path.write_text(whole + "[]\n" + whole)
    assert "line 2 is no JSON object" in refused(name, path)


def test_a_nul_byte(tmp_path: Path) -> None:
    path = tmp_path / "csl.csv"
    path.write_text(CSL + "Exa\0mple,,Entity List (EL) - B,,CN,,\n")
    assert "line 2: a NUL byte" in refused("csl-flat", path)


def test_a_line_without_end(tmp_path: Path) -> None:
    path = tmp_path / "csl.csv"
    path.write_text(CSL + "x" * 5_000_000)
    assert "line 2 has more than" in refused("csl-flat", path)


def test_text_in_a_wrong_encoding_that_was_named(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("name\nПример\n".encode("cp1251"))
    with pytest.raises(InputError, match="can't decode byte"):
        FORMATS["csv"].read(path, ReadOptions(encoding="utf-8"))


def test_an_encoding_that_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name\nExample\n")
    with pytest.raises(InputError, match="no text encoding 'klingon'"):
        FORMATS["csv"].read(path, ReadOptions(encoding="klingon"))


@pytest.mark.parametrize("filler", [",", " ", "(", "-", ".", "a ", "1", "1.", ";", "a.k.a. "])
def test_a_cell_that_goes_on_and_on(tmp_path: Path, filler: str) -> None:
    path = tmp_path / "32099R0001.csv"
    columns = (
        "name",
        "alias",
        "nationality",
        "birthDate",
        "address",
        "passportNumber",
        "imoNumber",
    )
    header = ("celex", "recordId", "programKey", "annex", "measure", "startDate", "schema")
    cell = f'"{filler * (30_000 // len(filler))}"'
    text = ",".join((*header, *columns)) + "\n1,1,P,I,M,,Person,Example," + ",".join([cell] * 6)
    path.write_text(text + "\n")
    (party,) = FORMATS["eu-journal"].read(path, ReadOptions()).parties
    assert party.name == "Example"


def test_a_folder_that_holds_no_list(tmp_path: Path) -> None:
    for name in ("ofac-sdn", "uk-sanctions", "eu-journal"):
        assert "folder" in refused(name, tmp_path)


def test_a_folder_where_a_file_is_needed(tmp_path: Path) -> None:
    for name in ("un-sc", "csl-flat", "ftm"):
        refused(name, tmp_path)
