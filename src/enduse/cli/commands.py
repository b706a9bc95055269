"""The commands, each a thin call of the rooms below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import REJECTED_STATUS, UNUSABLE_STATUS, Console, app, command
from enduse.settings import LANGUAGES

if TYPE_CHECKING:
    from enduse.calls import CheckResult, TraceResult
    from enduse.lists import ListRow, Snapshot

FILE = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
LANGUAGE = click.Choice(LANGUAGES)


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def keep_apart(inputs: Iterable[Path | str | None], outputs: Iterable[Path | None]) -> None:
    """Refuse to write over what is read."""
    from enduse.errors import UsageError

    read = {Path(path).resolve() for path in inputs if path is not None and "://" not in str(path)}
    for path in outputs:
        if path is not None and path.resolve() in read:
            raise UsageError(
                f"{path} is an input, and the output would replace it.",
                hint="Name another --out.",
            )


def _parts(text: str) -> list[str]:
    """What a list with commas names."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _mapping(path: Path | None) -> dict[str, str] | None:
    from enduse.records import load_mapping

    return load_mapping(path) if path else None


@app.group("lists")
def lists_group() -> None:
    """Take in, download and show list snapshots."""


@command(lists_group, "import")
@click.argument("path", type=FILE)
@click.option("--as", "list_format", help="Format; found out if it can be.")
@click.option("--source", help="Name of the list, where the format does not name it.")
@click.option("--as-of", type=DAY, help="Date of the snapshot, where the file does not say.")
@click.option("--map", "mapping", type=FILE, help="TOML file that renames columns.")
@click.option("--encoding", help="Text encoding; found out if not given.")
@click.option("--allow-shrink", is_flag=True, help="Take a list that lost many entries.")
def lists_import(
    console: Console,
    path: Path,
    list_format: str | None,
    source: str | None,
    as_of: datetime | None,
    mapping: Path | None,
    encoding: str | None,
    allow_shrink: bool,
) -> None:
    """Take in a list that an authority publishes, from a file or a folder."""
    from enduse.lists import detect_format, import_list

    snapshot = import_list(
        path,
        list_format or detect_format(path),
        console.settings,
        source=source,
        as_of=_day(as_of),
        mapping=_mapping(mapping),
        encoding=encoding,
        allow_shrink=allow_shrink,
    )
    console.answer(describe_snapshot(snapshot), snapshot_text(snapshot))


@command(lists_group, "update")
@click.argument("sources", nargs=-1)
@click.option(
    "--url",
    "addresses",
    multiple=True,
    metavar="SOURCE=ADDRESS",
    help="Where to fetch a source from, in place of its official address.",
)
@click.option("--allow-shrink", is_flag=True, help="Take lists that lost many entries.")
def lists_update(
    console: Console, sources: tuple[str, ...], addresses: tuple[str, ...], allow_shrink: bool
) -> None:
    """Download lists from the authorities' own addresses; keep the old one if that fails."""
    from enduse.lists import update

    urls: dict[str, list[str]] = {}
    for given in addresses:
        source, equals, address = given.partition("=")
        if not (source and equals and address):
            raise click.BadParameter(f"'{given}' is not SOURCE=ADDRESS.", param_hint="--url")
        urls.setdefault(source, []).append(address)
    outcomes = update(
        console.settings,
        sources=list(sources) or list(urls) or None,
        urls=urls or None,
        allow_shrink=allow_shrink,
        progress=console.progress,
    )
    text = "\n".join(
        f"{outcome.source:<22}{outcome.status:<12}{outcome.reason} {outcome.hint}".rstrip()
        for outcome in outcomes
    )
    console.answer([outcome.as_dict() for outcome in outcomes], text)
    if any(outcome.status in ("refused", "failed") for outcome in outcomes):
        click.get_current_context().exit(UNUSABLE_STATUS)


@command(lists_group, "show")
def lists_show(console: Console) -> None:
    """Show the snapshots held, which are in force, and how old they are."""
    from enduse.lists import show

    rows = show(console.settings)
    console.answer(rows, shown_text(rows))


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
        mapping=_mapping(given["mapping"]),
        registry_mapping=_mapping(given["registry_mapping"]),
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
        as_of=_day(given["as_of"]),
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
        lawful=None if given["lawful"] is None else _parts(given["lawful"]),
        conditions=given["conditions"],
        consents=given["consents"],
        mapping=_mapping(given["mapping"]),
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


