"""Commands on recovered components; each module registers its own."""

from enduse.cli.component import group, read

__all__ = ["group", "read"]
