"""`enduse component trace`, `request`, `answer` and `templates` at a desk."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
from tests.pipeline.component_stories import PART, written

from enduse.cli.app import Console, run
from enduse.cli.demo import recovered_part
from enduse.components.kept import import_components
from enduse.settings import Settings
from enduse.simulate import simulate


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """A workspace that keeps two components, and files of sales and declarations."""
    monkeypatch.setenv("ENDUSE_HOME", str(tmp_path / "workspace"))
    files = written(tmp_path)
    settings = Settings(workspace=tmp_path / "workspace", threads=2)
    import_components(files["components"], settings=settings)
    return files


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def test_a_marking_typed_in_becomes_a_request(
    desk: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "letters"
    arguments = ["component", "request", "--marking", rf"{PART}\nGQ22 2230 CHN"]
    arguments += ["--to", "Invented Semiconductors", "--lang", "uk,en,zh-Hant"]
    assert run([*arguments, "--case", "UA-42", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert str(out / "request-UA-42.pdf") in said
    text = text_of(out / "request-UA-42.pdf")
    for expected in (PART, "Запитпровідомості", "Requestforrecordsofsale", "銷售紀錄查詢函"):
        assert expected in text
    body = json.loads((out / "request-UA-42.json").read_text("utf-8"))
    assert body["schema"] == "enduse/request/1"
    assert body["languages"] == ["uk", "en", "zh-Hant"]


def test_a_request_is_answered_openly_and_with_pseudonyms(
    desk: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "letters"
    asked = ["component", "request", "R-17", "--to", "A maker", "--out", str(out), "--quiet"]
    assert run(asked) == 0
    answer = ["component", "answer", str(out / "request-R-17.json"), "--sales", str(desk["sales"])]
    assert run([*answer, "--out", str(out), "--redact", "--lang", "zh_Hant", "--json"]) == 0
    said = capsys.readouterr().out
    document = json.loads(said[said.index("{") :])
    assert document["outcome"] == "found"
    text = text_of(out / "answer-R-17.pdf")
    assert "Hongda" not in text
    assert "銷售紀錄查詢之覆函" in text
    assert run([*answer, "--out", str(out), "--quiet"]) == 0
    assert "Hongda" in text_of(out / "answer-R-17.pdf")


def test_a_trace_leaves_its_files_and_names_the_report(
    desk: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "traced"
    arguments = ["component", "trace", "--component", "R-17", "--sales", str(desk["sales"])]
    arguments += ["--shipments", str(desk["shipments"]), "--embargoed", "RU,BY"]
    assert run([*arguments, "--out", str(out), "--language", "zh-Hant"]) == 0
    said = capsys.readouterr()
    assert said.out.rstrip().endswith(f"Report: {out / 'report.html'}")
    assert "Hongda Trading Ltd → Bosporus Devre AS → Neva Radio OOO → RU" in said.out
    assert "1 of" in said.out
    assert "search the sales" in said.err
    assert '<html lang="zh-Hant"' in (out / "report.html").read_text("utf-8")
    assert {path.name for path in out.iterdir()} == {
        "supplies.parquet", "customers.parquet", "links.parquet", "steps.parquet", "trace.json",
        "report.html", "rejects.csv",
    }  # fmt: skip
    assert run([*arguments, "--out", str(out), "--json", "--quiet"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["paths_that_arrive"] == 1


WRONG = [
    (["trace", "--component", "R-71"], 3, "R-71"),
    (["trace"], 2, "--component ID and --marking"),
    (["trace", "--component", "R-17", "--marking", "x"], 2, "one of --component"),
    (["trace", "--component", "R-17", "--embargoed", "Atlantis"], 2, "Atlantis is no country"),
    (["trace", "--component", "R-17", "--language", "fr"], 2, "none of en, uk, zh-Hant"),
    (["trace", "--marking", "   "], 3, "Nothing could be read"),
]


@pytest.mark.parametrize(("arguments", "status", "said"), WRONG, ids=[said for *_, said in WRONG])
def test_what_cannot_be_traced_is_answered_in_one_line(
    desk: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    said: str,
) -> None:
    more = ["--sales", str(desk["sales"]), "--out", str(tmp_path / "out"), "--quiet"]
    assert run(["component", *arguments, *more]) == status
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert error.count("\n") == 1


def test_files_that_are_none_are_answered(
    desk: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "out"), "--quiet"]
    absent = str(tmp_path / "absent.csv")
    assert run(["component", "trace", "--component", "R-17", "--sales", absent, *out]) == 3
    assert "absent.csv" in capsys.readouterr().err
    trace = ["component", "trace", "--component", "R-17", "--sales", str(desk["sales"])]
    assert run([*trace, "--shipments", absent, *out]) == 3
    assert "absent.csv" in capsys.readouterr().err
    assert run(["component", "answer", str(desk["sales"]), *out]) == 3
    assert "is no JSON document" in capsys.readouterr().err
    assert run(["component", "request", "R-17", "--to", "A", "--lang", "fr", *out]) == 2
    assert "'fr'" in capsys.readouterr().err
    assert run(["component", "request", "--to", "A", *out]) == 2
    assert "about one component" in capsys.readouterr().err


def test_an_output_never_replaces_an_input(desk: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    sales = desk["sales"].rename(out / "trace.json")
    before = sales.read_bytes()
    arguments = ["component", "trace", "--component", "R-17", "--sales", str(sales)]
    assert run([*arguments, "--out", str(out), "--quiet"]) == 2
    assert sales.read_bytes() == before


def test_templates_are_written_out_once_and_then_used(
    desk: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["component", "templates"]) == 0
    assert "written" in capsys.readouterr().out
    mine = tmp_path / "workspace" / "letters" / "request.en.toml"
    mine.write_text(
        mine.read_text("utf-8").replace("Request for records of sale", "Our own request"), "utf-8"
    )
    assert run(["component", "templates", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] == []
    out = tmp_path / "out"
    assert run(["component", "request", "R-17", "--to", "A", "--out", str(out)]) == 0
    assert "Ourownrequest" in text_of(out / "request-R-17.pdf")
    mine.write_text("title = 7", "utf-8")
    assert run(["component", "request", "R-17", "--to", "A", "--out", str(out), "--quiet"]) == 3
    assert "request.en.toml" in capsys.readouterr().err


def test_the_demo_traces_a_recovered_part_of_its_world(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path / "workspace", threads=2)
    world = simulate(tmp_path / "world", lines=8000, seed=7)
    console = Console(settings, as_json=False, quiet=True)
    pages = recovered_part(world, tmp_path, "en", settings, console)
    assert [*pages.values()] == ["component/report.html"]
    assert '<g class="gap">' in (tmp_path / "component" / "report.html").read_text("utf-8")
    assert "銷售紀錄查詢函" in text_of(tmp_path / "component" / "request.pdf")
    markings = (tmp_path / "world" / "markings.csv").read_text("utf-8")
    assert markings.startswith('"component_id","marking"')
    assert (tmp_path / "world" / "sales.csv").is_file()


def test_a_world_without_a_planted_chain_has_no_recovered_part(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path / "workspace", threads=2)
    world = simulate(tmp_path / "world", lines=1000, seed=7, diversion_share=0.0)
    console = Console(settings, as_json=False, quiet=True)
    assert recovered_part(world, tmp_path, "en", settings, console) == {}
    assert not (tmp_path / "component").exists()
