"""Commands on recovered components; each module registers its own."""

from enduse.cli.component import group, letters, read, trace

__all__ = ["group", "letters", "read", "trace"]
