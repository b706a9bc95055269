"""Goods to control entries by HS code, by text and by technical parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from enduse.goods.answers import (
    Answer,
    ListAsked,
    classifications,
    distinct_rows,
    lists_asked,
    rows_of,
)
from enduse.goods.candidates import Candidate, ControlText, is_within
from enduse.goods.codes import answers_by_code
from enduse.goods.parametric import Sheet, judge, parameter_columns, read_sheet
from enduse.goods.thresholds import Parameter, Thresholds, for_day, shipped_thresholds
from enduse.goods.words import as_written, words_of

_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u024f\u0370-\u03ff]")
"""A letter that is neither Latin nor Greek (data sheets in English write µ and Ω)."""


def classify(
    goods: pa.Table,
    *,
    control_entries: pa.Table,
    hs_entries: pa.Table,
    nomenclature: pa.Table,
    as_of: date,
    limit: int = 5,
    thresholds: Sequence[Thresholds] | None = None,
) -> pa.Table:
    """Which entries of control lists may cover goods, which do not, and what cannot be said.

    Parameters
    ----------
    goods
        GOODS, with any number of further columns ``param.<name>``.
    control_entries, hs_entries, nomenclature
        CONTROL_ENTRIES, HS_ENTRIES, NOMENCLATURE: the lists to ask. An empty table is not asked.
    as_of
        The day to judge by.
    limit
        The most candidates that text may name for one kind of goods in one list.
    thresholds
        Threshold files to judge parameters by; None: those that come with Enduse.

    Returns
    -------
    pa.Table
        CLASSIFICATIONS, in the order of the goods. Every list asked has at least one row for
        every row of goods; ``entry`` is null where it holds nothing that was found.

    Raises
    ------
    InputError
        If two columns give the same parameter.
    PolicyError
        If threshold files contradict each other.
    """
    kinds, which = distinct_rows(goods, ["hs_code"])
    by_code = answers_by_code(kinds["hs_code"].to_pylist(), hs_entries, nomenclature, as_of)
    families = [(by_code, which)]
    files = for_day(shipped_thresholds() if thresholds is None else thresholds, as_of)
    columns = parameter_columns(goods.column_names, files)
    lists = _lists(control_entries, files, as_of, with_parameters=bool(columns))
    if lists:
        keys = ["description", "part_number", "hs_code", *columns] if columns else _TEXT
        kinds, which = distinct_rows(goods, keys)
        families.append((_by_words(_described(kinds, columns), lists, limit), which))
    return classifications(goods["goods_id"], families)


_TEXT = ["description", "part_number"]


@dataclass(frozen=True, slots=True)
class _Described:
    """One kind of goods, as far as words and numbers describe it."""

    description: str
    part_number: str
    hs_code: str | None
    sheet: Sheet
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _List:
    """A control list with its text and its thresholds, as far as there are any."""

    asked: ListAsked
    text: ControlText | None
    thresholds: Thresholds | None

    @property
    def dates(self) -> str:
        """The list and, where they differ, the thresholds, with their dates."""
        if self.thresholds is None:
            return str(self.asked)
        of_thresholds = ListAsked(self.asked.name, self.thresholds.version, self.asked.as_of)
        if self.text is None:
            return f"thresholds for {of_thresholds}; the list itself is not imported"
        if str(of_thresholds) == str(self.asked):
            return str(self.asked)
        return f"{self.asked}, judged by thresholds for {of_thresholds}"


def _lists(
    entries: pa.Table, files: Sequence[Thresholds], as_of: date, *, with_parameters: bool
) -> list[_List]:
    by_name = {file.list: file for file in files}
    lists = [
        _List(asked, ControlText(rows_of(entries, asked)), by_name.get(asked.name))
        for asked in lists_asked(entries, as_of)
    ]
    imported = {held.asked.name for held in lists}
    if with_parameters:
        lists += [
            _List(ListAsked(file.list, file.version, as_of), None, file)
            for file in files
            if file.list not in imported
        ]
    return lists


def _described(kinds: pa.Table, columns: dict[str, tuple[Parameter, str]]) -> list[_Described]:
    count = kinds.num_rows
    written = [
        (parameter, unit, kinds[column].cast(pa.string()).to_pylist())
        for column, (parameter, unit) in columns.items()
    ]
    texts = [pc.utf8_trim_whitespace(pc.fill_null(kinds[name], "")).to_pylist() for name in _TEXT]
    codes = kinds["hs_code"].to_pylist() if columns else [None] * count
    blank = Sheet({}, {})
    return [
        _Described(
            description,
            part_number,
            codes[row],
            read_sheet([(p, unit, v[row]) for p, unit, v in written if v[row] and v[row].strip()])
            if written
            else blank,
            tuple(words_of(description) + words_of(part_number)),
        )
        for row, (description, part_number) in enumerate(zip(*texts, strict=True))
    ]


def _by_words(
    kinds: Sequence[_Described], lists: Sequence[_List], limit: int
) -> list[list[Answer]]:
    answers: list[list[Answer]] = [[] for _ in kinds]
    for held in lists:
        found: list[list[Candidate]] = [[] for _ in kinds]
        if held.text is not None:
            found = held.text.candidates([kind.words for kind in kinds], limit)
        for kind, candidates, given in zip(kinds, found, answers, strict=True):
            given += _answers(kind, held, candidates)
    return answers


def _answers(kind: _Described, held: _List, candidates: Sequence[Candidate]) -> Iterator[Answer]:
    by_parameters: list[Answer] = []
    decided: list[str] = []
    for entry in held.thresholds.entries if held.thresholds else ():
        suggested = any(
            c.paragraph and (is_within(c.name, entry.name) or is_within(entry.name, c.name))
            for c in candidates
        )
        if not suggested and not kind.sheet.speaks_of(entry):
            continue
        for judgement in judge(entry, kind.sheet, kind.hs_code):
            words = f"{judgement.words} ({held.dates})"
            by_parameters.append(
                Answer(held.asked, judgement.entry, judgement.status, "parameters", words)
            )
            if judgement.status != "insufficient_data":
                decided.append(entry.name)
    yield from by_parameters
    by_text = [c for c in candidates if not any(is_within(c.name, name) for name in decided)]
    for candidate in by_text:
        yield _by_text(kind, held, candidate)
    if held.text and not by_text and all(a.status == "excluded" for a in by_parameters):
        yield _nothing_found(kind, held, held.text, other=bool(by_parameters))


def _by_text(kind: _Described, held: _List, candidate: Candidate) -> Answer:
    met = as_written(kind.description, candidate.words)
    basis = "description" if met else "part_number"
    met = met or as_written(kind.part_number, candidate.words)
    return Answer(
        held.asked,
        candidate.name,
        "candidate",
        basis,
        f"words in common with {candidate.name} of {held.asked}: {', '.join(met)}; "
        "text alone: a candidate, not a classification",
        candidate.score,
    )


def _nothing_found(kind: _Described, held: _List, text: ControlText, *, other: bool) -> Answer:
    basis = "description" if kind.description or not kind.part_number else "part_number"
    if not kind.description and not kind.part_number:
        reason = "neither a description nor a part number is given"
    elif _OTHER_SCRIPT.search(kind.description) and not text.knows_any(kind.words):
        reason = "the description is in another script than the list, so it could not be compared"
    else:
        reason = "no entry's text is near; this does not say that the goods are unlisted"
    words = f"no {'other ' if other else ''}entry found in list {held.asked}: {reason}"
    return Answer(held.asked, None, "insufficient_data", basis, words)
