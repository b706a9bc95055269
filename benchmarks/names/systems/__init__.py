"""The systems that are measured, each behind the same three verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import pyarrow as pa


class Matcher(Protocol):
    """A system as the benchmark drives it. Constructed without arguments."""

    def build(self, listed: pa.Table) -> None:
        """Take in a list: `entity_key`, `name`, `kind`."""

    def match(self, names: Sequence[str], limit: int) -> pa.Table:
        """Answer `query` (position), `entity_key`, `score`; rows of a query best first."""

    def compare(
        self, left: Sequence[str], right: Sequence[str], kinds: Sequence[str]
    ) -> list[float]:
        """How alike the names of each pair are; NotImplementedError: it compares no pairs."""


@dataclass(frozen=True, slots=True)
class System:
    """What is known of a system before it is run."""

    name: str
    about: str
    peer: str | None = None
    """The environment it needs; None: the project's own."""
    asked: int = 10_000
    """Names of a task that it is asked at most, of either sort; fewer where it is slow."""
    own_threshold: float | None = None
    """The threshold that its makers recommend."""


SYSTEMS = (
    System("enduse", "enduse.names.NameIndex"),
    System(
        "logic-v2",
        "nomenklatura: its index of 75 candidates a name, scored by logic-v2",
        peer="nomenklatura",
        asked=500,
        own_threshold=0.7,
    ),
    System(
        "emm",
        "emm: cosine of pairs of letters, the indexer its makers recommend, untrained",
        peer="emm",
    ),
    System(
        "rapidfuzz",
        "rapidfuzz token_sort_ratio of all with all, over a plain romanisation (anyascii)",
        asked=2_500,
    ),
)
"""In the order of the tables."""

_MODULES = {
    "enduse": "enduse.Enduse",
    "logic-v2": "nomenklatura.LogicV2Matcher",
    "emm": "emm.Emm",
    "rapidfuzz": "rapidfuzz.RapidFuzz",
}


def matcher(name: str) -> Matcher:
    """A system by its name, ready to take a list in."""
    module, _, kind = _MODULES[name].partition(".")
    made = getattr(import_module(f"benchmarks.names.systems.{module}"), kind)()
    return cast("Matcher", made)
