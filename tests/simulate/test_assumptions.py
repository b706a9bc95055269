"""Assumptions are stated, checked, and varied for worlds that nothing was tuned on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import UsageError
from enduse.simulate import Rate, WorldSettings, simulate, vary


def test_every_assumption_is_described_in_a_sentence() -> None:
    described = WorldSettings.described()
    assert len(described) > 30
    assert all(about.endswith(".") for _, _, about in described)


@given(st.integers(0, 100_000))
def test_varied_assumptions_stay_in_their_ranges(seed: int) -> None:
    usual, varied = WorldSettings(), vary(seed)
    assert varied == vary(seed) != usual
    assert 0.2 <= varied.last_leg_coverage <= 0.9
    assert 7 <= len(varied.hubs) <= 15
    assert {code for code, _ in varied.hubs} <= {code for code, _ in usual.hubs}
    for name, value, _ in WorldSettings.described():
        if isinstance(value, Rate):
            other = getattr(varied, name)
            for now, then in ((other.diverting, value.diverting), (other.legal, value.legal)):
                assert 0.55 * then <= now <= 1.65 * then


def test_a_seed_below_zero_is_refused() -> None:
    with pytest.raises(UsageError, match="-3"):
        vary(-3)


def test_every_assumption_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "simulate.md").read_text(encoding="utf-8")
    assert not [name for name, _, _ in WorldSettings.described() if f"`{name}`" not in text]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_varied_world_can_be_made(tmp_path: Path, seed: int) -> None:
    world = simulate(tmp_path, lines=3000, seed=seed, settings=vary(seed))
    assert world.lines == 3000
    assert world.diverted > 15


def test_a_world_without_signs_and_without_onward_legs_can_be_made(tmp_path: Path) -> None:
    silent = {
        name: Rate(0.0, 0.0)
        for name, value, _ in WorldSettings.described()
        if isinstance(value, Rate)
    }
    settings = WorldSettings(
        last_leg_coverage=0.0, legal_chain_share=0.0, uncontrolled_share=0.0, **silent
    )
    world = simulate(tmp_path, lines=2000, settings=settings)
    assert world.diverted > 10
    assert not {"legal_distributor", "open_sale"} & set(world.decoys)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"variant_share": 1.5}, "variant_share"),
        ({"forwarder": Rate(-0.1, 0.0)}, "forwarder"),
        ({"hubs": ()}, "hubs"),
        ({"hop_weights": (0.0, 0.0, 0.0, 0.0)}, "hop_weights"),
    ],
)
def test_an_assumption_that_cannot_be_is_refused(given_: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        WorldSettings(**given_)  # type: ignore[arg-type]
