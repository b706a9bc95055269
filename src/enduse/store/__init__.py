"""The transactional database of a workspace, and the append-only log in it."""

from enduse.store.checking import Verdict
from enduse.store.database import Store, open_store
from enduse.store.entries import Entry, Head, KeptHead
from enduse.store.log import Log

__all__ = ["Entry", "Head", "KeptHead", "Log", "Store", "Verdict", "open_store"]