@command(app, "learn")
@click.argument("shipments", type=FILE)
@click.option("--cases", type=FILE, required=True, help="CSV: shipment_id, line_no, diverted.")
@click.option("--embargoed", required=True, help="Destinations, such as RU,BY.")
@click.option("--out", type=FILE, required=True, help="File for the score, for --model of trace.")
@click.option("--controlled-origins", help="Countries, such as TW,US  [default: the coalition]")
@click.option("--as-written", is_flag=True, help="Take names as written; do not resolve firms.")
@click.option("--map", "mapping", type=FILE, help="TOML file that renames columns.")
def learn_command(console: Console, shipments: Path, **given: Any) -> None:
    """Learn a score for `trace` from closed CASES among SHIPMENTS.

    It goes on from the score that ships with Enduse. Lines in no case count little, as lawful.
    """
    import tempfile

    from enduse.calls import learn, trace

    keep_apart((shipments, given["cases"], given["mapping"]), (given["out"],))
    origins = given["controlled_origins"]
    with tempfile.TemporaryDirectory() as folder:
        traced = trace(
            shipments,
            out=Path(folder),
            embargoed=given["embargoed"].split(","),
            controlled_origins=origins.split(",") if origins else None,
            resolve=not given["as_written"],
            mapping=_mapping(given["mapping"]),
            settings=console.settings,
            progress=console.progress,
        )
        counts = learn(traced.traced, given["cases"], given["out"])
    console.answer(
        {**counts, "written": str(given["out"])},
        f"Learned from {counts['diverted']:,} diverted and {counts['lawful']:,} lawful lines of "
        f"{counts['cases']:,} cases. Use it with `enduse trace --model {given['out']}`.",
    )


@command(app, "screen")
@click.argument("names", type=FILE)
@click.option("--out", type=FILE, required=True, help="Parquet or CSV, by its ending.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--threshold", type=click.FloatRange(0, 1), default=None, help="Least score shown.")
@click.option("--map", "mapping", type=FILE, help="TOML file that renames columns.")
@click.option("--as-of", type=DAY, help="Day to judge listings by  [default: today]")
@click.option("--strict", is_flag=True, help="Leave with status 4 if a row was rejected.")
def screen_command(
    console: Console,
    names: Path,
    out: Path,
    limit: int,
    threshold: float | None,
    mapping: Path | None,
    as_of: datetime | None,
    strict: bool,
) -> None:
    """Screen NAMES.csv (query_id, name …) against the workspace's lists."""
    from enduse.calls import screen

    keep_apart((names, mapping), (out,))
    result = screen(
        names,
        out=out,
        limit=limit,
        threshold=threshold,
        mapping=_mapping(mapping),
        as_of=_day(as_of),
        settings=console.settings,
    )
    console.answer(result.as_dict(), result.text())
    if strict and result.rejected:
        click.get_current_context().exit(REJECTED_STATUS)


@command(app, "classify")
@click.argument("goods", type=FILE)
@click.option("--out", type=FILE, required=True, help="Parquet or CSV, by its ending.")
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    help="Candidates by text for each good.",
)
@click.option("--as-of", type=DAY, help="Day to judge control lists by  [default: today]")
@click.option("--strict", is_flag=True, help="Leave with status 4 if a row was rejected.")
def classify_command(
    console: Console, goods: Path, out: Path, limit: int, as_of: datetime | None, strict: bool
) -> None:
    """Find candidate control entries for GOODS.csv (goods_id, hs_code, description …)."""
    from enduse.calls import classify

    keep_apart((goods,), (out,))
    result = classify(goods, out=out, limit=limit, as_of=_day(as_of), settings=console.settings)
    console.answer(result.as_dict(), result.text())
    if strict and result.rejected:
        click.get_current_context().exit(REJECTED_STATUS)


@command(app, "map")
@click.argument("file", type=FILE)
@click.option("--out", type=FILE, help="Write the mapping here  [default: print it]")
@click.option("--encoding", help="Text encoding; found out if not given.")
@click.option("--delimiter", help="What separates columns; found out if not given.")
def map_command(
    console: Console,
    file: Path,
    out: Path | None,
    encoding: str | None,
    delimiter: str | None,
) -> None:
    """Propose a mapping file from the header of FILE."""
    from enduse.engine.files import whole_file
    from enduse.records import propose_mapping

    keep_apart((file,), (out,))
    text = propose_mapping(file, encoding=encoding, delimiter=delimiter)
    if out:
        with whole_file(out) as part:
            part.write_text(text, "utf-8")
    console.answer(
        {"mapping": text, "written": str(out) if out else None},
        f"Written to {out}: read it before you use it." if out else text,
    )


