"""The goods ledger: which lot went on to whom, and where it ended."""
