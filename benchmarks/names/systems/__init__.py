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


class Joiner(Protocol):
    """A system that says which parties are one. Constructed without arguments."""

    def join(self, parties: pa.Table, threads: int) -> pa.Table:
        """The parties (`party_key`, `name`, `kind`, `country`, `city`) in clusters.

        `party_key` and one column `cluster`, or one for each threshold, of which the best counts.
        """

    def join_records(self, records: pa.Table, threads: int) -> pa.Table:
        """The same of records as `benchmarks.names.truthset.TRUTH_SET` has them."""


@dataclass(frozen=True, slots=True)
class System:
    """What is known of a system before it is run."""

    name: str
    about: str
    peer: str | None = None
    """The environment it needs; None: the project's own."""
    asked: int = 10_000
    """Names of a task that it is asked at most, of either sort; fewer where it is slow."""
    largest: int = 2_000_000
    """The largest list it is tried on."""


SYSTEMS = (
    System("enduse", "enduse.names.NameIndex"),
    System(
        "logic-v2",
        "nomenklatura: its index of 75 candidates a name, scored by logic-v2",
        peer="nomenklatura",
        asked=500,
        largest=250_000,
    ),
    System(
        "emm",
        "emm: cosine of pairs of letters, without its trained layer, over the same romanisation",
        peer="emm",
    ),
    System(
        "rapidfuzz",
        "rapidfuzz token_sort_ratio of all with all, over a plain romanisation (anyascii)",
        asked=2_500,
    ),
)
"""In the order of the tables."""

JOINERS = (
    System("enduse", "enduse.names.resolve"),
    System(
        "splink",
        "splink over DuckDB, trained on the parties themselves, at the threshold that serves it best",
        peer="splink",
    ),
)
"""Those that say which parties are one."""

_MODULES = {
    "enduse": "enduse.Enduse",
    "logic-v2": "nomenklatura.LogicV2Matcher",
    "emm": "emm.Emm",
    "rapidfuzz": "rapidfuzz.RapidFuzz",
    "splink": "splink.Splink",
}


def matcher(name: str) -> Matcher:
    """A system by its name, ready to take a list in."""
    return cast("Matcher", _made(name))


def joiner(name: str) -> Joiner:
    """A system by its name, ready to say which parties are one."""
    return cast("Joiner", _made(name))


def _made(name: str) -> object:
    module, _, kind = _MODULES[name].partition(".")
    return getattr(import_module(f"benchmarks.names.systems.{module}"), kind)()