@command(app, "policy")
def policy_command(console: Console) -> None:
    """Print the policy that ships with Enduse, to start one's own from."""
    from enduse.assess import shipped_text

    console.answer({"policy": shipped_text()}, shipped_text())


@command(app, "simulate")
@click.argument("out", type=FILE)
@click.option("--lines", type=click.IntRange(1000), default=20_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--diversions",
    type=click.FloatRange(0, 0.2),
    default=0.01,
    show_default=True,
    help="Share of lines in planted diversions.",
)
def simulate_command(console: Console, out: Path, lines: int, seed: int, diversions: float) -> None:
    """Make a fictional world in OUT: shipments, registry, a list, and the truth apart."""
    from enduse.simulate import simulate

    world = simulate(out, lines=lines, seed=seed, diversion_share=diversions)
    console.answer(world.as_dict(), f"A fictional world of {lines:,} lines is in {out}.")


@command(app, "demo")
@click.option("--out", type=FILE, default=Path("demo"), show_default=True)
@click.option("--lines", type=click.IntRange(1000), default=20_000, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--language", type=LANGUAGE, default=None, help="Language of the report.")
def demo_command(console: Console, out: Path, lines: int, seed: int, language: str | None) -> None:
    """Make a fictional world, run the main job on it, and name the report."""
    from enduse.cli.demo import demo

    result, report = demo(out, lines=lines, seed=seed, language=language, console=console)
    page, letter = out / "component" / "report.html", out / "component" / "request.pdf"
    traced = f"Recovered part: {page}, request {letter}\n" if page.is_file() else ""
    console.answer({**result.run, "report": str(report)}, traced + check_text(result, report))


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


def describe_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot as one JSON object."""
    return {
        "source": snapshot.source,
        "version": snapshot.version,
        "date": snapshot.date.isoformat(),
        "date_basis": snapshot.date_basis,
        "entries": snapshot.entries,
        "counts": dict(snapshot.counts),
        "kinds": _kinds(snapshot),
        "faults": list(snapshot.faults),
        "overridden": list(snapshot.overridden),
        "already_held": snapshot.already_held,
    }


def _kinds(snapshot: Snapshot) -> dict[str, int]:
    """Parties of a snapshot by kind; nothing for control lists."""
    if snapshot.kind != "parties":
        return {}
    return dict(Counter(snapshot.table(["kind"])["kind"].to_pylist()).most_common())


def snapshot_text(snapshot: Snapshot) -> str:
    """A snapshot in words."""
    lines = [
        f"{snapshot.source} of {snapshot.date} ({snapshot.date_basis}): "
        f"{snapshot.entries:,} entries, version {snapshot.version}"
        + (" (held already)" if snapshot.already_held else "")
    ]
    kinds = _kinds(snapshot)
    if kinds:
        lines.append("  " + ", ".join(f"{count:,} {kind}" for kind, count in kinds.items()))
    lines += [f"  Take care: {objection}." for objection in snapshot.overridden]
    if len(snapshot.counts) > 1:
        lines += [f"  {count:>8,}  {name}" for name, count in snapshot.counts.items()]
    if snapshot.faults:
        lines.append("  Oddities in the file, kept with the snapshot:")
        lines += [f"    {fault}" for fault in snapshot.faults[:5]]
        if len(snapshot.faults) > 5:
            lines.append(f"    … and {len(snapshot.faults) - 5} more (--json tells all)")
    return "\n".join(lines)


def shown_text(rows: list[ListRow]) -> str:
    """The snapshots held, as a table."""
    if not rows:
        return "No list is in the workspace. `enduse lists import PATH` takes one in."
    lines = [f"{'list':<40}{'date':<12}{'basis':<10}{'entries':>9}  {'state':<12}version"]
    lines += [
        f"{row['list']:<40}{row['date']!s:<12}{row['date_basis']:<10}{row['entries']:>9,}  "
        f"{row['state']:<12}{row['version']}"
        for row in rows
    ]
    return "\n".join(lines)
