"""Packets: what one authority tells another, signed, sealed and with its handling rules."""

from enduse.exchange.packets.body import Body, Packet, Provenance
from enduse.exchange.packets.handling import Handling, Onward
from enduse.exchange.packets.opening import Opened
from enduse.exchange.packets.opening import open_packet as open
from enduse.exchange.packets.sending import Sealed, seal

__all__ = ["Body", "Handling", "Onward", "Opened", "Packet", "Provenance", "Sealed", "open", "seal"]
