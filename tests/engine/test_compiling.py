"""Compiled code is kept for later runs, and made anew when what it was made of has changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BEFORE = """
from typing import NamedTuple
import numpy as np
from enduse.engine.compiling import compiled

class Lot(NamedTuple):
    sizes: np.ndarray

@compiled
def whole(lot):
    return lot.sizes.sum()

def told():
    return whole(Lot(np.array([1.0, 2.0])))
"""
# The function stands in the same line: code is kept by a function's name and line.
AFTER = """




import numpy as np
from enduse.engine.compiling import compiled

@compiled
def whole(lot):
    return 10 * lot[0].sum()

def told():
    return whole((np.array([1.0, 2.0]),))
"""


def run(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "import lots; print(lots.told())"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_code_is_compiled_anew_when_a_type_that_it_took_is_gone(tmp_path: Path) -> None:
    (tmp_path / "lots.py").write_text(BEFORE, "utf-8")
    assert run(tmp_path) == "3.0"
    assert list((tmp_path / "__pycache__").glob("lots.*.nbi"))
    (tmp_path / "lots.py").write_text(AFTER, "utf-8")
    assert run(tmp_path) == "30.0"
