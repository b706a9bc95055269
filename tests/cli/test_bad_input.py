"""Whatever is given, the answer is one clear paragraph or a reject, and the right exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = (
    "shipment_id,line_no,date,exporter,exporter_country,consignee,consignee_country,"
    "export_country,destination_country,hs_code,description,quantity,value,currency"
)
GOOD = "S1,1,2023-05-01,Formosa Parts,TW,Anadolu Devre,TR,TW,TR,854231,circuits,10,100,USD"


def enduse(*arguments: str, workspace: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "enduse", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "ENDUSE_HOME": str(workspace), "ENDUSE_MEMORY_MIB": "512"},
        check=False,
    )


def changed(column: str, value: str) -> str:
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
    return ",".join({**cells, column: value, "shipment_id": "S2"}.values())


UNUSABLE: dict[str, tuple[str, bytes, str]] = {
    "empty": ("orders.csv", b"", "empty"),
    "header only": ("orders.csv", HEADER.encode(), "0 rows"),
    "not a table": ("orders.csv", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "orders.csv"),
    "half a parquet": ("orders.parquet", b"PAR1" + b"\x15\x04" * 40, "orders.parquet"),
    "half an xlsx": ("orders.xlsx", b"PK\x03\x04" + b"\x00" * 40, "orders.xlsx"),
    "columns missing": ("orders.csv", b"a,b\n1,2\n", "shipment_id"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_input_that_cannot_be_used_ends_with_three(tmp_path: Path, case: str) -> None:
    name, content, expected = UNUSABLE[case]
    (tmp_path / name).write_bytes(content)
    done = enduse("check", str(tmp_path / name), "--quiet", workspace=tmp_path / "w")
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("enduse: ")
    assert expected in done.stderr


REJECTED = [
    ("date", "2023-13-05"),
    ("date", "05/13/2023"),
    ("date", ""),
    ("exporter_country", "Atlantis"),
    ("hs_code", "85423"),
    ("hs_code", "８５４２３１"),
    ("hs_code", "EAR99"),
    ("quantity", "-5"),
    ("quantity", "1e30"),
    ("quantity", "0"),
    ("consignee", ""),
    ("line_no", "one"),
    ("currency", "ZZZ"),
]


def test_bad_rows_are_rejected_with_their_reason_and_the_rest_is_judged(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    rows = [HEADER, GOOD, *(changed(column, value) for column, value in REJECTED), GOOD]
    file.write_text("\n".join(rows) + "\n", "utf-8")
    out = tmp_path / "out"
    done = enduse(
        "check", str(file), "--out", str(out), "--json", "--quiet", workspace=tmp_path / "w"
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)["counts"]
    assert counts["read"] == len(rows) - 1
    assert counts["accepted"] == 1
    assert counts["rejected"] == len(REJECTED) + 1
    rejects = (out / "rejects.csv").read_text("utf-8")
    for number, (column, _) in enumerate(REJECTED, start=3):
        assert f"{number},{column}," in rejects.replace('"', "")
    assert f"{len(rows)}," in rejects  # the repeated pair of shipment and line


def test_strict_leaves_with_four_when_a_row_was_rejected(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n{changed('quantity', '0')}\n", "utf-8")
    done = enduse("check", str(file), "--strict", "--quiet", workspace=tmp_path / "w")
    assert done.returncode == 4, done.stderr


WRONG_USAGE = [
    ("check",),
    ("check", "orders.csv", "--no-such-option"),
    ("no-such-command",),
    ("lists", "import", "x.csv", "--as", "no-such-format"),
    ("screen", "x.csv", "--out", "hits.docx"),
]


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_ends_with_two(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "x.csv").write_text("query_id,name\n1,Ostec\n")
    given = [str(tmp_path / a) if a == "x.csv" else a for a in arguments]
    done = enduse(*given, workspace=tmp_path / "w")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr


def test_with_json_an_error_is_one_json_document(tmp_path: Path) -> None:
    done = enduse("check", str(tmp_path / "absent.csv"), "--json", workspace=tmp_path / "w")
    assert done.returncode == 3
    error = json.loads(done.stdout)["error"]
    assert set(error) == {"code", "message", "hint"}
    assert "absent.csv" in error["message"]


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"{HEADER}\n{changed('consignee', chr(27) + '[2JBad Co')}\n", "utf-8")
    done = enduse("check", str(file), workspace=tmp_path / "w")
    assert "\x1b" not in done.stdout
    assert "\x1b" not in done.stderr


def full_at(size: int) -> Callable[[], None]:
    def limit() -> None:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("size", [2_000, 20_000, 300_000, 1_000_000])
def test_a_full_disk_is_said_and_harms_nothing(tmp_path: Path, size: int) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n", "utf-8")
    workspace = tmp_path / "w"
    first = enduse("check", str(file), "--quiet", workspace=workspace)
    assert first.returncode == 0, first.stderr
    kept = {p: p.read_bytes() for p in workspace.rglob("*.parquet")}
    many = "\n".join(GOOD.replace("S1,", f"S{n},") for n in range(40_000))
    file.write_text(f"{HEADER}\n{many}\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "enduse", "check", str(file), "--quiet"],
        capture_output=True,
        text=True,
        env={**os.environ, "ENDUSE_HOME": str(workspace)},
        preexec_fn=full_at(size),
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert {p: p.read_bytes() for p in kept} == kept
