"""Sales to be searched: those that the workspace keeps, and files as they lie."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from enduse.engine import Engine
from enduse.errors import InputError
from enduse.model.components import SALES
from enduse.records import SalesReport, read_sales, sales_report
from enduse.records.batch import Batch
from enduse.records.formats import formats_of
from enduse.records.headers import match_header
from enduse.records.layout import judge_rows
from enduse.records.part_keys import after_prefix
from enduse.records.sales import GIVEN, keyed, sales_layout, stamp_of
from enduse.records.sources import Readable
from enduse.settings import Settings

# With a larger engine an import of five million lines would hold more than 2 GiB in all.
_IMPORT_MIB = 1024
_PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in sales; keys are as of `part_keys`."""

    prefix: str | None
    """Keys of parts begin with it."""
    parts: Sequence[str] = ()
    """Further keys of parts."""
    lot: str | None = None
    serials: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SalesFile:
    """Sales that can be searched."""

    path: Path
    report: SalesReport
    """What is known of the whole file; counts of a file that is searched as it lies are of its
    rows as they are."""
    columns: Mapping[str, str] | None = None
    """Column of SALES to the file's own; None for a file that Enduse ordered."""

    def lines(self, engine: Engine, sought: Sought) -> tuple[pa.Table, pa.Table]:
        """The lines of a part, a lot or a serial number, and rejects among them.

        Returns
        -------
        tuple of pyarrow.Table
            Lines in the schema SALES, by row; rejects ``row, column, value, reason``, none of
            them for a file that Enduse ordered.
        """
        found = [
            engine.query(f"SELECT {self._selected()} FROM {self._scanned()} WHERE {condition}")
            for condition in self._conditions(sought)
        ]
        if not found:
            return SALES.empty_table(), pa.table({})
        together = pa.concat_tables(found)
        _, first = np.unique(together["row"].to_numpy(), return_index=True)
        lines = together.take(first)
        if self.columns is None:
            return lines.cast(SALES), pa.table({})
        return self._judged(lines)

    def _scanned(self) -> str:
        quoted = str(self.path).replace("'", "''")
        # Square brackets and asterisks in a name would be patterns.
        plain = re.sub(r"([*?\[])", r"[\1]", quoted)
        return f"read_parquet('{plain}', file_row_number = true, hive_partitioning = false)"

    def _selected(self) -> str:
        if self.columns is None:
            return ", ".join(SALES.names)
        named = (f"{_name(own)} AS {name}" for name, own in self.columns.items())
        return f"{', '.join(named)}, file_row_number + 1 AS row"

    def _conditions(self, sought: Sought) -> list[str]:
        """One a kind of evidence, so that each uses the order of the file where it can."""
        found = []
        part, lot = self._key("part_number", "part_key"), self._key("lot", "lot_key")
        serials = "serials" if self.columns is None else self._own("serials")
        if sought.prefix:
            until = after_prefix(sought.prefix)
            within = f"{part} >= {_text(sought.prefix)} AND {part} < {_text(until)}"
            found.append(f"({within}){self._strange('part_number')}")
        if sought.parts:
            found.append(f"{part} IN ({', '.join(map(_text, sought.parts))})")
        if sought.lot and lot:
            found.append(f"{lot} = {_text(sought.lot)}{self._strange('lot')}")
        if sought.serials and serials:
            plain = f"regexp_replace(upper({serials}), '[^\\p{{L}}\\p{{N}};]+', '', 'g')"
            any_of = " OR ".join(f"contains({plain}, {_text(s)})" for s in sought.serials)
            found.append(f"{serials} IS NOT NULL AND ({any_of})")
        return found

    def _own(self, name: str) -> str | None:
        own = (self.columns or {}).get(name)
        return None if own is None else f"CAST({_name(own)} AS VARCHAR)"

    def _key(self, name: str, key: str) -> str | None:
        if self.columns is None:
            return key
        own = self._own(name)
        return own and f"regexp_replace(upper({own}), '[^\\p{{L}}\\p{{N}}]+', '', 'g')"

    def _strange(self, name: str) -> str:
        """Or-condition of texts whose key only `part_keys` works out: those beyond ASCII."""
        own = self._own(name)
        return "" if own is None else f" OR strlen({own}) <> length({own})"

    def _judged(self, lines: pa.Table) -> tuple[pa.Table, pa.Table]:
        assert self.columns is not None
        layout = sales_layout(date.today(), formats_of(None), self.report.seller)
        whole = lines.combine_chunks()
        cells = {name: _one_array(whole[name]) for name in self.columns}
        judged = judge_rows(
            Batch(whole["row"].to_numpy().astype(np.int64), cells), layout, self.columns
        )
        return pa.Table.from_batches([keyed(judged.accepted)]), judged.rejects


@dataclass(frozen=True, slots=True)
class ImportedSales:
    """Sales that were taken in."""

    file: SalesFile
    rejects: Path
    """CSV file ``row, column, value, reason``."""
    replaced: SalesReport | None
    """What the workspace kept of this source before, and keeps no more."""

    def as_dict(self) -> dict[str, Any]:
        """The same as texts and numbers."""
        return {
            **self.file.report.as_dict(),
            "kept": str(self.file.path),
            "rejects": str(self.rejects),
            "replaced": self.replaced and self.replaced.digest,
        }


