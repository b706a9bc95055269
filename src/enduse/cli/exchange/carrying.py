"""How packets travel: a relay, a folder, a stick."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import Console, printable
from enduse.cli.exchange.group import FILE, exchange_group, keyed, office_of
from enduse.cli.exchange.packets import arrived_text, describe_arrived
from enduse.errors import ExchangeError

if TYPE_CHECKING:
    from enduse.exchange.relay.server import Relay

_WAY = (
    click.option("--relay", metavar="URL", help="https://host:port of a relay."),
    click.option(
        "--relay-certificate", type=FILE, help="The relay's certificate; once, to pin it."
    ),
    click.option("--folder", type=FILE, help="A folder or a stick in place of a relay."),
)


def _by_some_way(function: Any) -> Any:
    for option in reversed(_WAY):
        function = option(function)
    return function


@keyed(exchange_group, "mailbox")
@click.argument("partner")
@click.option("--set", "theirs", metavar="ID", help="Keep what the partner's command printed.")
def mailbox(console: Console, passphrase: str, partner: str, theirs: str | None) -> None:
    """Print where a partner leaves packets for us, or keep where it wants those for it."""
    from enduse.exchange.mailboxes import Mailboxes

    with office_of(console, passphrase) as office:
        mailboxes = Mailboxes(office)
        if theirs is not None:
            mailboxes.set_theirs(partner, theirs)
            console.answer({"partner": partner, "theirs": theirs}, f"Kept for {partner}.")
        else:
            ours = mailboxes.ours(partner)
            console.answer({"partner": partner, "ours": ours}, ours)


@keyed(exchange_group, "send")
@click.argument("file", type=FILE)
@click.option("--to", required=True, metavar="NAME")
@_by_some_way
def send(
    console: Console,
    passphrase: str,
    file: Path,
    to: str,
    relay: str | None,
    relay_certificate: Path | None,
    folder: Path | None,
) -> None:
    """Leave a sealed file for a partner."""
    from enduse.exchange.mailboxes import Mailboxes, carrier

    with (
        office_of(console, passphrase) as office,
        carrier(office, passphrase, relay, relay_certificate, folder) as way,
    ):
        digest = Mailboxes(office).send(way, file, to)
    console.answer({"to": to, "sha256": digest}, f"Left for {to} ({digest[:16]}…).")


@keyed(exchange_group, "fetch")
@_by_some_way
def fetch(
    console: Console,
    passphrase: str,
    relay: str | None,
    relay_certificate: Path | None,
    folder: Path | None,
) -> None:
    """Fetch what partners have left for us, open it and act on it."""
    from enduse.exchange.mailboxes import Mailboxes, carrier

    if relay is None and folder is not None and not folder.is_dir():
        raise ExchangeError(f"{folder} is no folder.", hint="Check that the stick is plugged in.")
    rows: list[dict[str, Any]] = []
    texts: list[str] = []
    with (
        office_of(console, passphrase) as office,
        carrier(office, passphrase, relay, relay_certificate, folder) as way,
    ):
        for fetched in Mailboxes(office).fetch(way):
            if fetched.arrived is None:
                rows.append({"sha256": fetched.digest, "refused": fetched.refusal})
                texts.append(f"Refused {fetched.digest[:16]}…: {fetched.refusal}")
            else:
                said = describe_arrived(office, fetched.arrived)
                rows.append({"sha256": fetched.digest, **said})
                texts.append(arrived_text(said))
    console.answer({"fetched": rows}, "\n".join(texts) or "Nothing waits.")


@keyed(exchange_group, "certificate")
@click.option("--out", type=FILE, required=True)
def certificate(console: Console, passphrase: str, out: Path) -> None:
    """Write the certificate by which a relay knows us; give it to who runs the relay."""
    from enduse.engine.files import whole_file
    from enduse.exchange.relay.credentials import fingerprint
    from enduse.exchange.relay.serving import credential

    own = credential(console.settings, "relay-client", passphrase)
    with whole_file(out) as part:
        part.write_bytes(own.certificate)
    console.answer(
        {"certificate": str(out), "fingerprint": fingerprint(own.certificate)},
        f"{out}:\n{fingerprint(own.certificate)}",
    )


@keyed(exchange_group, "relay")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8443, show_default=True, help="0: a free one."
)
@click.option("--admit", multiple=True, type=FILE, help="A client's certificate; repeatable.")
def relay_command(
    console: Console, passphrase: str, host: str, port: int, admit: tuple[Path, ...]
) -> None:
    """Run a relay until it is stopped: mailboxes that it cannot read."""
    from enduse.exchange.relay.credentials import fingerprint, read_certificate
    from enduse.exchange.relay.serving import NAME, serve

    def ready(running: Relay) -> None:
        words = fingerprint(read_certificate(own))
        console.answer({"url": running.url, "certificate": str(own), "fingerprint": words}, "")

    own = console.settings.workspace / "keys" / f"{NAME}.crt"
    serve(
        console.settings,
        host,
        port,
        passphrase=passphrase,
        admitting=admit,
        # With --json, what an operator should know goes beside the one document.
        announce=lambda said: click.echo(printable(said), err=console.as_json),
        ready=ready,
    )
