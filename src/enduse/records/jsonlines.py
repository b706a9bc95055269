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
from enduse.records.delimited import read_records
from enduse.records.encodings import codec_of, detect_encoding, utf8_chunks
from enduse.records.text import text_of

# JSON forbids this character within a line, so it cuts no line.
_NEVER_THERE = "\x01"
_SHOWN_CHARACTERS = 200
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
        for rows, lines, misfits in self._objects():
            found = self._ask(
                lines,
                "SELECT json_extract_string(line, $pointers) AS texts,"
                " json_type(line, $pointers) AS types FROM lines",
                {"pointers": pointers},
            )
            texts, types = _flat(found["texts"]), _flat(found["types"])
            kinds = _KINDS["kind"].combine_chunks().take(pc.index_in(types, _KINDS["type"]))
            columns, kind_of = {}, {}
            for place, name in enumerate(wanted):
                cells = np.arange(place, len(texts), len(wanted))
                columns[name], kind_of[name] = texts.take(cells), kinds.take(cells)
            yield Batch(rows, columns, kind_of, misfits)

    def _keys(self) -> list[str]:
        keys: set[str] = set()
        for _, lines, _ in self._objects():
            found = self._ask(lines, "SELECT DISTINCT unnest(json_keys(line)) AS key FROM lines")
            keys.update(found["key"].to_pylist())
        return sorted(keys)

    def _objects(
        self,
    ) -> Iterator[tuple[npt.NDArray[np.int64], pa.StringArray, list[Misfit]]]:
        """Row and text of each line that is an object, and the lines that are none."""
        for records in read_records(
            self.name,
            utf8_chunks(self.path, self.encoding or "utf-8"),
            column_count=1,
            positions=[0],
            delimiter=_NEVER_THERE,
            quote=False,
            header_row=0,
        ):
            lines = text_of(records.columns[0]).cells
            good = self._ask(
                lines,
                "SELECT CASE WHEN json_valid(line) THEN json_type(line) END = 'OBJECT' AS good"
                " FROM lines",
            )["good"].combine_chunks()
            is_object = pc.fill_null(good, False)
            bad = pc.and_(pc.invert(is_object), pc.is_valid(lines)).to_numpy(zero_copy_only=False)
            misfits = [
                Misfit(int(row), text[:_SHOWN_CHARACTERS], "the line is not one JSON object")
                for row, text in zip(records.rows[bad], lines.filter(bad).to_pylist(), strict=True)
            ]
            rows = records.rows[is_object.to_numpy(zero_copy_only=False)]
            yield rows, lines.filter(is_object), [*records.misfits, *misfits]

    def _ask(
        self, lines: pa.StringArray, sql: str, parameters: Mapping[str, object] | None = None
    ) -> pa.Table:
        self._database.register("lines", pa.table({"line": lines}))
        return self._database.sql(sql, params=parameters).to_arrow_table()


def _flat(lists: pa.ChunkedArray) -> pa.StringArray:
    return lists.combine_chunks().flatten().cast(pa.string())
