"""Which column of a file is which column of Enduse."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from enduse.errors import InputError
from enduse.records.formats import DATE_FORMS, DECIMAL_MARKS, ColumnMapping, Formats

_NEAR = 80.0


def folded(name: str) -> str:
    """A column name without case, spaces and underscores.

    Examples
    --------
    >>> folded("HS Code") == folded("hs_code")
    True
    """
    return re.sub(r"[\s_]+", "", name).casefold()


def match_header(
    source: str,
    header: Sequence[str],
    columns: Collection[str],
    required: Collection[str],
    mapping: Mapping[str, str] | None = None,
    hint: str = "Name them in a mapping file.",
) -> dict[str, int]:
    """Position in the header of each column that is there.

    Parameters
    ----------
    source
        What to call the table in a message.
    header
        Column names as the table has them.
    columns, required
        Enduse's columns, and those of them that must be there.
    mapping
        Enduse's column to the table's own name of it, for those that differ.
    hint
        What to do about required columns that are missing.

    Raises
    ------
    InputError
        If a required column is missing, the mapping names a column that is not there, or two
        columns of the table are the same one.

    Examples
    --------
    >>> match_header("a.csv", ["Date", "Отримувач"], ["date", "consignee"], ["date"],
    ...              {"consignee": "Отримувач"})
    {'consignee': 1, 'date': 0}
    """
    for column in mapping or {}:
        if column not in columns:
            near = process.extractOne(column, columns, scorer=fuzz.ratio, score_cutoff=_NEAR)
            raise InputError(
                f"The mapping names a column '{column}' that Enduse does not have.",
                hint=f"Is it '{near[0]}'?" if near else "On the left stand Enduse's columns.",
            )
    found = {
        column: _position(source, header, name, column) for column, name in (mapping or {}).items()
    }
    renamed = set(found.values())
    by_name = {folded(column): column for column in columns}
    for position, name in enumerate(header):
        own = by_name.get(folded(name))
        if own is None or position in renamed or own in (mapping or {}):
            continue
        if own in found:
            raise InputError(
                f"{source}: '{header[found[own]]}' and '{name}' are both the column {own}.",
                hint="Rename or remove one of the two, or choose one in a mapping file.",
            )
        found[own] = position
    missing = [column for column in required if column not in found]
    if missing:
        raise InputError(
            f"{source} lacks the required {_listed('column', missing)}."
            f"{_near_columns(missing, unused_columns(header, found))}",
            hint=hint,
        )
    return found


def unused_columns(header: Sequence[str], positions: Mapping[str, int]) -> tuple[str, ...]:
    """Columns of a table that are none of Enduse's."""
    used = set(positions.values())
    return tuple(name for position, name in enumerate(header) if position not in used and name)


def load_mapping(path: Path) -> ColumnMapping:
    """A mapping file: Enduse's column to the file's own name of it, and how it writes values.

    The file is TOML with a table ``[columns]`` of lines such as ``consignee = "Отримувач"``, and
    where needed a table ``[formats]`` with ``date = "DD.MM.YYYY"`` or ``decimal = ","``.

    Raises
    ------
    InputError
        If the file is not there, or has no such tables.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise InputError(
            f"{path} could not be read: {error.strerror}.", hint="Check the path."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} is not TOML: {error}.", hint="'enduse map' writes one to start from."
        ) from error
    columns = tables.get("columns", {} if "formats" in tables else None)
    if not isinstance(columns, dict) or not all(isinstance(n, str) for n in columns.values()):
        raise InputError(
            f"{path} has no table [columns] of names.",
            hint='Write [columns] and below it lines such as consignee = "Buyer".',
        )
    return ColumnMapping(columns, _formats(path, tables.get("formats", {})))


def _formats(path: Path, table: object) -> Formats:
    possible = {"date": DATE_FORMS, "decimal": DECIMAL_MARKS}
    for name, form in table.items() if isinstance(table, dict) else [("formats", table)]:
        if form not in possible.get(name, ()):
            raise InputError(
                f"{path}: [formats] cannot have {name} = {form!r}.",
                hint=f"It can have a date of {', '.join(DATE_FORMS)}, and a decimal of . or ,",
            )
    return Formats(**table) if isinstance(table, dict) else Formats()


def _position(source: str, header: Sequence[str], name: str, column: str) -> int:
    exact = [i for i, own in enumerate(header) if own == name.strip()]
    places = exact or [i for i, own in enumerate(header) if folded(own) == folded(name)]
    if len(places) == 1:
        return places[0]
    if places:
        raise InputError(
            f"{source} has several columns '{name}', which the mapping takes as {column}.",
            hint="Rename or remove the others.",
        )
    near = process.extractOne(name, header, scorer=fuzz.ratio, score_cutoff=_NEAR)
    raise InputError(
        f"{source} has no column '{name}', which the mapping takes as {column}.",
        hint=f"Is it '{near[0]}'?" if near else "Correct the mapping file.",
    )


def _near_columns(missing: Sequence[str], left: Sequence[str]) -> str:
    near = []
    for column in missing:
        best = process.extractOne(
            folded(column), left, processor=folded, scorer=fuzz.ratio, score_cutoff=_NEAR
        )
        if best:
            near.append(f"'{best[0]}' for {column}")
    return f" Near are {', '.join(near)}." if near else ""


def _listed(noun: str, names: Sequence[str]) -> str:
    return f"{noun}{'s' * (len(names) > 1)} {', '.join(names)}"
