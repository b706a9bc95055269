"""Units of quantity."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from enduse.records.checks import Verdict


@lru_cache(maxsize=1 << 12)
def unit(text: str) -> Verdict:
    """Judge of a unit: its UN/ECE Recommendation 20 code; one that is not known is left open.

    Examples
    --------
    >>> [unit(text).value for text in ("KGM", "kgs", "шт.", "PCS", "bushel")]
    ['KGM', 'KGM', 'NAR', 'NAR', None]
    """
    code = _codes().get(re.sub(r"[\s.]", "", text).upper())
    return Verdict(code, doubt=None if code else "not a unit that is known")


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    table = tomllib.loads(files("enduse.records").joinpath("units.toml").read_text("utf-8"))
    return {name: code for code, names in table.items() for name in (code, *names)}
