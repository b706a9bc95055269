"""The log of the exchange: what was said and when, and that nothing was changed since."""

from __future__ import annotations

import json
from typing import Any

import click

from enduse.cli.app import Console
from enduse.cli.exchange.group import exchange_group, keyed, office_of
from enduse.errors import ExchangeError

_LOGS = ("exchange", "matching")
_LOG = click.option(
    "--log",
    type=click.Choice(_LOGS),
    default="exchange",
    show_default=True,
    help="exchange: packets; matching: the steps of private matches.",
)


@exchange_group.group("log")
def log_group() -> None:
    """Show the log of the exchange, and prove that nothing in it was changed."""


@keyed(log_group, "show")
@_LOG
@click.option("--of", "partner", metavar="NAME", help="The heads of a partner's log instead.")
def show(console: Console, passphrase: str, log: str, partner: str | None) -> None:
    """List the entries."""
    from enduse.exchange.countersigning import partner_log
    from enduse.exchange.fields import written_instant
    from enduse.store import Log

    with office_of(console, passphrase) as office:
        if partner is not None:
            heads = partner_log(office, office.authority(partner)).kept_heads()
            rows: list[dict[str, Any]] = [
                {
                    "size": kept.head.size,
                    "root": kept.head.root.hex(),
                    "at": written_instant(kept.head.at),
                    "document": kept.document.decode("utf-8"),
                }
                for kept in heads
            ]
            text = "\n".join(f"{r['at']}  {r['size']} entries, root {r['root']}" for r in rows)
            console.answer({"heads": rows}, text or "No head of theirs is held.")
            return
        rows = [
            {
                "entry": entry.index,
                "commitment": entry.commitment.hex(),
                "said": json.loads(entry.content) if entry.content else None,
            }
            for entry in Log.open(office.store, log).entries()
        ]
    console.answer({"entries": rows}, "\n".join(_line(row) for row in rows) or "No entry yet.")


def _line(row: dict[str, Any]) -> str:
    said = row["said"]
    if not isinstance(said, dict):
        return f"{row['entry']:>6}  erased" if said is None else f"{row['entry']:>6}  erasure"
    rest = {name: value for name, value in said.items() if name not in ("event", "step", "at")}
    event = said.get("event") or said.get("step", "")
    return f"{row['entry']:>6}  {said['at']}  {event:<9} {json.dumps(rest, ensure_ascii=False)}"


@keyed(log_group, "verify")
@_LOG
@click.option("--entry", type=click.IntRange(0), help="Prove that the log holds this entry.")
@click.option(
    "--since",
    type=click.IntRange(0),
    metavar="SIZE",
    help="Prove that a log of so many entries grew.",
)
def verify(
    console: Console, passphrase: str, log: str, entry: int | None, since: int | None
) -> None:
    """Read both logs anew; name the first entry that does not fit what was held before."""
    from enduse.store import Log

    with office_of(console, passphrase) as office:
        verdicts = {name: Log.open(office.store, name).verify() for name in _LOGS}
        misfits = [verdict.statement for verdict in verdicts.values() if not verdict.fits]
        if misfits:
            raise ExchangeError(
                " ".join(misfits),
                hint="Keep the database as it is, and compare with your partners.",
            )
        document: dict[str, Any] = {
            "logs": [
                {
                    "log": name,
                    "statement": verdict.statement,
                    "size": verdict.size,
                    "root": verdict.root.hex(),
                    "erased": verdict.erased,
                    "heads_compared": verdict.heads,
                }
                for name, verdict in verdicts.items()
            ]
        }
        lines = [
            f"{verdict.statement} Root {verdict.root.hex()}; {verdict.heads} heads compared."
            for verdict in verdicts.values()
        ]
        named, size = Log.open(office.store, log), verdicts[log].size
        if entry is not None:
            document["leaf"] = named.entry(entry).leaf.hex()
            document["inclusion"] = [one.hex() for one in named.inclusion(entry, size)]
            lines += [
                f"Entry {entry} of '{log}' is in it; leaf {document['leaf']}, path:",
                *document["inclusion"],
            ]
        if since is not None:
            document["since"] = named.root(since).hex()
            document["consistency"] = [one.hex() for one in named.consistency(since, size)]
            lines += [
                f"'{log}' grew from {since} entries, root {document['since']}; path:",
                *document["consistency"],
            ]
    console.answer(document, "\n".join(lines))
