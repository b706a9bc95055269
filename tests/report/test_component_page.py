"""The page of a recovered part: one picture, gaps drawn as gaps, three languages, in a browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.component_stories import COMPONENTS, SALES, SHIPMENTS

from enduse.components.kept import import_components
from enduse.model.result import RunResult, Statement
from enduse.pipeline import ComponentTrace, trace_component
from enduse.pipeline.component_links import Joined, Kind, Link
from enduse.report import write_report
from enduse.report.component_page import write_component_page
from enduse.report.component_picture import component_picture
from enduse.report.wording import LANGUAGES, wording
from enduse.settings import Settings

HOSTILE = "<script>window.hurt=1</script> \u202eCo"


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> ComponentTrace:
    folder = tmp_path_factory.mktemp("component")
    for name, text in (
        ("components", COMPONENTS),
        ("sales", SALES.replace("Kettle & Sons Ltd", HOSTILE)),
        ("shipments", SHIPMENTS),
    ):
        (folder / f"{name}.csv").write_text(text, "utf-8")
    settings = Settings(workspace=folder / "workspace", threads=2, memory_limit_mib=512)
    today = date(2024, 6, 1)
    import_components(folder / "components.csv", settings=settings, today=today)
    return trace_component(
        out=folder / "out",
        component="R-17",
        sales=folder / "sales.csv",
        shipments=folder / "shipments.csv",
        embargoed=["RU"],
        as_of=today,
        settings=settings,
    )


@pytest.fixture(scope="module")
def pages(traced: ComponentTrace) -> dict[str, Path]:
    made = {}
    for language in LANGUAGES:
        made[language] = traced.folder / f"{language}.html"
        write_component_page(traced, made[language], language=language)
    return made


def test_the_page_says_how_the_part_went_and_where_nothing_is_known(
    pages: dict[str, Path], traced: ComponentTrace
) -> None:
    text = pages["en"].read_text("utf-8")
    assert "Not in these records" in text
    assert "Link by link" in text
    assert "They were not screened: no list of parties is in the workspace." in text
    assert "ends in a gap" in text
    assert "reaches an embargoed destination" in text
    assert text.count('class="path"') == len(traced.paths)
    gaps = sum(link.gap is not None for path in traced.paths for link in path.links)
    assert len(re.findall(r'<g class="gap">', text)) == gaps
    assert len(re.findall(r'<tr class="gap">', text)) == gaps


def test_probabilities_shown_add_up_to_one(pages: dict[str, Path], traced: ComponentTrace) -> None:
    table = pages["en"].read_text("utf-8").split('class="candidates"')[1].split("</table>")[0]
    shares = [int(text) for text in re.findall(r'<td class="n">(\d+)%</td>', table)]
    assert abs(sum(shares) - 100) <= len(shares)
    assert len(shares) == traced.supply.candidates.num_rows + 2


def test_nothing_from_a_file_is_markup(pages: dict[str, Path]) -> None:
    for page in pages.values():
        text = page.read_text("utf-8")
        assert "<script" not in text
        assert "&lt;script&gt;" in text
        assert "\u202e" not in text


def test_a_part_without_a_sale_is_a_page_too(traced: ComponentTrace, tmp_path: Path) -> None:
    settings = Settings(workspace=traced.folder.parent / "workspace", threads=2)
    nothing = trace_component(
        out=tmp_path,
        component="R-18",
        sales=traced.folder.parent / "sales.csv",
        as_of=date(2024, 6, 1),
        settings=settings,
    )
    write_component_page(nothing, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "No sale in the records searched could have supplied" in text
    assert '<g class="gap">' in text


def _link(kind: Kind, target: str | None, strength: float | None, **more: Any) -> Link:
    gap = None if target else Statement("Nothing is known of it.")
    return Link(kind, "x", target, strength, gap=gap, **more)


def test_without_declarations_no_path_is_not_said_to_be_an_all_clear(
    traced: ComponentTrace, tmp_path: Path
) -> None:
    folder = traced.folder.parent
    settings = Settings(workspace=folder / "workspace", threads=2, memory_limit_mib=512)
    for component, said in (("R-17", "S1"), ("R-20", "Nothing could be searched for")):
        found = trace_component(
            out=tmp_path / component,
            component=component,
            sales=folder / "sales.csv",
            as_of=date(2024, 6, 1),
            settings=settings,
        )
        page = tmp_path / f"{component}.html"
        write_component_page(found, page)
        text = page.read_text("utf-8")
        figure = text[text.index("Paths to an embargoed destination") :][:120]
        assert "<b>–</b>" in figure
        assert 'class="release"' not in text
        assert said in text[text.index('<p class="lede">') :][:300]
        wide = re.search(r'viewBox="0 0 (\d+) \d+" role="img" aria-label="Paths', text)
        assert wide is not None
        assert int(wide[1]) > 400


def test_a_surer_link_is_drawn_thicker_and_a_gap_broken() -> None:
    first = _link(Kind.PART, "PART-1", 0.9)
    drawing = component_picture(
        [
            Joined(
                (first, _link(Kind.SALE, "S1", 0.8), _link(Kind.CUSTOMER, "A", 1.0),
                 _link(Kind.SENT_ON, "B", 0.5, country="TR"),
                 _link(Kind.DESTINATION, "RU", 1.0, country="RU")),
                0.8,
            ),
            Joined(
                (first, _link(Kind.SALE, "S2", 0.1), _link(Kind.CUSTOMER, "C", 1.0),
                 _link(Kind.SENT_ON, None, None)),
                0.1,
            ),
        ],
        "spoken",
        wording("en"),
    )  # fmt: skip
    widths = [
        float(found) for found in re.findall(r'class="tie"[^>]*stroke-width="([\d.]+)"', drawing)
    ]
    assert widths[0] > widths[4]
    assert widths[1] == max(widths)
    assert drawing.count('class="open"') == 1
    assert drawing.count('class="place end"') == 1
    assert "Nothing is known of it." in drawing


def test_a_report_leads_to_the_pages_beside_it(run_result: RunResult, tmp_path: Path) -> None:
    beside = {"DEMO-1, <b>QX32</b>": "component/report.html"}
    write_report(run_result, tmp_path / "with.html", beside=beside)
    text = (tmp_path / "with.html").read_text("utf-8")
    assert '<a href="component/report.html"><bdi>DEMO-1, &lt;b&gt;QX32&lt;/b&gt;</bdi></a>' in text
    write_report(run_result, tmp_path / "without.html")
    assert 'id="components"' not in (tmp_path / "without.html").read_text("utf-8")


playwright = pytest.importorskip("playwright.sync_api")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is not installed, and CI has to look at the page in a browser")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_offline_asks_for_nothing_and_covers_nothing(
    browser: Any, pages: dict[str, Path], language: str
) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(pages[language].as_uri())
    assert asked == [pages[language].as_uri()]
    assert said == []
    assert page.evaluate("window.hurt") is None
    assert page.locator("html").get_attribute("lang") == language.replace("_", "-")
    covered = page.evaluate(
        """() => {
            const boxes = [...document.querySelectorAll('svg.tree text')].map(
                text => [text.textContent, text.getBoundingClientRect()]);
            return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) =>
                Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
                Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5
            ).map(([other]) => [one, other]));
        }"""
    )
    assert covered == []
    outside = page.evaluate(
        """() => [...document.querySelectorAll('svg.tree g')].flatMap(group => {
            const box = group.querySelector('rect.place');
            if (!box) return [];
            const right = box.getBoundingClientRect().right;
            return [...group.querySelectorAll('text')].filter(
                text => text.getBoundingClientRect().right > right + 1).map(t => t.textContent);
        })"""
    )
    assert outside == []
    context.close()


def test_on_a_phone_nothing_runs_off_the_side(browser: Any, pages: dict[str, Path]) -> None:
    for page_file in pages.values():
        context = browser.new_context(offline=True, viewport={"width": 360, "height": 740})
        page = context.new_page()
        page.goto(page_file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        context.close()
