"""Names that a person asks about, checked, screened, and answered as `enduse screen` promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import InputError
from enduse.model import PARTIES
from enduse.model.columns import column
from enduse.model.countries import country_code
from enduse.model.result import RejectedRow
from enduse.names import unmatchable
from enduse.screen.entities import entity_ids
from enduse.screen.screener import DEFAULT_THRESHOLD, Screener
from enduse.screen.standing import Standing, standing

SCREENED = pa.schema(
    [
        column("query_id", pa.string(), "As in the input.", required=True),
        column("entity_id", pa.string(), "The listed entity: list and record.", required=True),
        column("score", pa.float64(), "0 to 1; 1 is the same name or identifier.", required=True),
        column("matched_name", pa.string(), "The listed name that met it.", required=True),
        column("list", pa.string(), "The list.", required=True),
        column("record_id", pa.string(), "The list's own id of the entity.", required=True),
        column("listed_from", pa.date32(), "Listing date; null: the list gives none."),
        column(
            "explanation", pa.string(), "What met, and how it stood on that day.", required=True
        ),
    ]
)
"""What `enduse screen` writes: by query as asked, best first."""

_KINDS = {
    "person": "person",
    "individual": "person",
    "organization": "organization",
    "organisation": "organization",
    "company": "organization",
    "entity": "organization",
    "vessel": "vessel",
    "ship": "vessel",
}
_BIRTH_DATE = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)
_DATES = ["listed_from", "listed_to", "first_seen", "absent_on", "gone_by"]
_OPTIONAL = ("kind", "country", "birth_date", "id", "address", "as_of")


@dataclass(frozen=True, slots=True)
class NamesScreened:
    """What was found for some names, and which of them could not be asked about."""

    hits: pa.Table
    """Schema `SCREENED`."""
    rejects: tuple[RejectedRow, ...]
    """One for each row that was not accepted."""
    read: int
    accepted: int


def screen_names(
    queries: pa.Table,
    screener: Screener,
    *,
    as_of: date,
    limit: int = 10,
    threshold: float = DEFAULT_THRESHOLD,
) -> NamesScreened:
    """The listed entities that each name may be, and how they stood on a day.

    Parameters
    ----------
    queries
        Columns `query_id` and `name`, and where known `kind` (person, organization, vessel),
        `country`, `birth_date`, `id`, `address` and `as_of` (the day to judge by). Text; null and
        blank are 'not known'. A column `source_row` names the rows of rejects, else the first
        is row 1.
    screener
        Holds the lists.
    as_of
        The day to judge by where a row names none.
    limit
        Entities for a name at most.
    threshold
        Score that an entity must reach, 0 to 1.

    Raises
    ------
    InputError
        If the column `query_id` or `name` is missing.
    """
    missing = [name for name in ("query_id", "name") if name not in queries.column_names]
    if missing:
        raise InputError(
            f"The table of names has no column '{missing[0]}': it has "
            f"{', '.join(queries.column_names) or 'none'}.",
            hint="Give every name an id in a column query_id, and the name in a column name.",
        )
    asked, rejects = _checked(queries, as_of)
    parties = pa.Table.from_pylist(
        [{"party_key": key, **query} for key, query in enumerate(asked)], schema=PARTIES
    )
    hits = screener.parties(parties, limit=limit, threshold=threshold)
    return NamesScreened(
        hits=_answers(asked, hits, screener.listings),
        rejects=tuple(rejects),
        read=len(queries),
        accepted=len(asked),
    )


def _answers(asked: list[dict[str, Any]], hits: pa.Table, listings: pa.Table) -> pa.Table:
    row = pc.index_in(hits["entity_key"], listings["entity_key"].combine_chunks())
    found = listings.append_column("entity_id", entity_ids(listings)).take(row)
    listed = found.select(_DATES).to_pylist()
    told = [
        f"{explanation}; {_stood(asked[party]['as_of'], **dates)}"
        for party, explanation, dates in zip(
            hits["party_key"].to_pylist(), hits["explanation"].to_pylist(), listed, strict=True
        )
    ]
    ids = pa.array(
        [asked[party]["query_id"] for party in hits["party_key"].to_pylist()], pa.string()
    )
    columns = [
        ids,
        found["entity_id"],
        hits["score"],
        hits["matched_name"],
        found["list"],
        found["record_id"],
        found["listed_from"],
        pa.array(told, pa.string()),
    ]
    return pa.table(columns, schema=SCREENED)


def _stood(
    day: date,
    *,
    listed_from: date | None,
    listed_to: date | None,
    first_seen: date,
    absent_on: date | None,
    gone_by: date | None,
) -> str:
    how = standing(
        day,
        listed_from=listed_from,
        listed_to=listed_to,
        first_seen=first_seen,
        absent_on=absent_on,
        gone_by=gone_by,
    )
    if how is Standing.DELISTED:
        ended = listed_to if listed_to is not None and listed_to < day else gone_by
        return f"no longer listed on {day}: ended by {ended}"
    if how is Standing.LISTED_SINCE and listed_from is None:
        return f"the list gives no date; not on it on {absent_on}, on it by {first_seen}"
    if how is Standing.LISTED_SINCE:
        return f"listed since {listed_from}, after {day}"
    if how is Standing.UNDATED:
        return (
            f"the list gives no date; first seen on {first_seen}: "
            f"whether it was listed on {day} is not assessed"
        )
    since = f"since {listed_from}" if listed_from else f"seen there by {first_seen}, no date given"
    return f"listed on {day}: {since}"


def _checked(queries: pa.Table, as_of: date) -> tuple[list[dict[str, Any]], list[RejectedRow]]:
    """The rows that can be asked about, and the others with the reason."""
    asked: list[dict[str, Any]] = []
    rejects: list[RejectedRow] = []
    used: dict[str, int] = {}
    rows = range(1, len(queries) + 1)
    numbers = queries["source_row"].to_pylist() if "source_row" in queries.column_names else rows
    for number, cells in zip(numbers, _texts(queries).to_pylist(), strict=True):
        written = {name: text.strip() for name, text in cells.items() if text and text.strip()}
        wrong = _refusal(written, used)
        if wrong is None:
            used[written["query_id"]] = number
            read = {
                name: reader(written[name])
                for name, (reader, _) in _READERS.items()
                if name in written
            }
            asked.append({**written, "as_of": as_of, **read})
        else:
            name, reason = wrong
            rejects.append(RejectedRow(number, name, written.get(name, ""), reason))
    return asked, rejects


def _texts(queries: pa.Table) -> pa.Table:
    columns = ["query_id", "name", *(name for name in _OPTIONAL if name in queries.column_names)]
    queries = queries.select(columns)
    for at, field in enumerate(queries.schema):
        if pa.types.is_timestamp(field.type):
            queries = queries.set_column(at, field.name, queries[field.name].cast(pa.date32()))
    return queries.cast(pa.schema([(name, pa.string()) for name in columns]))


def _refusal(written: dict[str, str], used: dict[str, int]) -> tuple[str, str] | None:
    """Which cell keeps a row from being asked about, and why."""
    for name in ("query_id", "name"):
        if name not in written:
            return name, "is empty"
    if written["query_id"] in used:
        return "query_id", f"repeats the query_id of row {used[written['query_id']]}"
    reason = unmatchable(written["name"])
    if reason:
        return "name", reason
    for name, (reader, reason) in _READERS.items():
        if name in written and reader(written[name]) is None:
            return name, reason
    return None


def _kind(text: str) -> str | None:
    return _KINDS.get(text.casefold())


def _birth_date(text: str) -> str | None:
    """A year, a month or a day that there is, as written; None for anything else."""
    return text if _BIRTH_DATE.fullmatch(text) and _day((text + "-01-01")[:10]) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_READERS: dict[str, tuple[Callable[[str], str | date | None], str]] = {
    "kind": (_kind, "is no kind of party: person, organization or vessel"),
    "country": (country_code, "names no country"),
    "birth_date": (_birth_date, "is no date: YYYY, YYYY-MM or YYYY-MM-DD"),
    "as_of": (_day, "is no date: YYYY-MM-DD"),
}
