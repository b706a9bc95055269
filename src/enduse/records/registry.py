"""A company registry from any source to a table, and a file of what was rejected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.engine.files import whole_file
from enduse.model import REGISTRY, SHIPMENTS
from enduse.records import checks, countries
from enduse.records.checks import Judge, Verdict, each
from enduse.records.formats import Formats, formats_of
from enduse.records.layout import Layout
from enduse.records.reading import Reading, count_doubts
from enduse.records.rejects import REJECTS, RejectsFile
from enduse.records.report import ReadReport
from enduse.records.sources import Readable
from enduse.settings import Settings

# Companies can be centuries old.
_EARLIEST = date(1200, 1, 1)
_ENDS = ("from", "to")
_OWNER_PARTS = ("name", "share", *_ENDS)


def read_registry(
    source: Readable,
    *,
    rejects: Path,
    settings: Settings,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    query: str | None = None,
) -> tuple[pa.Table, ReadReport]:
    """Read a company registry; say of rows that break a rule why they do.

    In text, officers are joined by ';', and owners are too, each as ``name|share|from|to`` with
    a share such as ``0.51`` or ``51%``; both may be JSON lists instead, owners of objects with
    these keys. An ``entity_id`` that comes again is rejected.

    Parameters
    ----------
    source
        A path (CSV, XLSX, Parquet, JSON lines), a database URL, or a pandas, Polars or Arrow
        table.
    rejects
        CSV file ``row, column, value, reason``; a line for each reason.
    settings
        Threads.
    mapping
        Enduse's column to the source's own name of it, for those that differ; one of
        `load_mapping` may also say how dates and decimals are written.
    encoding, delimiter, query
        As `read_shipments` takes them.

    Returns
    -------
    tuple of pyarrow.Table and ReadReport
        The accepted companies in the schema REGISTRY, and what came of the reading.

    Raises
    ------
    InputError
        If the source cannot be used at all.
    StorageError
        If the rejects cannot be written.
    UsageError
        If encoding, delimiter, URL or query cannot be one.
    """
    layout = _layout(date.today(), formats_of(mapping))
    reading = Reading(
        source, layout, mapping=mapping, encoding=encoding, delimiter=delimiter, query=query
    )
    with whole_file(rejects) as rejects_part, RejectsFile(rejects_part) as rejected:
        companies = pa.Table.from_batches(
            reading.accepted(rejected, threads=settings.thread_count), schema=layout.schema
        )
        companies, repeated = _without_repeated(companies, rejected, reading.shown["entity_id"])
    report = reading.report(repeated=repeated, doubts=count_doubts(companies["doubts"].chunks))
    return companies.select(REGISTRY.names).cast(REGISTRY), report


def _layout(today: date, formats: Formats) -> Layout:
    judge_day = checks.day(_EARLIEST, checks.latest_day(today), formats.date)
    return Layout(
        schema=pa.schema([*REGISTRY, SHIPMENTS.field("source_row"), SHIPMENTS.field("doubts")]),
        columns=tuple(REGISTRY.names),
        rules={
            "country": each(countries.country, pa.string()),
            "incorporation_date": each(judge_day, pa.date32()),
            "officers": each(checks.of_parts(Verdict), REGISTRY.field("officers").type),
            "owners": each(
                _owners(judge_day, formats.decimal or "."), REGISTRY.field("owners").type
            ),
        },
        lists=frozenset({"officers", "owners"}),
        missing_hint='Write [columns] and below it lines such as name = "Company" in a TOML file, '
        "and give it with --registry-map.",
    )


def _owners(judge_day: Judge, decimal: str) -> Judge:
    def judge(text: str) -> Verdict:
        try:
            owners = _owner_fields(text)
        except (TypeError, ValueError):
            return Verdict(wrong="is no list of owners: write name|share|from|to;… or JSON")
        answers = []
        for owner in owners:
            if not owner.get("name"):
                return Verdict(wrong="has an owner without a name")
            share, why = _share(owner.get("share", "").replace(decimal, "."))
            if why:
                return Verdict(wrong=why)
            since, until = (judge_day(owner[k]) if owner.get(k) else Verdict() for k in _ENDS)
            for end, verdict in zip(_ENDS, (since, until), strict=True):
                if verdict.wrong:
                    return Verdict(wrong=f"'{owner[end][:40]}' {verdict.wrong}")
            if since.value and until.value and str(since.value) > str(until.value):
                return Verdict(wrong=f"has an owner from {since.value} to {until.value}")
            held = {"from": since.value, "to": until.value}
            answers.append({"name": owner["name"], "share": share, **held})
        return Verdict(answers)

    return judge


def _owner_fields(text: str) -> list[dict[str, str]]:
    """The parts of each owner as text; an error if there are others than there can be."""
    if text.startswith("["):
        found = [
            {str(k): "" if v is None else str(v).strip() for k, v in dict(owner).items()}
            for owner in json.loads(text)
        ]
    else:
        parts = [[part.strip() for part in owner.split("|")] for owner in text.split(";")]
        if any(len(owner) > len(_OWNER_PARTS) for owner in parts):
            raise ValueError
        found = [dict(zip(_OWNER_PARTS, owner, strict=False)) for owner in parts if any(owner)]
    if any(not owner.keys() <= set(_OWNER_PARTS) for owner in found):
        raise ValueError
    return found


def _share(text: str) -> tuple[float | None, str | None]:
    """A share from 0 to 1, or why it is none."""
    if not text:
        return None, None
    try:
        share = float(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
    except ValueError:
        return None, f"'{text[:40]}' is no share: write 0.51 or 51%"
    if 0 <= share <= 1:
        return share, None
    return None, f"'{text[:40]}' is no share from 0 to 1: write 0.51 or 51%"


def _without_repeated(
    companies: pa.Table, rejects: RejectsFile, column: str
) -> tuple[pa.Table, int]:
    ids = companies["entity_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    _, first, which = np.unique(ids, return_index=True, return_inverse=True)
    again = first[which] < np.arange(len(ids))
    if not again.any():
        return companies, 0
    rows = companies["source_row"]
    first_rows = rows.take(pa.array(first[which][again])).cast(pa.string())
    repeated = companies.filter(pa.array(again))
    reason = pc.binary_join_element_wise(
        "this entity stands in row ", first_rows, " already: the first stays", ""
    )
    values = [
        repeated["source_row"],
        pa.repeat(column, repeated.num_rows),
        repeated["entity_id"],
        reason,
    ]
    rejects.write(pa.table(values, schema=REJECTS))
    return companies.filter(pa.array(~again)), repeated.num_rows
