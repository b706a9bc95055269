"""Snapshots: dated, whole or not at all, never changed."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from enduse.errors import InputError, StorageError, UsageError
from enduse.lists import held_snapshots, import_list, show
from enduse.lists.dating import date_in_name
from enduse.settings import Settings

from .conftest import many_parties, write_list

TODAY = datetime.now(UTC).date()


def held(settings: Settings) -> list[str]:
    return [f"{s.source}/{s.version}" for s in held_snapshots(settings.lists_dir)]


def test_a_snapshot_keeps_the_list_its_original_and_where_it_came_from(
    settings: Settings, tmp_path: Path
) -> None:
    path = write_list(tmp_path / "parties.csv", many_parties(3))
    snapshot = import_list(path, "csl-flat", settings, source="ministry", as_of=date(2024, 5, 1))
    folder = settings.lists_dir / "ministry" / f"2024-05-01-{snapshot.digest[:12]}"
    assert snapshot.path == folder
    assert snapshot.entries == 3
    assert dict(snapshot.counts) == {"ministry/Embargo List": 3}
    assert snapshot.table()["name"][2].as_py() == "Ostrava Bearing Works 2"
    assert snapshot.originals[0].address == str(path)
    with zipfile.ZipFile(folder / "original.zip") as archive:
        assert archive.read("parties.csv") == path.read_bytes()
    assert held_snapshots(settings.lists_dir) == [snapshot]


def test_a_folder_of_one_file_is_that_file(settings: Settings, tmp_path: Path) -> None:
    path = write_list(tmp_path / "ministry-2022" / "parties.csv", many_parties(3))
    kept = import_list(path.parent, "csl-flat", settings)
    assert (kept.source, kept.entries, kept.date) == ("us-csl", 3, date(2022, 12, 31))
    assert import_list(path, "csl-flat", settings).already_held
    write_list(path.with_name("others.csv"), many_parties(3))
    with pytest.raises(InputError, match=r"a folder of 2 files; .*'csl-flat' is one file"):
        import_list(path.parent, "csl-flat", settings)


def test_the_same_content_again_is_no_new_snapshot(settings: Settings, tmp_path: Path) -> None:
    path = write_list(tmp_path / "parties.csv", many_parties(3))
    first = import_list(path, "csl-flat", settings, source="ministry")
    before = (first.path / "meta.json").read_bytes()
    again = import_list(path, "csl-flat", settings, source="ministry")
    assert not first.already_held
    assert again.already_held
    assert again.version == first.version
    assert (first.path / "meta.json").read_bytes() == before
    assert len(held(settings)) == 1


def test_the_same_content_given_for_an_earlier_day_extends_the_history(
    settings: Settings, tmp_path: Path
) -> None:
    path = write_list(tmp_path / "parties.csv", many_parties(3))
    import_list(path, "csl-flat", settings, source="ministry", as_of=date(2024, 5, 1))
    earlier = import_list(path, "csl-flat", settings, source="ministry", as_of=date(2023, 1, 1))
    assert not earlier.already_held
    assert [s.date.year for s in held_snapshots(settings.lists_dir)] == [2023, 2024]


def test_the_same_content_of_another_day_by_its_name_extends_the_history(
    settings: Settings, tmp_path: Path
) -> None:
    for day in ("2024-02-01", "2024-01-01", "2024-02-01"):
        path = write_list(tmp_path / day / "parties.csv", many_parties(3))
        import_list(path, "csl-flat", settings, source="ministry")
    assert [s.date.month for s in held_snapshots(settings.lists_dir)] == [1, 2]


def test_the_same_table_with_another_mapping_is_another_list(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "annex.csv"
    path.write_text("hs6,group_a,group_b\n854231,1,A\n", encoding="utf-8")
    one = import_list(path, "hs-list", settings, mapping={"group_a": "entry"})
    other = import_list(path, "hs-list", settings, mapping={"group_b": "entry"})
    assert not other.already_held
    assert one.table()["entry"].to_pylist() == ["1"]
    assert other.table()["entry"].to_pylist() == ["A"]


@pytest.mark.parametrize(
    ("name", "given", "expected", "basis"),
    [
        ("parties_2023-04-05.csv", date(2022, 1, 1), date(2022, 1, 1), "given"),
        ("parties_2023-04-05.csv", None, date(2023, 4, 5), "name"),
        ("2023-02/parties.csv", None, date(2023, 2, 28), "name"),
        ("parties.csv", None, TODAY, "imported"),
    ],
)
def test_a_list_that_does_not_say_its_date_is_dated_by_who_knows_best(
    settings: Settings,
    tmp_path: Path,
    name: str,
    given: date | None,
    expected: date,
    basis: str,
) -> None:
    path = write_list(tmp_path / "from_ministry" / name, many_parties(1))
    snapshot = import_list(path, "csl-flat", settings, source="ministry", as_of=given)
    assert (snapshot.date, snapshot.date_basis) == (expected, basis)


def test_a_date_that_the_list_states_goes_before_the_one_that_is_given(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "ccl.json"
    path.write_text(CCL.format("2026-07-23"), encoding="utf-8")
    snapshot = import_list(path, "us-ccl", settings, source="ccl-sample", as_of=date(2020, 1, 1))
    assert (snapshot.date, snapshot.date_basis) == (date(2026, 7, 23), "stated")
    assert "not 2020-01-01" in snapshot.faults[0]


def test_a_date_yet_to_come_is_not_believed(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "ccl.json"
    path.write_text(CCL.format("2206-07-23"), encoding="utf-8")
    snapshot = import_list(path, "us-ccl", settings, source="ccl-sample")
    assert snapshot.date_basis == "imported"
    assert "2206-07-23, which is yet to come" in snapshot.faults[0]
    with pytest.raises(UsageError, match="yet to come"):
        import_list(path, "us-ccl", settings, source="ccl-sample", as_of=TODAY + timedelta(days=40))


CCL = """{{"ecfrIssueDate": "{}", "entries": [
  {{"eccn": "3A001", "heading": "Electronic items", "reasonForControl": "NS"}}]}}"""


def test_a_date_in_a_name_that_is_no_date_is_left_aside() -> None:
    assert date_in_name(Path("list_2023-13-45.csv"), TODAY) is None
    assert date_in_name(Path("32014R0833.csv"), TODAY) is None
    assert date_in_name(Path("order-120230405.csv"), TODAY) is None


def test_a_year_or_month_that_is_not_over_says_nothing() -> None:
    assert date_in_name(Path("uk-2026"), date(2026, 5, 4)) is None
    assert date_in_name(Path("uk-2026-05"), date(2026, 5, 4)) is None
    assert date_in_name(Path("uk-2026-05"), date(2026, 6, 1)) == date(2026, 5, 31)


@pytest.mark.parametrize("source", ["../elsewhere", "UN SC", ".hidden", "a/b"])
def test_a_source_that_is_no_name_for_a_folder_is_refused(
    settings: Settings, tmp_path: Path, source: str
) -> None:
    path = write_list(tmp_path / "parties.csv", many_parties(1))
    with pytest.raises(UsageError, match="cannot name a list's source"):
        import_list(path, "csl-flat", settings, source=source)
    assert held(settings) == []


def test_what_is_not_there_or_not_known_is_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file or folder"):
        import_list(tmp_path / "absent.csv", "csl-flat", settings)
    path = write_list(tmp_path / "parties.csv", many_parties(1))
    with pytest.raises(UsageError, match="no list format 'cls-flat'"):
        import_list(path, "cls-flat", settings)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="holds no files"):
        import_list(empty, "ofac-sdn", settings)
    header_only = write_list(tmp_path / "header.csv", [])
    with pytest.raises(InputError, match="No entry was found"):
        import_list(header_only, "csl-flat", settings)


KILLED = """
import os, signal, sys
from pathlib import Path
from enduse.lists import import_list, snapshots
from enduse.settings import Settings

