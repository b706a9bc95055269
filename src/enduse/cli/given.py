"""What commands are given: days, files, mappings; and that no output replaces an input."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from enduse.settings import LANGUAGES

if TYPE_CHECKING:
    pass

FILE = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
LANGUAGE = click.Choice(LANGUAGES)


def day_of(value: datetime | None) -> date | None:
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


def parts_of(text: str) -> list[str]:
    """What a list with commas names."""
    return [part.strip() for part in text.split(",") if part.strip()]


def mapping_of(path: Path | None) -> dict[str, str] | None:
    from enduse.records import load_mapping

    return load_mapping(path) if path else None
