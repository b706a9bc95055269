"""Who we are, and whom we know: identities, fingerprints, partners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from enduse.cli.app import Console, command
from enduse.cli.exchange.group import FILE, exchange_group, keyed, passphrase_of

_PURPOSES = click.Choice(["release", "matching", "log", "encryption"])


@keyed(exchange_group, "init")
@click.option("--name", required=True, help="What partners call the authority.")
@click.option(
    "--root-passphrase-file",
    "root_files",
    multiple=True,
    type=FILE,
    help="Three times: a passphrase for each root key  [default: the same as for all keys]",
)
def init(console: Console, passphrase: str, name: str, root_files: tuple[Path, ...]) -> None:
    """Make the workspace's identity: three root keys, and keys for release, matching, log and
    encryption."""
    from enduse.exchange.fingerprints import fingerprint
    from enduse.exchange.identity import Identity

    keys = console.settings.workspace / "keys"
    identity = Identity.create(
        keys, name, passphrase, root_passphrases=[passphrase_of(file) for file in root_files]
    )
    words = fingerprint(identity.public())
    console.answer(
        {"name": name, "authority_id": identity.authority_id, "fingerprint": words},
        f"{name} has an identity now. Its fingerprint, to be read out to partners:\n  {words}\n"
        f"Take the three files of {keys / 'root'} to three places that are offline; any two of "
        "them change the identity.",
    )


@command(exchange_group, "identity")
@click.option("--out", type=FILE, help="Write the public identity here, for partners to pin.")
@click.option("--qr", type=FILE, help="Write the fingerprint as a QR code (.svg or .png).")
@click.option("--words", "words_alone", is_flag=True, help="Print the twelve words alone.")
def identity_command(
    console: Console, out: Path | None, qr: Path | None, words_alone: bool
) -> None:
    """Write the public identity to a file, and print its fingerprint."""
    from enduse.engine.files import whole_file
    from enduse.errors import ExchangeError
    from enduse.exchange.fields import written_instant
    from enduse.exchange.fingerprints import fingerprint, terminal_code, write_code
    from enduse.exchange.public_identity import PublicIdentity

    path = console.settings.workspace / "keys" / "identity.json"
    try:
        public = PublicIdentity.read(path.read_bytes())
    except OSError:
        raise ExchangeError(
            f"There is no identity in {path.parent}.", hint="Make one with 'enduse exchange init'."
        ) from None
    if out is not None:
        with whole_file(out) as part:
            part.write_bytes(public.document)
    if qr is not None:
        write_code(public, qr)
    words = fingerprint(public)
    if words_alone:
        console.answer(words, words)
        return
    console.answer(
        {
            "name": public.name,
            "authority_id": public.authority_id,
            "version": public.version,
            "expires": written_instant(public.expires),
            "fingerprint": words,
        },
        f"{public.name}, version {public.version}, until {public.expires.date()}\n  {words}\n"
        + terminal_code(public),
    )


@keyed(exchange_group, "rotate")
@click.argument("purpose", type=_PURPOSES)
@click.option(
    "--root",
    "roots",
    multiple=True,
    required=True,
    type=FILE,
    help="Twice: a root key's file, from wherever it is kept.",
)
@click.option("--root-passphrase-file", "root_files", multiple=True, type=FILE)
def rotate(
    console: Console,
    passphrase: str,
    purpose: Any,
    roots: tuple[Path, ...],
    root_files: tuple[Path, ...],
) -> None:
    """Replace the key for a purpose; two root keys sign. Give partners the new identity."""
    from enduse.exchange.identity import Identity, root_key

    identity = Identity.open(console.settings.workspace / "keys", passphrase)
    secrets = [passphrase_of(file) for file in root_files] or [passphrase] * len(roots)
    signers = [root_key(path, secret) for path, secret in zip(roots, secrets, strict=False)]
    public = identity.rotate(purpose, signers)
    console.answer(
        {"version": public.version},
        f"The {purpose} key is a new one (identity version {public.version}). Give partners what "
        "'enduse exchange identity --out FILE' writes.",
    )


@command(exchange_group, "pin")
@click.argument("file", type=FILE)
@click.option(
    "--fingerprint",
    "words",
    help="The twelve words, as the partner reads them out; not needed for a newer version of an "
    "identity that is pinned.",
)
def pin(console: Console, file: Path, words: str | None) -> None:
    """Hold a partner's identity from now on, its fingerprint having been compared in person."""
    from enduse.errors import ExchangeError
    from enduse.exchange.partners import Partners
    from enduse.store import open_store

    try:
        document = file.read_bytes()
    except OSError as error:
        raise ExchangeError(f"{file} cannot be read: {error.strerror}.") from None
    store = open_store(console.settings)
    try:
        partners = Partners(store)
        partner = partners.pin(document, words) if words else partners.update(document)
    finally:
        store.close()
    public = partner.identity
    console.answer(
        {"name": public.name, "authority_id": public.authority_id, "version": public.version},
        f"{public.name} is pinned, version {public.version}.",
    )


@command(exchange_group, "partners")
@click.option("--revoke", metavar="NAME", help="Stop to believe a partner.")
@click.option("--reason", default="", help="Why.")
def partners_command(console: Console, revoke: str | None, reason: str) -> None:
    """List the partners, or stop to believe one."""
    from enduse.exchange.fields import written_instant
    from enduse.exchange.packets.ledger import Ledger
    from enduse.exchange.partners import Partners
    from enduse.store import open_store

    store = open_store(console.settings)
    try:
        partners, ledger = Partners(store), Ledger(store)
        if revoke is not None:
            partners.revoke(revoke, reason or "no reason was given")
        rows = [
            {
                "name": partner.identity.name,
                "authority_id": partner.identity.authority_id,
                "version": partner.identity.version,
                "pinned_at": written_instant(partner.pinned_at),
                "expires": written_instant(partner.identity.expires),
                "revoked_at": partner.revoked_at and written_instant(partner.revoked_at),
                "reason": partner.reason,
                "not_arrived": [
                    number for gap in ledger.gaps(partner.identity.authority_id) for number in gap
                ],
            }
            for partner in partners.list()
        ]
    finally:
        store.close()
    console.answer({"partners": rows}, "\n".join(_partner(row) for row in rows) or "No partner.")


def _partner(row: dict[str, Any]) -> str:
    said = f"{row['name']}: version {row['version']}, pinned {row['pinned_at'][:10]}, "
    said += f"until {row['expires'][:10]}"
    if row["revoked_at"]:
        said += f"; REVOKED {row['revoked_at'][:10]}: {row['reason']}"
    if row["not_arrived"]:
        numbers = ", ".join(str(number) for number in row["not_arrived"])
        said += f"; packets sent and not arrived: {numbers}"
    return said
