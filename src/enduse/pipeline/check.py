"""The main job: a file of shipments in, ranked findings with evidence out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa

from enduse.assess import (
    RULES,
    Policy,
    unknown_weights,
)
from enduse.engine import open_engine
from enduse.engine.files import whole_file
from enduse.errors import PolicyError
from enduse.lists import collection, controls, watched
from enduse.model.result import RunResult
from enduse.pipeline.job import Job, Options
from enduse.pipeline.result import as_document
from enduse.pipeline.run import Progress, Run, digest_of, write_json
from enduse.settings import Settings

if TYPE_CHECKING:
    import pandas
    import polars

OUTPUTS = (
    "findings.parquet",
    "evidence.parquet",
    "rejects.csv",
    "registry-rejects.csv",
    "desk.parquet",
    "run.json",
)
"""What a check leaves; registry-rejects.csv only if there was a registry."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A finished check."""

    folder: Path
    """Where findings.parquet, evidence.parquet, rejects.csv and run.json lie."""
    run: Mapping[str, Any]
    """What run.json says: digests, snapshots, counts, what was not assessed."""
    result: RunResult
    """The run as a report reads it, with the first findings in full."""


def check(
    shipments: Path | str | pa.Table | pandas.DataFrame | polars.DataFrame,
    *,
    registry: Path | str | pa.Table | None = None,
    out: Path | str | None = None,
    policy: Policy | Path | None = None,
    as_of: date | None = None,
    options: Options | None = None,
    settings: Settings | None = None,
    workspace: Path | str | None = None,
    fresh: bool = False,
    shown: int = 200,
    progress: Progress = lambda _: None,
) -> Checked:
    """Judge shipments against the workspace's lists; rank them with their evidence.

    Parameters
    ----------
    shipments
        A file (CSV, XLSX, Parquet, JSON lines), a database URL with ``options.query``, or a table.
    registry
        A company registry, if there is one: many rules need it.
    out
        Folder for the outputs; by default the run's own folder in the workspace.
    policy
        What to judge by; by default the newest that ships with Enduse.
    as_of
        'Today' for every judgement; by default the day of the run.
    fresh
        Do every stage again, even if a run of the same inputs was begun or finished.
    shown
        How many findings are told in full.
    progress
        Told the name of each stage as it begins.

    Raises
    ------
    InputError
        If the input cannot be used at all.
    PolicyError
        If the policy says something that cannot be meant.
    StorageError
        If the workspace cannot be written.
    """
    settings = settings or Settings.load(workspace=Path(workspace) if workspace else None)
    options = options or Options()
    judged = (
        policy
        if isinstance(policy, Policy)
        else (Policy.load(policy) if policy else Policy.shipped())
    )
    unweighed = sorted({rule.id for rule in RULES} - set(judged.weights))
    if unweighed:
        raise PolicyError(
            f"{judged.name} gives no weight to the rules {', '.join(unweighed)}.",
            hint="Give each a weight in [weights]; 0 leaves its evidence in and its score out.",
        )
    unknown_weights(judged, {rule.id for rule in RULES})
    today = as_of or datetime.now(UTC).date()
    inputs = {"shipments": _identity(shipments), "registry": _identity(registry)}
    parties_lists, control_lists = collection(settings), controls(settings, as_of=today)
    watch = watched(settings)
    facts = {
        "enduse": version("enduse"),
        "inputs": inputs,
        "options": repr(options),
        "policy": judged.fingerprint(),
        "as_of": today.isoformat(),
        "shown": shown,
        "lists": sorted(s.version for s in (*parties_lists.snapshots, *control_lists.snapshots)),
        "watched": sorted(watch.versions),
        # The same words of two senders, or on other terms, are two tips.
        "terms": sorted((name, terms.handling) for name, terms in watch.terms.items()),
    }
    with Run.open(settings.runs_dir, facts, progress) as run, open_engine(settings) as engine:
        if fresh:
            run.forget()
        job = Job(
            engine, run, settings, judged, today, options, parties_lists, control_lists, watch
        )
        job.work(shipments, registry, shown)
        result = job.result(inputs)
        document = as_document(result, run.notes, facts)
        write_json(run.folder / "run.json", document)
        folder = run.folder
        if out is not None:
            folder = Path(out)
            _hand_over(run.folder, folder)
    return Checked(folder, document, result)


def _hand_over(source: Path, target: Path) -> None:
    for name in OUTPUTS:
        if (source / name).exists():
            with whole_file(target / name) as part:
                shutil.copyfile(source / name, part)


def _identity(source: object) -> dict[str, str]:
    """What names an input: its digest where it is a file."""
    if isinstance(source, Path) or (isinstance(source, str) and "://" not in source):
        path = Path(source)
        return {"name": str(path), "digest": digest_of(path) if path.is_file() else ""}
    if source is None:
        return {}
    # What a database or a table in memory holds may have changed: such a run is its own.
    name = source if isinstance(source, str) else "table in memory"
    return {"name": name, "digest": "", "asked": uuid4().hex}
