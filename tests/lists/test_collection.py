"""Collections: every listed party, with the dates between which it was seen on its list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from enduse.errors import InputError
from enduse.lists import Collection, Snapshot, collection, import_list
from enduse.model import LISTING_NAMES, LISTINGS
from enduse.settings import Settings

from .conftest import Party, many_parties, write_list

Take = Callable[..., Snapshot]
STEADY = many_parties(10)
"""Parties that stay, so that the lists do not shrink too much."""


def spans(found: Collection) -> dict[tuple[str, str], tuple[str, str | None]]:
    """(id, name) to (first seen, gone by) of all but the steady ones."""
    return {
        (row["record_id"], row["name"]): (
            str(row["first_seen"]),
            row["gone_by"] and str(row["gone_by"]),
        )
        for row in found.listings.to_pylist()
        if (row["record_id"], row["name"]) not in STEADY
    }


def test_a_workspace_without_lists_has_an_empty_collection(settings: Settings) -> None:
    found = collection(settings)
    assert found.listings.schema == LISTINGS
    assert found.names.schema == LISTING_NAMES
    assert (len(found.listings), len(found.names), found.snapshots) == (0, 0, ())


def test_a_party_is_seen_from_its_first_snapshot_to_the_first_without_it(
    settings: Settings, take: Take
) -> None:
    take([*STEADY, ("7", "Zarya Optics"), ("8", "Tula Valves")], "2022-01-10")
    take([*STEADY, ("7", "Zarya Optics"), ("9", "Aral Shipping")], "2023-03-01")
    take([*STEADY, ("9", "Aral Shipping")], "2024-05-05")
    assert spans(collection(settings)) == {
        ("7", "Zarya Optics"): ("2022-01-10", "2024-05-05"),
        ("8", "Tula Valves"): ("2022-01-10", "2023-03-01"),
        ("9", "Aral Shipping"): ("2023-03-01", None),
    }


def test_a_party_that_came_back_is_in_force(settings: Settings, take: Take) -> None:
    take([*STEADY, ("7", "Zarya Optics")], "2022-01-10")
    take(STEADY, "2023-03-01")
    take([*STEADY, ("7", "Zarya Optics")], "2024-05-05")
    assert spans(collection(settings)) == {("7", "Zarya Optics"): ("2022-01-10", None)}


def test_the_newest_words_win(settings: Settings, take: Take) -> None:
    older = take([*STEADY, ("7", "Zarya  Optics")], "2022-01-10")
    newer = take([*STEADY, ("7", "ZARYA OPTICS")], "2023-03-01")
    found = collection(settings)
    assert spans(found) == {("7", "ZARYA OPTICS"): ("2022-01-10", None)}
    assert set(found.listings["version"].to_pylist()) == {newer.version}
    assert found.snapshots == (older, newer)
    assert found.in_force == (newer,)


def test_two_parties_with_one_id_both_stay(settings: Settings, take: Take) -> None:
    take([*STEADY, ("2677", "Zarya Optics"), ("2677", "Tula Valves")], "2022-01-10")
    take([*STEADY, ("2677", "Tula Valves")], "2023-01-10")
    assert spans(collection(settings)) == {
        ("2677", "Zarya Optics"): ("2022-01-10", "2023-01-10"),
        ("2677", "Tula Valves"): ("2022-01-10", None),
    }


def test_two_parties_of_one_name_without_ids_both_stay(settings: Settings, take: Take) -> None:
    take([*STEADY, ("", "Ali Hasan"), ("", "Ali Hasan")], "2022-01-10")
    take([*STEADY, ("", "Ali Hasan")], "2023-01-10")
    found = [r for r in collection(settings).listings.to_pylist() if r["name"] == "Ali Hasan"]
    assert [str(r["gone_by"]) for r in found] == ["2023-01-10", "None"]
    assert {str(r["first_seen"]) for r in found} == {"2022-01-10"}


def test_row_numbers_in_place_of_ids_do_not_make_new_parties(
    settings: Settings, take: Take
) -> None:
    rows = [(str(row), name) for row, (_, name) in enumerate(STEADY, start=2)]
    take(rows, "2022-01-10")
    moved = [("2", "Aral Shipping")]
    moved += [(str(row), name) for row, (_, name) in enumerate(STEADY, start=3)]
    take(moved, "2023-01-10")
    listings = collection(settings).listings.to_pylist()
    assert len(listings) == 11
    since = {row["name"]: str(row["first_seen"]) for row in listings}
    assert since.pop("Aral Shipping") == "2023-01-10"
    assert set(since.values()) == {"2022-01-10"}


def test_a_list_that_its_source_dropped_has_lost_all_its_parties(
    settings: Settings, tmp_path: Path
) -> None:
    both = write_list(tmp_path / "2022-01-10" / "parties.csv", STEADY)
    with both.open("a", encoding="utf-8") as file:
        file.write("Zarya Optics,,Warning List,Entity,KZ,7,,,,\n")
    import_list(both, "csl-flat", settings, source="ministry")
    one = write_list(tmp_path / "2023-01-10" / "parties.csv", STEADY)
    import_list(one, "csl-flat", settings, source="ministry")
    assert spans(collection(settings)) == {("7", "Zarya Optics"): ("2022-01-10", "2023-01-10")}


def test_a_part_ends_no_listing_until_the_next_snapshot_confirms_it(
    settings: Settings, tmp_path: Path, take: Take
) -> None:
    take([*STEADY, ("7", "Zarya Optics")], "2022-01-10")
    part = write_list(tmp_path / "2023-01-10" / "parties.csv", STEADY[:3])
    import_list(part, "csl-flat", settings, source="ministry", allow_shrink=True)
    assert spans(collection(settings)) == {("7", "Zarya Optics"): ("2022-01-10", None)}
    take(STEADY[:3], "2024-01-10")
    rows = collection(settings).listings.to_pylist()
    assert [str(r["gone_by"]) for r in rows if r["name"] == "Zarya Optics"] == ["2024-01-10"]


def test_a_sample_taken_in_before_the_whole_list_does_not_end_it(
    settings: Settings, tmp_path: Path
) -> None:
    whole = [("1", "Huawei Technologies"), ("2", "Hizballah"), ("3", "Bank of Kunlun")]
    sample = write_list(tmp_path / "2024-01-10" / "parties.csv", whole[:1])
    assert import_list(sample, "csl-flat", settings).overridden
    full = write_list(tmp_path / "2023-01-10" / "parties.csv", [*whole, *many_parties(50)])
    kept = import_list(full, "csl-flat", settings)
    assert kept.overridden == ()
    assert "2024-01-10 that follows has 1 entries, far fewer than the 53" in kept.faults[-1]
    found = collection(settings)
    assert found.listings["gone_by"].null_count == 53
    assert found.in_force == (kept,)


def test_a_smaller_list_imported_first_ends_nothing(settings: Settings, take: Take) -> None:
    take(many_parties(5), "2024-01-10")
    take(many_parties(50), "2023-01-10")
    assert collection(settings).listings["gone_by"].null_count == 50


def test_one_list_of_a_source_that_shrank_ends_none_of_its_listings(
    settings: Settings, tmp_path: Path
) -> None:
    for day, warned in (("2024-01-10", 3), ("2023-01-10", 30)):
        path = write_list(tmp_path / day / "parties.csv", many_parties(500))
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"Zarya {n},,Warning List,Entity,KZ,Z{n},,,,\n" for n in range(warned))
        import_list(path, "csl-flat", settings, source="ministry")
    assert collection(settings).listings["gone_by"].null_count == 530


def test_an_older_whole_snapshot_proves_a_party_absent(
    settings: Settings, tmp_path: Path, take: Take
) -> None:
    take(STEADY, "2021-05-05")
    take(STEADY, "2022-01-10")
    take([*STEADY, ("7", "Zarya Optics")], "2024-01-10")
    absent = {r["name"]: r["absent_on"] for r in collection(settings).listings.to_pylist()}
    assert absent.pop("Zarya Optics") == date(2022, 1, 10)
    assert set(absent.values()) == {None}


def test_a_year_in_a_name_proves_absence_only_of_its_first_day(
    settings: Settings, tmp_path: Path
) -> None:
    before = write_list(tmp_path / "parties-2022.csv", STEADY)
    after = write_list(tmp_path / "parties-2023.csv", [*STEADY, ("7", "Zarya Optics")])
    for path in (before, after):
        import_list(path, "csl-flat", settings, source="ministry")
    rows = collection(settings).listings.to_pylist()
    [zarya] = [r for r in rows if r["name"] == "Zarya Optics"]
    assert (zarya["absent_on"], zarya["first_seen"]) == (date(2022, 1, 1), date(2023, 12, 31))


def test_a_list_of_an_unknown_day_and_a_part_prove_no_absence(
    settings: Settings, tmp_path: Path
) -> None:
    sample = write_list(tmp_path / "2020-01-10" / "parties.csv", [("1", "Huawei Technologies")])
    assert import_list(sample, "csl-flat", settings).overridden
    whole = [("1", "Huawei Technologies"), ("2", "Hizballah"), ("3", "Bank of Kunlun")]
    import_list(write_list(tmp_path / "a.csv", whole), "csl-flat", settings)
    newer = write_list(tmp_path / "b.csv", [*whole, ("7", "Zarya Optics")])
    import_list(newer, "csl-flat", settings)
    listings = collection(settings).listings
    assert (len(listings), listings["absent_on"].null_count) == (4, 4)


def test_another_list_of_another_source_does_not_end_a_listing(
    settings: Settings, take: Take
) -> None:
    take([("7", "Zarya Optics")], "2022-01-10")
    take([("8", "Tula Valves")], "2023-01-10", source="customs")
    found = collection(settings)
    assert spans(found)["7", "Zarya Optics"] == ("2022-01-10", None)
    only = collection(settings, sources=["customs"])
    assert set(spans(only)) == {("8", "Tula Valves")}
    with pytest.raises(InputError, match="no list of parties of the source 'navy'"):
        collection(settings, sources=["navy"])


def test_every_name_of_every_party_is_there(settings: Settings, take: Take) -> None:
    take([("7", "Заря Оптика"), ("8", "Tula Valves")], "2022-01-10")
    take([("8", "Tula Valves"), ("9", "中亞軸承")], "2023-01-10")
    found = collection(settings)
    keys = found.listings["entity_key"].to_pylist()
    assert keys == list(range(len(keys)))
    names = found.names.to_pylist()
    for listing in found.listings.to_pylist():
        own = [n for n in names if n["entity_key"] == listing["entity_key"]]
        assert own[0] == {
            "entity_key": listing["entity_key"],
            "name": listing["name"],
            "name_type": "primary",
        }
        assert own[1]["name"] == f"{listing['name']} Trading"


def test_a_collection_is_merged_once_and_again_when_a_snapshot_comes(
    settings: Settings, take: Take
) -> None:
    take([*STEADY, ("7", "Zarya Optics")], "2022-01-10")
    first = collection(settings)
    [cache] = (settings.lists_dir / ".collected").iterdir()
    again = collection(settings)
    assert (again.listings, again.names) == (first.listings, first.names)
    assert again.listings.schema.equals(LISTINGS, check_metadata=True)
    assert again.names.schema.equals(LISTING_NAMES, check_metadata=True)
    (cache / "names.parquet").write_bytes(b"cut in half")
    assert collection(settings).names == first.names
    take(STEADY, "2023-03-01")
    assert spans(collection(settings)) == {("7", "Zarya Optics"): ("2022-01-10", "2023-03-01")}


def test_older_merged_collections_are_cleared_away(settings: Settings, take: Take) -> None:
    for year in range(2015, 2022):
        take(STEADY, f"{year}-01-01")
        collection(settings)
    assert len(list((settings.lists_dir / ".collected").iterdir())) <= 4


SNAPSHOTS = st.lists(
    st.lists(
        st.sampled_from([("7", "Zarya Optics"), ("8", "Tula Valves"), ("7", "Aral Shipping")]),
        max_size=5,
    ),
    min_size=1,
    max_size=4,
)


@given(SNAPSHOTS, st.randoms(use_true_random=False))
@effort(max_examples=12, deadline=None)
def test_the_order_of_import_does_not_matter_and_nothing_is_lost(
    contents: list[list[Party]], shuffled: object
) -> None:
    dated = [(date(2020 + year, 1, 1), parties) for year, parties in enumerate(contents)]
    other = list(dated)
    shuffled.shuffle(other)  # type: ignore[attr-defined]
    one, another = _collected(dated), _collected(other)
    assert one.listings.drop_columns(["version"]) == another.listings.drop_columns(["version"])
    assert one.names == another.names
    for day, parties in dated:
        there = [
            (row["record_id"], row["name"])
            for row in one.listings.to_pylist()
            if row["first_seen"] <= day and (row["gone_by"] is None or day < row["gone_by"])
        ]
        for party in parties:
            assert there.count(party) >= parties.count(party)


def _collected(dated: Sequence[tuple[date, list[Party]]]) -> Collection:
    with TemporaryDirectory() as folder:
        workspace = Settings(workspace=Path(folder) / "workspace", threads=1)
        for day, parties in dated:
            path = write_list(Path(folder) / str(day) / "parties.csv", [*STEADY, *parties])
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("enduse.lists.wholeness.MOST_SHRINKAGE", 1.0)
                import_list(path, "csl-flat", workspace, source="ministry")
        return collection(workspace)
