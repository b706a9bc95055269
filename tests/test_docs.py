"""Documentation that code knows better is written from code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_tables_of_the_documentation_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "write_docs.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"run tools/write_docs.py: {done.stdout}{done.stderr}"


def test_every_dependency_has_its_line() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    for dependency in project["dependencies"]:
        name = dependency.split(">")[0]
        assert f"`{name}`" in said, name
