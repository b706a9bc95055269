"""Names that two authorities write differently: what families B and C find, and what a CLK does.

2,000 listed names in six scripts, one a party, against the same 2,000 written in another order or
with one typing error. A pair is found if the two share a match key; every other pair that does is
false. All names are given one country, so that it tells nobody apart: the worst case for family C.

Beside it, cryptographic long-term keys (Schnell, Bachteler and Reiher, 'Privacy-preserving record
linkage using Bloom filters', 2009): 1,000 bits, bigrams hashed 20 times under a shared secret. A
name is either hashed whole, or token by token with keys of their own, as first and last name are.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.measured import DATA
from enduse.exchange.matching.families import Family, Row, keys

NAMES = 2_000
BITS, HASHES, KEY = 1_000, 20, b"shared by the partners"
COUNTRY = "RU"
_SCRIPTS = {"LATIN": 900, "CYRILLIC": 600, "ARABIC": 300, "CJK": 100, "HANGUL": 80, "HEBREW": 20}

Pairs = npt.NDArray[np.int64]


def run() -> list[dict[str, object]]:
    """A row for each way of matching and of writing: recall, and false pairs of all pairs."""
    names = listed(NAMES)
    draw = random.Random(9497)
    ways: dict[str, Callable[[str], str]] = {
        "other order": lambda name: reordered(name, draw),
        "one typing error": lambda name: mistyped(name, draw),
    }
    rows: list[dict[str, object]] = []
    for way, altered in ways.items():
        others = [altered(name) for name in names]
        for families in (("B",), ("B", "C")):
            found = shared_keys(names, others, families)
            rows.append(_row(f"family {' + '.join(families)}", way, names, found))
        for label, split in (("CLK, name as one field", False), ("CLK, a field a token", True)):
            rows.append(_row(label, way, names, *clk(names, others, split=split)))
    return rows


def listed(count: int) -> list[str]:
    """Names of parties on the European Union's lists, some of each script, one a party."""
    of_script: dict[str, list[str]] = defaultdict(list)
    seen: set[str] = set()
    for path in sorted((DATA / "eu-2026").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for record in csv.DictReader(file):
                for name in _names(record):
                    read = keys(Row("name", name), ["B"])
                    if len(name.split()) > 1 and read and seen.isdisjoint(read):
                        seen.update(read)
                        of_script[_script(name)].append(name)
                        break
    draw = random.Random(2026)
    chosen: list[str] = []
    for script, share in _SCRIPTS.items():
        draw.shuffle(of_script[script])
        chosen += of_script[script][: share * count // NAMES]
    chosen += of_script["LATIN"][_SCRIPTS["LATIN"] * count // NAMES :][: count - len(chosen)]
    return chosen


def _names(record: dict[str, str]) -> list[str]:
    """The names of a party, those in other scripts than the Latin first."""
    texts = (record[column] or "" for column in ("name", "alias"))
    names = [name.strip() for text in texts for name in text.split(";")]
    return sorted((name for name in names if name), key=str.isascii)


def _script(name: str) -> str:
    names = (unicodedata.name(letter, "").split()[0] for letter in name if letter.isalpha())
    return next((script for script in names if script != "LATIN"), "LATIN")


def reordered(name: str, draw: random.Random) -> str:
    """The words of a name in another order."""
    words = name.split()
    while len(set(words)) > 1 and words == name.split():
        draw.shuffle(words)
    return " ".join(words)


def mistyped(name: str, draw: random.Random) -> str:
    """A name with one letter changed, missing, doubled, or exchanged with the next."""
    at = draw.choice([at for at, letter in enumerate(name) if letter.isalpha()])
    near = [letter for letter in name if letter.isalpha() and letter != name[at]]
    letter = draw.choice(near) if near else name[at]
    return draw.choice(
        (
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
        )
    )


def shared_keys(ours: Sequence[str], theirs: Sequence[str], families: Sequence[Family]) -> Pairs:
    """The pairs of names that share a match key, as two columns."""
    holders: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(ours):
        for key in keys(Row("name", name, country=COUNTRY), families):
            holders[key].append(at)
    found = {
        (holder, at)
        for at, name in enumerate(theirs)
        for key in keys(Row("name", name, country=COUNTRY), families)
        for holder in holders.get(key, ())
    }
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def clk(ours: Sequence[str], theirs: Sequence[str], *, split: bool) -> tuple[Pairs, float]:
    """The pairs of which the filters are alike, at the highest threshold that finds 0.92.

    Where 0.92 are found at no threshold from 0.6 up, that of 0.6.
    """
    a, b = (np.array([bloom(name, split=split) for name in names]) for names in (ours, theirs))
    common = a.astype(np.float32) @ b.astype(np.float32).T
    dice = 2 * common / np.maximum(1, a.sum(1)[:, None] + b.sum(1)[None, :])
    threshold = max(0.6, float(np.quantile(np.diag(dice), 0.08)))
    return np.argwhere(dice >= threshold), threshold


def bloom(name: str, *, split: bool) -> npt.NDArray[np.bool_]:
    """The filter of a name: its bigrams, hashed under the shared key."""
    bits = np.zeros(BITS, dtype=bool)
    for place, word in enumerate(name.lower().split() if split else [name.lower()]):
        padded = f" {word} "
        for at in range(len(padded) - 1):
            bigram = padded[at : at + 2]
            bits[list(_places(f"{place} {bigram}" if split else bigram))] = True
    return bits


def _places(gram: str) -> Iterator[int]:
    one, other = (
        int.from_bytes(hmac.digest(KEY, gram.encode(), name)[:8], "big")
        for name in (hashlib.sha1, hashlib.sha256)
    )
    for turn in range(HASHES):
        yield (one + turn * other) % BITS


def _row(
    system: str, way: str, names: Sequence[str], found: Pairs, threshold: float | None = None
) -> dict[str, object]:
    right = int((found[:, 0] == found[:, 1]).sum())
    return {
        "system": system if threshold is None else f"{system}, Dice {threshold:.2f}",
        "written with": way,
        "found": round(right / len(names), 3),
        "false pairs": len(found) - right,
        "of pairs": len(names) ** 2,
    }
