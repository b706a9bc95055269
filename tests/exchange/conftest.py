"""A relay for the tests of the exchange."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.exchange.offices import Three, acquaint, open_office
from tests.exchange.relays import Place, new_place
from tests.store.postgresql import postgresql_server, postgresql_url

from enduse.exchange.relay.server import Relay
from enduse.settings import Settings

__all__ = ["postgresql_server", "postgresql_url"]


@pytest.fixture
def place(tmp_path: Path, settings: Settings) -> Place:
    """Where a relay may run."""
    return new_place(tmp_path, settings)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_place(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Place:
    """Where a relay may run on each kind of database."""
    if request.param == "postgresql":
        settings = replace(settings, database_url=request.getfixturevalue("postgresql_url"))
    return new_place(tmp_path, settings)


@pytest.fixture
def relay(place: Place) -> Iterator[Relay]:
    """A relay that runs."""
    with place.running() as running:
        yield running


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    """Ukraine, Taiwan and Poland, who know each other."""
    ukraine, taiwan, poland = (open_office(tmp_path, n) for n in ("Ukraine", "Taiwan", "Poland"))
    acquaint(ukraine, taiwan, poland)
    yield ukraine, taiwan, poland
    for office in (ukraine, taiwan, poland):
        office.close()
