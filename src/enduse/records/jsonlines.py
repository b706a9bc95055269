"""JSON lines: one object a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import InputError
from enduse.records.batch import Batch, FileSource, Misfit
from enduse.records.delimited import Records, read_records
from enduse.records.encodings import codec_of, detect_encoding, utf8_chunks

# JSON forbids this character within a line, so it cuts no line.
_NEVER_THERE = "\x01"
_SHOWN_CHARACTERS = 200
_CHECKED = """(
    SELECT line, CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE FALSE END AS good
    FROM lines
)"""
_KINDS = pa.table(
    {
        "type": ["OBJECT", "ARRAY", "DOUBLE", "BIGINT", "UBIGINT", "HUGEINT"],
        "kind": ["nested", "nested", "number", "number", "number", "number"],
    }
)


class JSONLinesSource(FileSource):
    """A file of JSON objects, one a line; its columns are all the keys that occur in it.

    Raises
    ------
    InputError
        If no line is a JSON object.
    UsageError
        If the encoding is none.
    """

    format = "json lines"

    def __init__(self, path: Path, *, encoding: str | None) -> None:
        super().__init__(path)
        self.encoding = encoding or detect_encoding(path)
        codec_of(self.encoding)
        self._database = duckdb.connect(
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        )
        self.header = self._keys()
        if not self.header:
            raise InputError(
                f"{path} has no line that is a JSON object.",
                hint="Write one object a line, not one list of them all.",
            )

    def batches(self, wanted: Mapping[str, int]) -> Iterator[Batch]:
        # JSON pointers, since a key may hold dots and quotation marks.
        pointers = [
            "/" + self.header[position].replace("~", "~0").replace("/", "~1")
            for position in wanted.values()
        ]
        for records in self._records():
            found = self._ask(
                records,
                "SELECT good, CASE WHEN good THEN json_extract_string(line, $pointers) END AS texts,"
                f" CASE WHEN good THEN json_type(line, $pointers) END AS types FROM {_CHECKED}",
                {"pointers": pointers},
            )
            good = found["good"].to_numpy()
            texts, types = _flat(found["texts"]), _flat(found["types"])
            kinds = _KINDS["kind"].combine_chunks().take(pc.index_in(types, _KINDS["type"]))
            columns, kind_of = {}, {}
            for place, name in enumerate(wanted):
                cells = np.arange(place, len(texts), len(wanted))
                columns[name], kind_of[name] = texts.take(cells), kinds.take(cells)
            misfits = [*records.misfits, *_misfits(records, ~good)]
            yield Batch(records.rows[good], columns, kind_of, misfits)

    def _keys(self) -> list[str]:
        keys: set[str] = set()
        for records in self._records():
            found = self._ask(
                records,
                "SELECT DISTINCT unnest(CASE WHEN good THEN json_keys(line) END) AS key"
                f" FROM {_CHECKED}",
            )
            keys.update(found["key"].to_pylist())
        return sorted(keys)

    def _records(self) -> Iterator[Records]:
        return read_records(
            self.name,
            utf8_chunks(self.path, self.encoding or "utf-8"),
            column_count=1,
            positions=[0],
            delimiter=_NEVER_THERE,
            quote=False,
            header_row=0,
        )

    def _ask(
        self, records: Records, sql: str, parameters: Mapping[str, object] | None = None
    ) -> pa.Table:
        self._database.register("lines", pa.table({"line": records.columns[0]}))
        return self._database.sql(sql, params=parameters).to_arrow_table()


def _misfits(records: Records, bad: npt.NDArray[np.bool_]) -> list[Misfit]:
    """Lines that are no object; blank ones are no lines."""
    texts = records.columns[0].filter(pa.array(bad)).to_pylist()
    return [
        Misfit(int(row), text[:_SHOWN_CHARACTERS], "the line is not one JSON object")
        for row, text in zip(records.rows[bad], texts, strict=True)
        if text and text.strip()
    ]


def _flat(lists: pa.ChunkedArray) -> pa.StringArray:
    return lists.combine_chunks().flatten().cast(pa.string())
