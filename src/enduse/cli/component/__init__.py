"""Commands on recovered components; each module registers its own."""

from enduse.cli.component import group, letters, read, records, trace

__all__ = ["group", "letters", "read", "records", "trace"]
