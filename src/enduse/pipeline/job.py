"""The stages of a check, in order, and the result they add up to."""

from __future__ import annotations

import math
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from enduse.assess import (
    EVIDENCE_SQL,
    RULES,
    Policy,
    assess,
    build_context,
    evidence_kernel,
    findings_sql,
)
from enduse.engine import Engine
from enduse.engine.files import whole_file
from enduse.errors import InputError
from enduse.lists import Collection, Controls, Snapshot, Watched
from enduse.model import EVIDENCE
from enduse.model.result import InputUsed, NotAssessed, RunResult, SnapshotUsed, Statement
from enduse.names import normalise
from enduse.pipeline import classifying, following, parties, screening, watching
from enduse.pipeline.result import first_rejects, read_shown, write_desk, write_shown
from enduse.pipeline.run import Run
from enduse.records import ReadReport, read_registry, read_shipments
from enduse.settings import Settings

NOMENCLATURE = "hs-nomenclature"
_TOLD_EVERY = 250_000
"""Lines between two words on how far reading is."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the input is to be read; None: found out."""

    mapping: Mapping[str, str] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    query: str | None = None
    registry_mapping: Mapping[str, str] | None = None


@dataclass(slots=True)
class Job:
    """One check: its stages, in order, and what they found."""

    engine: Engine
    run: Run
    settings: Settings
    policy: Policy
    today: date
    options: Options
    parties: Collection
    controls: Controls
    watched: Watched

    def work(self, shipments: Any, registry: Any, shown: int) -> None:
        engine, run = self.engine, self.run
        run.stage("read", lambda: self._read(shipments, registry))
        engine.register("shipments", run.path("shipments.parquet"))
        registered = pq.read_table(run.path("registry.parquet")) if registry is not None else None
        run.stage("parties", lambda: parties.separate(engine, run, normalise))
        parties.register(engine, run)
        run.stage(
            "screen",
            lambda: screening.screen_lines(
                engine,
                run,
                self.parties,
                registered,
                normalise,
                self.today,
                float(self.policy.parameters["listed_score"]),
                self.settings,
            ),
        )
        screening.register(engine, run)
        run.stage(
            "goods", lambda: classifying.classify_lines(engine, run, self.controls, self.today)
        )
        classifying.register(engine, run)
        run.stage(
            "follow",
            lambda: following.follow_lines(engine, run, self.policy, registered, self.settings),
        )
        following.register(engine, run)
        watching.register(engine, self.watched)
        run.stage("assess", lambda: self._assess(registered is not None, shown))

    def _read(self, shipments: Any, registry: Any) -> dict[str, Any]:
        options, run = self.options, self.run
        report = read_shipments(
            shipments,
            out=run.path("shipments.parquet"),
            rejects=run.folder / "rejects.csv",
            settings=self.settings,
            mapping=options.mapping,
            encoding=options.encoding,
            delimiter=options.delimiter,
            query=options.query,
            progress=self._tell_lines(),
        )
        noted = {"shipments": _as_note(report)}
        if registry is not None:
            table, registered = read_registry(
                registry,
                rejects=run.folder / "registry-rejects.csv",
                settings=self.settings,
                mapping=options.registry_mapping,
            )
            with whole_file(run.path("registry.parquet")) as part:
                pq.write_table(table, part)
            noted["registry"] = _as_note(registered)
        if not report.accepted:
            why = Counter(
                (reject.column, reject.reason)
                for reject in first_rejects(run.folder / "rejects.csv")
            )
            (column, reason), _ = why.most_common(1)[0]
            raise InputError(
                f"None of the {report.read} rows could be accepted; most often {column} {reason}.",
                hint=f"{run.folder / 'rejects.csv'} says why, row by row.",
            )
        return noted

    def _tell_lines(self) -> Callable[[int], None]:
        told = 0

        def tell(lines: int) -> None:
            nonlocal told
            if lines >= told + _TOLD_EVERY:
                told = lines
                self.run.progress(f"read: {lines:,} lines")

        return tell

    def _assess(self, has_registry: bool, shown: int) -> dict[str, Any]:
        engine, run = self.engine, self.run
        parameters = self._parameters()
        evidence = run.path("evidence")
        shutil.rmtree(evidence, ignore_errors=True)
        evidence.mkdir()
        build_context(engine, self.policy, parameters)
        said = assess(
            engine,
            RULES,
            self.policy,
            parameters,
            self._missing(has_registry),
            evidence,
            lambda rule: run.progress(f"assess: rule {rule}"),
        )
        engine.create("ranked", findings_sql(self.policy))
        engine.write(
            "SELECT shipment_id, line_no, score, action, rank FROM ranked ORDER BY rank",
            run.folder / "findings.parquet",
        )
        kernel = evidence_kernel(self._shipments_version())
        rows = engine.map_batches(EVIDENCE_SQL, kernel, EVIDENCE, run.folder / "evidence.parquet")
        write_shown(engine, run, shown)
        write_desk(engine, run)
        following.keep_shown(engine, run)
        actions = engine.query("SELECT action, count(*) AS lines FROM ranked GROUP BY action")
        shutil.rmtree(evidence)
        return {
            "evidence": rows,
            "actions": dict(
                zip(actions["action"].to_pylist(), actions["lines"].to_pylist(), strict=True)
            ),
            "not_assessed": [
                {
                    "rule": gap.rule,
                    "title": gap.title,
                    "reason": gap.reason.template,
                    "lines": gap.lines,
                }
                for gap in said.not_assessed
            ],
        }

    def _parameters(self) -> dict[str, str]:
        read = self.run.notes["read"]
        registry = read.get("registry", {})
        nomenclature = [s.version for s in self.controls.snapshots if s.source == NOMENCLATURE]
        jump_days = int(float(self.policy.parameters["jump_days"]))
        return {
            **self.policy.parameters,
            "baseline_from": str(jump_days + 365),
            "baseline_to": str(jump_days + 1),
            "as_of": f"DATE '{self.today.isoformat()}'",
            "policy_version": f"'{self.policy.dated.isoformat()}'",
            "shipments_version": f"'{self._shipments_version()}'",
            "records_begin": f"DATE '{read['shipments']['first_date']}'",
            "registry_version": f"'{registry.get('digest', '')[:12]}'",
            "nomenclature_version": f"'{nomenclature[-1] if nomenclature else ''}'",
        }

    def _shipments_version(self) -> str:
        return str(self.run.notes["read"]["shipments"]["digest"][:12])

    def _missing(self, has_registry: bool) -> set[str]:
        followed = self.run.notes["follow"]
        absent = {
            "chain_ends": not (followed["starts"] and followed["ends"]),
            "registry": not has_registry,
            "listings": self.parties.listings.num_rows == 0,
            "tips": not self.watched.terms,
            "watched_goods": self.watched.goods.num_rows == 0,
            "nomenclature": self.controls.nomenclature.num_rows == 0,
            "history": not self._has_history(),
            "control_texts": self.controls.control_entries.num_rows == 0,
            "control_codes": not classifying.has_code_lists(self.controls),
        }
        return {need for need, lacking in absent.items() if lacking}

    def _has_history(self) -> bool:
        """Whether most months before the turning point hold lines: one early line is no history."""
        turning_point = self.policy.parameters["turning_point"]
        months = self.engine.query(
            f"""SELECT count(DISTINCT substr(CAST(date AS VARCHAR), 1, 7)) AS held FROM shipments
                WHERE date >= DATE '{self.policy.history_before.isoformat()}'
                  AND date < {turning_point}"""
        )
        days = float(self.policy.parameters["history_days"])
        return bool(months["held"][0].as_py() >= 0.8 * days / 30.44)

    def result(self, inputs: Mapping[str, Mapping[str, str]]) -> RunResult:
        """The run as a report reads it."""
        read, said = self.run.notes["read"], self.run.notes["assess"]
        shipments = read["shipments"]
        findings = read_shown(self.run)
        actions = {
            action: said["actions"].get(action, 0) for action in ("hold", "review", "release")
        }
        return RunResult(
            run_id=self.run.id,
            created=datetime.now(UTC).replace(microsecond=0),
            as_of=self.today,
            version=version("enduse"),
            inputs=tuple(
                InputUsed(
                    role=role,
                    name=Path(inputs[role]["name"]).name,
                    digest=read[role]["digest"],
                    read=read[role]["read"],
                    accepted=read[role]["accepted"],
                    rejected=read[role]["rejected"],
                )
                for role in ("shipments", "registry")
                if role in read
            ),
            read=shipments["read"],
            accepted=shipments["accepted"],
            rejected=shipments["rejected"],
            actions=actions,
            policy=self.policy.name,
            review_bits=self.policy.review_bits,
            hold_bits=self.policy.hold_bits,
            review_budget=math.ceil(self.policy.review_share * shipments["accepted"]),
            snapshots=tuple(
                SnapshotUsed(
                    list=snapshot.source,
                    version=snapshot.version,
                    date=snapshot.date,
                    date_basis=snapshot.date_basis,
                    entries=snapshot.entries,
                    source=_origin(snapshot),
                )
                for snapshot in (*self.parties.snapshots, *self.controls.snapshots)
            ),
            not_assessed=tuple(
                NotAssessed(gap["rule"], gap["title"], Statement(gap["reason"]), gap["lines"])
                for gap in said["not_assessed"]
            ),
            rejects=first_rejects(self.run.folder / "rejects.csv"),
            doubts=shipments["doubts"],
            findings=findings,
            findings_above_review=actions["hold"] + actions["review"],
            chains=following.chains_shown(self.run),
        )


def _origin(snapshot: Snapshot) -> str:
    """Where a snapshot came from: an address on the web, else the names of its files."""
    first = snapshot.originals[0].address if snapshot.originals else ""
    if "://" in first or len(snapshot.originals) > 3:
        return first if "://" in first else f"{len(snapshot.originals)} files"
    return ", ".join(original.name for original in snapshot.originals)


def _as_note(report: ReadReport) -> dict[str, Any]:
    note = asdict(report)
    for name in ("first_date", "last_date"):
        if note.get(name) is not None:
            note[name] = note[name].isoformat()
    note["doubts"] = dict(note.get("doubts") or {})
    return note
