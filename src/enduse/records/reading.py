"""One pass over a source: its rows judged, the rejects written, everything counted."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import TypeVar

import pyarrow as pa

from enduse.errors import InputError
from enduse.records.headers import folded, match_header, unused_columns
from enduse.records.layout import Layout, judge_rows
from enduse.records.rejects import RejectsFile
from enduse.records.report import ReadReport
from enduse.records.sources import Readable, open_source

# More would hold more batches in memory than they save time: parsing takes a thread to itself.
_MOST_THREADS = 4


class Reading:
    """A source that is open, whose columns are found.

    Parameters
    ----------
    source, encoding, delimiter, query
        As `open_source` takes them.
    layout
        What the rows must look like.
    mapping
        Enduse's column to the source's own name of it, for those that differ.

    Raises
    ------
    InputError
        If the source cannot be used, or lacks a required column.
    UsageError
        If encoding, delimiter, URL or query cannot be one.
    """

    def __init__(
        self,
        source: Readable,
        layout: Layout,
        *,
        mapping: Mapping[str, str] | None,
        encoding: str | None,
        delimiter: str | None,
        query: str | None,
    ) -> None:
        known = layout.known.union(folded(name) for name in (mapping or {}).values())
        self._source = open_source(
            source, known=known, encoding=encoding, delimiter=delimiter, query=query
        )
        self._layout = layout
        self._positions = match_header(
            self._source.name,
            self._source.header,
            layout.columns,
            layout.required,
            mapping,
            layout.missing_hint,
        )
        self.shown = {name: self._source.header[at] for name, at in self._positions.items()}
        """Column to what the source itself calls it."""
        self._read = self._rejected = self._blank = 0

    def accepted(self, rejects: RejectsFile, *, threads: int) -> Iterator[pa.RecordBatch]:
        """The rows that keep every rule, in order; of the others the rejects are written.

        Raises
        ------
        InputError
            If there is no row at all, or the source breaks off.
        """
        for judged in _in_order(
            partial(judge_rows, layout=self._layout, shown=self.shown),
            self._source.batches(self._positions),
            threads=min(threads, _MOST_THREADS),
        ):
            self._read += judged.read
            self._rejected += judged.rejected
            self._blank += judged.blank
            rejects.write(judged.rejects)
            yield judged.accepted
        if not self._read:
            raise InputError(
                f"{self._source.name} has a header and 0 rows.", hint="Export the table again."
            )

    def report(
        self,
        *,
        repeated: int,
        doubts: Mapping[str, int],
        first_date: date | None = None,
        last_date: date | None = None,
    ) -> ReadReport:
        """What came of it, where `repeated` rows were taken out after they were accepted."""
        rejected = self._rejected + repeated
        return ReadReport(
            name=self._source.name,
            format=self._source.format,
            encoding=self._source.encoding,
            delimiter=self._source.delimiter,
            digest=self._source.digest(),
            read=self._read,
            accepted=self._read - rejected,
            rejected=rejected,
            blank=self._blank,
            doubts=doubts,
            unused=unused_columns(self._source.header, self._positions),
            first_date=first_date,
            last_date=last_date,
        )


def count_doubts(columns: Iterable[pa.Array]) -> dict[str, int]:
    """How many rows have a doubt about each column, from the text of their doubts.

    Examples
    --------
    >>> count_doubts([pa.array(["unit: not a unit that is known; container: odd", None])])
    {'container': 1, 'unit': 1}
    """
    found: Counter[str] = Counter()
    for doubts in columns:
        for said in doubts.drop_null().value_counts().to_pylist():
            for column in {doubt.split(": ")[0] for doubt in said["values"].split("; ")}:
                found[column] += said["counts"]
    return dict(sorted(found.items()))


_T = TypeVar("_T")
_U = TypeVar("_U")


def _in_order(work: Callable[[_T], _U], items: Iterable[_T], *, threads: int) -> Iterator[_U]:
    """The answers to items in their order, a few of them worked on at a time."""
    waiting: deque[Future[_U]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
