"""`enduse trace` at a desk: files, exit statuses, one paragraph for each error."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from enduse.calls import TRACE_OUTPUTS
from enduse.cli.app import run

HEADER = (
    "shipment_id,line_no,date,exporter,exporter_country,consignee,consignee_country,"
    "export_country,destination_country,hs_code,quantity"
)
IN = "S1,1,2024-02-01,Formosa Parts,TW,Bosporus Devre,TR,TW,TR,854231,100"
OUT = "S2,1,2024-02-08,Bosporus Devre,TR,Neva Radio,RU,TR,RU,854231,100"
BAD = "S3,1,2024-02-08,Bosporus Devre,TR,Neva Radio,RU,TR,RU,85423,100"


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDUSE_HOME", str(tmp_path / "workspace"))


def lines(folder: Path, *rows: str) -> str:
    file = folder / "shipments.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return str(file)


def trace(file: str, out: Path, *more: str, embargoed: str = "RU,BY") -> int:
    return run(["trace", file, "--embargoed", embargoed, "--out", str(out), *more])


def test_a_trace_leaves_its_files_and_names_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(lines(tmp_path, IN, OUT, BAD), tmp_path / "out", "--least", "0.01") == 0
    said = capsys.readouterr()
    assert "3 lines read = 2 accepted + 1 rejected" in said.out
    assert "1 chains from a controlled origin to BY, RU" in said.out
    assert "Formosa Parts → Bosporus Devre → Neva Radio" in said.out
    assert said.out.rstrip().endswith(f"Report: {tmp_path / 'out' / 'report.html'}")
    assert "ledger" in said.err
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(TRACE_OUTPUTS)


def test_with_json_the_answer_is_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert trace(lines(tmp_path, IN, OUT), out, "--json", "--quiet", "--least", "0.01") == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert document["counts"]["chains"] == 1
    assert document["report"] == str(out / "report.html")
    assert said.err == ""
    assert {**document, "report": None} == {
        **json.loads((out / "run.json").read_text("utf-8")),
        "report": None,
    }


def test_strict_leaves_with_four_when_a_row_was_rejected(tmp_path: Path) -> None:
    assert trace(lines(tmp_path, IN, OUT, BAD), tmp_path / "out", "--strict", "--quiet") == 4
    assert (tmp_path / "out" / "scores.parquet").is_file()
    assert trace(lines(tmp_path, IN, OUT), tmp_path / "out", "--strict", "--quiet") == 0


def test_names_as_written_and_the_plain_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    other = OUT.replace("Bosporus Devre", "BOSPORUS DEVRE LTD.")
    assert trace(lines(tmp_path, IN, other), out, "--as-written", "--model", "plain") == 0
    assert "score: plain; parties as written" in capsys.readouterr().out
    scores = pq.read_table(out / "scores.parquet")
    assert scores["reach"].to_pylist() == [0, 1]
    assert trace(lines(tmp_path, IN, other), out, "--model", "plain", "--quiet") == 0
    assert pq.read_table(out / "scores.parquet")["reach"].to_pylist() == [1, 1]


def test_the_window_of_days_is_heeded(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for options, reach in (
        (("--max-lag-days", "6"), 0),
        (("--max-lag-days", "7"), 1),
        (("--min-lag-days", "8"), 0),
        (("--max-lag-days", "4000"), 1),
    ):
        assert trace(lines(tmp_path, IN, OUT), out, "--quiet", *options) == 0
        assert pq.read_table(out / "scores.parquet")["reach"].to_pylist()[0] == reach, options


WRONG = [
    ("RU,Atlantis", (), "Atlantis is no country"),
    (" , ", (), "nothing is no country"),
    ("RU", ("--controlled-origins", "TW,RU"), "RU cannot be controlled origin and embargoed"),
    ("TW", (), "TW cannot be controlled origin and embargoed"),
    ("RU", ("--min-lag-days", "10", "--max-lag-days", "9"), "10 to 9 days"),
    ("RU", ("--min-lag-days", "0"), "--min-lag-days"),
    ("RU", ("--least", "1.5"), "--least"),
    ("RU", ("--language", "xx"), "--language"),
]


@pytest.mark.parametrize(("embargoed", "options", "said"), WRONG, ids=[x[2] for x in WRONG])
def test_what_makes_no_sense_ends_with_two_and_says_what_to_do(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    embargoed: str,
    options: tuple[str, ...],
    said: str,
) -> None:
    file = lines(tmp_path, IN, OUT)
    assert trace(file, tmp_path / "out", "--quiet", *options, embargoed=embargoed) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert error.count("\n") == 1


UNUSABLE = [(), ("bad",), (BAD,)]


@pytest.mark.parametrize("rows", UNUSABLE, ids=["header only", "no cells", "all rejected"])
def test_what_cannot_be_used_ends_with_three(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: tuple[str, ...]
) -> None:
    assert trace(lines(tmp_path, *rows), tmp_path / "out", "--quiet") == 3
    error = capsys.readouterr().err
    assert error.startswith("enduse: ")
    assert "Traceback" not in error
    assert trace(str(tmp_path / "absent.csv"), tmp_path / "out", "--json", "--quiet") == 3
    assert "absent.csv" in json.loads(capsys.readouterr().out)["error"]["message"]
    (tmp_path / "empty.csv").write_bytes(b"")
    assert trace(str(tmp_path / "empty.csv"), tmp_path / "out", "--quiet") == 3


def test_a_file_without_an_embargoed_destination_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(lines(tmp_path, IN), tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert "0 chains" in said
    assert "No line goes to an embargoed destination" in said


def test_a_model_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = lines(tmp_path, IN, OUT)
    assert trace(file, tmp_path / "out", "--model", file, "--quiet") == 3
    assert "cannot be read as a learned score" in capsys.readouterr().err


def test_an_output_never_replaces_an_input(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    file = out / "scores.parquet"
    file.write_text(f"{HEADER}\n{IN}\n", "utf-8")
    assert trace(str(file), out) == 2
    assert file.read_text("utf-8").startswith(HEADER)


def test_odd_worlds_leave_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        "A1,1,2024-02-01,TO ORDER,TW,Bosporus Devre,TR,TW,TR,854231,100",
        "A2,1,2024-02-01,Bosporus Devre,TR,Bosporus Devre,TR,TR,TR,854231,100",
        "A3,1,2999-12-31,Formosa Parts,TW,to the order of,TR,TW,TR,854231,1e14",
        "A4,1,2024-02-01,Bosporus Devre,TR,Neva Radio,RU,TR,RU,854231,0.000001",
        "A5,1,2024-02-01,***,TR,Neva Radio,RU,TR,RU,854231,5",
    ]
    assert trace(lines(tmp_path, *rows), tmp_path / "out") == 0
    assert "Traceback" not in capsys.readouterr().err
    scores = pq.read_table(tmp_path / "out" / "scores.parquet").to_pylist()
    reasons = {row["shipment_id"]: row["not_assessed"] for row in scores}
    assert reasons["A1"] == "exporter or consignee is nobody in particular"
    assert reasons["A2"] == "exporter and consignee are one firm"
