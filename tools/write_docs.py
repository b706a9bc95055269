"""Write the tables of the documentation that code already knows; `--check` only compares.

Each stands between ``<!-- name -->`` and ``<!-- /name -->``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from enduse.assess import RULES, Policy
from enduse.model import SHIPMENTS
from enduse.model.components import COMPONENTS, SALES
from enduse.settings import Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"


def rules_table() -> str:
    """Every rule with its weight."""
    policy = Policy.shipped()
    rows = ["| rule | what it says | bits | needs | sources |", "|---|---|---|---|---|"]
    rows += [
        f"| {rule.id} | {rule.title} | {policy.weights[rule.id]:+.2f} | "
        f"{', '.join(rule.needs) or '–'} | {rule.authorities or '–'} |"
        for rule in sorted(RULES, key=lambda rule: (not rule.id.isdigit(), rule.id))
    ]
    return "\n".join(rows)


def shipments_table() -> str:
    """Every column of the shipments table that a file may carry."""
    internal = {"line_key", "source_row", "doubts"}
    rows = ["| column | type | required | meaning |", "|---|---|---|---|"]
    rows += [
        f"| `{field.name}` | {field.type} | "
        f"{'yes' if not field.nullable and field.name != 'line_no' else 'no'} | "
        f"{field.metadata[b'about'].decode()} |"
        for field in SHIPMENTS
        if field.name not in internal and not field.name.endswith("_as_written")
    ]
    return "\n".join(rows)


def columns_table(schema: pa.Schema) -> Callable[[], str]:
    """Every column of a table that a file may carry."""

    def table() -> str:
        rows = ["| column | type | required | meaning |", "|---|---|---|---|"]
        rows += [
            f"| `{field.name}` | {field.type} | {'no' if field.nullable else 'yes'} | "
            f"{field.metadata[b'about'].decode()} |"
            for field in schema
        ]
        return "\n".join(rows)

    return table


def settings_table() -> str:
    """Every setting with its default."""
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    rows += [
        f"| `{name}` | `{default}` | {about} |" for name, default, about in Settings.described()
    ]
    return "\n".join(rows)


TABLES = {
    "rules": ("policy.md", rules_table),
    "shipments": ("data.md", shipments_table),
    "components": ("data.md", columns_table(COMPONENTS)),
    "sales": ("data.md", columns_table(SALES)),
    "settings": ("data.md", settings_table),
}


def outdated(write: bool) -> list[str]:
    """Names of tables that differ from what code says; written anew if `write`."""
    differing = []
    for name, (file, table) in TABLES.items():
        path = DOCS / file
        text = path.read_text("utf-8")
        fresh = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda match, table=table: f"{match[1]}{table()}\n{match[2]}",
            text,
            flags=re.DOTALL,
        )
        if f"<!-- {name} -->" not in text or fresh != text:
            differing.append(name)
            if write:
                path.write_text(fresh, "utf-8")
    return differing


if __name__ == "__main__":
    stale = outdated(write="--check" not in sys.argv)
    print(", ".join(stale) or "all tables are current")
    sys.exit(bool(stale) and "--check" in sys.argv)
