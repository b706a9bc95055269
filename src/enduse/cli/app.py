"""How commands start and how they end: options that all share, errors, exit statuses."""

from __future__ import annotations

import errno
import json
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

import enduse
from enduse.errors import EnduseError, StorageError
from enduse.settings import Settings

UNUSABLE_STATUS = 3
"""An input could not be used at all."""

REJECTED_STATUS = 4
"""Done, but rows were rejected and --strict was given."""


_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """A text in which nothing that came from a file can steer the reader's terminal.

    Examples
    --------
    >>> printable("Bad\\x1b[2J Co")
    'Bad␛[2J Co'
    """
    return _STEERS.sub(
        lambda match: (
            chr(0x2400 + ord(match[0])) if match[0] < " " else "\N{REPLACEMENT CHARACTER}"
        ),
        text,
    )


def _json(document: object) -> str:
    text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    return _STEERS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


@dataclass(frozen=True, slots=True)
class Console:
    """Where a command speaks: answers to standard output, progress to standard error."""

    settings: Settings
    as_json: bool
    quiet: bool

    def progress(self, text: str) -> None:
        """Say how far the work is."""
        if not self.quiet:
            click.echo(printable(text), err=True)

    def answer(self, document: object, text: str) -> None:
        """Print the answer: one JSON document, or the text that a person reads."""
        if self.as_json:
            click.echo(_json(document))
        elif text:
            click.echo(printable(text))


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Find where controlled goods really end up.",
)
@click.version_option(enduse.__version__, prog_name="enduse")
def app() -> None:
    """The group that all commands belong to."""


def command(group: click.Group, name: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command with the options that every command takes; it is called with a Console."""

    def decorate(function: Callable[..., None]) -> click.Command:
        @wraps(function)
        def called(workspace: Path | None, as_json: bool, quiet: bool, **given: Any) -> None:
            settings = Settings.load(workspace=workspace)
            function(Console(settings, as_json, quiet), **given)

        shared = [
            click.option(
                "--workspace",
                type=click.Path(file_okay=False, path_type=Path),
                help="Folder of lists, runs and data  [default: $ENDUSE_HOME or "
                "./enduse-workspace]",
            ),
            click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
            click.option("--quiet", is_flag=True, help="Print no progress."),
        ]
        wrapped: Callable[..., Any] = called
        for option in reversed(shared):
            wrapped = option(wrapped)
        return group.command(name)(wrapped)

    return decorate


def run(arguments: Sequence[str]) -> int:
    """Run a command line; answer its exit status, never a traceback."""
    from enduse.cli import commands, component, exchange, judging, lists  # noqa: F401  (registers them)

    wants_json = "--json" in arguments
    try:
        status = app.main(list(arguments), prog_name="enduse", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return int(leave.exit_code)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as wrong:
        return _fail(wants_json, "usage", wrong.format_message(), _usage_hint(wrong), 2)
    except EnduseError as error:
        return _fail(wants_json, error.code, error.message, error.hint, error.exit_status)
    except KeyboardInterrupt:
        click.echo("Stopped; a run resumes from its last finished stage.", err=True)
        return 130
    except BrokenPipeError:
        return 0
    except (OSError, MemoryError) as error:
        return _fail_of_the_machine(wants_json, error)
    except Exception as error:
        return _fail_unforeseen(wants_json, error)
    return int(status or 0)


def _usage_hint(wrong: click.ClickException) -> str:
    context = getattr(wrong, "ctx", None)
    return f"See `{context.command_path} --help`." if context is not None else ""


def _fail(wants_json: bool, code: str, message: str, hint: str, status: int) -> int:
    if wants_json:
        click.echo(_json({"error": {"code": code, "message": message, "hint": hint}}))
    else:
        click.echo(printable(f"enduse: {message} {hint}".rstrip()), err=True)
    return status


def _fail_of_the_machine(wants_json: bool, error: BaseException) -> int:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        hint = "Free some space; what was stored before is unharmed."
    elif isinstance(error, MemoryError):
        hint = "Lower ENDUSE_MEMORY_MIB or use a machine with more memory."
    else:
        hint = "Check the path and your rights to it."
    failed = StorageError(f"The machine refused: {error or type(error).__name__}.", hint=hint)
    return _fail(wants_json, failed.code, failed.message, failed.hint, failed.exit_status)


def _fail_unforeseen(wants_json: bool, error: Exception) -> int:
    with tempfile.NamedTemporaryFile(
        "w", prefix="enduse-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as log:
        log.write(f"enduse {enduse.__version__}\npython {sys.version}\n")
        traceback.print_exception(error, file=log)
    return _fail(
        wants_json,
        "unforeseen",
        f"Something unforeseen went wrong: {type(error).__name__}.",
        f"Please report it with {log.name}, which holds the details and may name your data.",
        1,
    )
