"""A mapping file, proposed from the header of a table."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from enduse.records.batch import Source
from enduse.records.formats import Formats, has_decimal_comma, proven_date_form
from enduse.records.headers import folded, unused_columns
from enduse.records.shipments import shipments_layout
from enduse.records.sources import open_source
from enduse.records.text import text_of

_NEAR = 88.0
# Shorter names are near too many others.
_SHORTEST_NEAR = 5
_NUMBERS = ("quantity", "net_mass_kg", "value")


def propose_mapping(
    path: Path | str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    query: str | None = None,
) -> str:
    """A mapping file for a table of shipments, to be looked through and corrected.

    A column is taken for one of Enduse's if it has its name, is a known synonym of it in
    English, Ukrainian, Russian or Chinese, or is spelt nearly as one; each is used once, the
    surest first. What is only near is marked, and what stays open is said. How dates and
    decimals are written is proposed where the first rows prove it.

    Parameters
    ----------
    path
        A file or a database URL.
    encoding, delimiter, query
        As `read_shipments` takes them.

    Returns
    -------
    str
        TOML that `load_mapping` reads.

    Raises
    ------
    InputError
        If the file cannot be read.
    UsageError
        If encoding, delimiter, URL or query cannot be one.
    """
    layout = shipments_layout(date.today(), Formats())
    known = layout.known.union(*(map(_folded, names) for names in _names().values()))
    opened = open_source(path, known=known, encoding=encoding, delimiter=delimiter, query=query)
    found = _likely_columns(opened.header, layout.columns)
    missing = [column for column in layout.required if column not in found]
    unused = unused_columns(opened.header, {c: position for c, (position, _) in found.items()})
    lines = [
        f"# Columns of {Path(opened.name).name}, proposed: look them through before use.",
        "# On the left stands Enduse's column, on the right the file's own name of it.",
    ]
    if missing:
        lines.append(f"# Required, and not found: {', '.join(missing)}.")
    lines += ["", "[columns]"]
    for column in layout.columns:
        if column in found:
            position, score = found[column]
            name = opened.header[position]
            lines.append(f"{column} = {_quoted(name)}" + "  # only near: check" * (score < 100))
    lines += [f'# {column} = ""' for column in missing]
    formats = _proven_formats(opened, {c: position for c, (position, _) in found.items()})
    if formats:
        lines += ["", "[formats]", *formats]
    if unused:
        lines += ["", "# Not used:", *(f"#   {_quoted(name)}" for name in unused)]
    return "\n".join(lines) + "\n"


def _proven_formats(source: Source, positions: Mapping[str, int]) -> list[str]:
    """Lines that say how the first rows write dates and decimals, where they prove it."""
    wanted = {c: at for c, at in positions.items() if c in ("date", *_NUMBERS)}
    batch = next(source.batches(wanted), None) if wanted else None
    if batch is None:
        return []
    texts = {name: text_of(cells).cells.unique() for name, cells in batch.columns.items()}
    values = {name: cells.drop_null().to_pylist() for name, cells in texts.items()}
    form = proven_date_form(values.get("date", []))
    numbers = [number for name in _NUMBERS for number in values.get(name, [])]
    return [
        *([f"date = {_quoted(form)}"] if form else []),
        *(['decimal = ","'] if has_decimal_comma(numbers) else []),
    ]


def _likely_columns(header: Sequence[str], columns: Sequence[str]) -> dict[str, tuple[int, float]]:
    """Column to position in the header and how sure that is, 0 to 100; the surest first."""
    scores = np.array([_likeness(name, columns) for name in header])
    found: dict[str, tuple[int, float]] = {}
    while scores.size and (best := scores.max()) >= _NEAR:
        position, which = (int(i) for i in np.unravel_index(scores.argmax(), scores.shape))
        found[columns[which]] = (position, min(float(best), 100.0))
        scores[position, :] = 0
        scores[:, which] = 0
    return found


def _likeness(name: str, columns: Sequence[str]) -> list[float]:
    """How near a name is to each column: 101 is its own name, 100 a known one, 0 too far."""
    likeness = []
    for column in columns:
        if folded(name) == folded(column):
            likeness.append(101.0)
            continue
        names = _folded_names()[column]
        plain = _folded(name)
        if plain in names:
            likeness.append(100.0)
        elif len(plain) < _SHORTEST_NEAR:
            likeness.append(0.0)
        else:
            near = process.extractOne(plain, names, scorer=fuzz.ratio, score_cutoff=_NEAR)
            likeness.append(min(near[1], 99.0) if near else 0.0)
    return likeness


@lru_cache(maxsize=1)
def _folded_names() -> dict[str, list[str]]:
    return {column: [_folded(name) for name in names] for column, names in _names().items()}


@lru_cache(maxsize=1)
def _names() -> dict[str, list[str]]:
    """Column to all that it may be called."""
    table = tomllib.loads(files("enduse.records").joinpath("synonyms.toml").read_text("utf-8"))
    names: dict[str, list[str]] = {c: [c, *others] for c, others in table["columns"].items()}
    for role, others in table["roles"].items():
        parties = [role, *others]
        for attribute, words in table["attributes"].items():
            column = role if attribute == "name" else f"{role}_{attribute}"
            pairs = [(p, word) for p in parties for word in words if p.isascii() == word.isascii()]
            names[column] = [
                column,
                *(parties if attribute == "name" else ()),
                *(f"{party} {word}" for party, word in pairs),
                *(f"{word} {party}" for party, word in pairs),
                *(f"{word} of {party}" for party, word in pairs),
            ]
    return names


def _folded(name: str) -> str:
    """A name without case, spaces, underscores and punctuation, № as 'no'."""
    return re.sub(r"[\W_]+", "", name.replace("№", "no")).casefold()


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
