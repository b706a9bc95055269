"""Names of people, companies and vessels that do not exist, of the world's usual sort."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from benchmarks.names.listed import split_of

_HERE = Path(__file__).resolve().parent
Words = Mapping[str, Sequence[str]]
"""Lists of words by what they are for."""


@lru_cache(maxsize=4)
def vocabulary(split: str | None, file: str = "vocabulary.toml") -> dict[str, dict[str, list[str]]]:
    """Words by section and use; half of them for a split, all of them for None."""
    sections = tomllib.loads((_HERE / file).read_text("utf-8"))
    people = {f"people.{k}": v for k, v in sections.pop("people", {}).items()}
    return {
        section: {use: _half(text, split) for use, text in uses.items() if isinstance(text, str)}
        for section, uses in (sections | people).items()
    }


@lru_cache(maxsize=1)
def shares() -> dict[str, int]:
    """How many of a hundred people come from each part of the world."""
    people = tomllib.loads((_HERE / "vocabulary.toml").read_text("utf-8"))["people"]
    return {f"people.{name}": uses["share"] for name, uses in people.items()}


def _half(text: str, split: str | None) -> list[str]:
    words = text.split("|") if "|" in text else text.split() if " " in text else list(text)
    return [word for word in words if split in (None, split_of(f"word {word}"))]


def people(split: str | None, chance: random.Random) -> Iterator[str]:
    """Names of people from all over the world, without end; some family names are coined."""
    words = vocabulary(split)
    names, weights = list(shares()), list(shares().values())
    while True:
        yield _person(words[chance.choices(names, weights)[0]], chance)


def _person(words: Words, chance: random.Random) -> str:
    given, pick = chance.choice(words["given"]), chance.random()
    coined = chance.choice(words["start"]) + chance.choice(words["end"])
    family = coined if pick < 0.5 else chance.choice(words["family"])
    parts = [given]
    if "middle" in words and chance.random() < 0.6:
        parts.append(chance.choice(words["middle"]))
    elif chance.random() < 0.25:
        parts.append(chance.choice(words["given"]))
    parts.append(family)
    style = chance.random()
    if style < 0.2:
        return f"{family.upper()}, {' '.join(parts[:-1])}"
    if style < 0.3:
        return " ".join([*parts[:-1], family.upper()])
    return " ".join(parts).upper() if style < 0.45 else " ".join(parts)


def companies(split: str | None, chance: random.Random) -> Iterator[str]:
    """Names of companies from all over the world, without end."""
    words = vocabulary(split)
    makers: Sequence[Callable[[], str]] = (
        lambda: f"{_of(words, 'first', chance)} {_of(words, 'second', chance)}",
        lambda: _coined(words["companies"], chance),
        lambda: f"{_of(words, 'city', chance)} {_coined(words['companies'], chance)}",
        lambda: f"{_of(words, 'city', chance)} {_coined(words['people.chinese'], chance)}",
        lambda: _coined(words[chance.choice(list(shares()))], chance),
        lambda: chance.choice(words[chance.choice(list(shares()))]["family"]),
        lambda: f"{_coined(words['companies'], chance)} {_of(words, 'second', chance)}",
    )
    while True:
        stem = chance.choice(makers)()
        trade = _of(words, "trade", chance)
        if chance.random() < 0.25:
            trade += f" & {_of(words, 'trade', chance)}"
        form = _of(words, "form", chance)
        name = f"{stem} {trade}" if chance.random() < 0.8 else stem
        if chance.random() < 0.85:
            name = f'{form} "{name}"' if form in ("OOO", "ZAO", "TOO", "JSC") else f"{name} {form}"
        yield name.upper() if chance.random() < 0.35 else name


def vessels(split: str | None, chance: random.Random) -> Iterator[str]:
    """Names of vessels, some numbered, without end."""
    words = vocabulary(split)["vessels"]
    while True:
        name = f"{chance.choice(words['first'])} {chance.choice(words['second'])}"
        if chance.random() < 0.2:
            name = _coined(vocabulary(split)["companies"], chance)
        if chance.random() < 0.25:
            name += f" {chance.randrange(1, 30)}"
        yield name.upper()


def _of(words: Mapping[str, Words], use: str, chance: random.Random) -> str:
    return chance.choice(words["companies"][use])


def _coined(words: Words, chance: random.Random) -> str:
    middle = chance.choice(words["middle"]) if "middle" in words and chance.random() < 0.5 else ""
    middle = middle if len(middle) <= 2 else ""
    return chance.choice(words["start"]) + middle + chance.choice(words["end"])


def arabic(split: str | None, chance: random.Random) -> Iterator[str]:
    """Names in Arabic script without end: eight people of ten, two organisations."""
    words = vocabulary(split, "scripts.toml")["arabic"]
    while True:
        if chance.random() < 0.2:
            parts = [chance.choice(words["organisation"]), chance.choice(words["brand"])]
            if chance.random() < 0.5:
                parts[1:] = [chance.choice(words["family"])]
            if chance.random() < 0.8:
                parts.append("ل" + chance.choice(words["business"]))
            yield " ".join(parts).replace("لال", "لل")
        else:
            given = [chance.choice(words["given"]) for _ in range(chance.choice((1, 2, 2, 3)))]
            family = chance.choice(words["family"] if chance.random() < 0.85 else words["given"])
            yield " ".join([*given, family])


def cyrillic(split: str | None, chance: random.Random) -> Iterator[str]:
    """Names of people in Russian spelling, in the three usual orders, without end."""
    words = vocabulary(split, "scripts.toml")["cyrillic"]
    while True:
        is_woman = chance.random() < 0.3
        given = chance.choice(words["given_f"] if is_woman else words["given"])
        middle = chance.choice(words["middle"])
        coined = chance.choice(words["start"]) + chance.choice(words["end"])
        family = coined if chance.random() < 0.5 else chance.choice(words["family"])
        if is_woman:
            middle = middle.removesuffix("ич") + "на"
            if family.endswith(("ов", "ев", "ёв", "ин")):
                family += "а"
            elif family.endswith("ский"):
                family = family.removesuffix("ий") + "ая"
        orders = ([given, middle, family], [family, given, middle], [given, family])
        yield " ".join(chance.choices(orders, (5, 3, 2))[0])


def han_companies(split: str | None, chance: random.Random) -> Iterator[str]:
    """Chinese names of companies without end."""
    words = vocabulary(split, "scripts.toml")["han"]
    while True:
        place = chance.choice(words["place"]) if chance.random() < 0.8 else ""
        place += chance.choice(("市", "")) if place else ""
        business = "".join(chance.sample(words["business"], chance.choice((1, 1, 2))))
        yield place + chance.choice(words["brand"]) + business + chance.choice(words["form"])


def han_people(split: str | None, chance: random.Random) -> Iterator[str]:
    """Chinese names of people without end."""
    words = vocabulary(split, "scripts.toml")["han"]
    while True:
        given = "".join(chance.sample(words["given"], chance.choice((1, 2, 2))))
        yield chance.choice(words["family"]) + given


def kana(split: str | None, chance: random.Random) -> Iterator[str]:
    """Japanese names without end: seven companies of ten, three people."""
    words = vocabulary(split, "scripts.toml")["kana"]
    while True:
        if chance.random() < 0.3:
            yield chance.choice(words["family"]) + chance.choice(words["given"])
        else:
            place = chance.choice(words["place"]) if chance.random() < 0.5 else ""
            name = place + chance.choice(words["brand"]) + chance.choice(words["business"])
            yield f"株式会社{name}" if chance.random() < 0.4 else f"{name}株式会社"


def hangul(split: str | None, chance: random.Random) -> Iterator[str]:
    """Korean names without end: seven companies of ten, three people."""
    words = vocabulary(split, "scripts.toml")["hangul"]
    while True:
        if chance.random() < 0.3:
            yield chance.choice(words["family"]) + chance.choice(words["given"])
        else:
            place = chance.choice(words["place"]) if chance.random() < 0.5 else ""
            name = place + chance.choice(words["brand"]) + chance.choice(words["business"])
            yield f"주식회사 {name}" if chance.random() < 0.4 else f"{name}(주)"
