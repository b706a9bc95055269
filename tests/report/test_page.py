"""The page: everything of a run is in it, and nothing else is asked for."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from gettext import NullTranslations
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html

from enduse.errors import UsageError
from enduse.model.result import RunResult
from enduse.report import write_report
from enduse.report.page import render
from enduse.report.wording import LANGUAGES, Wording, wording
from enduse.report.written import sentence

EN = wording("en")


def _page(result: RunResult, language: str = "en") -> html.HtmlElement:
    return html.document_fromstring(render(result, wording(language)))


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _names(page: html.HtmlElement) -> list[str]:
    return [_text(name) for name in page.xpath("//details//h3")]


@pytest.fixture(scope="module")
def page(run_result: RunResult) -> html.HtmlElement:
    return _page(run_result)


def test_the_summary_says_that_read_is_accepted_plus_rejected(page: html.HtmlElement) -> None:
    lede = _text(page.find_class("lede")[0])
    assert "12,408 lines were read: 12,391 accepted and 17 rejected." in lede
    assert "The review threshold of 5.0 bits is reached by 10 lines." in lede
    assert "provides for the review of 124 lines" in lede
    facts = _text(page.find_class("facts")[0])
    for fact in ("30 Jun 2025", "enduse-2025 (2025-06-01)", "us-csl (27 Jun 2025)", "2 rules"):
        assert fact in facts


def test_a_consignee_is_named_once_among_those_to_look_at_first(
    make_run: Callable[[int], RunResult],
) -> None:
    first = _page(make_run(36)).find_class("first")[0]
    names = [_text(link) for link in first.iter("a")]
    assert names[0] == "Ala-Too Elektronik OsOO"
    assert len(names) == len(set(names)) == 5
    assert "2 more lines of this consignee" in _text(first)


def test_evidence_that_does_not_count_says_so(run_result: RunResult) -> None:
    finding = run_result.findings[0]
    silent = replace(finding.evidence[1], weight=0.0, title="Of the same kind")
    odd = replace(finding, evidence=(*finding.evidence, silent))
    rows = _page(replace(run_result, findings=(odd,))).xpath("//table[@class='evidence']//tr")
    (row,) = [row for row in rows if "Of the same kind" in row.text_content()]
    assert "adds no weight" in row.text_content()
    assert row[-1].text_content() == "0.00"


def test_every_finding_shows_its_arithmetic_evidence_and_sources(
    page: html.HtmlElement, run_result: RunResult
) -> None:
    for finding in run_result.findings:
        sheet = page.get_element_by_id(f"finding-{finding.rank}")
        rows = sheet.xpath(".//table[@class='evidence']/tbody/tr")
        shown = [float(row[-1].text_content().replace("−", "-")) for row in rows]
        total = float(sheet.xpath(".//tfoot//td[@class='n']")[0].text_content())
        assert total == pytest.approx(sum(shown)) == pytest.approx(finding.score)
        text = _text(sheet)
        for item in finding.evidence:
            assert item.title in text
            assert f"rule {item.rule}" in text
            assert _text(html.fromstring(f"<p>{sentence(item.statement, EN)}</p>")) in text
            for source in item.sources:
                assert f"{source.dataset} · {source.version} · {source.record}" in text
        assert "Not assessed for this line" in text
        for value in finding.fields.values():
            if value.isalnum() and len(value) > 2:
                assert value in text


def test_the_threshold_that_a_score_meets_is_named(page: html.HtmlElement) -> None:
    assert "17.80 bits: meets the hold threshold of 9.00." in _text(
        page.get_element_by_id("finding-1")
    )
    assert "below the review threshold of 5.00." in _text(page.get_element_by_id("finding-12"))


def test_a_score_that_its_shown_evidence_does_not_make_up_is_owned_up_to(
    run_result: RunResult,
) -> None:
    odd = replace(run_result.findings[0], score=20.0)
    page = _page(replace(run_result, findings=(odd,)))
    assert "The score recorded is 20.00 bits" in _text(page.get_element_by_id("finding-1"))


def test_the_shipment_stands_out_in_its_timeline(page: html.HtmlElement) -> None:
    events = page.get_element_by_id("finding-1").xpath(".//ol[@class='timeline']/li")
    assert [event.find("time").get("datetime") for event in events] == [
        "2022-05-18",
        "2025-03-15",
        "2025-06-02",
    ]
    assert [event.get("class") for event in events] == [None, "shipment", None]
    assert "3 years before" in _text(events[0])


def test_a_country_that_an_embargo_rule_names_stands_out(page: html.HtmlElement) -> None:
    marked = page.xpath("//figure//li[@class='embargoed']")
    assert [_text(place) for place in marked] == [
        "Iran destination, embargoed",
        "Russia destination, embargoed",
    ]


def test_what_was_not_assessed_rejected_or_used_is_there(page: html.HtmlElement) -> None:
    gaps = " ".join(" ".join(page.get_element_by_id("not-assessed").itertext()).split())
    assert "Listed owner or director" in gaps
    assert "No company registry was given. 12,391 100%" in gaps
    assert "3,204 25.9%" in gaps
    rows = _text(page.get_element_by_id("rows"))
    assert "17 rows were rejected" in rows
    assert "The first 3 are shown." in rows
    assert "names no country" in rows
    assert "12 lines" in rows
    used = _text(page.get_element_by_id("sources"))
    for text in ("25,921", "stated by the list", "day of import", "given on import", "9f" * 32):
        assert text in used


def test_hostile_names_are_text_and_nothing_else(page: html.HtmlElement) -> None:
    assert len(page.xpath("//script")) == 1
    assert not page.xpath(
        "//img | //iframe | //object | //embed | //base | //@onerror | //@onload | //@style"
    )
    assert "<script>window.hurt = 1; alert(1)</script>" in page.text_content()
    assert "U+202E" in page.text_content()
    assert "\u202e" not in page.text_content()


def test_nothing_is_asked_for_from_anywhere(run_result: RunResult) -> None:
    text = render(run_result, EN)
    page = html.document_fromstring(text)
    for element, attribute, link, _ in page.iterlinks():
        assert link == "data:," or link.startswith("#"), (element.tag, attribute, link)
    styles = page.xpath("//style")[0].text_content()
    assert not re.search(r"url\(|@import|@font-face", styles)


def test_only_the_pages_own_style_and_script_are_let_through(page: html.HtmlElement) -> None:
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']")[0].get("content", "")
    assert policy.startswith("default-src 'none'")
    for tag in ("style", "script"):
        content = page.xpath(f"//{tag}")[0].text or ""
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_it_can_be_read_by_ear_and_by_keyboard(page: html.HtmlElement) -> None:
    assert page.get("lang") == "en"
    levels = [int(element.tag[1]) for element in page.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(table.find("caption") is not None for table in page.iter("table"))
    assert all(th.get("scope") for th in page.iter("th"))
    for svg in page.iter("svg"):
        assert svg.get("aria-hidden") or (svg.get("role") == "img" and svg.get("aria-label"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.xpath("//a/@href | //use/@href")} <= set(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_the_same_in_every_language(run_result: RunResult, language: str) -> None:
    page = _page(run_result, language)
    assert page.get("lang") == language.replace("_", "-")
    names = _names(page)
    assert names == _names(_page(run_result))


class _Marked(NullTranslations):
    """Translates every text to one in which no Latin letter is left."""

    def gettext(self, message: str) -> str:
        return re.sub(r"(%\(\w+\)s|\{\w+\})|[A-Za-z]", lambda m: m.group(1) or "ж", message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


def test_every_text_goes_through_the_catalogues(run_result: RunResult) -> None:
    words = Wording("zh_Hant")
    words.translations = _Marked()
    page = html.document_fromstring(render(run_result, words))
    for written in list(page.iter("bdi", "script", "style", "abbr")):
        written.drop_tree()
    for kind in ("iso", "kicker", "digest"):
        for written in page.find_class(kind):
            written.drop_tree()
    codes = r"Enduse|SHA-256|UTC|XX|embargo|A1|A2|A3|E5|EU|OT|NCA|importer|high-priority|listed"
    left = re.sub(codes, "", page.text_content())
    labels = [
        value
        for element in page.iter()
        for name, value in element.items()
        if name in ("aria-label", "title")
    ]
    assert not re.findall(r"[A-Za-z]{2,}", left)
    assert not re.findall(r"[A-Za-z]{2,}", " ".join(labels).replace("U+", ""))


def test_a_run_without_findings_lists_or_rejects_claims_nothing(run_result: RunResult) -> None:
    empty = replace(
        run_result,
        findings=(),
        findings_above_review=0,
        snapshots=(),
        not_assessed=(),
        rejects=(),
        rejected=0,
        read=0,
        accepted=0,
        doubts={},
        actions={},
    )
    text = _text(_page(empty))
    assert "This says only that no entry was found in the lists named below" in text
    assert "No list was in the workspace" in text
    assert "0 lines were read" in text


def test_five_hundred_findings_stay_under_five_megabytes(
    make_run: Callable[[int], RunResult],
) -> None:
    text = render(make_run(500), EN)
    assert len(text.encode()) < 5_000_000
    assert text.count("<details") == 500


def test_it_is_written_whole_in_the_language_asked_for(
    run_result: RunResult, tmp_path: Path
) -> None:
    write_report(run_result, tmp_path / "out" / "report.html", language="uk")
    assert 'lang="uk"' in (tmp_path / "out" / "report.html").read_text("utf-8")
    with pytest.raises(UsageError):
        write_report(run_result, tmp_path / "other.html", language="xx")
    assert not (tmp_path / "other.html").exists()
