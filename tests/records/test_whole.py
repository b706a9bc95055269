"""Files appear whole or not at all, no line twice, nothing lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from enduse.errors import InputError, StorageError
from enduse.model import SHIPMENTS
from enduse.records import read_shipments
from enduse.settings import Settings

Line = Callable[..., dict[str, str]]


def test_the_first_of_a_repeated_line_stays(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    rows = [
        line(shipment_id="A", line_no="1", quantity="1"),
        line(shipment_id="A", line_no="2", quantity="2"),
        line(shipment_id="A", line_no="01", quantity="3", unit="bushel"),
        line(shipment_id="B", line_no="", quantity="4"),
        line(shipment_id="B", line_no="1", quantity="5"),
        line(shipment_id="A", line_no="1", quantity="6"),
    ]
    outcome = read(write_csv(rows))
    assert outcome.table["quantity"].to_pylist() == [1, 2, 4]
    assert outcome.table["line_key"].to_pylist() == [0, 1, 2]
    assert [(r["row"], r["column"], r["value"]) for r in outcome.rejects] == [
        ("4", "shipment_id", "A"),
        ("6", "shipment_id", "B"),
        ("7", "shipment_id", "A"),
    ]
    assert outcome.reasons[0] == "line 1 of this shipment stands in row 2 already: the first stays"
    assert outcome.reasons[2].startswith("line 1 of this shipment stands in row 2")
    assert outcome.report.doubts == {}


def test_a_rejected_line_does_not_make_a_later_one_a_repetition(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    outcome = read(write_csv([line(shipment_id="A", quantity="0"), line(shipment_id="A")]))
    assert outcome.table["source_row"].to_pylist() == [3]


def test_repetitions_are_found_across_batches(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    line: Line,
    settings: Settings,
    small_blocks: None,
    tmp_path: Path,
) -> None:
    rows = [line() for _ in range(300)]
    path = write_csv([*rows, *rows[100:200]])
    out = tmp_path / "lines.parquet"
    report = read_shipments(
        path,
        out=out,
        rejects=tmp_path / "rejects.csv",
        settings=replace(settings, batch_rows=64),
        first_key=1000,
    )
    assert (report.read, report.accepted, report.rejected) == (400, 300, 100)
    table = pq.read_table(out)
    assert table["line_key"].to_pylist() == list(range(1000, 1300))
    assert table["source_row"].to_pylist() == list(range(2, 302))
    assert table.schema.equals(SHIPMENTS)


def test_progress_tells_the_lines_accepted_so_far(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    line: Line,
    small_blocks: None,
) -> None:
    told: list[int] = []
    read(write_csv([line() for _ in range(100)]), progress=told.append)
    assert told == sorted(told)
    assert len(told) > 2
    assert told[-1] == 100


def test_an_error_leaves_what_was_there(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line, tmp_path: Path
) -> None:
    before = read(write_csv([line()]))

    def fail(accepted: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(write_csv([line(), line()]), progress=fail)
    assert pq.read_table(tmp_path / "out" / "lines.parquet").equals(before.table)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["lines.parquet", "rejects.csv"]


READ_AND = """
import os, resource, signal, sys
from pathlib import Path
from enduse.records import read_shipments
from enduse.settings import Settings
from enduse.errors import StorageError
{before}
folder = Path(sys.argv[1])
try:
    read_shipments(
        folder / "orders.csv", out=folder / "lines.parquet", rejects=folder / "rejects.csv",
        settings=Settings(workspace=folder / "workspace", threads=2, batch_rows=4096), progress={progress},
    )
