"""The index of names that a workspace keeps."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from tests.screen.conftest import lists_of, parties_of

from enduse.lists import Collection
from enduse.names import NameIndex
from enduse.screen import kept_screener
from enduse.settings import Settings

PARTY = parties_of({"name": "Ostek Trade"})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(workspace=tmp_path)


@pytest.fixture
def collection() -> Collection:
    return Collection(*lists_of({"name": "Ostec Trade"}, {"name": "Kvant Institute"}), ())


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many names were read, each time that an index was built."""
    built: list[int] = []
    build: Callable[..., NameIndex] = NameIndex.build

    def counted(names: pa.Table, *, threads: int = 1) -> NameIndex:
        built.append(len(names))
        return build(names, threads=threads)

    monkeypatch.setattr(NameIndex, "build", counted)
    return built


def _folders(settings: Settings) -> list[Path]:
    return sorted((settings.lists_dir / ".names").iterdir())


def test_the_second_run_opens_what_the_first_one_built(
    collection: Collection, settings: Settings, builds: list[int]
) -> None:
    first, second = (
        kept_screener(collection, settings).parties(PARTY).to_pylist() for _ in range(2)
    )
    assert first == second != []
    assert builds == [2]


@pytest.mark.parametrize(
    "entry", [{"name": "Ostec Trading"}, {"name": "Ostec Trade", "kind": "person"}]
)
def test_lists_that_changed_have_an_index_of_their_own(
    collection: Collection, settings: Settings, builds: list[int], entry: dict[str, object]
) -> None:
    kept_screener(collection, settings)
    listings, names = lists_of(entry, {"name": "Kvant Institute"})
    kept_screener(replace(collection, listings=listings, names=names), settings)
    assert builds == [2, 2]
    assert len(_folders(settings)) == 2


@pytest.mark.parametrize("left", [b"", b"no array"])
def test_a_broken_one_is_built_anew(
    collection: Collection, settings: Settings, builds: list[int], left: bytes
) -> None:
    kept_screener(collection, settings)
    (folder,) = _folders(settings)
    for file in folder.rglob("*.*"):
        file.write_bytes(left)
    for _ in range(2):
        assert kept_screener(collection, settings).parties(PARTY).num_rows == 1
    assert builds == [2, 2]


def test_old_ones_go(settings: Settings) -> None:
    for number in range(5):
        lists = lists_of({"name": f"Ostec Trade {number}"})
        kept_screener(Collection(*lists, ()), settings)
        for age, folder in enumerate(_folders(settings)):
            os.utime(folder, (age, age))
    assert len(_folders(settings)) == 3


def test_a_workspace_that_cannot_be_written_is_screened_all_the_same(
    collection: Collection, settings: Settings
) -> None:
    settings.lists_dir.mkdir(parents=True)
    (settings.lists_dir / ".names").write_text("in the way")
    assert kept_screener(collection, settings).parties(PARTY).num_rows == 1
