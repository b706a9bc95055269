"""Sealed packets, private matching and a record of both, between authorities."""
