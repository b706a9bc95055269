"""Updating lists from a server that behaves as authorities' servers do, and worse."""

from __future__ import annotations

import gzip
import itertools
import json
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import inf
from pathlib import Path
from threading import Event

import httpx
import pytest

from enduse.errors import ListRefusedError, UsageError
from enduse.lists import FetchOptions, UpdateOutcome, held_snapshots, show, update
from enduse.lists import fetch as fetching
from enduse.lists.formats import FORMATS
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.lists.sources import SOURCES
from enduse.settings import Settings

from .conftest import Answer, Authority

DPL_HEADER = (
    '"Name"\t"Street_Address"\t"City"\t"State"\t"Country"\t"Postal_Code"\t"Effective_Date"\t'
    '"Expiration_Date"\t"Standard_Order"\t"Last_Update"\t"Action"\t"FR_Citation"\n'
)


def denied_persons(count: int) -> bytes:
    """An invented Denied Persons List; its first name is the one that every edition holds."""
    names = ["MAHAN AIRWAYS", *(f"ORLICE INSTRUMENTS {n}" for n in range(count - 1))]
    rows = "".join(
        f'"{name}"\t"1 MAIN ST"\t"BRNO"\t""\t"CZ"\t""\t"06/05/2019"\t"12/03/2029"\t"Y"\t'
        f'"2019-06-12"\t"ADDED"\t"73 F.R. 15130"\n'
        for name in names
    )
    return (DPL_HEADER + rows).encode()


WHOLE = denied_persons(400)
assert len(WHOLE) > SOURCES["bis-dpl"].least_bytes


class Pauses:
    """Stands in for sleeping, and remembers how long it would have been."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def fetch_dpl(
    settings: Settings, authority: Authority, pauses: Pauses
) -> Callable[..., UpdateOutcome]:
    """Script the Denied Persons List's address and update it."""

    def run(*answers: Answer, **changed: object) -> UpdateOutcome:
        address = authority.answers("/dpl.txt", *answers)
        options = replace(FetchOptions(sleep=pauses, read_timeout_s=20), **changed)  # type: ignore[arg-type]
        [outcome] = update(
            settings, sources=["bis-dpl"], urls={"bis-dpl": address}, options=options
        )
        return outcome

    return run


Fetch = Callable[..., UpdateOutcome]


def test_a_list_is_downloaded_and_kept_with_its_address_and_tags(fetch_dpl: Fetch) -> None:
    outcome = fetch_dpl(Answer(WHOLE, etag='"v1"', headers={"Last-Modified": "yesterday"}))
    assert outcome.status == "new"
    assert outcome.snapshot is not None
    [original] = outcome.snapshot.originals
    assert original.address.endswith("/dpl.txt")
    assert (original.etag, original.last_modified) == ('"v1"', "yesterday")
    assert outcome.snapshot.entries == 400


def test_a_list_that_has_not_changed_is_not_sent_again(
    fetch_dpl: Fetch, authority: Authority
) -> None:
    first = fetch_dpl(Answer(WHOLE, etag='"v1"'))
    second = fetch_dpl(Answer(WHOLE, etag='"v1"'))
    assert second.status == "unchanged"
    assert second.snapshot == first.snapshot
    assert authority.asked[-1][1]["If-None-Match"] == '"v1"'


def test_the_same_content_under_a_new_tag_is_unchanged(
    fetch_dpl: Fetch, settings: Settings
) -> None:
    fetch_dpl(Answer(WHOLE, etag='"v1"'))
    assert fetch_dpl(Answer(WHOLE, etag='"v2"')).status == "unchanged"
    assert len(held_snapshots(settings.lists_dir)) == 1


def test_a_new_edition_takes_over(fetch_dpl: Fetch, settings: Settings) -> None:
    fetch_dpl(Answer(WHOLE, etag='"v1"'))
    outcome = fetch_dpl(Answer(denied_persons(410), etag='"v2"'))
    assert outcome.status == "new"
    assert [s.entries for s in held_snapshots(settings.lists_dir)] == [400, 410]


def test_redirects_are_followed(fetch_dpl: Fetch, authority: Authority) -> None:
    there = authority.answers("/moved/dpl.txt", Answer(WHOLE))
    outcome = fetch_dpl(Answer(status=302, headers={"Location": there}))
    assert outcome.status == "new"


def test_a_redirect_to_where_anybody_may_change_the_list_is_refused(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "https":
            return httpx.Response(302, headers={"Location": "http://ministry.example/list"})
        return httpx.Response(200, content=WHOLE)

    client = httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True)
    with client, pytest.raises(ListRefusedError, match="redirects to http://"):
        fetching._attempt(
            client, "https://ministry.example/list", tmp_path / "list", FetchOptions(), inf
        )


