"""Commands on lists, and how snapshots are told."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import UNUSABLE_STATUS, Console, app, command
from enduse.cli.given import DAY, FILE, day_of, mapping_of

if TYPE_CHECKING:
    from enduse.lists import ListRow, Snapshot


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
        as_of=day_of(as_of),
        mapping=mapping_of(mapping),
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
