"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from enduse.settings import Settings

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("enduse", deadline=None)
hypothesis.settings.load_profile("enduse")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real lists and statistics; the test is skipped where it is absent."""
    folder = Path(os.environ.get("ENDUSE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(
            f"real lists are not at {folder}; set ENDUSE_DATA to the folder that holds them"
        )
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a workspace of its own."""
    return Settings(workspace=tmp_path / "workspace", threads=2, memory_limit_mib=512)
