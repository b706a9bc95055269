"""Trace: a file of shipments in, scores and chains of the goods ledger out."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enduse.assess import Policy
from enduse.engine.files import whole_file
from enduse.errors import InputError, UsageError
from enduse.flow import CHAINS, LEAST, Learned, Parties, Traced, Window, trace
from enduse.flow.consent import consent_of, read_conditions, read_consents
from enduse.flow.descriptors import DESCRIPTORS
from enduse.flow.movements import LAWFUL, Gap
from enduse.model.countries import country_code
from enduse.model.result import N_, Statement
from enduse.pipeline.party_keys import PartyKeys, party_keys
from enduse.pipeline.run import Progress, digest_of, write_json
from enduse.records import ReadReport, read_shipments
from enduse.settings import Settings

if TYPE_CHECKING:
    import pandas
    import polars

COLUMNS = (
    "shipment_id", "line_no", "date", "exporter", "exporter_country", "exporter_id",
    "exporter_address", "consignee", "consignee_country", "consignee_id", "consignee_address",
    "freight_forwarder", "export_country", "destination_country", "hs_code", "part_number",
    "quantity", "unit", "net_mass_kg", "value", "currency", "permit_no", "flow", *DESCRIPTORS,
)  # fmt: skip
"""What the ledger reads of a shipment."""

OUTPUTS = (
    "scores.parquet", "chains.parquet", "steps.parquet", "consents.parquet",
    "missing_arrivals.parquet", "arrival_corridors.parquet", "rejects.csv", "run.json",
)  # fmt: skip


@dataclass(frozen=True)
class Tracing:
    """A finished trace."""

    folder: Path
    """Where the files named in OUTPUTS lie."""
    run: Mapping[str, Any]
    """What run.json says."""
    traced: Traced
    """The ledger itself."""


def trace_file(
    shipments: Path | str | pa.Table | pandas.DataFrame | polars.DataFrame,
    *,
    out: Path | str,
    embargoed: Collection[str],
    controlled_origins: Collection[str] | None = None,
    resolve: bool = True,
    model: Path | Learned | str = "shipped",
    window: Window | None = None,
    least: float = LEAST,
    lawful: Collection[str] | None = None,
    conditions: Path | None = None,
    consents: Path | None = None,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    query: str | None = None,
    settings: Settings | None = None,
    progress: Progress = lambda _: None,
) -> Tracing:
    """Follow goods through third countries to embargoed destinations.

    Parameters
    ----------
    shipments
        A file (CSV, XLSX, Parquet, JSON lines), a database URL with ``query``, or a table.
    out
        Folder for the outputs.
    embargoed
        Countries that the goods may not reach, alpha-2.
    controlled_origins
        Countries that control the goods; by default the coalition of the shipped policy.
    resolve
        Whether names that may be one firm are taken as one, each with its confidence; else names
        are taken as they are written.
    model
        'shipped', 'plain', or a learned score.
    window
        How old goods may be when they go on.
    least
        Score from which a shipment's path is told as a chain.
    lawful
        Beginnings of the HS codes of goods that may go to an embargoed destination; by default
        those of food and other farm goods and of medicines.
    conditions, consents
        CSV files of what states say of goods that they release, and of what they consented to; see
        :mod:`enduse.flow.consent`.

    Raises
    ------
    InputError
        If the input cannot be used at all.
    UsageError
        If a country is none, or nothing could be followed by what was asked.
    """
    settings = settings or Settings.load()
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    ends = _countries(embargoed, "embargoed")
    origins = _countries(controlled_origins or _coalition(), "controlled-origins")
    if ends & origins:
        raise UsageError(
            f"{', '.join(sorted(ends & origins))} cannot be controlled origin and embargoed at once.",
            hint="Name each country on one side only.",
        )
    rules = read_conditions(conditions) if conditions else None
    agreed = read_consents(consents) if consents else None
    progress("read")
    with tempfile.TemporaryDirectory(dir=folder) as kept:
        accepted = Path(kept) / "shipments.parquet"
        report = read_shipments(
            shipments,
            out=accepted,
            rejects=folder / "rejects.csv",
            settings=settings,
            mapping=mapping,
            encoding=encoding,
            delimiter=delimiter,
            query=query,
        )
        if not report.accepted:
            raise InputError(
                f"None of the {report.read} rows could be accepted.",
                hint=f"{folder / 'rejects.csv'} says why, row by row.",
            )
        held = pq.ParquetFile(accepted).schema_arrow.names
        table = pq.read_table(accepted, columns=[name for name in COLUMNS if name in held])
    progress("parties")
    keys = party_keys(table, resolve=resolve, threads=settings.thread_count)
    progress("ledger")
    traced = trace(
        table,
        embargoed=ends,
        controlled_origins=origins,
        parties=parties_of(keys),
        window=window,
        model=_model(model),
        least=least,
        lawful=LAWFUL if lawful is None else lawful,
    )
    asked = consent_of(traced.steps, rules, agreed, permits=_permits(table, traced.steps))
    missing, corridors = traced.arrivals
    document = _document(shipments, report, keys, traced, ends, origins, resolve)
    document["consents"] = dict(Counter(asked["answer"].to_pylist()))
    document["arrivals"] = _arrivals(missing, corridors)
    progress("write")
    for name, written in (
        ("scores.parquet", traced.scores),
        ("chains.parquet", chains_table(traced.steps)),
        ("steps.parquet", traced.steps),
        ("consents.parquet", asked),
        ("missing_arrivals.parquet", missing),
        ("arrival_corridors.parquet", corridors),
    ):
        with whole_file(folder / name) as part:
            pq.write_table(written, part)
    write_json(folder / "run.json", document)
    return Tracing(folder, document, traced)


def parties_of(keys: PartyKeys) -> Parties:
    """Parties as the ledger takes them: firms of one family are one, as surely as they are.

    What passes between two spellings, or two firms of a family, counts by how sure both are.
    """
    owner = np.full(len(keys.sure), -1, np.int32)
    owner[keys.exporter_mention] = keys.exporter
    owner[keys.consignee_mention] = keys.consignee
    in_family = np.append(keys.family_sure, np.float32(1))[owner]
    families = np.append(keys.family, np.int32(-1)).astype(np.int32)
    return Parties(
        exporter=families[keys.exporter],
        consignee=families[keys.consignee],
        exporter_mention=keys.exporter_mention,
        consignee_mention=keys.consignee_mention,
        sure=(keys.sure * in_family).astype(np.float32),
    )


def chains_table(steps: pa.Table) -> pa.Table:
    """Chains as DATA promises them: what is carried stands as ``quantity``."""
    renamed = steps.drop_columns(["quantity"]).rename_columns(
        {"carried": "quantity"} if "carried" in steps.column_names else {}
    )
    return renamed.select(list(CHAINS))


def _model(model: Path | Learned | str) -> Learned | str | None:
    if isinstance(model, Learned) or model == "shipped":
        return model
    return None if model == "plain" else Learned.load(Path(model))


def _coalition() -> frozenset[str]:
    return frozenset(Policy.shipped().tables["policy_coalition"]["country"].to_pylist())


def _countries(given: Collection[str], option: str) -> frozenset[str]:
    written = [text for text in given if text.strip()]
    codes = {text: country_code(text) for text in written}
    unknown = [text for text, code in codes.items() if code is None]
    if unknown or not codes:
        raise UsageError(
            f"--{option}: {', '.join(unknown) or 'nothing'} is no country.",
            hint="Write ISO 3166 alpha-2 codes with commas, such as RU,BY.",
        )
    return frozenset(code for code in codes.values() if code)


def _document(
    shipments: object,
    report: ReadReport,
    keys: PartyKeys,
    traced: Traced,
    ends: Collection[str],
    origins: Collection[str],
    resolve: bool,
) -> dict[str, Any]:
    path = (
        Path(shipments)
        if isinstance(shipments, str | Path) and "://" not in str(shipments)
        else None
    )
    window = traced.ledger.window
    counts = traced.counts
    return {
        "enduse": version("enduse"),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "input": {
            "name": str(path or "table"),
            "digest": digest_of(path) if path and path.is_file() else "",
            "read": report.read,
            "accepted": report.accepted,
            "rejected": report.rejected,
            "first_date": _day(report.first_date),
            "last_date": _day(report.last_date),
        },
        "embargoed": sorted(ends),
        "controlled_origins": sorted(origins),
        "score": traced.model,
        "least_score_of_chains": traced.least,
        "lawful": list(traced.lawful),
        "parties": "resolved" if resolve else "as written",
        "party_notes": keys.notes,
        "window": {field.name: getattr(window, field.name) for field in fields(window)},
        "goods_keys": [level.label for level in traced.ledger.levels],
        "counts": counts,
        "not_assessed": [note.text() for note in notes_of(traced)],
    }


def notes_of(traced: Traced) -> list[Statement]:
    """What could not be assessed, and why."""
    gaps, counts = traced.ledger.movements.gap, traced.counts
    notes = [
        Statement(
            N_("{count} lines could not be followed: {reason}."),
            {"count": f"{int((gaps == gap).sum()):,}", "reason": gap.reason},
        )
        for gap in Gap
        if gap and (gaps == gap).any()
    ]
    if not counts["to an embargoed destination"]:
        notes.append(
            Statement(
                N_("No line goes to an embargoed destination: no chain can end in this file.")
            )
        )
    if not counts["from a controlled origin"]:
        notes.append(
            Statement(N_("No line leaves a controlled origin: no chain can begin in this file."))
        )
    return notes


def _permits(shipments: pa.Table, steps: pa.Table) -> dict[tuple[str, int], str]:
    """Licences stated on the lines of chains."""
    if "permit_no" not in shipments.column_names:
        return {}
    told = pc.is_in(shipments["shipment_id"], steps["shipment_id"].combine_chunks())
    told = shipments.select(["shipment_id", "line_no", "permit_no"]).filter(told)
    return {
        (line["shipment_id"], line["line_no"]): line["permit_no"]
        for line in told.to_pylist()
        if line["permit_no"]
    }


def _arrivals(missing: pa.Table, corridors: pa.Table) -> dict[str, Any]:
    """How many exports have no import record where one was due, and why others are not judged."""
    exports: Counter[str | None] = Counter()
    for line in corridors.select(["not_assessed", "exports"]).to_pylist():
        exports[line["not_assessed"]] += line["exports"]
    assessed = exports.pop(None, 0)
    return {"missing": len(missing), "assessed": assessed, "not_assessed": dict(exports)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
