"""Names: normalise, index, score, explain. The room knows no lists and no shipments."""

from enduse.names.explain import explain
from enduse.names.index import MATCHES, NameIndex
from enduse.names.normalise import lookalikes, normalise, tokens, unmatchable

__all__ = ["MATCHES", "NameIndex", "explain", "lookalikes", "normalise", "tokens", "unmatchable"]
