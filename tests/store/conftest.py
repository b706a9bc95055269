"""A store of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.store.postgresql import postgresql_server, postgresql_url

from enduse.settings import Settings
from enduse.store import Store, open_store

__all__ = ["postgresql_server", "postgresql_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings that name an empty database of each kind."""
    if request.param == "sqlite":
        return settings
    return replace(settings, database_url=request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(place: Settings) -> Iterator[Store]:
    """An open database of each kind."""
    opened = open_store(place)
    yield opened
    opened.close()
