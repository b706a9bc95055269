"""Threshold files that an authority writes itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from enduse.errors import PolicyError
from enduse.goods import read_thresholds, shipped_thresholds
from enduse.goods.thresholds import for_day

WHOLE = """
list = "tw-shtc"
date = 2025-01-01
source = "an invented notice"
[parameters]
torque = { dimension = "number", about = "N·m" }
axes = { dimension = "count", about = "axes that move together" }
for_export = { about = "made for export" }
[[entries]]
entry = "T1"
covers = "wrenches"
paragraphs = [
    { paragraph = "T1.a", any = [
        { parameter = "torque", above = "100" },
        { all = [ { parameter = "torque", above = "50" }, { parameter = "axes", at_least = "4" } ] },
    ] },
]
exclusions = [ { note = "wrenches kept at home", parameter = "for_export", is = false } ]
"""


def written(tmp_path: Path, text: str, name: str = "own.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("torque", "axes", "status"),
    [
        ("101", "1", "candidate"),
        ("60", "4", "candidate"),
        ("60", "3", "excluded"),
        ("50", None, "excluded"),
        ("60", None, "insufficient_data"),
        ("101", None, "candidate"),
        (None, "4", "insufficient_data"),
    ],
)
def test_any_and_all_hold_fail_or_cannot_be_told(
    judge, tmp_path: Path, torque: str | None, axes: str | None, status: str
) -> None:
    own = [read_thresholds(written(tmp_path, WHOLE))]
    (found,) = judge({"param.torque": torque, "param.axes": axes}, thresholds=own)
    assert (found["list"], found["status"]) == ("tw-shtc", status)
    assert str(found["version"]).startswith("2025-01-01/")
    assert "tw-shtc of 2025-01-01" in str(found["explanation"])


def test_its_exclusion_is_heeded(judge, tmp_path: Path) -> None:
    own = [read_thresholds(written(tmp_path, WHOLE))]
    (found,) = judge({"param.torque": "500", "param.for_export": "No"}, thresholds=own)
    assert found["status"] == "excluded"
    (odd,) = judge({"param.torque": "500", "param.for_export": "perhaps"}, thresholds=own)
    assert odd["status"] == "candidate"
    assert "it is answered with yes or no" in str(odd["explanation"])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("date = 2025-01-01\n", 'date = "soon"\n', "'soon', not a date"),
        ("date = 2025-01-01\n", "", "'date' is missing"),
        ('"number", about', '"weight", about', "has the dimension 'weight'"),
        ('above = "100"', 'above = "100 kg"', "its unit 'kg' is not understood"),
        ('above = "100"', 'obove = "100"', "'obove' is no part of a condition"),
        (', above = "100"', "", "torque is compared with nothing"),
        ('"torque", above = "100"', '"weight", above = "100"', "'weight' is missing"),
        ("is = false", 'above = "3"', "for_export cannot be compared by 'above'"),
        ("is = false", 'is = "no"', "answered with true or false"),
        ('"torque", above = "100"', '"torque", is = true', "torque cannot be compared by 'is'"),
        (
            '[ { parameter = "torque", above = "50" }, { parameter = "axes", at_least = "4" } ]',
            "[]",
            "one or more",
        ),
        ("[[entries]]", "[entries", "cannot be read"),
        ("covers =", 'hs_prefixes = "8204"\ncovers =', "not a list of codes"),
        ('covers = "wrenches"\n', "", "'covers' is missing"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_its_name_and_the_reason(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert old in WHOLE
    path = written(tmp_path, WHOLE.replace(old, new, 1))
    with pytest.raises(PolicyError, match=r"own\.toml") as refused:
        read_thresholds(path)
    assert reason in str(refused.value)


def test_a_missing_file_is_an_error_of_policy(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"gone\.toml"):
        read_thresholds(tmp_path / "gone.toml")


def test_of_several_dates_the_newest_not_after_the_day_is_taken(tmp_path: Path) -> None:
    old, new = (
        read_thresholds(written(tmp_path, WHOLE.replace("2025-01-01", day), f"{day}.toml"))
        for day in ("2025-01-01", "2026-01-01")
    )
    days = [date(2024, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
    assert [for_day([new, old], day) for day in days] == [[old], [old], [new]]
    with pytest.raises(PolicyError, match="Two threshold files"):
        for_day([old, old], days[0])


def test_one_parameter_name_cannot_mean_two_things(judge, tmp_path: Path) -> None:
    clash = WHOLE.replace("torque", "sample_rate")
    own = read_thresholds(written(tmp_path, clash))
    with pytest.raises(PolicyError, match="sample_rate different dimensions"):
        judge({"param.sample_rate": "500"}, thresholds=[*shipped_thresholds(), own])


def test_the_shipped_file_names_its_source_and_every_parameter_it_has_is_used() -> None:
    for file in shipped_thresholds():
        assert "15 CFR" in file.source
        conditions = [
            part.condition
            for entry in file.entries
            for part in (*entry.paragraphs, *entry.exclusions)
        ]
        used = {c.parameter for condition in conditions for c in condition.comparisons()}
        assert used == set(file.parameters)
