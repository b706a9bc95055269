"""Commands on exchange between authorities; each module registers its own."""

from enduse.cli.exchange import carrying, identities, log, matching, openings, packets

__all__ = ["carrying", "identities", "log", "matching", "openings", "packets"]
