"""Tables of markings and the command that reads them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pytest

from enduse.cli.app import run
from enduse.components import load_catalogue, read_markings
from enduse.model.components import READINGS
from enduse.simulate.markings import CLEAN, NOISY, make_markings, makers_with_grammars


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENDUSE_HOME", str(tmp_path / "workspace"))
    return tmp_path / "workspace"


def markings(*texts: str) -> pa.Table:
    ids = [f"C{number}" for number in range(len(texts))]
    return pa.table({"component_id": ids, "marking": list(texts)})


def test_a_table_has_every_component_best_reading_first() -> None:
    table = read_markings(
        markings("ADM2587EBRWZ Texas Instruments 2230", "nothing at all", "DLE-60 YB00170")
    )
    assert table.schema == READINGS
    rows = table.to_pylist()
    assert [row["component_id"] for row in rows] == ["C0", "C0", "C1", "C2"]
    assert [row["rank"] for row in rows] == [1, 2, None, 1]
    assert rows[0]["manufacturer"] == "Texas Instruments"
    assert rows[0]["date_code"] == "2230"
    assert json.loads(rows[0]["spans"])["date_code"] == [31, 35]
    assert rows[2]["notes"].startswith("nothing in the text")
    assert rows[3]["serial"] == "YB00170"


def test_order_and_company_of_other_markings_do_not_change_a_reading() -> None:
    texts = ["STM32F405RGT6 2230", "DLE-60", "HC244 TI", "DLE-60"]
    rows = {r["marking"]: r["part_number"] for r in read_markings(markings(*texts)).to_pylist()}
    back = {
        r["marking"]: r["part_number"] for r in read_markings(markings(*texts[::-1])).to_pylist()
    }
    assert rows == back


def test_markings_of_forty_makers_are_read_clean_and_with_noise() -> None:
    held = load_catalogue()
    makers = makers_with_grammars(held)[::3]
    assert len(makers) >= 40
    for noise, least in ((CLEAN, 0.98), (NOISY, 0.93)):
        made = make_markings(held, makers, 300, noise=noise, seed=5)
        table = read_markings(markings(*(one.text for one in made)))
        best = {row["component_id"]: row for row in table.to_pylist() if row["rank"] in (1, None)}
        rows = [best[f"C{number}"] for number in range(len(made))]
        right = sum(
            _bare(r["part_number"]) == _bare(m.part_number) for r, m in zip(rows, made, strict=True)
        )
        assert right >= least * len(made)
        dated = [(r, m) for r, m in zip(rows, made, strict=True) if m.date_code]
        assert sum(r["date_code"] == m.date_code for r, m in dated) >= 0.95 * len(dated)
        invented = [
            r for r, m in zip(rows, made, strict=True) if not m.date_code and r["date_code"]
        ]
        assert len(invented) <= 0.01 * len(made)


def _bare(code: str | None) -> str:
    return "".join(filter(str.isalnum, code or ""))


def test_the_same_seed_makes_the_same_markings() -> None:
    held = load_catalogue()
    makers = makers_with_grammars(held)[:20]
    first = make_markings(held, makers, 50, noise=NOISY, seed=1)
    assert first == make_markings(held, makers, 50, noise=NOISY, seed=1)
    assert first != make_markings(held, makers, 50, noise=NOISY, seed=2)


def test_a_marking_is_read_at_the_terminal(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["component", "read", "--marking", r"STM32F405 RGT6\nGQ 2230 CHN"]
    assert run(command) == 0
    said = capsys.readouterr().out
    assert "STM32F405RGT6" in said
    assert "2230: 2022-07-25 to 2022-07-31" in said
    assert run([*command, "--json", "--as-of", "2026-01-01"]) == 0
    readings = json.loads(capsys.readouterr().out)["readings"]
    assert readings[0]["date_code"] == {
        "raw": "2230",
        "earliest": "2022-07-25",
        "latest": "2022-07-31",
    }
    assert {
        "part_number",
        "family",
        "manufacturer",
        "owner",
        "lot",
        "country_of_assembly",
        "confidence",
        "spans",
    } <= set(readings[0])


def test_makers_of_the_workspace_and_of_a_file_are_known(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for id, path in (("qqa", workspace / "makers" / "a.toml"), ("qqb", tmp_path / "b.toml")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f'[[maker]]\nid = "{id}"\nname = "{id.upper()} Works"\ncountry = "PL"\n'
            f"  [[maker.part]]\n  pattern = '{id.upper()}X\\d{{4}}'\n",
            "utf-8",
        )
    command = ["component", "read", "--json", "--makers", str(tmp_path / "b.toml"), "--marking"]
    for code, maker in (("QQAX1234", "QQA Works"), ("QQBX1234", "QQB Works")):
        assert run([*command, code]) == 0
        assert json.loads(capsys.readouterr().out)["readings"][0]["manufacturer"] == maker


def test_a_file_of_markings_is_read_and_what_lacks_a_marking_is_rejected(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "markings.csv", tmp_path / "readings.csv"
    file.write_text('component_id,marking\n1,"DLE-60\nYB00170"\n2,\n3,just words\n', "utf-8")
    command = ["component", "read", "--file", str(file), "--out", str(out)]
    assert run(command) == 0
    said = capsys.readouterr().out
    assert "3 markings read = 2 accepted + 1 rejected" in said
    assert f"Rejected rows and reasons: {tmp_path / 'readings.rejects.csv'}" in said
    with out.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["component_id"], row["part_number"]) for row in rows] == [
        ("1", "DLE-60"),
        ("3", ""),
    ]
    assert "is required and missing" in (tmp_path / "readings.rejects.csv").read_text("utf-8")
    assert run([*command, "--strict", "--quiet"]) == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--marking", "  "], "The marking is empty"),
        ([], "One of --marking and --file"),
        (["--marking", "x", "--file", "y.csv"], "only one"),
        (["--marking", "x", "--out", "y.csv"], "--out goes with --file"),
        (["--file", "none.csv", "--out", "y.csv"], "none.csv"),
        (["--file", "{file}", "--out", "y.txt"], "no format of a table"),
        (["--file", "{file}", "--out", "{file}"], "is an input"),
        (["--file", "{file}"], "needs --out"),
        (["--file", "{file}", "--out", "{out}"], "component_id"),
        (["--marking", "x", "--makers", "none.toml"], "none.toml is not there"),
    ],
)
def test_what_cannot_be_meant_is_said_without_a_traceback(
    workspace: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    file = tmp_path / "other.csv"
    file.write_text("id,text\n1,DLE-60\n", "utf-8")
    out = tmp_path / "out.csv"
    told = [argument.format(file=file, out=out) for argument in arguments]
    assert run(["component", "read", *told]) in (2, 3)
    shown = capsys.readouterr().err
    assert said in shown
    assert "Traceback" not in shown
    assert not out.exists()
