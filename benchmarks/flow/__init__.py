"""Worlds of shipments with planted chains, and what the goods ledger finds in them."""
