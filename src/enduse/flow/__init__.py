"""The goods ledger: which lot went on to whom, and where it ended."""

from enduse.flow.chains import LEAST
from enduse.flow.learned import Learned
from enduse.flow.ledger import Window
from enduse.flow.movements import Parties, named_parties
from enduse.flow.streaming import Changed, OpenLedger
from enduse.flow.tracing import CHAINS, SCORES, Traced, trace

__all__ = [
    "CHAINS",
    "LEAST",
    "SCORES",
    "Changed",
    "Learned",
    "OpenLedger",
    "Parties",
    "Traced",
    "Window",
    "named_parties",
    "trace",
]
