"""A list that shrank, or lacks names that every whole edition holds, is not taken in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from enduse.errors import ListRefusedError
from enduse.lists import Snapshot, held_snapshots, import_list, in_force
from enduse.lists.formats import FORMATS
from enduse.lists.sources import SOURCES
from enduse.settings import Settings

from .conftest import many_parties, write_list

Take = Callable[..., Snapshot]


def test_a_list_that_lost_more_than_a_fifth_is_refused_and_the_old_one_stays(
    settings: Settings, take: Take
) -> None:
    take(many_parties(100), "2024-01-01")
    with pytest.raises(ListRefusedError) as refused:
        take(many_parties(79), "2024-02-01")
    assert "79 entries, 21.0% fewer than the 100" in refused.value.message
    assert "2024-01-01 stays in force" in refused.value.hint
    assert [s.entries for s in in_force(held_snapshots(settings.lists_dir))] == [100]


def test_a_loss_of_a_fifth_is_taken_in(take: Take) -> None:
    take(many_parties(100), "2024-01-01")
    assert take(many_parties(80), "2024-02-01").overridden == ()


def test_an_older_and_shorter_list_extends_the_history(settings: Settings, take: Take) -> None:
    take(many_parties(100), "2024-01-01")
    take(many_parties(50), "2023-01-01")
    assert [s.entries for s in held_snapshots(settings.lists_dir)] == [50, 100]


def test_shrinking_is_judged_against_the_snapshot_before_in_time(take: Take) -> None:
    take(many_parties(50), "2022-01-01")
    take(many_parties(100), "2024-01-01")
    with pytest.raises(ListRefusedError, match="fewer than the 50"):
        take(many_parties(30), "2023-01-01")
    take(many_parties(45), "2023-01-01")


def test_another_source_is_another_list(take: Take) -> None:
    take(many_parties(100), "2024-01-01")
    assert take(many_parties(5), "2024-02-01", source="customs").entries == 5


@pytest.mark.parametrize("left", [0, 15])
def test_one_list_of_a_source_that_shrank_or_vanished_is_refused_by_name(
    settings: Settings, tmp_path: Path, left: int
) -> None:
    for day, warned in (("2023-01-10", 20), ("2024-01-10", left)):
        path = write_list(tmp_path / day / "parties.csv", many_parties(500))
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"Zarya {n},,Warning List,Entity,KZ,Z{n},,,,\n" for n in range(warned))
        if warned == 20:
            import_list(path, "csl-flat", settings, source="ministry")
    with pytest.raises(ListRefusedError) as refused:
        import_list(path, "csl-flat", settings, source="ministry")
    assert f"list 'ministry/Warning List' has {left} entries" in refused.value.message
    assert "--source NAME" in refused.value.hint
    assert "--allow-shrink" in refused.value.hint


def test_a_loss_that_is_allowed_is_on_record(settings: Settings, tmp_path: Path) -> None:
    path = write_list(tmp_path / "2024-01-01" / "parties.csv", many_parties(100))
    import_list(path, "csl-flat", settings, source="ministry")
    path = write_list(tmp_path / "2024-02-01" / "parties.csv", many_parties(10))
    import_list(path, "csl-flat", settings, source="ministry", allow_shrink=True)
    kept = held_snapshots(settings.lists_dir)[-1]
    assert kept.date == date(2024, 2, 1)
    assert "10 entries, 90.0% fewer" in kept.overridden[0]


def test_a_sample_of_an_official_list_is_taken_in_by_hand_and_its_lack_is_on_record(
    settings: Settings, tmp_path: Path
) -> None:
    path = write_list(tmp_path / "parties.csv", [("1", "Huawei Technologies Co., Ltd.")])
    kept = import_list(path, "csl-flat", settings)
    assert kept.overridden == ("it lacks HIZBALLAH, BANK OF KUNLUN, which a whole edition holds",)


def test_a_list_without_its_canaries_does_not_follow_a_whole_edition(
    settings: Settings, tmp_path: Path
) -> None:
    whole = [("1", "Huawei Technologies"), ("2", "Hizballah"), ("3", "Bank of Kunlun")]
    import_list(write_list(tmp_path / "a" / "parties.csv", whole), "csl-flat", settings)
    other = write_list(tmp_path / "b" / "parties.csv", many_parties(10))
    with pytest.raises(ListRefusedError, match="it lacks HUAWEI TECHNOLOGIES, HIZBALLAH"):
        import_list(other, "csl-flat", settings)
    assert len(held_snapshots(settings.lists_dir)) == 1
    sample = import_list(other, "csl-flat", settings, source="us-csl-sample")
    assert list(sample.counts) == ["us-csl-sample/Embargo List"]


def test_canaries_are_found_whatever_the_accents_case_and_punctuation(
    settings: Settings, tmp_path: Path
) -> None:
    path = write_list(
        tmp_path / "parties.csv",
        [
            ("1", "HUAWEI  TECHNOLOGIES CO LTD"),
            ("2", "Kata'ib Hízb-Allah"),
            ("3", "Bank-of-Kunlun Co Ltd"),
        ],
    )
    assert import_list(path, "csl-flat", settings).source == "us-csl"


def test_a_part_of_a_control_list_is_taken_in_and_its_lack_is_on_record(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "ccl.json"
    path.write_text(
        '{"entries": [{"eccn": "3A001", "heading": "Electronic items"}]}', encoding="utf-8"
    )
    kept = import_list(path, "us-ccl", settings)
    assert kept.overridden == ("it lacks 3A090, 5A002, 1C350, which a whole edition holds",)


def test_every_source_has_a_format_and_says_how_to_get_it() -> None:
    for source in SOURCES.values():
        assert source.format in FORMATS, source.name
        assert source.canaries, source.name
        assert source.addresses or source.needs, source.name
        assert all(a.startswith("https://") for a in source.addresses), source.name
        assert source.about
        assert source.licence
