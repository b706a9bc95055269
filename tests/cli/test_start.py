"""The command line starts light."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"pyarrow", "duckdb", "numpy", "scipy", "pandas", "lxml", "openpyxl", "rapidfuzz", "httpx"}


def loaded_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_importing_enduse_loads_no_heavy_module() -> None:
    assert not loaded_by("import enduse") & HEAVY


def test_help_loads_no_heavy_module() -> None:
    code = "from enduse.cli.app import run; run(['--help']); run(['check', '--help'])"
    assert not loaded_by(code) & HEAVY
