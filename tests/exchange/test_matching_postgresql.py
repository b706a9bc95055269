"""A server that keeps its sessions in PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.exchange.matching_desks import pair

from enduse.errors import ExchangeError
from enduse.exchange import matching


def test_a_session_with_a_team_database(tmp_path: Path, postgresql_url: str) -> None:
    two = pair(tmp_path, postgresql_url)
    matching.grant(two.server, "Kyiv Customs", 300)
    serials = [f"SN-{number:05}" for number in range(40)]
    finished = two.match(serials, serials[30:], audited=2)
    assert len(finished.hits) == 10
    asked, answer = two.path("evidence.match"), two.path("answer.match")
    matching.ask_evidence(two.client, finished.session, finished.hits[0].position, asked)
    matching.answer_evidence(two.server, asked, answer)
    matching.check_evidence(two.client, answer, two.path("evidence.json"))
    matching.ask_audit(two.server, finished.session, asked)
    matching.answer_audit(two.client, asked, answer)
    assert matching.check_audit(two.server, answer).side == "client"
    assert matching.quota(two.server, "Kyiv Customs").used == 256
    with pytest.raises(ExchangeError, match="44 are left"):
        two.match(serials[:3], serials)