def test_a_busy_server_is_asked_again_after_growing_pauses(
    fetch_dpl: Fetch, pauses: Pauses
) -> None:
    busy = Answer(status=503)
    assert fetch_dpl(busy, busy, busy, Answer(WHOLE)).status == "new"
    assert len(pauses.taken) == 3
    for pause, expected in zip(pauses.taken, (2, 4, 8), strict=True):
        assert expected * 0.75 <= pause <= expected * 1.25


def test_the_pause_that_the_server_asks_for_is_kept(fetch_dpl: Fetch, pauses: Pauses) -> None:
    too_many = Answer(status=429, headers={"Retry-After": "17"})
    past = Answer(status=429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    assert fetch_dpl(too_many, past, Answer(WHOLE)).status == "new"
    assert pauses.taken == [17.0, 0.0]


def test_a_server_that_stays_busy_leaves_the_old_list_in_force(
    fetch_dpl: Fetch, pauses: Pauses
) -> None:
    first = fetch_dpl(Answer(WHOLE))
    outcome = fetch_dpl(Answer(status=503))
    assert outcome.status == "failed"
    assert "in 5 attempts: the server answered 503" in outcome.reason
    assert outcome.hint
    assert outcome.snapshot == first.snapshot
    assert len(pauses.taken) == 4


def test_a_pause_beyond_the_deadline_is_not_waited_for(fetch_dpl: Fetch, pauses: Pauses) -> None:
    outcome = fetch_dpl(Answer(status=503, headers={"Retry-After": "86400"}))
    assert outcome.status == "failed"
    assert pauses.taken == []


def test_a_list_that_is_gone_is_not_asked_for_again(fetch_dpl: Fetch, pauses: Pauses) -> None:
    outcome = fetch_dpl(Answer(status=404))
    assert (outcome.status, pauses.taken) == ("failed", [])
    assert "404" in outcome.reason


def test_not_modified_without_being_asked_is_no_list(fetch_dpl: Fetch) -> None:
    outcome = fetch_dpl(Answer(status=304))
    assert (outcome.status, outcome.snapshot) == ("failed", None)


def test_a_truncated_answer_is_tried_again_and_then_refused(
    fetch_dpl: Fetch, settings: Settings
) -> None:
    cut = Answer(WHOLE, cut_after=30_000)
    assert fetch_dpl(cut, Answer(WHOLE)).status == "new"
    outcome = fetch_dpl(cut)
    assert outcome.status == "refused"
    assert "truncated" in outcome.reason
    assert len(held_snapshots(settings.lists_dir)) == 1


def test_a_list_cut_off_by_whoever_published_it_is_refused(fetch_dpl: Fetch) -> None:
    outcome = fetch_dpl(Answer(WHOLE[:-40]))
    assert outcome.status == "refused"
    assert "cut off" in outcome.reason
    assert ".part" not in outcome.reason


def test_an_answer_that_stalls_is_given_up(fetch_dpl: Fetch) -> None:
    released = Event()
    try:
        outcome = fetch_dpl(Answer(WHOLE, hold=released), read_timeout_s=0.2, attempts=2)
    finally:
        released.set()
    assert outcome.status == "failed"
    assert "ReadTimeout" in outcome.reason


def test_an_answer_that_drips_is_given_up_at_the_deadline(fetch_dpl: Fetch) -> None:
    hours = itertools.count(step=3600)
    outcome = fetch_dpl(Answer(WHOLE), clock=lambda: float(next(hours)))
    assert outcome.status == "failed"
    assert "too slow" in outcome.reason


def test_an_answer_without_end_is_refused(fetch_dpl: Fetch) -> None:
    outcome = fetch_dpl(Answer(WHOLE), most_bytes=10_000)
    assert outcome.status == "refused"
    assert "more than 10,000 bytes" in outcome.reason


def test_a_compressed_answer_is_measured_as_it_was_sent(fetch_dpl: Fetch) -> None:
    outcome = fetch_dpl(Answer(gzip.compress(WHOLE), headers={"Content-Encoding": "gzip"}))
    assert outcome.status == "new"
    assert outcome.snapshot is not None
    assert outcome.snapshot.originals[0].size == len(WHOLE)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><title>Maintenance</title>" + b" " * 30_000, "web page"),
        (DPL_HEADER.encode(), "the whole list has more"),
        (b"\0" * 30_000, "not the list"),
        (WHOLE.replace(b"MAHAN", b"OTHER"), "lacks MAHAN AIRWAYS"),
    ],
)
def test_an_answer_that_is_not_the_list_is_refused(
    fetch_dpl: Fetch, body: bytes, said: str
) -> None:
    first = fetch_dpl(Answer(WHOLE))
    outcome = fetch_dpl(Answer(body))
    assert outcome.status == "refused"
    assert said in outcome.reason
    assert outcome.snapshot == first.snapshot


