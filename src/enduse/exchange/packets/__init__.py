"""Packets: what one authority tells another, signed, sealed and with its handling rules."""
