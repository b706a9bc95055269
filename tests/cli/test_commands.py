"""The commands as somebody at a desk calls them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from enduse import settings
from enduse.cli.app import run
from enduse.report import wording

LISTED = (
    "record_id,name,kind,country,listed_from\n"
    "L1,Vostochny Zarya Pribor,organization,RU,2022-06-01\n"
)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    monkeypatch.setenv("ENDUSE_HOME", str(folder))
    return folder


def json_of(capsys: pytest.CaptureFixture[str]) -> object:
    captured = capsys.readouterr()
    return json.loads(captured.out)


def take_in(tmp_path: Path) -> None:
    listed = tmp_path / "ministry.csv"
    listed.write_text(LISTED, "utf-8")
    arguments = ["lists", "import", str(listed), "--as", "csv", "--source", "ministry"]
    assert run([*arguments, "--as-of", "2024-01-31", "--quiet"]) == 0


def test_a_list_is_taken_in_and_shown(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lists", "show"]) == 0
    assert "common-high-priority" in capsys.readouterr().out
    take_in(tmp_path)
    said = capsys.readouterr().out
    assert "ministry of 2024-01-31 (given): 1 entries" in said
    assert "1 organization" in said
    assert run(["lists", "show", "--json"]) == 0
    rows = json_of(capsys)
    assert isinstance(rows, list)
    assert {"ministry", "common-high-priority"} <= {row["list"] for row in rows}


def test_a_list_held_already_is_said_to_be(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(tmp_path)
    take_in(tmp_path)
    assert capsys.readouterr().out.count("(held already)") == 1


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_names_are_screened_into_the_promised_columns(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    take_in(tmp_path)
    names = tmp_path / "names.csv"
    names.write_text(
        "query_id,name\n1,Vostochnyy Zaria Pribor LLC\n2,Bakery Sunflower\n3,\n", "utf-8"
    )
    out = tmp_path / f"hits.{ending}"
    assert run(["screen", str(names), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "3 names read = 2 accepted + 1 rejected" in said
    assert "no match was found in 1 snapshots" in said
    columns = [
        "query_id", "entity_id", "score", "matched_name", "list", "record_id", "listed_from",
        "explanation",
    ]  # fmt: skip
    if ending == "parquet":
        assert pq.read_table(out).column_names == columns
    else:
        with out.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == columns
        assert rows[0]["query_id"] == "1"
        assert rows[0]["matched_name"] == "Vostochny Zarya Pribor"
        assert rows[0]["listed_from"] == "2022-06-01"
    assert "3,name" in (tmp_path / "hits.rejects.csv").read_text("utf-8").replace('"', "") or (
        "4,name" in (tmp_path / "hits.rejects.csv").read_text("utf-8").replace('"', "")
    )


def test_goods_are_classified_and_an_unlisted_good_is_never_said_to_be_free(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goods = tmp_path / "goods.csv"
    goods.write_text(
        "goods_id,hs_code,description\nchip,854231,circuit\napple,080810,apples\n", "utf-8"
    )
    out = tmp_path / "entries.csv"
    assert run(["classify", str(goods), "--out", str(out), "--json"]) == 0
    assert json_of(capsys)["accepted"] == 2  # type: ignore[index]
    with out.open(encoding="utf-8") as file:
        rows = {row["goods_id"]: row for row in csv.DictReader(file)}
    assert list(rows["chip"]) == ["goods_id", "list", "entry", "status", "basis", "explanation"]
    assert (rows["chip"]["entry"], rows["chip"]["status"]) == ("1", "candidate")
    assert rows["apple"]["status"] == "insufficient_data"
    assert (
        "no entry found in list common-high-priority of 2024-02-23" in rows["apple"]["explanation"]
    )
    assert "EAR99" not in out.read_text("utf-8")


def test_a_mapping_is_proposed_from_a_header(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "declarations.csv"
    file.write_text("Declaration No,Departure Date,Shipper,Buyer\nD1,2023-01-01,A,B\n", "utf-8")
    out = tmp_path / "map.toml"
    assert run(["map", str(file), "--out", str(out)]) == 0
    assert "Shipper" in out.read_text("utf-8")
    assert "read it before you use it" in capsys.readouterr().out


def test_the_policy_is_printed_to_start_from(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from enduse.assess import Policy

    assert run(["policy"]) == 0
    own = tmp_path / "own.toml"
    own.write_text(capsys.readouterr().out, "utf-8")
    assert Policy.load(own).weights == Policy.shipped().weights


def test_the_demo_makes_a_world_checks_it_and_names_the_report(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "demo"
    assert run(["demo", "--out", str(out), "--lines", "2000"]) == 0
    said = capsys.readouterr()
    assert said.out.rstrip().endswith(f"Report: {out / 'report.html'}")
    assert "2,000 lines read = 2,000 accepted + 0 rejected" in said.out
    assert {path.name for path in out.iterdir()} >= {
        "report.html", "findings.parquet", "evidence.parquet", "rejects.csv", "run.json",
        "findings.csv", "findings.json", "findings.xlsx", "world", "workspace",
    }  # fmt: skip
    page = (out / "report.html").read_text("utf-8")
    assert "sister_firm" not in page  # the truth stays apart
    assert run(["demo", "--out", str(out), "--lines", "2000", "--language", "uk"]) == 0
    assert '<html lang="uk"' in (out / "report.html").read_text("utf-8")


def test_the_demo_removes_no_workspace_that_it_did_not_make(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "mine" / "workspace" / "lists" / "years-of-work.parquet"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine", "utf-8")
    assert run(["demo", "--out", str(tmp_path / "mine"), "--lines", "1000"]) == 2
    assert "another --out" in capsys.readouterr().err
    assert kept.read_text("utf-8") == "mine"


def test_a_language_that_no_report_speaks_is_refused_before_any_work(
    workspace: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ENDUSE_LANGUAGE", "xx")
    assert run(["demo", "--out", str(tmp_path / "demo"), "--lines", "1000"]) == 2
    said = capsys.readouterr().err
    assert "ENDUSE_LANGUAGE is 'xx'" in said
    assert "en, uk, zh_Hant" in said
    assert "simulate" not in said
    assert settings.LANGUAGES == wording.LANGUAGES
    for written, meant in (("zh-Hant", "zh_Hant"), ("UK", "uk"), ("", "en")):
        assert settings.Settings.load(env={"ENDUSE_LANGUAGE": written}).language == meant


def test_an_update_address_that_is_none_is_refused(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lists", "update", "--url", "un-sc"]) == 2
    assert "SOURCE=ADDRESS" in capsys.readouterr().err


HEADER = (
    "shipment_id,date,exporter,exporter_country,consignee,consignee_country,export_country,"
    "destination_country,hs_code,quantity,description"
)


def test_an_output_never_replaces_an_input(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = tmp_path / "names.csv"
    names.write_text("query_id,name\n1,Ostec\n", "utf-8")
    findings = tmp_path / "findings.csv"
    findings.write_text(f"{HEADER}\nS1,2023-05-01,A,TW,B,TR,TW,TR,854231,1,x\n", "utf-8")
    assert run(["screen", str(names), "--out", str(names)]) == 2
    assert run(["classify", str(names), "--out", str(names)]) == 2
    assert run(["map", str(names), "--out", str(names)]) == 2
    assert run(["check", str(findings), "--out", str(tmp_path)]) == 2
    assert "is an input" in capsys.readouterr().err
    assert names.read_text("utf-8") == "query_id,name\n1,Ostec\n"


def test_the_tables_for_a_desk_say_who_what_and_why(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(tmp_path)
    lines = tmp_path / "lines.csv"
    lines.write_text(
        f"{HEADER}\nS1,2023-05-01,A,TW,Vostochny Zarya Pribor,KZ,TW,KZ,854231,1,=1+1\n", "utf-8"
    )
    out = tmp_path / "out"
    assert run(["check", str(lines), "--out", str(out), "--quiet"]) == 0
    with (out / "findings.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert row["consignee"] == "Vostochny Zarya Pribor"
    assert row["description"] == "'=1+1"
    assert "meets Vostochny Zarya Pribor on ministry" in row["reasons"]
    assert row["action"] == "hold"


def test_rejected_companies_are_told_and_kept_beside(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines.csv"
    lines.write_text(f"{HEADER}\nS1,2023-05-01,A,TW,B,KZ,TW,KZ,854231,1,x\n", "utf-8")
    registry = tmp_path / "companies.csv"
    registry.write_text("entity_id,name,country\n1,B,KZ\n2,C,Atlantis\n", "utf-8")
    out = tmp_path / "out"
    arguments = ["check", str(lines), "--registry", str(registry), "--out", str(out), "--strict"]
    assert run(arguments) == 4
    assert "1 of 2 rows of companies.csv were rejected" in capsys.readouterr().out
    assert "Atlantis" in (out / "registry-rejects.csv").read_text("utf-8")