def test_a_list_that_shrank_is_refused_unless_allowed(
    settings: Settings, authority: Authority, fetch_dpl: Fetch
) -> None:
    fetch_dpl(Answer(WHOLE))
    shrunken = denied_persons(300)
    outcome = fetch_dpl(Answer(shrunken))
    assert outcome.status == "refused"
    assert "25.0% fewer than the 400" in outcome.reason
    assert "stays in force" in outcome.hint
    address = authority.answers("/dpl.txt", Answer(shrunken))
    [allowed] = update(settings, sources=["bis-dpl"], urls={"bis-dpl": address}, allow_shrink=True)
    assert allowed.status == "new"
    assert allowed.snapshot is not None
    assert "25.0%" in allowed.snapshot.overridden[0]


def test_a_server_that_is_not_there_is_said(settings: Settings, pauses: Pauses) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    [outcome] = update(
        settings,
        sources=["bis-dpl"],
        urls={"bis-dpl": f"http://127.0.0.1:{port}/dpl.txt"},
        options=FetchOptions(sleep=pauses),
    )
    assert (outcome.status, outcome.snapshot) == ("failed", None)
    assert "ConnectError" in outcome.reason
    assert len(pauses.taken) == 4


def test_a_source_that_fails_does_not_hold_up_the_others(
    settings: Settings, authority: Authority
) -> None:
    told: list[str] = []
    outcomes = update(
        settings,
        sources=["un-sc", "bis-dpl", "eu-fsf"],
        urls={
            "un-sc": authority.answers("/un.xml", Answer(status=404)),
            "bis-dpl": authority.answers("/dpl.txt", Answer(WHOLE)),
        },
        progress=told.append,
    )
    assert [o.status for o in outcomes] == ["failed", "new", "failed"]
    assert told[1].startswith("un-sc: failed")
    assert told[3] == "bis-dpl: new"
    assert outcomes[1].as_dict()["status"] == "new"
    assert "token" in outcomes[2].hint
    leftovers = [p.name for p in settings.lists_dir.iterdir() if p.name.startswith(".")]
    assert leftovers == []


