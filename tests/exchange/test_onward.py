"""No path sends on what is prohibited without a valid consent."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, rule
from tests.exchange.offices import NOW, acquaint, body, deliver, open_office

from enduse.errors import ExchangeError
from enduse.exchange.incoming import receive
from enduse.exchange.outgoing import send
from enduse.exchange.packets import Handling, Onward
from enduse.exchange.revoking import revoke

DAYS = st.integers(1, 40)


@dataclass
class Tip:
    """A tip of Ukraine's that Taiwan holds, as the test keeps it."""

    msg_id: str
    to_poland: bool
    not_after: datetime
    revoked: bool = False
    consents: list[datetime] = field(default_factory=list)

    def ends(self, now: datetime) -> datetime | None:
        """Until when what rests on it may be used in Poland; None: it may not go there."""
        if self.revoked or self.not_after <= now:
            return None
        if self.to_poland:
            return self.not_after
        valid = [until for until in self.consents if until > now]
        return min(self.not_after, max(valid)) if valid else None


class Onwards(RuleBasedStateMachine):
    """Ukraine tells Taiwan, and Taiwan tries to tell Poland in every way there is."""

    tips = Bundle("tips")
    findings = Bundle("findings")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="enduse-onward-"))
        names = ("Ukraine", "Taiwan", "Poland")
        self.ukraine, self.taiwan, self.poland = (open_office(self.folder, n) for n in names)
        acquaint(self.ukraine, self.taiwan, self.poland)
        self.now = NOW

    def teardown(self) -> None:
        for office in (self.ukraine, self.taiwan, self.poland):
            office.close()
        shutil.rmtree(self.folder)

    @rule(target=tips, onward=st.sampled_from(["prohibited", "ask", "allowed"]), days=DAYS)
    def tell(self, onward: str, days: int) -> Tip:
        allowed = (self.poland.identity.authority_id,) if onward == "allowed" else ()
        ends = self.now + timedelta(days=days)
        handling = Handling("amber", "amber", Onward(onward, allowed), ends)  # type: ignore[arg-type]
        packet = body("tip", {"words": "a firm"}, handling, created_at=self.now)
        deliver(self.ukraine, self.taiwan, packet, self.folder, now=self.now)
        return Tip(packet.msg_id, bool(allowed), ends)

    @rule(tip=tips, days=DAYS, by_originator=st.booleans())
    def consent(self, tip: Tip, days: int, by_originator: bool) -> None:
        until = self.now + timedelta(days=days)
        given = {
            "packet": tip.msg_id,
            "to": [self.poland.identity.authority_id],
            "not_after": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        handling = Handling("amber", "amber", Onward("prohibited"), self.now + timedelta(days=90))
        if by_originator:
            packet = body(
                "consent", {"consent": given}, handling, in_reply_to=tip.msg_id, created_at=self.now
            )
            deliver(self.ukraine, self.taiwan, packet, self.folder, now=self.now)
            tip.consents.append(until)
        else:
            # Poland gives itself leave: a consent to a packet of its own that names Ukraine's.
            own = body("tip", {"words": "ours"}, handling, created_at=self.now)
            deliver(self.poland, self.taiwan, own, self.folder, now=self.now)
            packet = body(
                "consent", {"consent": given}, handling, in_reply_to=own.msg_id, created_at=self.now
            )
            deliver(self.poland, self.taiwan, packet, self.folder, now=self.now)
            self.tell_poland_at_once(tip)

    def tell_poland_at_once(self, tip: Tip) -> None:
        hour = Handling("red", "red", Onward("prohibited"), self.now + timedelta(hours=1))
        packet = body("finding", {"on": tip.msg_id}, hour, created_at=self.now)
        path = self.folder / f"{packet.msg_id}.sealed"
        with nullcontext() if tip.ends(self.now) else pytest.raises(ExchangeError):
            send(self.taiwan, packet, ["Poland"], path, now=self.now)

    @rule(tip=tips)
    def take_back(self, tip: Tip) -> None:
        if tip.revoked:
            return
        path = self.folder / f"revocation-{tip.msg_id}"
        sealed = revoke(self.ukraine, tip.msg_id, path, reason="an error", now=self.now)
        receive(self.taiwan, sealed.copies[0].path, self.now)
        tip.revoked = True

    @rule(days=DAYS)
    def wait(self, days: int) -> None:
        # Encryption keys last two months, and nobody rotates them here.
        self.now = min(self.now + timedelta(days=days), NOW + timedelta(days=50))

    @rule(
        target=findings,
        tips=st.lists(tips, min_size=1, max_size=2),
        before=st.lists(findings, max_size=1),
        way=st.sampled_from(["words", "basis", "attachment"]),
        to_poland=st.sampled_from([True, True, True, False]),
        days=DAYS,
    )
    def send_on(
        self,
        tips: list[Tip],
        before: list[tuple[str, list[Tip]]],
        way: str,
        to_poland: bool,
        days: int,
    ) -> tuple[str, list[Tip]]:
        resting = [*tips, *(tip for _, those in before for tip in those)]
        named = [*(tip.msg_id for tip in tips), *(msg_id for msg_id, _ in before)]
        ends = self.now + timedelta(days=days)
        handling = Handling("red", "red", Onward("prohibited"), ends)
        words = {"finding": f"rests on {' and '.join(named)}" if way == "words" else "a finding"}
        packet = body("finding", words, handling, created_at=self.now)
        note = self.folder / f"note-{packet.msg_id}.txt"
        note.write_text("see " + ", ".join(f"list tip-ukraine-{one}" for one in named), "utf-8")
        limits = [tip.ends(self.now) for tip in resting]
        may = not to_poland or all(limit is not None and ends <= limit for limit in limits)
        path = self.folder / f"{packet.msg_id}.sealed"
        with nullcontext() if may else pytest.raises(ExchangeError):
            send(
                self.taiwan,
                packet,
                ["Poland" if to_poland else "Ukraine"],
                path,
                basis=list(named) if way == "basis" else (),
                attachments=[note] if way == "attachment" else (),
                now=self.now,
            )
        assert path.exists() == may
        if not may:
            return multiple()
        return packet.msg_id, resting


Onwards.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
TestOnward = Onwards.TestCase
