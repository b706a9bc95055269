"""The catalogue of makers: what a file may say, and what the reader makes of its patterns."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.components import load_catalogue, read
from enduse.components.grammar import GrammarError, beginnings, information, parse
from enduse.errors import InputError
from enduse.simulate.markings import sample

OWN = """
[[maker]]
id = "zubr"
name = "Zubr Semiconductor"
country = "PL"
owner = "texas-instruments"
also = ["Зубр"]
  [[maker.part]]
  pattern = 'ZBR\\d{4}[A-Z]{2}'
  family = 'ZBR\\d{4}'
  kind = "regulator"
  examples = ["ZBR1234AB"]
"""


def own(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_of_ones_own_adds_a_maker(tmp_path: Path) -> None:
    held = load_catalogue(own(tmp_path, OWN))
    best = read("Стабилизатор ZBR1234AB", catalogue=held)[0]
    assert (best.manufacturer, best.owner) == ("Zubr Semiconductor", "Texas Instruments")
    assert best.family == "ZBR1234"
    assert read("Зубр", catalogue=held)[0].manufacturer == "Zubr Semiconductor"


def test_a_file_of_ones_own_adds_to_a_maker_that_is_there(tmp_path: Path) -> None:
    text = (
        '[[maker]]\nid = "dle"\nname = "DLE"\ncountry = "CN"\nalso = ["Dle Aero"]\n'
        "  [[maker.part]]\n  pattern = 'QXZ\\d{3}'\n"
    )
    held = load_catalogue(own(tmp_path, text))
    shipped = load_catalogue().makers["dle"]
    assert set(shipped.parts) < set(held.makers["dle"].parts)
    assert read("QXZ123", catalogue=held)[0].manufacturer == "DLE"
    assert read("Dle Aero", catalogue=held)[0].manufacturer == "DLE"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[maker]\n", "cannot be read as TOML"),
        ("[[firm]]\nid = 'x'\n", "'firm'"),
        ("[[maker]]\nid = 'x'\nname = 'X'\n", "has no 'country'"),
        ("[[maker]]\nid = 'x'\nname = 'X'\ncountry = 'PL'\nlogo = 'x'\n", "'logo'"),
        ("[[maker]]\nid = 'x'\nname = 'X'\ncountry = 'PL'\nowner = 'nobody-at-all'\n", "nobody"),
        ("[[maker]]\nid = 'x'\nname = 'X'\ncountry = 'PL'\nmarks = 'X'\n", "'marks'"),
        (OWN.replace("'ZBR\\d{4}[A-Z]{2}'", "'ZBR('"), "is no ordering code"),
        ("maker = 3\n", "'maker'"),
        (OWN.replace("owner =", "dates = ['XXX']\nowner ="), "date code 'XXX'"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_by_name(
    tmp_path: Path, text: str, said: str
) -> None:
    path = own(tmp_path, text)
    with pytest.raises(InputError, match=re.escape(said)):
        load_catalogue(path)


def test_a_pattern_beyond_grammars_is_refused(tmp_path: Path) -> None:
    path = own(tmp_path, OWN.replace("'ZBR\\d{4}", "'(Z)\\1\\d{4}"))
    with pytest.raises(InputError, match="zubr"):
        load_catalogue(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there"):
        load_catalogue(tmp_path / "none.toml")


def test_every_pattern_that_ships_is_a_grammar() -> None:
    refused = []
    for part in load_catalogue().parts():
        for pattern in filter(None, (part.pattern, part.family)):
            try:
                parse(pattern)
            except GrammarError as error:
                refused.append(f"{part.makers}: {error}")
    assert not refused


PATTERNS = [
    r"MAX\d{3,5}[A-Z]{3}\+?T?",
    r"(?:SN)?74(?:HC|LVC)\d{2,4}A?(?:PW|D)R?",
    r"TSR \d-\d{4}(?:SM)?",
    r"(?!RS-)[A-Z]{2}-?\d{2,}[^\d]",
]


@given(st.sampled_from(PATTERNS), st.integers(0, 10_000))
def test_what_a_grammar_gives_its_pattern_takes_and_its_beginnings_hold(
    pattern: str, seed: int
) -> None:
    node = parse(pattern)
    code = sample(node, Random(seed))
    if "?!" not in pattern or re.fullmatch(pattern, code):
        assert re.fullmatch(pattern, code)
        assert information(node, code) >= 0
    heads = beginnings(node, lambda sign: sign, 3, 100)
    assert any(code.startswith(head) for head in heads)


@pytest.mark.parametrize("pattern", [r"(?<=A)B", r"A\1", "A(", "A)", "*A", "[A", r"\pA"])
def test_patterns_that_no_code_needs_are_refused(pattern: str) -> None:
    with pytest.raises(GrammarError):
        parse(pattern)


def test_no_pattern_repeats_without_end_what_repeats() -> None:
    """A text that goes on unlike it would take seconds."""
    nested = [p.pattern for p in load_catalogue().parts() if re.search(r"[+*}]\)[*+]", p.pattern)]
    assert nested == []