def import_sales(
    source: Readable,
    *,
    settings: Settings,
    seller: str | None = None,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    query: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportedSales:
    """Take sales into the workspace; what was taken in from the same place before is replaced.

    Parameters
    ----------
    source
        What `read_sales` takes.
    seller
        Who sold, for lines that do not say.
    mapping, encoding, delimiter, query, progress
        As `read_sales` takes them.

    Raises
    ------
    InputError
        If the source cannot be used at all, or none of its rows.
    StorageError
        If the workspace cannot be written; what was there before stays.
    """
    return _taken_in(
        source,
        _folder(settings),
        settings,
        seller=seller,
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        query=query,
        progress=progress,
    )


def held_sales(settings: Settings) -> list[SalesFile]:
    """The sales that the workspace keeps, by name."""
    return [
        SalesFile(path, report)
        for path in sorted(_folder(settings).glob("*.parquet"))
        if (report := sales_report(path))
    ]


def open_sales(
    source: Readable | SalesFile, *, settings: Settings, seller: str | None = None
) -> SalesFile:
    """Sales to be searched, from wherever they are.

    A Parquet file is searched as it lies, unless it was taken in before. Other files are read
    once, and what was read is kept in the workspace until they change.

    Raises
    ------
    InputError
        If the source cannot be used at all, or none of its rows.
    """
    if isinstance(source, SalesFile):
        return source
    if not isinstance(source, (str, Path)) or "://" in str(source):
        return _taken_in(source, _folder(settings, "read"), settings, seller=seller).file
    path = Path(source)
    is_parquet = _is_parquet(path)
    report = sales_report(path) if is_parquet else None
    if report:
        return SalesFile(path, report)
    for folder in (_folder(settings), _folder(settings, "read")):
        kept = folder / f"{_stem(path)}.parquet"
        report = sales_report(kept) if kept.is_file() else None
        if report and report.stamp and report.stamp == stamp_of(path):
            return SalesFile(kept, report)
    if is_parquet:
        return _as_it_lies(path, seller)
    return _taken_in(path, _folder(settings, "read"), settings, seller=seller).file


def _folder(settings: Settings, kind: str = "sales") -> Path:
    return settings.workspace / "data" / ("sales" if kind == "sales" else f"sales-{kind}")


def _taken_in(source: Readable, folder: Path, settings: Settings, **options: Any) -> ImportedSales:
    settings = replace(settings, memory_limit_mib=min(settings.memory_limit_mib, _IMPORT_MIB))
    stem = _stem(source, options.get("query"))
    path, rejects = folder / f"{stem}.parquet", folder / f"{stem}.rejects.csv"
    before = sales_report(path) if path.is_file() else None
    report = read_sales(source, out=path, rejects=rejects, settings=settings, **options)
    if not report.accepted:
        path.unlink()
        raise InputError(
            f"None of the {report.read} rows of {report.name} could be accepted.",
            hint=f"{rejects} says why, row by row.",
        )
    if not report.stamp:
        # Rows that came from no file are named by what they are.
        named = _digest(path)[:12]
        path, rejects = (
            p.rename(folder / p.name.replace(stem, f"{stem}-{named}", 1)) for p in (path, rejects)
        )
    changed = before if before and before.digest != report.digest else None
    for other in folder.glob("*.parquet"):
        # The same file at another place would count every sale twice.
        held = sales_report(other) if other != path else None
        if held and held.digest and held.digest == report.digest:
            other.unlink()
    return ImportedSales(SalesFile(path, report), rejects, changed)


def _stem(source: Readable, query: str | None = None) -> str:
    """A name for what is kept of a source: another for every place."""
    if not isinstance(source, (str, Path)):
        return "table"
    place = f"{source} {query}" if "://" in str(source) else str(Path(source).resolve())
    plain = re.sub(r"[^\w.-]+", "_", Path(str(source)).stem)[:60] if "://" not in place else "query"
    return f"{plain}-{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == _PARQUET
    except OSError as error:
        raise InputError(
            f"{path} could not be read: {error.strerror}.", hint="Check the path and its rights."
        ) from error


def _as_it_lies(path: Path, seller: str | None) -> SalesFile:
    """A Parquet file that is not read first: only what a trace asks of it is judged."""
    try:
        metadata = pq.read_metadata(path)
        header = metadata.schema.to_arrow_schema().names
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            f"{path} is not a whole Parquet file: {str(error).splitlines()[0]}",
            hint="It may have been cut while it was copied: copy or export it again.",
        ) from error
    required = sales_layout(date.today(), formats_of(None)).required
    places = match_header(str(path), header, GIVEN, required)
    columns = {name: header[place] for name, place in places.items()}
    known = ("lot", "date_code", "serials", "country")
    # Some programs write what is not recorded as an empty text.
    counted = [
        f"count(nullif(trim(CAST({_name(columns[name])} AS VARCHAR)), ''))"
        if name in columns
        else "0"
        for name in known
    ]
    day = _name(columns["date"])
    scanned = SalesFile(path, _NOTHING, columns)._scanned()
    first, last, *counts = (
        duckdb.connect()
        .execute(f"SELECT min({day}), max({day}), {', '.join(counted)} FROM {scanned}")
        .fetchall()[0]
    )
    report = SalesReport(
        name=str(path),
        format="parquet, searched as it lies",
        encoding=None,
        delimiter=None,
        digest=_digest(path),
        read=metadata.num_rows,
        accepted=metadata.num_rows,
        rejected=0,
        blank=0,
        doubts={},
        unused=(),
        first_date=_day(first),
        last_date=_day(last),
        **dict(zip((f"with_{name}" for name in known), counts, strict=True)),
        seller=seller,
        stamp=stamp_of(path),
    )
    return SalesFile(path, report, columns)


_NOTHING = SalesReport("", "", None, None, "", 0, 0, 0, 0, {}, ())


def _day(value: object) -> date | None:
    """A day as a Parquet file of any making has it; None if it is in no form that sorts."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
