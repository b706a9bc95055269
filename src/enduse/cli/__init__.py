"""The command line: parse, call, print. No logic of the field lives here."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit status."""
    from enduse.cli.app import run

    sys.exit(run(sys.argv[1:]))