def test_a_reader_that_stumbles_does_not_hold_up_the_others(
    settings: Settings, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(path: Path, options: ReadOptions) -> ParsedList:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setitem(FORMATS, "un-sc", replace(FORMATS["un-sc"], read=stumble))
    outcomes = update(
        settings,
        sources=["un-sc", "bis-dpl"],
        urls={
            "un-sc": authority.answers("/un.xml", Answer(b"<CONSOLIDATED_LIST/>" * 50_000)),
            "bis-dpl": authority.answers("/dpl.txt", Answer(WHOLE)),
        },
    )
    assert [o.status for o in outcomes] == ["refused", "new"]
    assert "nobody thought of this" in outcomes[0].reason


def test_a_token_is_sent_but_never_kept_or_shown(
    settings: Settings, authority: Authority, pauses: Pauses
) -> None:
    address = authority.answers("/dpl.txt?token=s3cret", Answer(WHOLE, etag='"v1"'))

    def run() -> UpdateOutcome:
        [outcome] = update(
            settings,
            sources=["bis-dpl"],
            urls={"bis-dpl": address},
            options=FetchOptions(sleep=pauses),
        )
        return outcome

    assert [run().status, run().status] == ["new", "unchanged"]
    assert "s3cret" not in json.dumps(show(settings))
    for status in (404, 503):
        authority.answers("/dpl.txt?token=s3cret", Answer(status=status))
        failed = run()
        assert failed.status == "failed"
        assert "s3cret" not in failed.reason
    authority.answers("/dpl.txt?token=s3cret", Answer(b"<html>" * 9000))
    assert "s3cret" not in run().reason
    meta = settings.lists_dir.glob("bis-dpl/*/meta.json")
    assert all("s3cret" not in path.read_text(encoding="utf-8") for path in meta)


def test_all_files_of_a_list_are_fetched_when_one_has_changed(
    settings: Settings, authority: Authority
) -> None:
    names = ["AL QA'IDA", "HIZBALLAH", "BANK MELLI IRAN"]
    names += [f"ORLICE INSTRUMENTS NUMBER {n}, A.S." for n in range(12_000)]
    empty = ",-0- " * 7
    sdn = "".join(f'{n},"{name}",-0- ,SDGT,-0- {empty},-0- \r\n' for n, name in enumerate(names, 1))
    alt = '1,10,"aka","AL QAEDA",-0- \r\n'
    add = '1,20,"1 Main St","Brno","Czech Republic",-0- \r\n'
    addresses = [
        authority.answers("/SDN.CSV", Answer(sdn.encode(), etag='"s1"')),
        authority.answers("/ALT.CSV", Answer(alt.encode(), etag='"a1"')),
        authority.answers("/ADD.CSV", Answer(add.encode(), etag='"d1"')),
    ]

    def run() -> UpdateOutcome:
        [outcome] = update(settings, sources=["ofac-sdn"], urls={"ofac-sdn": addresses})
        return outcome

    first = run()
    assert (first.status, first.reason) == ("new", "")
    assert run().status == "unchanged"
    changed = alt + '2,11,"aka","HEZBOLLAH",-0- \r\n'
    authority.answers("/ALT.CSV", Answer(changed.encode(), etag='"a2"'))
    second = run()
    assert (second.status, second.reason) == ("new", "")
    assert second.snapshot is not None
    assert [o.etag for o in second.snapshot.originals] == ['"s1"', '"a2"', '"d1"']
    assert len(held_snapshots(settings.lists_dir)) == 2


def test_the_control_list_is_asked_for_by_its_newest_issue(
    settings: Settings, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = "".join(
        f"<FP-2><B>{eccn} Imagined goods.</B></FP-2>"
        for eccn in ("1C350", "3A001", "3A090", "5A002")
    )
    part = f'<DIV9 N="Supplement No. 1 to Part 774">{entries}</DIV9>'
    titles = b'{"titles": [{"number": 15, "latest_issue_date": "2026-07-23"}]}'
    source = replace(
        SOURCES["us-ccl"],
        addresses=(authority.answers("/full/{issue}/title-15.xml", Answer()),),
        issue_address=authority.answers("/titles.json", Answer(titles)),
        least_bytes=1,
    )
    monkeypatch.setitem(SOURCES, "us-ccl", source)
    authority.answers("/full/2026-07-23/title-15.xml", Answer(part.encode()))
    [outcome] = update(settings, sources=["us-ccl"])
    assert (outcome.status, outcome.reason) == ("new", "")
    assert outcome.snapshot is not None
    assert (outcome.snapshot.date, outcome.snapshot.date_basis) == (date(2026, 7, 23), "stated")
    authority.answers("/titles.json", Answer(b'{"titles": []}'))
    [failed] = update(settings, sources=["us-ccl"])
    assert failed.status == "failed"
    assert "does not say of which day" in failed.reason


def test_the_real_list_of_the_united_nations(
    settings: Settings, authority: Authority, real_data: Path
) -> None:
    body = (real_data / "un-2026" / "UN_consolidated.xml").read_bytes()
    address = authority.answers("/un.xml", Answer(body, etag='"un"'))
    [outcome] = update(settings, sources=["un-sc"], urls={"un-sc": address})
    assert (outcome.status, outcome.reason) == ("new", "")
    assert outcome.snapshot is not None
    assert (outcome.snapshot.entries, str(outcome.snapshot.date)) == (1003, "2026-02-27")
    half = authority.answers("/un.xml", Answer(body[: len(body) // 2]))
    [refused] = update(settings, sources=["un-sc"], urls={"un-sc": half})
    assert refused.status == "refused"
    assert refused.snapshot == outcome.snapshot


def test_the_real_sdn_list_of_early_2022(
    settings: Settings, authority: Authority, real_data: Path
) -> None:
    addresses = [
        authority.answers(f"/{name}", Answer((real_data / "ofac-2022" / name).read_bytes()))
        for name in ("sdn.csv", "alt.csv", "add.csv")
    ]
    [outcome] = update(settings, sources=["ofac-sdn"], urls={"ofac-sdn": addresses})
    assert (outcome.status, outcome.reason) == ("new", "")


@pytest.mark.parametrize(
    "address", ["ftp://ministry.example/list", "file:///etc/hosts", "http://x:y/list", "http://[/"]
)
def test_what_is_no_address_on_the_web_fails(
    settings: Settings, pauses: Pauses, address: str
) -> None:
    [outcome] = update(
        settings,
        sources=["bis-dpl"],
        urls={"bis-dpl": address},
        options=FetchOptions(sleep=pauses),
    )
    assert (outcome.status, outcome.snapshot) == ("failed", None)


def test_a_source_that_nobody_knows_is_wrong_usage(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no source of lists 'un'"):
        update(settings, sources=["un"])
