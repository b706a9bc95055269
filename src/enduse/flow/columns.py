"""Columns of a table as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import InputError
from enduse.flow.kernel import Ints, Reals

NONE = pa.array(
    ["", "-", "--", "---", "–", "—", ".", "/", "?", "N/A", "N.A.", "N/D", "NONE", "NULL", "NIL",
     "UNKNOWN", "NOT KNOWN", "NOT STATED", "NOT AVAILABLE"]
)  # fmt: skip
"""What is written where nothing is known, in capitals."""


def numbers_in(table: pa.Table, name: str, n: int) -> Reals:
    """A column of numbers; 0: null, or no such column.

    Raises
    ------
    InputError
        If it holds text that is no number.
    """
    if name not in table.column_names:
        return np.zeros(n)
    try:
        column = table[name].cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(
            f"The column {name} holds what is no number.", hint=f"Read it as numbers. ({error})"
        ) from error
    values = pc.fill_null(column, 0.0).to_numpy()
    numbers: Reals = np.nan_to_num(values, nan=0.0, posinf=np.inf, neginf=0.0)
    return numbers


def codes_in(table: pa.Table, name: str) -> tuple[Ints, list[str]]:
    """A column as numbers and what they stand for; -1: null, or no such column."""
    codes, words = coded_in(table, name)
    return codes, words.to_pylist()


def coded_in(table: pa.Table, name: str) -> tuple[Ints, pa.StringArray]:
    """The same, with the words in Arrow: where there are many."""
    if name not in table.column_names:
        return np.full(table.num_rows, -1, np.int32), pa.array([], pa.string())
    try:
        return encode(table[name])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(
            f"The column {name} holds what is no text.", hint=f"Read it as text. ({error})"
        ) from error


def folded_in(table: pa.Table, name: str) -> tuple[Ints, pa.StringArray]:
    """The same, where capitals and blanks around a word mean nothing; what stands for none is null."""
    codes, words = coded_in(table, name)
    words = pc.utf8_upper(pc.utf8_trim_whitespace(words))
    numbers, words = encode(pc.if_else(pc.is_in(words, NONE), pa.scalar(None, pa.string()), words))
    return np.append(numbers, np.int32(-1))[codes], words


def encode(values: pa.Array | pa.ChunkedArray) -> tuple[Ints, pa.StringArray]:
    """Values as numbers and what they stand for; -1: null."""
    if isinstance(values, pa.ChunkedArray):
        values = values.unify_dictionaries().combine_chunks()
        if isinstance(values, pa.ChunkedArray):
            values = pa.concat_arrays(values.chunks)
    if not pa.types.is_dictionary(values.type):
        values = pc.dictionary_encode(values)
    numbers = pc.fill_null(values.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(numbers), values.dictionary.cast(pa.string())


def by_name(codes: Ints, words: pa.StringArray) -> tuple[Ints, pa.StringArray]:
    """The same, numbered in the order of what the numbers stand for."""
    order = pc.sort_indices(words)
    rank = np.full(len(words) + 1, -1, np.int32)
    rank[order.to_numpy()] = np.arange(len(words), dtype=np.int32)
    return rank[codes], words.take(order)


def renumber(codes: npt.NDArray[Any]) -> Ints:
    """Numbers from 0 in place of codes, in the codes' order; negative codes are -1."""
    if not len(codes):
        return codes.astype(np.int32)
    least, most = int(codes.min()), int(codes.max())
    if most - least < 4 * len(codes) + 1024:
        present = np.zeros(most - least + 1, np.int32)
        present[codes - least] = 1
        if least < 0:
            present[:-least] = 0
        numbers = np.cumsum(present, dtype=np.int32) - 1
        return np.where(codes < 0, np.int32(-1), numbers[codes - least]).astype(np.int32)
    found, inverse = np.unique(codes, return_inverse=True)
    kept: Ints = np.maximum(inverse - np.count_nonzero(found < 0), -1).astype(np.int32)
    return kept


def renumber_first(codes: npt.NDArray[np.int64]) -> tuple[Ints, npt.NDArray[np.int64]]:
    """Numbers from 0 in place of codes, and where each stands first."""
    numbers = pc.dictionary_encode(pa.array(codes)).indices.to_numpy().astype(np.int32)
    first = np.empty(int(numbers.max(initial=-1)) + 1, np.int64)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    by_code = np.argsort(codes[first])
    rank = np.empty(len(first), np.int32)
    rank[by_code] = np.arange(len(first), dtype=np.int32)
    return rank[numbers], first[by_code]
