"""How many altered names are found again on a real list, and how many unrelated ones alert."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from enduse.names import NameIndex

THRESHOLD = 0.85
_FORMS = re.compile(
    r"(?i)^(limited liability company|(public |open )?joint stock company|ooo|ao|pao)\b"
    r"|,? ?\b(co\.?,? ltd\.?|ltd\.?|limited|llc|l\.l\.c\.|inc\.?|jsc|gmbh|fze)$"
)
_VARIANTS = [
    ("y", "i"), ("kh", "h"), ("ts", "tz"), ("ph", "f"), ("ks", "x"), ("w", "v"), ("ei", "ey"),
    ("shch", "sch"), ("zh", "j"), ("yu", "iu"), ("c", "k"), ("ss", "s"), ("ou", "u"), ("e", "i"),
]  # fmt: skip
_CYRILLIC = [
    ("shch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"), ("yu", "ю"),
    ("ya", "я"), *zip("abvgdeziyklmnoprstufhjc", "абвгдезийклмнопрстуфхйк", strict=True),
]  # fmt: skip


def _typo(name: str, chance: random.Random) -> str:
    at = chance.choice([n for n, letter in enumerate(name) if letter.isalpha()])
    kind = chance.randrange(3)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[:at] + chance.choice("aeiorstnl") + name[at + 1 :]
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def _swapped(name: str, chance: random.Random) -> str:
    words = name.replace(",", "").split()
    chance.shuffle(words)
    return " ".join(words)


def _other_form(name: str, chance: random.Random) -> str:
    bare = _FORMS.sub("", name).strip(" ,.")
    return f"{bare} {chance.choice(['LLC', 'Ltd', 'OOO', 'Co., Ltd.', ''])}"


def _romanised_otherwise(name: str, chance: random.Random) -> str:
    text = name.lower()
    for old, new in chance.sample([pair for pair in _VARIANTS if pair[0] in text] or _VARIANTS, 1):
        text = text.replace(old, new, 1)
    return text


def _in_cyrillic(name: str, chance: random.Random) -> str:
    text = _FORMS.sub("", name).strip().lower()
    if not re.search(r"(ov|ev|enko|vich|sky|skiy)\b", text):
        return name
    for latin, cyrillic in _CYRILLIC:
        text = text.replace(latin, cyrillic)
    return text.title()


ALTERATIONS: dict[str, tuple[Callable[[str, random.Random], str], float]] = {
    "a letter wrong": (_typo, 0.85),
    "words in another order": (_swapped, 0.97),
    "another legal form": (_other_form, 0.96),
    "romanised otherwise": (_romanised_otherwise, 0.85),
    "in Cyrillic": (_in_cyrillic, 0.96),
}
"""How a name is altered, and the share that is found again at least."""


@pytest.fixture(scope="module")
def listed(real_data: Path) -> list[tuple[int, str]]:
    """Entity and name, of the Consolidated Screening List."""
    with (real_data / "csl-2026" / "parties.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (key, name)
        for key, row in enumerate(rows)
        if row["type"] in ("Entity", "Individual", "")
        for name in (row["name"], *row["alt_names"].split("; "))
        if len(name) >= 6 and name.isascii()
    ]


@pytest.fixture(scope="module")
def index(listed: list[tuple[int, str]]) -> NameIndex:
    key, name = zip(*listed, strict=True)
    return NameIndex.build(
        pa.table({"entity_key": pa.array(key, pa.int64()), "name": name}), threads=2
    )


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_altered_names_are_found_again(
    index: NameIndex, listed: list[tuple[int, str]], alteration: str
) -> None:
    alter, least = ALTERATIONS[alteration]
    chance = random.Random(alteration)
    asked: dict[str, int] = {}
    while len(asked) < 300:
        key, name = chance.choice(listed)
        other = alter(name, chance)
        if other.lower() != name.lower():
            asked[other] = key
    found = index.match(list(asked), threshold=THRESHOLD, limit=20)
    met = set(zip(found["query"].to_pylist(), found["entity_key"].to_pylist(), strict=True))
    share = sum((query, key) in met for query, key in enumerate(asked.values())) / len(asked)
    assert share >= least


_FIRST = """Golden Silver Bright Royal Pacific Eastern Global Nova Apex Summit Pioneer Crystal
    Falcon Phoenix Dragon Lotus Maple Harbor Castle Crown Fortune Harmony Rossi Bernard Garcia Silva
    Nowak Horvat Popescu Petrenko Bondar Melnyk Tanaka Suzuki Nguyen Fischer Weber Hoffmann Moreau
    Conti Greco Marino Costa Santos Jansen Larsen Nilsson Virtanen Yildiz Demir Aydin Celik"""
_SECOND = """Star Bridge River Lake Tower Union Century Delta Prime Smart Rapid Mega Hongtai Ruifeng
    Shenglong Jiaxin Longyuan Fuheng Yongda Zhenhua Mingwei Tekhprom Stroysnab Metallimpex Lantec
    Vistacom Ronalux Mexidia Karotec Solimar Dexanet Orvania"""
_TRADE = """Trading|Electronics|Technology|Logistics|Import Export|Engineering|Construction|Foods|
    Textile|Furniture|Machinery|Auto Parts|Consulting|Pharma|Software|Components|Semiconductor|
    Freight Services|Shipping|Chemicals|Plastics|Steel|Energy|Solar|General Trading|Industries"""
_FORM = "LLC|Ltd|Co., Ltd|Inc.|GmbH|FZE|DMCC|Pte Ltd|S.r.l.|Sp. z o.o.|OOO|JSC|Corp."


def test_fewer_than_one_unrelated_company_in_two_hundred_alerts(index: NameIndex) -> None:
    chance = random.Random(7)
    parts = [_FIRST.split(), _SECOND.split(), re.split(r"\|\s*", _TRADE), _FORM.split("|")]
    names = sorted({" ".join(chance.choice(part) for part in parts) for _ in range(6000)})
    found = index.match(names, threshold=THRESHOLD)
    assert len(set(found["query"].to_pylist())) / len(names) < 0.005