def die(*args, **more):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[3] == "table":
    snapshots.pq.write_table = die
elif sys.argv[3] == "original":
    snapshots.ZipFile = die
else:
    snapshots.Path.rename = die
import_list(Path(sys.argv[1]), "csl-flat", Settings(workspace=Path(sys.argv[2])), source="ministry")
"""


@pytest.mark.parametrize("moment", ["table", "original", "rename"])
def test_a_killed_import_leaves_what_was_held_and_nothing_else(
    settings: Settings, tmp_path: Path, moment: str
) -> None:
    older = write_list(tmp_path / "2024-01-01" / "parties.csv", many_parties(3))
    import_list(older, "csl-flat", settings, source="ministry")
    before = held(settings)
    newer = write_list(tmp_path / "parties.csv", many_parties(4))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(newer), str(settings.workspace), moment], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert held(settings) == before
    import_list(newer, "csl-flat", settings, source="ministry")
    assert len(held(settings)) == 2
    folder = settings.lists_dir / "ministry"
    assert not [entry.name for entry in folder.iterdir() if entry.name.startswith(".")]


def test_a_full_disk_harms_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = write_list(tmp_path / "parties.csv", many_parties(3))
    with monkeypatch.context() as patched:
        patched.setattr(pq, "write_table", full)
        with pytest.raises(StorageError, match="No space left"):
            import_list(path, "csl-flat", settings, source="ministry")
    assert held(settings) == []
    assert list((settings.lists_dir / "ministry").iterdir()) == []
    assert import_list(path, "csl-flat", settings, source="ministry").entries == 3


def test_a_damaged_snapshot_is_named(settings: Settings, tmp_path: Path) -> None:
    path = write_list(tmp_path / "parties.csv", many_parties(3))
    snapshot = import_list(path, "csl-flat", settings, source="ministry")
    table = snapshot.path / "parties.parquet"
    table.write_bytes(table.read_bytes()[:100])
    with pytest.raises(StorageError, match=r"parties\.parquet is damaged"):
        snapshot.table()
    (snapshot.path / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(StorageError, match=r"meta\.json is damaged"):
        held_snapshots(settings.lists_dir)


def test_show_tells_lists_dates_and_what_is_in_force(settings: Settings, tmp_path: Path) -> None:
    path = write_list(tmp_path / "parties.csv", many_parties(3))
    import_list(path, "csl-flat", settings, source="ministry", as_of=date(2024, 5, 1))
    write_list(path, many_parties(4))
    import_list(path, "csl-flat", settings, source="ministry", as_of=date(2024, 6, 1))
    rows = {(row["source"], row["date"]): row for row in show(settings)}
    old, new = rows["ministry", "2024-05-01"], rows["ministry", "2024-06-01"]
    assert (old["state"], old["entries"]) == ("superseded", 3)
    assert (new["state"], new["entries"], new["list"]) == ("in force", 4, "ministry/Embargo List")
    assert (new["date_basis"], new["origin"], new["overridden"]) == ("given", str(path), [])
    shipped = rows["common-high-priority", "2024-02-23"]
    assert (shipped["date_basis"], shipped["entries"], shipped["state"]) == (
        "shipped",
        50,
        "in force",
    )
    assert json.dumps(show(settings))


def test_meta_is_plain_json_for_whoever_audits_it(settings: Settings, tmp_path: Path) -> None:
    path = write_list(tmp_path / "parties.csv", many_parties(3))
    snapshot = import_list(path, "csl-flat", settings, source="ministry")
    meta = json.loads((snapshot.path / "meta.json").read_text(encoding="utf-8"))
    assert meta["digest"] == snapshot.digest
    assert meta["date"] == TODAY.isoformat()
    assert meta["counts"] == {"ministry/Embargo List": 3}
    assert meta["originals"][0]["name"] == "parties.csv"
