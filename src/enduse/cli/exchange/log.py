"""The log of the exchange: what was said and when, and that nothing was changed since."""

from __future__ import annotations

import json
from typing import Any

import click

from enduse.cli.app import Console
from enduse.cli.exchange.group import exchange_group, keyed, office_of
from enduse.errors import ExchangeError


@exchange_group.group("log")
def log_group() -> None:
    """Show the log of the exchange, and prove that nothing in it was changed."""


@keyed(log_group, "show")
@click.option("--of", "partner", metavar="NAME", help="The heads of a partner's log instead.")
def show(console: Console, passphrase: str, partner: str | None) -> None:
    """List the entries."""
    from enduse.exchange.countersigning import partner_log
    from enduse.exchange.fields import written_instant

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
            for entry in office.log.entries()
        ]
    console.answer({"entries": rows}, "\n".join(_line(row) for row in rows) or "No entry yet.")


def _line(row: dict[str, Any]) -> str:
    said = row["said"]
    if not isinstance(said, dict):
        return f"{row['entry']:>6}  erased" if said is None else f"{row['entry']:>6}  erasure"
    rest = {name: value for name, value in said.items() if name not in ("event", "at")}
    return f"{row['entry']:>6}  {said['at']}  {said['event']:<9} {json.dumps(rest, ensure_ascii=False)}"


@keyed(log_group, "verify")
@click.option("--entry", type=int, help="Prove that the log holds this entry.")
@click.option("--since", type=int, metavar="SIZE", help="Prove that a log of so many entries grew.")
def verify(console: Console, passphrase: str, entry: int | None, since: int | None) -> None:
    """Read the whole log anew; name the first entry that does not fit what was held before."""
    with office_of(console, passphrase) as office:
        verdict = office.log.verify()
        head = office.log.head()
        document: dict[str, Any] = {
            "fits": verdict.fits,
            "statement": verdict.statement,
            "size": head.size,
            "root": head.root.hex(),
            "first_misfit": verdict.first_misfit,
            "heads_compared": verdict.heads,
        }
        lines = [verdict.statement, f"{head.size} entries, root {head.root.hex()}"]
        if entry is not None and verdict.fits:
            document["inclusion"] = [one.hex() for one in office.log.inclusion(entry, head.size)]
            lines.append(f"Entry {entry} is in it; path: {' '.join(document['inclusion'])}")
        if since is not None and verdict.fits:
            document["consistency"] = [
                one.hex() for one in office.log.consistency(since, head.size)
            ]
            lines.append(f"It grew from {since} entries; path: {' '.join(document['consistency'])}")
    if not verdict.fits:
        raise ExchangeError(
            verdict.statement, hint="Keep the database as it is, and compare with your partners."
        )
    console.answer(document, "\n".join(lines))