except StorageError as error:
    print(error)
    sys.exit(error.exit_status)
{after}
"""


def run_apart(folder: Path, *, before: str = "", progress: str = "None", after: str = "") -> Any:
    program = READ_AND.format(before=before, progress=progress, after=after)
    return subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_killed_reading_leaves_what_was_there(
    write_csv: Callable[..., Any], line: Line, tmp_path: Path
) -> None:
    write_csv([line() for _ in range(10)])
    (tmp_path / "lines.parquet").write_bytes(b"before")
    done = run_apart(tmp_path, progress="lambda n: os.kill(os.getpid(), signal.SIGKILL)")
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "lines.parquet").read_bytes() == b"before"
    assert not (tmp_path / "rejects.csv").exists()


def test_a_full_disk_is_a_storage_error_and_harms_nothing(
    write_csv: Callable[..., Any], line: Line, tmp_path: Path
) -> None:
    noise = random.Random(1)
    write_csv([line(description=noise.randbytes(200).hex()) for _ in range(5000)])
    (tmp_path / "lines.parquet").write_bytes(b"before")
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))"
    done = run_apart(tmp_path, before=limit)
    assert done.returncode == StorageError.exit_status, done.stderr
    assert "could not be written" in done.stdout
    assert (tmp_path / "lines.parquet").read_bytes() == b"before"
    assert sorted(p.name for p in tmp_path.iterdir() if "part" in p.name) == []


def test_a_folder_that_cannot_be_made_is_a_storage_error(
    write_csv: Callable[..., Any], line: Line, tmp_path: Path, settings: Settings
) -> None:
    with pytest.raises(StorageError, match="could not be written"):
        read_shipments(
            write_csv([line()]),
            out=Path("/proc/none/lines.parquet"),
            rejects=tmp_path / "rejects.csv",
            settings=settings,
        )


def test_memory_does_not_grow_with_the_file(
    write_csv: Callable[..., Any], line: Line, tmp_path: Path
) -> None:
    path = write_csv([line(description="integrated circuit " * 40)])
    head, row = path.read_text().splitlines()
    with path.open("w") as file:
        file.write(head + "\n")
        for start in range(0, 100_000, 1000):
            block = (row.replace("TW-1001", f"TW-{i}") for i in range(start, start + 1000))
            file.write("\n".join(block) + "\n")
    size_kib = path.stat().st_size >> 10
    done = run_apart(
        tmp_path,
        before="from enduse.records import delimited\ndelimited._BLOCK_BYTES = 1 << 18\nheld = []",
        progress="lambda n: n < 30_000 or"
        " held.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)",
        after="print(held[-1] - held[0])",
    )
    assert done.returncode == 0, done.stderr
    grown_kib = int(done.stdout)
    assert grown_kib < size_kib / 3


garbage = st.text(
    alphabet=st.one_of(
        st.sampled_from(' ,;\t|"\n\r\0=-@0123456789.TWKZéЯ台\u202e\ufeff'), st.characters()
    ),
    max_size=12,
)


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.one_of(garbage, st.just(None)), max_size=25), data=st.data())
def test_whatever_the_rows_hold_all_are_counted(
    write_csv: Callable[..., Any],
    line: Line,
    settings: Settings,
    small_blocks: None,
    rows: list[str | None],
    data: st.DataObject,
) -> None:
    path = write_csv([line()])
    head, good = path.read_text(encoding="utf-8").splitlines()
    text = "".join((good if row is None else row) + "\n" for row in rows)
    path.write_bytes(
        f"{head}\n{good}\n".encode()
        + text.encode("utf-8", "surrogatepass")
        + data.draw(st.binary(max_size=20))
    )
    with tempfile.TemporaryDirectory() as folder:
        out, rejects = Path(folder, "lines.parquet"), Path(folder, "rejects.csv")
        report = read_shipments(
            path, out=out, rejects=rejects, settings=settings, encoding="utf-8", delimiter=","
        )
        assert report.read == report.accepted + report.rejected
        assert report.accepted == pq.read_metadata(out).num_rows >= 1
        assert rejects.read_text(encoding="utf-8").startswith("row,column,value,reason\n")


cells = st.fixed_dictionaries(
    {},
    optional={
        "quantity": st.sampled_from(["1", "0", "1,5", "x", "2.5"]),
        "hs_code": st.sampled_from(["854231", "85423", "EAR99"]),
        "consignee_country": st.sampled_from(["KZ", "Atlantis", "Türkiye"]),
        "date": st.sampled_from(["2024-05-13", "13/05/2024", ""]),
        "unit": st.sampled_from(["KGM", "bushel", ""]),
    },
)


@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(cells, min_size=1, max_size=12), data=st.data())
def test_the_order_of_rows_does_not_change_what_is_accepted(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    line: Line,
    rows: list[dict[str, str]],
    data: st.DataObject,
) -> None:
    lines = [line(**{"unit": "", **row}) for row in rows]
    shuffled = data.draw(st.permutations(lines))
    one, other = read(write_csv(lines)), read(write_csv(shuffled))

    def accepted(outcome: Any) -> list[dict[str, Any]]:
        rows = outcome.table.drop(["line_key", "source_row"]).to_pylist()
        return sorted(rows, key=lambda row: str(row["shipment_id"]))

    assert accepted(one) == accepted(other)
    assert sorted(one.reasons) == sorted(other.reasons)
    assert one.report.doubts == other.report.doubts


def test_no_line_at_all_is_an_error_and_writes_nothing(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line, tmp_path: Path
) -> None:
    path = write_csv([line()])
    path.write_text(path.read_text().splitlines()[0] + "\n\n\n")
    with pytest.raises(InputError, match="has a header and 0 rows"):
        read(path)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(("count", "is_numbered", "is_told"),
                         [(10, False, True), (10, True, False), (100, False, False)])  # fmt: skip
def test_many_repeated_lines_without_numbers_tell_that_numbers_seem_missing(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    line: Line,
    count: int,
    is_numbered: bool,
    is_told: bool,
) -> None:
    rows = [*(line() for _ in range(count)), line(shipment_id="A"), line(shipment_id="A")]
    for row in rows:
        if not is_numbered:
            del row["line_no"]
    outcome = read(write_csv(rows))
    assert outcome.report.rejected == 1
    assert ("line numbers (line_no) seems missing" in outcome.reasons[0]) is is_told
