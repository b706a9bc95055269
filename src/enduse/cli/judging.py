"""The main commands: check shipments, trace goods."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import REJECTED_STATUS, Console, app, command
from enduse.cli.given import DAY, FILE, LANGUAGE, day_of, keep_apart, mapping_of, parts_of

if TYPE_CHECKING:
    from enduse.calls import CheckResult, TraceResult


@command(app, "check")
@click.argument("shipments", type=str)
@click.option("--out", type=FILE, help="Folder for the outputs  [default: the run's own folder]")
@click.option("--registry", type=FILE, help="Company registry: many rules need it.")
@click.option("--map", "mapping", type=FILE, help="TOML file that renames columns.")
@click.option("--registry-map", "registry_mapping", type=FILE, help="The same for the registry.")
@click.option("--encoding", help="Text encoding; found out if not given.")
@click.option("--delimiter", help="What separates columns; found out if not given.")
@click.option("--query", help="SQL, if SHIPMENTS is a database URL.")
@click.option("--policy", type=FILE, help="Policy file  [default: the newest that ships]")
@click.option("--as-of", type=DAY, help="Day that counts as today  [default: today]")
@click.option("--language", type=LANGUAGE, default=None, help="Language of the report.")
@click.option(
    "--show",
    "shown",
    type=click.IntRange(0, 2000),
    default=200,
    show_default=True,
    help="Findings told in full in the report.",
)
@click.option("--fresh", is_flag=True, help="Do every stage again.")
@click.option("--strict", is_flag=True, help="Leave with status 4 if a row was rejected.")
def check_command(console: Console, shipments: str, **given: Any) -> None:
    """Judge SHIPMENTS against the lists; rank the lines with their evidence.

    SHIPMENTS is a CSV, XLSX, Parquet or JSON lines file, or a database URL with --query.
    """
    from enduse.calls import TABLES_BESIDE, check
    from enduse.pipeline import OUTPUTS, Options

    options = Options(
        mapping=mapping_of(given["mapping"]),
        registry_mapping=mapping_of(given["registry_mapping"]),
        encoding=given["encoding"],
        delimiter=given["delimiter"],
        query=given["query"],
    )
    if given["out"]:
        out = given["out"]
        names = (*OUTPUTS, *TABLES_BESIDE)
        keep_apart(
            (shipments, given["registry"], given["policy"], given["mapping"]),
            (out, *(out / name for name in names)),
        )
    result = check(
        shipments if "://" in shipments else Path(shipments),
        registry=given["registry"],
        out=given["out"],
        policy=given["policy"],
        as_of=day_of(given["as_of"]),
        options=options,
        settings=console.settings,
        fresh=given["fresh"],
        shown=given["shown"],
        progress=console.progress,
    )
    report = result.write_outputs(language=given["language"] or console.settings.language)
    console.answer({**result.run, "report": str(report)}, check_text(result, report))
    if given["strict"] and any(used["rejected"] for used in result.run["inputs"]):
        click.get_current_context().exit(REJECTED_STATUS)


@command(app, "trace")
@click.argument("shipments", type=str)
@click.option("--embargoed", required=True, help="Destinations, such as RU,BY.")
@click.option("--out", type=FILE, required=True, help="Folder for the outputs.")
@click.option("--controlled-origins", help="Countries, such as TW,US  [default: the coalition]")
@click.option("--as-written", is_flag=True, help="Take names as written; do not resolve firms.")
@click.option(
    "--model",
    default="shipped",
    show_default=True,
    help="'shipped', 'plain', or a file that `enduse learn` wrote.",
)
@click.option("--min-lag-days", type=click.IntRange(1), default=1, show_default=True)
@click.option("--max-lag-days", type=click.IntRange(1), default=90, show_default=True)
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Score from which a line's path is told as a chain.",
)
@click.option("--conditions", type=FILE, help="CSV of states' conditions on goods they release.")
@click.option("--consents", type=FILE, help="CSV of what states consented to.")
@click.option(
    "--lawful",
    help="Beginnings of HS codes that may go there, such as 30,1001; '' for none  "
    "[default: food and other farm goods, medicines]",
)
@click.option("--map", "mapping", type=FILE, help="TOML file that renames columns.")
@click.option("--encoding", help="Text encoding; found out if not given.")
@click.option("--delimiter", help="What separates columns; found out if not given.")
@click.option("--query", help="SQL, if SHIPMENTS is a database URL.")
@click.option("--language", type=LANGUAGE, default=None, help="Language of the report.")
@click.option("--strict", is_flag=True, help="Leave with status 4 if a row was rejected.")
def trace_command(console: Console, shipments: str, **given: Any) -> None:
    """Follow the goods of SHIPMENTS, lot by lot, through third countries to their end."""
    from enduse.calls import TRACE_OUTPUTS, trace
    from enduse.flow import Window

    out = given["out"]
    keep_apart(
        (shipments, given["mapping"], given["conditions"], given["consents"]),
        (out, *(out / name for name in TRACE_OUTPUTS)),
    )
    origins = given["controlled_origins"]
    result = trace(
        shipments if "://" in shipments else Path(shipments),
        out=out,
        embargoed=given["embargoed"].split(","),
        controlled_origins=origins.split(",") if origins else None,
        resolve=not given["as_written"],
        model=given["model"],
        window=Window(least_age=given["min_lag_days"], stock_age=given["max_lag_days"]),
        least=given["least"],
        lawful=None if given["lawful"] is None else parts_of(given["lawful"]),
        conditions=given["conditions"],
        consents=given["consents"],
        mapping=mapping_of(given["mapping"]),
        encoding=given["encoding"],
        delimiter=given["delimiter"],
        query=given["query"],
        settings=console.settings,
        progress=console.progress,
    )
    report = result.write_outputs(language=given["language"] or console.settings.language)
    console.answer({**result.run, "report": str(report)}, trace_text(result, report))
    if given["strict"] and result.run["input"]["rejected"]:
        click.get_current_context().exit(REJECTED_STATUS)


def check_text(result: CheckResult, report: Path) -> str:
    """What a check says at its end."""
    run = result.run
    counts, actions = run["counts"], run["counts"]["actions"]
    unjudged = {gap["rule"] for gap in run["not_assessed"] if gap["lines"] == counts["accepted"]}
    lines = [
        f"{counts['read']:,} lines read = {counts['accepted']:,} accepted + "
        f"{counts['rejected']:,} rejected",
        f"hold {actions['hold']:,} · review {actions['review']:,} · "
        f"release {actions['release']:,} (policy {run['policy']['name']}, as of {run['as_of']})",
        *(
            f"{used['rejected']:,} of {used['read']:,} rows of {used['name']} were rejected: see "
            f"{'rejects.csv' if used['role'] == 'shipments' else 'registry-rejects.csv'}"
            for used in run["inputs"]
            if used["rejected"]
        ),
        *(
            f"  {finding.rank:>3}. {finding.score:5.1f} bits  {finding.action:<7} "
            f"{finding.shipment_id} line {finding.line_no}: "
            f"{finding.evidence[0].statement.text() if finding.evidence else ''}"
            for finding in result.result.findings[:5]
        ),
    ]
    if any(
        gap["reason"] == "No list of parties is in the workspace." for gap in run["not_assessed"]
    ):
        lines.append("No list of parties is in the workspace: `enduse lists import` takes one in.")
    if unjudged:
        lines.append(
            f"Not assessed for any line: rules {', '.join(sorted(unjudged))} (reasons in the report)"
        )
    lines += [f"Tables: {result.folder}", f"Report: {report}"]
    return "\n".join(lines)


def trace_text(result: TraceResult, report: Path) -> str:
    """What a trace says at its end."""
    run, counts = result.run, result.run["counts"]
    read = run["input"]
    best = result.steps.slice(0, 40).to_pylist()
    shown = []
    for number in range(1, min(5, counts["chains"]) + 1):
        legs = [leg for leg in best if leg["chain_id"] == number]
        path = " → ".join([legs[0]["exporter"], *(leg["consignee"] for leg in legs)])
        shown.append(f"  {number:>3}. {legs[0]['score']:.2f}  {path}")
    lines = [
        f"{read['read']:,} lines read = {read['accepted']:,} accepted + "
        f"{read['rejected']:,} rejected",
        f"{counts['chains']:,} chains from a controlled origin to {', '.join(run['embargoed'])} "
        f"(score: {run['score']}; parties {run['parties']})",
        *shown,
    ]
    if run["arrivals"]["assessed"]:
        lines.append(
            f"{run['arrivals']['missing']:,} of {run['arrivals']['assessed']:,} exports have no "
            "import record where one was due"
        )
    if run["consents"]:
        told = ", ".join(f"{count:,} {answer}" for answer, count in sorted(run["consents"].items()))
        lines.append(f"Consent of the states of origin to onward legs: {told}")
    lines += [
        *(f"Not assessed: {note}" for note in run["not_assessed"]),
        f"Tables: {result.folder}",
        f"Report: {report}",
    ]
    return "\n".join(lines)
