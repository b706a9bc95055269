"""The group that the commands on exchange belong to, and how they get at the keys."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import Console, app, command
from enduse.errors import UsageError

if TYPE_CHECKING:
    from enduse.exchange.keys import SigningKey
    from enduse.exchange.office import Office

FILE = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
VARIABLE = "ENDUSE_PASSPHRASE"


@app.group("exchange")
def exchange_group() -> None:
    """Exchange sealed packets with partners, and match what both hold without showing the rest."""


def keyed(
    group: click.Group, name: str, *, new: bool = False
) -> Callable[[Callable[..., None]], click.Command]:
    """A command that needs the keys: it is called with the passphrase, a new one asked twice."""

    def decorate(function: Callable[..., None]) -> click.Command:
        def called(console: Console, passphrase_file: Path | None, **given: Any) -> None:
            function(console, passphrase_of(passphrase_file, new=new), **given)

        called.__doc__ = function.__doc__
        called.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        option = click.option(
            "--passphrase-file",
            type=FILE,
            help=f"File whose first line is the passphrase  [default: ${VARIABLE}, or asked]",
        )
        return command(group, name)(option(called))

    return decorate


def passphrase_of(file: Path | None, *, new: bool = False) -> str:
    """The passphrase from a file, the environment, or whoever sits there.

    Raises
    ------
    UsageError
        If it is none of these, or the file has none.
    """
    if file is not None:
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file} cannot be read as a passphrase: {error}.") from None
        if not lines or not lines[0]:
            raise UsageError(f"{file} holds no passphrase.", hint="Its first line is read.")
        return lines[0]
    if given := os.environ.get(VARIABLE):
        return given
    if not sys.stdin.isatty():
        raise UsageError(
            "There is no passphrase.",
            hint=f"Set {VARIABLE} or name a --passphrase-file.",
        )
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True))


@contextmanager
def office_of(console: Console, passphrase: str) -> Iterator[Office]:
    """The workspace's office, closed when the block ends."""
    from enduse.exchange.office import Office

    office = Office.open(console.settings, passphrase)
    try:
        yield office
    finally:
        office.close()


def signed_by_root(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options by which two root keys are named."""
    for option in (
        click.option(
            "--root-passphrase-file",
            "root_files",
            multiple=True,
            type=FILE,
            help="One for each --root, in their order  [default: the passphrase of all]",
        ),
        click.option(
            "--root",
            "roots",
            multiple=True,
            type=FILE,
            help="Twice: a root key's file, from wherever it is kept.",
        ),
    ):
        function = option(function)
    return function


def root_keys(roots: Sequence[Path], files: Sequence[Path], passphrase: str) -> list[SigningKey]:
    """The root keys that were named, opened.

    Raises
    ------
    UsageError
        If there are some passphrase files, and not one for each key.
    """
    from enduse.exchange.identity import root_key

    secrets = [passphrase_of(file) for file in files] or [passphrase] * len(roots)
    if len(secrets) != len(roots):
        raise UsageError("There is one --root-passphrase-file for each --root, or none.")
    return [root_key(path, secret) for path, secret in zip(roots, secrets, strict=True)]
