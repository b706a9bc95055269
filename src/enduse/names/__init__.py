"""Names: normalise, index, score, explain. The room knows no lists and no shipments."""

from enduse.names.aligned import compare, explain
from enduse.names.index import ALIKE, MATCHES, NameIndex
from enduse.names.normalise import lookalikes, normalise, tokens, unmatchable

__all__ = [
    "ALIKE",
    "MATCHES",
    "NameIndex",
    "compare",
    "explain",
    "lookalikes",
    "normalise",
    "tokens",
    "unmatchable",
]
