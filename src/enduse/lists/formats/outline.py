"""Which lettered paragraphs are the items of a control list entry, and which belong to its notes.

The Commerce Control List numbers its items ``a``, ``a.1``, ``a.1.a`` …, and its notes begin again
at ``a``. In a flat text only the order tells them apart: items follow one outline from its start to
its end, while a note's letters come in a run of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TypeAlias

Place: TypeAlias = tuple[tuple[bool, int], ...]
"""A designator as something that sorts: (is it a letter, its number) at each depth."""

_TORN_RUN = 4
"""What it costs to take a paragraph as an item and the one right before it, which it follows,
as a note: more than a note of four letters can gain, less than a real list of items brings."""


def items_among(designators: Sequence[str | None]) -> list[bool]:
    """Tell items from notes.

    Of all ways to read some of the paragraphs as items in outline order, the one is chosen that
    explains most: a point for each item, one more where it directly follows the item before it,
    less `_TORN_RUN` where a run of paragraphs is torn apart. An entry that begins with a and a.1
    begins with its items: what may stand before them (licence texts) has no second level.

    Parameters
    ----------
    designators
        Of each paragraph in the order of the text, e.g. 'a.1.b'; None: it has none.

    Examples
    --------
    A note with letters of its own stands between the items a and b:

    >>> items_among(["a", "a.1", "a.2", "a", "b", "c", "b", "b.1"])
    [True, True, True, False, False, False, True, True]
    """
    rows = [(i, _place(d)) for i, d in enumerate(designators) if d and d[0].isalpha()]
    in_run = [i > 0 and _follows(rows[i - 1][1], rows[i][1]) for i in range(len(rows))]
    certain = _first_run(rows, in_run)
    points: list[float] = []
    came_from: list[int] = []
    for i, (_, place) in enumerate(rows):
        torn = _TORN_RUN if in_run[i] else 0
        best, origin = -torn if i == 0 or not certain else -inf, -1
        for j in range(min(i, max(certain, 1)) - 1 if certain else 0, i):
            earlier = rows[j][1]
            if earlier < place:
                gain = points[j] + _follows(earlier, place) - (torn if j != i - 1 else 0)
                if gain >= best:
                    best, origin = gain, j
        points.append(best + 1)
        came_from.append(origin)
    answer = [False] * len(designators)
    at = max(range(len(rows)), key=points.__getitem__, default=-1)
    while at >= 0:
        answer[rows[at][0]] = True
        at = came_from[at]
    return answer


def _first_run(rows: Sequence[tuple[int, Place]], in_run: Sequence[bool]) -> int:
    """How many rows at the start are items for certain."""
    if [place for _, place in rows[:2]] != [_place("a"), _place("a.1")]:
        return 0
    return next((i for i in range(1, len(rows)) if not in_run[i]), len(rows))


def _place(designator: str) -> Place:
    return tuple(
        (False, int(part)) if part.isdigit() else (True, _letters(part))
        for part in designator.split(".")
    )


def _letters(part: str) -> int:
    """a is 1, z is 26, aa is 27."""
    number = 0
    for letter in part:
        number = number * 26 + ord(letter) - ord("a") + 1
    return number


def _follows(place: Place, later: Place) -> bool:
    """Whether `later` is the first part of `place`, or the next one after it or a part around it."""
    *around, (is_letter, number) = later
    if len(later) == len(place) + 1:
        return tuple(around) == place and number == 1
    depth = len(later)
    return place[: depth - 1] == tuple(around) and place[depth - 1 : depth] == (
        (is_letter, number - 1),
    )
