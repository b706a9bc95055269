"""How well markings are read: made from the catalogue's grammars, clean and with noise.

Half of the makers and all seeds from 1000 on are held out: nothing was tuned on them.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Sequence

import pyarrow as pa

from benchmarks.flow.tables import Text
from enduse.components import load_catalogue, read_markings
from enduse.simulate.markings import (
    CLEAN,
    NOISY,
    UNDECIDABLE,
    MadeMarking,
    Noise,
    make_markings,
    makers_with_grammars,
)

HELD_SEED = 1000
_ALL = "noisy, with errors that make another code of the maker"
_HEADER = (
    "markings",
    "makers",
    "part number exact",
    "maker or owner",
    "date code exact",
    "date invented",
    "markings/s",
)


def run(*, count: int = 6000, seed: int = HELD_SEED) -> Text:
    """Read made markings, and say how often each field is right.

    Parameters
    ----------
    count
        Markings in each row of the table.
    seed
        Below 1000 while developing.
    """
    rows = []
    for name, noise in (("clean", CLEAN), ("noisy", NOISY), (_ALL, UNDECIDABLE)):
        for group in ("tuned", "held-out"):
            makers = makers_of(group)
            made = _made(makers, noise, count, seed)
            rows.append([name, f"{len(makers)} {group}", *_shares(made, read(made))])
    return Text(
        "Markings read",
        "Codes are sampled from the makers' own grammars; noise: words in any order, descriptions, "
        "lots, serials like date codes, spaces, line breaks, look-alikes, Cyrillic, missing parts. "
        "Targets: clean 99%, noisy 95%, invented at most 1%.",
        _HEADER,
        rows,
    )


def makers_of(group: str) -> list[str]:
    """Ids of the makers that reading was tuned on, or of the others."""
    able = makers_with_grammars(load_catalogue())
    return [id for id in able if (zlib.crc32(id.encode()) % 2 == 0) == (group == "tuned")]


def _made(makers: Sequence[str], noise: Noise, count: int, seed: int) -> list[MadeMarking]:
    return make_markings(load_catalogue(), makers, count, noise=noise, seed=seed)


def read(made: Sequence[MadeMarking]) -> tuple[list[dict[str, object]], float]:
    """The best reading of each marking, and the seconds of one core that it took."""
    table = pa.table(
        {
            "component_id": [str(number) for number in range(len(made))],
            "marking": [marking.text for marking in made],
        }
    )
    start = time.process_time()
    readings = read_markings(table)
    took = time.process_time() - start
    best = {row["component_id"]: row for row in reversed(readings.to_pylist())}
    return [best[str(number)] for number in range(len(made))], took


def _shares(
    made: Sequence[MadeMarking], answer: tuple[list[dict[str, object]], float]
) -> Iterable[str]:
    best, took = answer
    pairs = list(zip(made, best, strict=True))
    dated = [(truth, row) for truth, row in pairs if truth.date_code]
    undated = [(truth, row) for truth, row in pairs if not truth.date_code]
    yield _share(compact(row["part_number"]) == compact(truth.part_number) for truth, row in pairs)
    yield _share(truth.manufacturer in (row["manufacturer"], row["owner"]) for truth, row in pairs)
    yield _share(row["date_code"] == truth.date_code for truth, row in dated)
    yield _share(row["date_code"] is not None for _, row in undated)
    yield f"{len(made) / took:,.0f}"


def compact(code: object) -> str:
    """A code without the signs that markings leave out."""
    return "".join(sign for sign in str(code or "").upper() if sign.isalnum())


def _share(right: Iterable[bool]) -> str:
    judged = list(right)
    return f"{100 * sum(judged) / len(judged):.1f}%" if judged else "–"
