"""Who we are, and whom we know: identities, fingerprints, partners."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import Console, command
from enduse.cli.exchange.group import (
    FILE,
    exchange_group,
    keyed,
    passphrase_of,
    root_keys,
    signed_by_root,
)

if TYPE_CHECKING:
    from enduse.exchange.identity import Identity
    from enduse.exchange.public_identity import PublicIdentity

_PURPOSES = ("release", "matching", "log", "encryption")


@keyed(exchange_group, "init", new=True)
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
    from enduse.exchange.packets.stix import creator
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
    words, disowned = fingerprint(public), {one.key_id for one in public.revoked}
    if words_alone:
        console.answer(words, words)
        return
    console.answer(
        {
            "name": public.name,
            "authority_id": public.authority_id,
            "stix_id": creator(public.authority_id),
            "version": public.version,
            "expires": written_instant(public.expires),
            "fingerprint": words,
            "keys": [
                {
                    "purpose": one.purpose,
                    "key_id": one.key.key_id,
                    "valid_to": written_instant(one.valid_to),
                    "disowned": one.key.key_id in disowned,
                }
                for one in public.delegations
            ],
        },
        f"{public.name}, version {public.version}, until {public.expires.date()}\n  {words}\n"
        + terminal_code(public),
    )


@keyed(exchange_group, "rotate")
@click.argument("purpose", type=click.Choice([*_PURPOSES, "root"]))
@signed_by_root
@click.option(
    "--new-root-passphrase-file",
    "new_files",
    multiple=True,
    type=FILE,
    help="With 'root', three times: for the new keys  [default: the passphrase of all]",
)
def rotate(
    console: Console,
    passphrase: str,
    purpose: Any,
    roots: tuple[Path, ...],
    root_files: tuple[Path, ...],
    new_files: tuple[Path, ...],
) -> None:
    """Replace the key for a purpose, or the root's three; two root keys sign."""
    identity = _identity(console, passphrase)
    signers = root_keys(roots, root_files, passphrase)
    if purpose == "root":
        fresh = [passphrase_of(file) for file in new_files] or [passphrase] * 3
        public = identity.rotate_root(signers, fresh)
        folder = identity.folder / f"root-{public.version}"
        said = f"The root keys are new ones, in {folder}: take them to three places."
    else:
        public = identity.rotate(purpose, signers)
        said = f"The {purpose} key is a new one."
    _answer_published(console, public, said)


@keyed(exchange_group, "renew")
@signed_by_root
def renew(
    console: Console, passphrase: str, roots: tuple[Path, ...], root_files: tuple[Path, ...]
) -> None:
    """Let the identity hold for another year; two root keys sign."""
    identity = _identity(console, passphrase)
    public = identity.renew(root_keys(roots, root_files, passphrase))
    _answer_published(console, public, f"The identity holds until {public.expires.date()}.")


@keyed(exchange_group, "disown")
@click.argument("key_id")
@signed_by_root
@click.option("--reason", required=True, help="Why, for partners to read.")
def disown(
    console: Console,
    passphrase: str,
    key_id: str,
    roots: tuple[Path, ...],
    root_files: tuple[Path, ...],
    reason: str,
) -> None:
    """Say that a key was stolen: nothing that it ever signed counts; two root keys sign."""
    identity = _identity(console, passphrase)
    public = identity.revoke(key_id, reason, root_keys(roots, root_files, passphrase))
    _answer_published(console, public, f"Key {key_id} is disowned; rotate its purpose next.")


def _identity(console: Console, passphrase: str) -> Identity:
    from enduse.exchange.identity import Identity

    return Identity.open(console.settings.workspace / "keys", passphrase)


def _answer_published(console: Console, public: PublicIdentity, said: str) -> None:
    console.answer(
        {"version": public.version},
        f"{said} Give partners version {public.version}, which 'enduse exchange identity --out "
        "FILE' writes.",
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
