"""The policy file: what it sets, and what it may not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from enduse.assess import RULES, RUN_FACTS, Policy, shipped_text
from enduse.assess.rule import fill
from enduse.errors import PolicyError


def written(folder: Path, old: str, new: str) -> Path:
    assert old in shipped_text(), old
    path = folder / "policy.toml"
    path.write_text(shipped_text().replace(old, new, 1), "utf-8")
    return path


def test_the_shipped_policy_weighs_every_rule_and_no_other() -> None:
    assert set(Policy.shipped().weights) == {rule.id for rule in RULES}


def test_every_weight_has_its_reason() -> None:
    assert all(Policy.shipped().reasons.values())


def test_only_a_rule_that_contradicts_has_a_negative_weight() -> None:
    weights = Policy.shipped().weights
    assert {rule.id for rule in RULES if rule.contradicts} == {
        rule for rule, bits in weights.items() if bits < 0
    }


def test_rule_ids_are_unique_and_statements_have_their_fields() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        for name in rule.fields:
            assert f"AS {name}" in rule.query or f" {name}," in rule.query, (rule.id, name)


def test_every_parameter_that_a_rule_names_is_in_the_policy() -> None:
    facts = dict.fromkeys(RUN_FACTS, "''")
    for rule in RULES:
        for sql in (rule.query, *(gap.where for gap in rule.gaps)):
            assert "$" not in fill(sql, {**Policy.shipped().parameters, **facts})


def test_an_authority_sets_its_own_weight(tmp_path: Path) -> None:
    path = written(
        tmp_path, "listed = { stated = 10.0, bits = 10.00", "listed = { stated = 10.0, bits = 4.5"
    )
    assert Policy.load(path).weights["listed"] == 4.5


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("hold_bits = 10.0", "hold_bits = 1.0", "below review_bits"),
        ("review_share = 0.01", "review_share = 1.5", "not a share"),
        ("listed = { stated = 10.0, bits = 10.00", 'listed = { stated = 10.0, bits = "ten"', "not a number"),
        ('countries = ["RU"]', 'countries = ["Russia"]', "alpha-2"),
        ("turning_point = 2022-02-24", "turning_point = true", "turning_point"),
        ("[policy]", "[policy", "not a policy file"),
        ("[thresholds]", "[threshold]", "review_bits"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_meant_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(PolicyError, match=message):
        Policy.load(written(tmp_path, old, new))


def test_a_policy_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"no-such\.toml"):
        Policy.load(tmp_path / "no-such.toml")
