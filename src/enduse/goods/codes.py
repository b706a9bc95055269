"""HS codes against lists that are keyed by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from enduse.goods.answers import Answer, ListAsked, in_force, lists_asked, rows_of

_SHORTEST = 2


def high_priority_tiers(
    hs_entries: pa.Table, as_of: date, list_name: str = "common-high-priority"
) -> pa.Table:
    """Which codes a tiered list holds on a day.

    Parameters
    ----------
    hs_entries
        HS_ENTRIES.
    as_of
        The day.
    list_name
        The list to ask.

    Returns
    -------
    pa.Table
        ``hs_code`` (covers what begins so), ``tier`` and ``version``, one row a code, in the
        order of the codes; a code given several tiers has the first of them by name.
    """
    held = in_force(hs_entries.filter(pc.equal(hs_entries["list"], list_name)), as_of)
    tiers = held.group_by("hs_code").aggregate([("entry", "min"), ("version", "max")])
    return tiers.rename_columns(["hs_code", "tier", "version"]).sort_by("hs_code")


def answers_by_code(
    codes: Sequence[str | None], hs_entries: pa.Table, nomenclature: pa.Table, as_of: date
) -> list[list[Answer]]:
    """For each HS code what every list in `hs_entries` says of it."""
    lists = [CodeList(asked, hs_entries) for asked in lists_asked(hs_entries, as_of)]
    known = set(nomenclature["hs_code"].to_pylist())
    return [[a for held in lists for a in held.answers(code, known)] for code in codes]


class CodeList:
    """One list keyed by HS codes, as it is in force on a day."""

    def __init__(self, asked: ListAsked, hs_entries: pa.Table) -> None:
        self._asked = asked
        self._covering: dict[str, list[dict[str, object]]] = defaultdict(list)
        self._narrower: dict[str, list[dict[str, object]]] = defaultdict(list)
        for row in rows_of(hs_entries, asked).to_pylist():
            code = row["hs_code"]
            self._covering[code].append(row)
            for length in range(_SHORTEST, len(code)):
                self._narrower[code[:length]].append(row)

    def answers(self, code: str | None, known: set[str]) -> Iterator[Answer]:
        """What the list says of a code; `known` are the codes of the nomenclature."""
        if not code:
            yield self._answer(None, "no HS code is given")
            return
        prefixes = [code[:length] for length in range(_SHORTEST, len(code) + 1)]
        covering = [row for prefix in prefixes for row in self._covering.get(prefix, ())]
        for row in covering:
            terms = _terms(row)
            yield Answer(
                self._asked,
                str(row["entry"]),
                "candidate",
                "hs_code",
                f"HS code {code} is in {self._asked}, entry {row['entry']}, as "
                f"{row['hs_code']}{terms}; "
                "a code is a candidate, not a classification",
            )
        narrower = self._narrower.get(code, [])
        for entry in dict.fromkeys(str(row["entry"]) for row in narrower):
            named = sorted({str(row["hs_code"]) for row in narrower if row["entry"] == entry})
            yield self._answer(
                entry,
                f"entry {entry} of {self._asked} holds only a part of HS code {code}: "
                f"{', '.join(named[:5])}{' …' if len(named) > 5 else ''}; give more digits",
            )
        if not covering and not narrower:
            reason = f"HS code {code} is not in it"
            if known and code[:6] not in known:
                reason += ", nor in the nomenclature, so the code itself may be wrong"
            yield self._answer(None, reason)

    def _answer(self, entry: str | None, words: str) -> Answer:
        if entry is None:
            words = f"no entry found in list {self._asked}: {words}"
        return Answer(self._asked, entry, "insufficient_data", "hs_code", words)


def _terms(row: dict[str, object]) -> str:
    regime = f", {row['regime']}" if row["regime"] else ""
    places = row["destinations"]
    if isinstance(places, list):
        return f"{regime}, for {', '.join(places)}"
    return f"{regime}, whatever the destination"
