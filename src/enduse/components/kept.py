"""Records of recovered components that the workspace keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rapidfuzz import fuzz, process

from enduse.components.catalogue import Catalogue
from enduse.components.duplicates import duplicates
from enduse.components.filling import filled
from enduse.engine.files import whole_file
from enduse.errors import InputError
from enduse.model.components import COMPONENTS, DUPLICATES, KEPT_COMPONENTS
from enduse.records import ReadReport, read_components
from enduse.records.sources import Readable
from enduse.settings import Settings

_NEAR = 70


@dataclass(frozen=True, slots=True)
class ImportedComponents:
    """What came of taking records in."""

    components: pa.Table
    """The records taken in, in the schema KEPT_COMPONENTS."""
    report: ReadReport
    rejects: Path
    """CSV file ``row, column, value, reason``."""
    held: int
    """Records that the workspace keeps now."""
    added: int
    replaced: int
    """Records of an id that was kept before."""
    read_from_marking: Mapping[str, int]
    """Column to records in which it was empty and is read from the marking."""
    contradicted: int
    """Records with a contradiction."""
    duplicates: pa.Table = field(default_factory=DUPLICATES.empty_table)
    """Among all records kept, in the schema DUPLICATES."""

    def as_dict(self) -> dict[str, Any]:
        """The same as texts and numbers."""
        report = self.report
        said = self.components.filter(pc.is_valid(self.components["contradictions"]))
        return {
            "name": report.name,
            "digest": report.digest,
            "read": report.read,
            "accepted": report.accepted,
            "rejected": report.rejected,
            "blank": report.blank,
            "doubts": dict(report.doubts),
            "unused": list(report.unused),
            "rejects": str(self.rejects),
            "held": self.held,
            "added": self.added,
            "replaced": self.replaced,
            "read_from_marking": dict(self.read_from_marking),
            "contradictions": said.select(["component_id", "contradictions"]).to_pylist(),
            "duplicates": self.duplicates.to_pylist(),
        }


def import_components(
    source: Readable,
    *,
    settings: Settings,
    rejects: Path | None = None,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    query: str | None = None,
    catalogue: Catalogue | None = None,
    today: date | None = None,
) -> ImportedComponents:
    """Take records of recovered components into the workspace; an id that is kept is replaced.

    What a record leaves empty is read from its marking and marked as read; what it states stays,
    and where the marking says otherwise the record says so.

    Parameters
    ----------
    source
        What `read_components` takes.
    rejects
        Where to write the rejects; by default beside the records in the workspace.
    mapping, encoding, delimiter, query
        As `read_components` takes them.
    catalogue
        Makers to know; by default those that ship with Enduse.
    today
        Day by which date codes are read; today if not given.

    Raises
    ------
    InputError
        If the source cannot be used at all, or none of its rows.
    StorageError
        If the workspace cannot be written; what was there before stays.
    """
    rejects = rejects or _path(settings).with_name("components.rejects.csv")
    records, report = read_components(
        source,
        rejects=rejects,
        settings=settings,
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        query=query,
    )
    if not records.num_rows:
        raise InputError(
            f"None of the {report.read} rows of {report.name} could be accepted.",
            hint=f"{rejects} says why, row by row.",
        )
    told = {"file": report.name, "digest": report.digest}
    for name, text in told.items():
        records = records.append_column(name, pa.repeat(text, records.num_rows))
    records = records.rename_columns({"source_row": "row"})
    before = held_components(settings)
    components = _against(filled(records, today or date.today(), catalogue), before)
    known = pc.is_in(before["component_id"], value_set=components["component_id"].combine_chunks())
    whole = pa.concat_tables([before.filter(pc.invert(known)), components])
    with whole_file(_path(settings)) as part:
        pq.write_table(whole, part, compression="zstd")
    replaced = int(pc.sum(known).as_py() or 0)
    read = pc.split_pattern(components["as_read"].drop_null(), ";").combine_chunks().flatten()
    return ImportedComponents(
        components=components,
        report=report,
        rejects=rejects,
        held=whole.num_rows,
        added=components.num_rows - replaced,
        replaced=replaced,
        read_from_marking={
            count["values"]: count["counts"] for count in pc.value_counts(read).to_pylist()
        },
        contradicted=components.num_rows - components["contradictions"].null_count,
        duplicates=duplicates(whole),
    )


def held_components(settings: Settings) -> pa.Table:
    """The records that the workspace keeps, in the schema KEPT_COMPONENTS; none if it keeps none.

    Raises
    ------
    InputError
        If the file was damaged, or was written by an Enduse that kept other columns.
    """
    path = _path(settings)
    if not path.is_file():
        return KEPT_COMPONENTS.empty_table()
    try:
        # A ParquetFile, unlike read_table, needs no pandas, which takes a quarter of a second.
        with pq.ParquetFile(path) as file:
            return file.read().select(KEPT_COMPONENTS.names).cast(KEPT_COMPONENTS)
    except (pa.ArrowInvalid, OSError, KeyError) as error:
        raise InputError(
            f"{path} cannot be read: {str(error).splitlines()[0]}",
            hint="Move it away and import the records again.",
        ) from error


def held_component(component_id: str, settings: Settings) -> dict[str, Any]:
    """One record that the workspace keeps, as a row of KEPT_COMPONENTS.

    Raises
    ------
    InputError
        If it keeps none of that id.
    """
    components = held_components(settings)
    ids = components["component_id"].to_pylist()
    if component_id in ids:
        record: dict[str, Any] = components.slice(ids.index(component_id), 1).to_pylist()[0]
        return record
    if not ids:
        raise InputError(
            "The workspace keeps no component.",
            hint="Take some in with `enduse component import FILE`.",
        )
    near = process.extractOne(component_id, ids, scorer=fuzz.ratio, score_cutoff=_NEAR)
    raise InputError(
        f"The workspace keeps no component '{component_id}'.",
        hint=f"Is it '{near[0]}'?" if near else "`enduse component show` lists those it keeps.",
    )


def _path(settings: Settings) -> Path:
    return settings.workspace / "data" / "components.parquet"


def _against(components: pa.Table, before: pa.Table) -> pa.Table:
    """The records with what those say otherwise that they replace."""
    replaced = before.filter(
        pc.is_in(before["component_id"], value_set=components["component_id"].combine_chunks())
    )
    if not replaced.num_rows:
        return components
    old = {row["component_id"]: row for row in replaced.to_pylist()}
    contradictions = []
    for row in components.to_pylist():
        said = [row["contradictions"]] if row["contradictions"] else []
        kept = old.get(row["component_id"])
        if kept:
            now_read, then_read = (set((r["as_read"] or "").split(";")) for r in (row, kept))
            said += [
                f"{name} was '{kept[name]}' in {kept['file']}, taken in before"
                for name in COMPONENTS.names
                if name not in now_read | then_read
                and kept[name] is not None
                and kept[name] != row[name]
            ]
        contradictions.append("; ".join(said) or None)
    place = KEPT_COMPONENTS.get_field_index("contradictions")
    column = pa.array(contradictions, pa.string())
    return components.set_column(place, KEPT_COMPONENTS.field(place), column)
