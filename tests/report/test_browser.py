"""The report in a real browser: offline, without JavaScript, in the dark, on paper, on a phone."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.report.chain_samples import sample_steps

from enduse.model.result import RunResult
from enduse.report import write_chains_page, write_report
from enduse.report.wording import LANGUAGES

playwright = pytest.importorskip("playwright.sync_api")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium")
    if program is None:
        reason = "Chromium is not installed (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CI has to look at the report in a browser")
        pytest.skip(reason)
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def reports(run_result: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    for language in LANGUAGES:
        write_report(run_result, folder / f"{language}.html", language=language)
        write_chains_page(sample_steps(), folder / f"chains-{language}.html", language=language)
    return folder


@dataclass
class Watched:
    """A page, and what it asked for or complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def _opened(browser: Any, file: Path, anchor: str = "", **options: Any) -> Iterator[Watched]:
    context = browser.new_context(offline=True, **options)
    watched = Watched(context.new_page())
    watched.page.on("request", lambda request: watched.requests.append(request.url))
    watched.page.on("console", lambda message: watched.complaints.append(message.text))
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    watched.page.on("dialog", lambda dialog: watched.complaints.append(dialog.message))
    watched.page.goto(file.as_uri() + anchor)
    yield watched
    context.close()


def _pixels(png: bytes) -> set[bytes]:
    """Different rows of an image, unfiltered as they are: a blank image has hardly any."""
    data, at = b"", 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += size + 12
    rows = zlib.decompress(data)
    width = int.from_bytes(png[16:20], "big")
    stride = len(rows) // int.from_bytes(png[20:24], "big")
    assert stride > width
    return {rows[start : start + stride] for start in range(0, len(rows), stride)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_offline_and_asks_for_nothing(
    browser: Any, reports: Path, tmp_path: Path, language: str
) -> None:
    with _opened(browser, reports / f"{language}.html") as watched:
        shot = watched.page.screenshot(path=tmp_path / f"{language}.png", full_page=True)
        assert watched.requests == [(reports / f"{language}.html").as_uri()]
        assert watched.complaints == []
        assert watched.page.locator("html").get_attribute("lang") == language.replace("_", "-")
    assert len(_pixels(shot)) > 1_000


def test_no_script_runs_from_a_hostile_name(browser: Any, reports: Path) -> None:
    with _opened(browser, reports / "en.html") as watched:
        watched.page.click("#open-all")
        watched.page.wait_for_function("document.querySelectorAll('details[open]').length === 12")
        assert watched.page.evaluate("window.hurt") is None
        assert watched.page.locator("img").count() == 0
        name = "<script>window.hurt = 1; alert(1)</script>"
        assert watched.page.get_by_role("heading", name=name).count() == 1
        assert watched.complaints == []


def test_a_reversed_name_does_not_reverse_what_is_around_it(browser: Any, reports: Path) -> None:
    with _opened(browser, reports / "en.html") as watched:
        line = watched.page.locator(".finding summary", has_text="U+202E")
        assert "Ural" in line.inner_text()
        assert line.locator("bdi").first.evaluate("e => getComputedStyle(e).unicodeBidi") == (
            "isolate"
        )


def test_all_evidence_can_be_read_without_javascript(
    browser: Any, reports: Path, run_result: RunResult
) -> None:
    with _opened(browser, reports / "en.html", java_script_enabled=False) as watched:
        page = watched.page
        assert not page.locator(".tools").first.is_visible()
        for finding in run_result.findings:
            sheet = page.locator(f"details[data-finding='{finding.rank}']")
            if sheet.get_attribute("open") is None:
                sheet.locator("summary").click()
            rows = sheet.locator(".evidence tbody tr")
            assert rows.count() == sum(e.status != "not_assessed" for e in finding.evidence)
            assert rows.last.is_visible()
            assert sheet.locator("svg.map").is_visible()
            assert sheet.locator(".timeline .shipment").is_visible()


def test_a_link_to_a_finding_opens_it(browser: Any, reports: Path) -> None:
    with _opened(browser, reports / "en.html", "#finding-5") as watched:
        assert watched.page.locator("#finding-5").is_visible()
        watched.page.click("table.ranked a[href='#finding-7']")
        watched.page.locator("#finding-7").wait_for(state="visible")


def test_findings_can_be_sifted_and_sorted(browser: Any, reports: Path) -> None:
    with _opened(browser, reports / "en.html") as watched:
        page = watched.page
        rows = page.locator("table.ranked tbody tr:visible")
        page.fill("#filter", "степова")
        assert rows.count() == 1
        assert page.inner_text("#shown") == "1 of 12 shown"
        assert page.locator("details.finding:visible").count() == 1
        page.fill("#filter", "")
        page.uncheck("input[value=hold]")
        assert rows.count() == 6
        page.check("input[value=hold]")
        page.get_by_role("button", name="Score").click()
        scores = [float(text) for text in rows.locator("td:nth-child(2)").all_inner_texts()]
        assert scores == sorted(scores)
        page.get_by_role("button", name="Score").press("Enter")
        scores = [float(text) for text in rows.locator("td:nth-child(2)").all_inner_texts()]
        assert scores == sorted(scores, reverse=True)


def _luminance(colour: str) -> float:
    """Relative luminance of an rgb() colour (WCAG 2.1)."""
    parts = [int(part) / 255 for part in colour[4:-1].split(",")]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_systems_scheme_with_enough_contrast(
    browser: Any, reports: Path, scheme: str
) -> None:
    with _opened(browser, reports / "en.html", color_scheme=scheme) as watched:
        colour = "(selector) => getComputedStyle(document.querySelector(selector))"
        paper = _luminance(watched.page.evaluate(f"({colour})('body').backgroundColor"))
        assert (paper < 0.1) == (scheme == "dark")
        for selector in ("body", "a", "small", ".note, .subtitle", ".action", "th"):
            shown = watched.page.evaluate(
                f"(s) => {{ const e = ({colour})(s); return [e.color, e.backgroundColor]; }}",
                selector,
            )
            ink = _luminance(shown[0])
            ground = paper if "rgba" in shown[1] else _luminance(shown[1])
            contrast = (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05)
            assert contrast >= 4.5, (selector, shown)


@pytest.mark.parametrize("scripted", [True, False])
def test_on_paper_every_finding_is_open(
    browser: Any, reports: Path, tmp_path: Path, scripted: bool
) -> None:
    with _opened(browser, reports / "en.html", java_script_enabled=scripted) as watched:
        watched.page.emulate_media(media="print")
        last = watched.page.locator("#finding-12 .evidence")
        if not scripted:
            assert last.is_visible()
        watched.page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    paper = (tmp_path / "report.pdf").read_bytes()
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") >= 12


def test_on_a_phone_nothing_runs_off_the_side(browser: Any, reports: Path) -> None:
    for language in LANGUAGES:
        with _opened(
            browser, reports / f"{language}.html", viewport={"width": 360, "height": 740}
        ) as watched:
            watched.page.click("#open-all")
            wide = watched.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_chains_open_offline_and_run_nothing_from_a_file(
    browser: Any, reports: Path, language: str
) -> None:
    file = reports / f"chains-{language}.html"
    with _opened(browser, file, "#chain-2") as watched:
        sheet = watched.page.locator("#chain-2")
        assert sheet.is_visible()
        for picture in ("svg.lots", "svg.lanes", "svg.map"):
            assert len(_pixels(sheet.locator(picture).screenshot())) > 100
        assert watched.page.evaluate("window.hurt") is None
        assert watched.requests == [file.as_uri()]
        assert watched.complaints == []


def test_chains_can_be_read_without_javascript(browser: Any, reports: Path) -> None:
    with _opened(browser, reports / "chains-en.html", java_script_enabled=False) as watched:
        for sheet in watched.page.locator("details.chain").all():
            if sheet.get_attribute("open") is None:
                sheet.locator("summary").click()
            assert sheet.locator(".legs tbody tr").last.is_visible()
            assert sheet.locator("svg.lots").is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_written_in_the_pictures_covers_something_else(
    browser: Any, reports: Path, language: str
) -> None:
    with _opened(browser, reports / f"chains-{language}.html") as watched:
        watched.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        covered = watched.page.evaluate(
            """() => [...document.querySelectorAll('svg.lots, svg.lanes')].flatMap(svg => {
                const boxes = [...svg.querySelectorAll('text')].map(
                    text => [text.textContent, text.getBoundingClientRect()]);
                return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) =>
                    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
                    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5
                ).map(([other]) => [one, other]));
            })"""
        )
        assert covered == []


def test_chains_do_not_run_off_a_phone_and_print_open(
    browser: Any, reports: Path, tmp_path: Path
) -> None:
    phone = {"width": 360, "height": 740}
    for language in LANGUAGES:
        with _opened(browser, reports / f"chains-{language}.html", viewport=phone) as watched:
            watched.page.evaluate(
                "document.querySelectorAll('details').forEach(d => d.open = true)"
            )
            wide = watched.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360, language
    with _opened(browser, reports / "chains-en.html", java_script_enabled=False) as watched:
        watched.page.emulate_media(media="print")
        assert watched.page.locator("#chain-4 .legs").is_visible()
        watched.page.pdf(path=tmp_path / "chains.pdf", prefer_css_page_size=True)
    assert (tmp_path / "chains.pdf").read_bytes().startswith(b"%PDF")
