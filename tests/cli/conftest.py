"""Workspaces for the commands on exchange, made once and copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.exchange_desks import Desks, make
from tests.exchange.offices import PASSPHRASE


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ukraine, Taiwan and Poland, who know each other, and a place for a relay."""
    folder = tmp_path_factory.mktemp("authorities")
    make(folder, ("Ukraine", "Taiwan", "Poland"))
    return folder


@pytest.fixture
def desks(
    made: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desks:
    """The three, with nothing said yet."""
    monkeypatch.setenv("ENDUSE_PASSPHRASE", PASSPHRASE)
    return Desks.copied(made, tmp_path, capsys)
