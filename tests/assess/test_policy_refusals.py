"""An edited policy is refused in words: which file, which section, which key, what to do."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from enduse.assess import Policy, shipped_text
from enduse.assess.policy import unknown_weights
from enduse.errors import PolicyError

PARAMETERS = tomllib.loads(shipped_text())["parameters"]
ACTIVITY = 'words = ["furniture", "wood"]\nchapters = ["44", "94"]'


def edited(folder: Path, old: str, new: str) -> Path:
    assert shipped_text().count(old), old
    path = folder / "authority.toml"
    path.write_text(shipped_text().replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "place", "wrong"),
    [
        ("from = 2022-02-24", 'from = "2022-02-24"', "[[embargoes]] number 1 from", "not a day"),
        ("from = 2022-02-24", "from = 2022-02-24T08:00:00", "[[embargoes]] number 1 from", "day"),
        ("from = 2022-02-24", "from = 2022-02-24\nto = 2021-01-01", "[[embargoes]] number 1", "ends"),
        ('countries = ["RU"]', "", "[[embargoes]] number 1 countries", "missing"),
        ('countries = ["RU"]', 'countries = "RU"', "[[embargoes]] number 1 countries", "list"),
        ('countries = ["RU"]', "countries = [643]", "[[embargoes]] number 1 countries", "643"),
        ('regime = "US', 'regime = 5 # "US', "[[embargoes]] number 1 regime", "5"),
        ("review_bits = 6.0", "review_bits = nan", "[thresholds] review_bits", "nan"),
        ("hold_bits = 10.0", "hold_bits = inf", "[thresholds] hold_bits", "inf"),
        ("hold_bits = 10.0", f"hold_bits = 1{'0' * 400}", "[thresholds] hold_bits", "not a number"),
        ("review_bits = 6.0", "", "[thresholds] review_bits", "missing"),
        ("review_share = 0.01", "review_share = nan", "[budget] review_share", "nan"),
        ("[budget]", "[[budget]]", "[budget]", "not a table"),
        ("bits = 10.00", "bits = nan", "[weights] listed: bits", "nan"),
        ("bits = 10.00", "bits = 31", "[weights] listed: bits", "from -30 to 30"),
        ("bits = 10.00, ", "", "[weights] listed: bits", "missing"),
        (ACTIVITY, 'chapters = ["44"]', "[[activities]] number 5 words", "missing"),
        (ACTIVITY, 'words = ["wood"]', "[[activities]] number 5 chapters", "missing"),
        (ACTIVITY, 'words = "wood"\nchapters = ["44"]', "[[activities]] number 5 words", "list"),
        (ACTIVITY, 'words = [4]\nchapters = ["44"]', "[[activities]] number 5 words", "4"),
        (ACTIVITY, 'words = ["wood"]\nchapters = [44]', "[[activities]] number 5 chapters", "44"),
        (ACTIVITY, 'words = ["wood"]\nchapters = ["4"]', "[[activities]] number 5 chapters", "'4'"),
        ('"logistics", ', "7, ", "[words] forwarder", "7"),
        ('"logistics", ', '" ", ', "[words] forwarder", "blank"),
        ("history_days = 180", "history_days = -1", "[parameters] history_days", "-1"),
        ("history_days = 180", "history_days = 36501", "[parameters] history_days", "36501"),
        ("history_days = 180", "history_days = inf", "[parameters] history_days", "inf"),
        ("jump_days = 90", "jump_days = 2022-01-01", "[parameters] jump_days", "whole number"),
        ("jump_days = 90", "jump_days = 1.5", "[parameters] jump_days", "whole number"),
        ("jump_ratio = 4.0", "jump_ratio = nan", "[parameters] jump_ratio", "nan"),
        ("jump_ratio =", "jump_rati =", "[parameters] jump_ratio", "jump_rati is no parameter"),
        ("= 2023-01-01", "= 5", "[parameters] shipper_since", "not a day"),
        ("turning_point = 2022-02-24", "turning_point = 0001-01-01", "turning_point", "1900"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_named(
    tmp_path: Path, old: str, new: str, place: str, wrong: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        Policy.load(edited(tmp_path, old, new))
    assert refused.value.message.startswith("authority.toml: ")
    assert place in refused.value.message
    assert wrong in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize("section", ["policy", "thresholds", "budget", "parameters", "weights",
                                     "words", "embargoes", "hubs", "coalition", "activities"])  # fmt: skip
@pytest.mark.parametrize("instead", ["5", "[5]", "'text'", "2022-02-24", "{ x = 5 }"])
def test_a_section_that_is_something_else_is_refused(
    tmp_path: Path, section: str, instead: str
) -> None:
    lines = shipped_text().splitlines()
    kept, inside = [f"{section} = {instead}"], False
    for line in lines:
        inside = line.strip("[]") == section if line.startswith("[") else inside
        kept += [] if inside else [line]
    path = tmp_path / "authority.toml"
    path.write_text("\n".join(kept), "utf-8")
    with pytest.raises(PolicyError, match=section):
        Policy.load(path)


@pytest.mark.parametrize("key", list(PARAMETERS))
def test_a_missing_parameter_is_named_with_what_the_shipped_policy_says(
    tmp_path: Path, key: str
) -> None:
    with pytest.raises(PolicyError, match=rf"\[parameters\] {key} is missing") as refused:
        Policy.load(edited(tmp_path, f"\n{key} =", "\n# was"))
    assert f"{key} = {PARAMETERS[key]}" in refused.value.hint


def test_a_weight_of_no_rule_is_refused_with_the_ids_that_are_near(tmp_path: Path) -> None:
    ids = set(Policy.shipped().weights)
    unknown_weights(Policy.shipped(), ids)
    policy = Policy.load(edited(tmp_path, "listed-then =", "listed-than ="))
    with pytest.raises(PolicyError, match=r"authority\.toml: \[weights\] listed-than") as refused:
        unknown_weights(policy, ids)
    assert "listed-then" in refused.value.hint
    policy = Policy.load(edited(tmp_path, "delisted =", "qqq ="))
    with pytest.raises(PolicyError, match="qqq is for no rule") as refused:
        unknown_weights(policy, ids)
    assert "enduse policy" in refused.value.hint


def test_a_policy_is_loaded_from_a_path_as_text(tmp_path: Path) -> None:
    path = edited(tmp_path, "review_bits = 6.0", "review_bits = 5.0")
    assert Policy.load(str(path)).review_bits == 5.0
    with pytest.raises(PolicyError, match="is not a policy file"):
        Policy.load(str(tmp_path))
