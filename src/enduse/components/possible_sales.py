"""Sales that could have supplied a part, and how each stands to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.components.posterior import (
    NEAR,
    NOT_KNOWN,
    NOT_RECORDED,
    OTHER,
    SAME,
    Assumptions,
    Codes,
    Evidence,
    Floats,
    made_within,
    used_after,
)
from enduse.components.recovered import Recovered
from enduse.components.stated_dates import Window, stated_windows
from enduse.records import part_key

MATCHES = ("serial", "lot", "near_lot", "part_number", "family")
"""Kinds of match, best first; near_lot: but for characters that are taken for one another."""

# One number may end where the other goes on to say how it is packed and plated.
_SHORTEST_STEM = 5
_LONGEST_ENDING = 5
_CONFUSED = str.maketrans("OQDILSBZG", "000115826")


@dataclass(frozen=True, slots=True)
class PossibleSales:
    """Candidate sales, in the order of their rows."""

    lines: pa.Table
    """In the schema SALES, with ``file``."""
    evidence: Evidence
    match: Codes
    """Place in MATCHES."""
    too_early: pa.Table
    """Sales of the part that were made before the part was."""
    too_late: pa.Table
    """Sales of the part that were made after it was recovered."""


def same_part(lines: pa.Table, part: Recovered) -> npt.NDArray[np.bool_]:
    """Which lines are of the part or its family; all of them where no part number is known."""
    if not part.prefix:
        return np.ones(lines.num_rows, np.bool_)
    keys, which = _distinct(lines["part_key"])
    fits = [key is not None and _how_near(key, part) < NOT_KNOWN for key in keys]
    return np.array(fits, np.bool_)[which]


def stems(part: Recovered) -> list[str]:
    """Shorter numbers that the part's own number goes on from, as they are compared."""
    key = part.part or ""
    shortest = max(_SHORTEST_STEM, len(key) - _LONGEST_ENDING)
    return [key[:end] for end in range(shortest, len(key) + 1)]


def possible_sales(lines: pa.Table, part: Recovered, assumptions: Assumptions) -> PossibleSales:
    """The lines that can have supplied the part.

    Parameters
    ----------
    lines
        In the schema SALES, with ``file``; all of the part or its family.
    """
    days = lines["date"].cast(pa.int32()).to_numpy().astype(np.int64)
    early, late = _impossible(days, part, assumptions)
    possible = ~early & ~late
    kept = lines.filter(pa.array(possible))
    days = days[possible]
    evidence = Evidence(
        quantity=kept["quantity"].to_numpy(),
        part=_parts(kept, part),
        lot=_lots(kept, part),
        date=_dates(kept, part),
        serial=_serials(kept, part),
        made=_made(days, part.made, assumptions),
        used=_used(days, part.recovered_on, assumptions),
    )
    match = np.select(
        [
            evidence.serial == SAME,
            evidence.lot == SAME,
            evidence.lot == NEAR,
            evidence.part == SAME,
        ],
        [0, 1, 2, 3],
        4,
    ).astype(np.int8)
    return PossibleSales(
        kept,
        evidence,
        match,
        lines.filter(pa.array(early)),
        lines.filter(pa.array(late & ~early)),
    )


def _impossible(
    days: npt.NDArray[np.int64], part: Recovered, assumptions: Assumptions
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    early = late = np.zeros(len(days), np.bool_)
    if part.made:
        first = min(window.earliest for window in part.made)
        early = days < _day(first - timedelta(days=assumptions.tolerance_days))
    if part.recovered_on:
        late = days > _day(part.recovered_on)
    return early, late


def _day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _distinct(column: pa.ChunkedArray) -> tuple[list[str | None], npt.NDArray[np.int64]]:
    """The distinct texts of a column, null among them, and which each row has."""
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)


def _how_near(key: str, part: Recovered) -> int:
    """SAME, NEAR or OTHER member of the family; NOT_KNOWN if it is another part."""
    own = part.part
    if key == own:
        return SAME
    if own and min(len(key), len(own)) >= _SHORTEST_STEM:
        short, long = sorted((key, own), key=len)
        if long.startswith(short) and len(long) - len(short) <= _LONGEST_ENDING:
            return NEAR
    return OTHER if part.prefix and key.startswith(part.prefix) else NOT_KNOWN


def _parts(lines: pa.Table, part: Recovered) -> Codes:
    keys, which = _distinct(lines["part_key"])
    return np.array([_how_near(key or "", part) for key in keys], np.int8)[which]


def _lots(lines: pa.Table, part: Recovered) -> Codes:
    own = part_key(part.lot)
    if own is None:
        return np.full(lines.num_rows, NOT_KNOWN, np.int8)

    def how_near(key: str | None) -> int:
        if key is None:
            return NOT_RECORDED
        if key == own:
            return SAME
        return NEAR if key.translate(_CONFUSED) == own.translate(_CONFUSED) else OTHER

    keys, which = _distinct(lines["lot_key"])
    return np.array([how_near(key) for key in keys], np.int8)[which]


def _serials(lines: pa.Table, part: Recovered) -> Codes:
    own = {part_key(serial) for serial in part.serials} - {None}
    if not own:
        return np.full(lines.num_rows, NOT_KNOWN, np.int8)
    texts, which = _distinct(lines["serials"])
    listed = [{part_key(serial) for serial in (text or "").split(";")} - {None} for text in texts]
    has = np.array([bool(own & serials) for serials in listed], np.bool_)[which]
    count = np.array([len(serials) for serials in listed], np.int64)[which]
    whole = (count > 0) & (count >= lines["quantity"].to_numpy())
    return np.select([has, whole], [SAME, OTHER], NOT_RECORDED).astype(np.int8)


def _dates(lines: pa.Table, part: Recovered) -> Codes:
    if not part.made:
        return np.full(lines.num_rows, NOT_KNOWN, np.int8)
    own = part_key(part.date_code)
    texts, which = _distinct(lines["date_code"])
    last = pc.max(lines["date"]).as_py() or date.today()

    def how_near(text: str | None) -> int:
        if own and part_key(text) == own:
            return SAME
        windows = stated_windows(text, last)
        if not windows:
            return NOT_RECORDED
        return SAME if _meet(windows, part.made) else OTHER

    return np.array([how_near(text) for text in texts], np.int8)[which]


def _meet(stated: Sequence[Window], made: Sequence[Window]) -> bool:
    """Whether a stated date code may mean days on which the part may have been made."""
    return any(
        one.earliest <= other.latest and other.earliest <= one.latest
        for one in stated
        for other in made
    )


def _made(days: npt.NDArray[np.int64], made: Sequence[Window], assumptions: Assumptions) -> Floats:
    if not made:
        return np.ones(len(days))
    slack = assumptions.tolerance_days
    found = [
        made_within(
            (days - _day(window.latest)).astype(np.float64),
            (days - _day(window.earliest) + 1 + slack).astype(np.float64),
            assumptions,
        )
        for window in made
    ]
    return np.asarray(np.mean(found, axis=0))


def _used(
    days: npt.NDArray[np.int64], recovered_on: date | None, assumptions: Assumptions
) -> Floats:
    if recovered_on is None:
        return np.ones(len(days))
    return used_after((_day(recovered_on) - days).astype(np.float64), assumptions)
