"""Chains for a reader: every leg in words, in pictures and in three languages."""

from __future__ import annotations

import re
from dataclasses import replace
from gettext import NullTranslations
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from lxml import html
from tests.report.chain_samples import HOSTILE, leg, sample_rows, sample_steps

from enduse.errors import InputError, UsageError
from enduse.model.chains import CHAIN_STEPS
from enduse.model.result import RunResult, Statement
from enduse.report import write_chains_page
from enduse.report.chains import MOST_CHAINS, chains_section
from enduse.report.lettering import fitted, width
from enduse.report.page import render
from enduse.report.steps import read_chains
from enduse.report.wording import LANGUAGES, Wording, wording

EN = wording("en")


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=CHAIN_STEPS)


def _section(steps: pa.Table, words: Wording = EN) -> html.HtmlElement:
    return html.document_fromstring(chains_section(steps, words))


def _text(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _basis(section: html.HtmlElement, chain: int) -> list[str]:
    rows = section.get_element_by_id(f"chain-{chain}").xpath(".//table[@class='legs']/tbody/tr")
    return [" ".join(row[2].text_content().split()) for row in rows]


@pytest.fixture(scope="module")
def section() -> html.HtmlElement:
    return _section(sample_steps())


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> html.HtmlElement:
    path = tmp_path_factory.mktemp("page") / "chains.html"
    note = Statement("{lines} lines had no usable quantity.", {"lines": "12"})
    write_chains_page(sample_steps(), path, notes=[note, "No <b>shipment</b> {goes}."])
    return html.document_fromstring(path.read_text("utf-8"))


def test_each_step_says_what_it_rests_on(section: html.HtmlElement) -> None:
    first, second, third = _basis(section, 1)
    assert "The chain begins with this leg" in first
    assert "Of its 1,200 pcs, 1,000 are followed along this chain" in first
    assert "Goods of leg 1 may have gone on in this one. The part number is the same." in second
    assert "It left 18 days after the leg before. Its whole quantity is followed" in second
    assert "this firm had moved nothing else of such goods before that day" in second
    assert "come to this firm before that day: 7; other orders that had left it: 12." in third
    assert "Received as Ala-Too Elektronik OsOO, sent as ALATOO ELEKTRONIK LLC" in third
    assert "confidence of 92%" in third
    assert "say the same as on the leg before: country of origin and lot." in third
    assert "say something else than on the leg before: description." in third


def test_what_is_not_known_is_said_and_not_passed_over(section: html.HtmlElement) -> None:
    _, second = _basis(section, 3)
    assert "only the firm joins the two legs" in second
    assert "It left on the same day as the leg before. No quantity could be followed." in second
    assert "How much else of such goods this firm moved is not known." in second
    assert "Its quantity was told from its weight" in second
    (bare,) = _basis(
        _section(_table([leg(1, 0, "2024-01-01", ("A", "TW"), ("B", "AE"), 5, None)])), 1
    )
    assert bare.endswith("No quantity could be followed.")


def test_nobody_is_accused(page: html.HtmlElement) -> None:
    text = _text(page)
    assert "may have traded lawfully and without knowing of the other legs" in text
    assert "12 lines had no usable quantity. No <b>shipment</b> {goes}." in text
    for word in ("guilt", "suspect", "smuggl", "evade", "illegal", "criminal"):
        assert word not in text.lower()


def test_a_quantity_told_from_a_weight_is_not_divided_by_one_as_declared() -> None:
    legs = [
        leg(1, 0, "2024-01-01", ("A", "TW"), ("B", "AE"), 100, 100),
        leg(1, 1, "2024-02-01", ("B", "AE"), ("C", "RU"), 0.1, 0.1),
    ]
    assert "of what was followed to this firm" in _basis(_section(_table(legs)), 1)[1]
    legs[1]["by_weight"] = True
    assert "of what was followed to this firm" not in _basis(_section(_table(legs)), 1)[1]


def test_chains_without_a_column_are_refused_by_its_name() -> None:
    with pytest.raises(InputError, match="no column by_weight"):
        read_chains(sample_steps().drop_columns(["by_weight"]))


def test_branches_are_followed_to_where_they_meet() -> None:
    chain = read_chains(sample_steps())[1]
    assert [step.hop for step in chain.steps] == [0, 1, 1, 2, 2]
    assert [step.quantity for step in chain.main] == [5000, 3000, 2800]
    assert [holder.stage for holder in chain.holders] == [0, 1, 2, 2, 3]
    last = chain.holders[-1]
    assert len(last.received) == 2
    assert not last.sent


def test_a_firm_under_two_names_is_one_holder() -> None:
    holder = read_chains(sample_steps())[0].holders[2]
    assert {name for name, _ in holder.parties} == {
        "Ala-Too Elektronik OsOO",
        "ALATOO ELEKTRONIK LLC",
    }
    assert len(holder.received) == len(holder.sent) == 1


def _widths(section: html.HtmlElement, chain: int, kind: str) -> list[float]:
    """Heights of bands where they begin."""
    paths = section.get_element_by_id(f"chain-{chain}").xpath(f".//svg//path[@class='{kind}']/@d")
    found = []
    for path in paths:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
        found.append(numbers[-1] - numbers[1])
    return found


def test_bands_are_as_wide_as_the_quantities(section: html.HtmlElement) -> None:
    dark, pale = _widths(section, 1, "dark"), _widths(section, 1, "pale")
    assert dark == pytest.approx([50, 50, 50], abs=0.2)
    assert pale == pytest.approx([10, 80], abs=0.2)
    assert _widths(section, 3, "dark") == []
    split = _widths(section, 2, "dark")
    assert split[0] == pytest.approx(split[1] + split[2], abs=0.3)
    stubs = section.get_element_by_id("chain-2").xpath(".//svg//path[@class='stub']")
    assert len(stubs) == 1, "500 of 1,400 pieces stayed with the firm in Kazakhstan"


def test_what_is_not_certain_never_reads_as_certain() -> None:
    assert [EN.degree(value) for value in (1, 0.9999, 0.834, 0.0001, 0)] == [
        "1.00",
        "0.99",
        "0.83",
        "0.01",
        "0.00",
    ]
    assert [EN.percent(value) for value in (1, 0.9999, 0.0001)] == ["100%", "99%", "1%"]


def test_every_goods_key_has_its_sentence() -> None:
    keys = ("part_number", "hs6", "control_entry", "heading", "party", "party_by_mass", None)
    said = set()
    for key in keys:
        rows = sample_rows()[:2]
        rows[1]["goods_key"] = key
        said.add(_basis(_section(_table(rows)), 1)[1])
    assert len(said) == len(keys)


def test_a_chain_of_many_legs_is_drawn_wider() -> None:
    firms = [(f"Firm {letter}", "TW") for letter in "ABCDEFGHIJ"]
    rows = [
        leg(1, hop, f"2024-01-{hop + 1:02}", *pair, 5, 5)
        for hop, pair in enumerate(pairwise(firms))
    ]
    (lots,) = _section(_table(rows)).find_class("lots")
    assert float(lots.get("viewbox", "").split()[2]) == 10 * 150


def test_bands_of_two_units_are_said_to_be_of_two_units(section: html.HtmlElement) -> None:
    said = "Bands of different units cannot be compared."
    assert said in _text(section.get_element_by_id("chain-3"))
    assert said not in _text(section.get_element_by_id("chain-1"))


def test_arrows_of_the_timeline_stand_in_order_of_days(section: html.HtmlElement) -> None:
    lanes = section.get_element_by_id("chain-1").find_class("lanes")[0]
    starts = [float(p.get("d", "M0").split()[0][1:]) for p in lanes.find_class("leg")]
    assert starts == sorted(starts)
    assert (starts[1] - starts[0]) / (starts[2] - starts[0]) == pytest.approx(18 / 42, abs=0.01)
    assert "18 days" in _text(lanes)


def test_the_best_chains_are_shown_and_the_rest_counted() -> None:
    rows = [
        leg(n, 0, "2024-01-01", ("A", "TW"), ("B", "RU"), 5, 5, shipment_id=f"S{n}")
        for n in range(MOST_CHAINS + 7, 0, -1)
    ]
    section = _section(_table(rows))
    assert len(section.xpath("//details")) == MOST_CHAINS
    assert section.xpath("//details//*[@class='rank']")[0].text == "1"
    assert f"The best {MOST_CHAINS} of {MOST_CHAINS + 7} are shown" in _text(section)


def test_no_chain_is_no_all_clear() -> None:
    text = _text(_section(CHAIN_STEPS.empty_table()))
    assert "That says nothing of legs that are not in them." in text


def test_hostile_names_are_text_and_nothing_is_asked_for(page: html.HtmlElement) -> None:
    assert len(page.xpath("//script")) == 1
    assert not page.xpath("//img | //iframe | //@onerror | //@onload | //@style")
    assert HOSTILE in page.text_content()
    assert "\u202e" not in page.text_content()
    for element, attribute, link, _ in page.iterlinks():
        assert link == "data:," or link.startswith("#"), (element.tag, attribute, link)


def test_it_can_be_read_by_ear_and_by_keyboard(page: html.HtmlElement) -> None:
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


class _Marked(NullTranslations):
    """Translates every text to one in which no Latin letter is left."""

    def gettext(self, message: str) -> str:
        return re.sub(r"(%\(\w+\)s|\{\w+\})|[A-Za-z]", lambda m: m.group(1) or "ж", message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


def test_every_text_goes_through_the_catalogues() -> None:
    words = Wording("zh_Hant")
    words.translations = _Marked()
    rows = [
        {**row, "exporter": "甲", "consignee": "乙", "destination_country": "RU"}
        for row in sample_rows()
    ]
    section = _section(_table(rows), words)
    for written in list(section.iter("bdi", "abbr")):
        written.drop_tree()
    for written in section.find_class("iso"):
        written.drop_tree()
    left = re.findall(r"[A-Za-z]{2,}", section.text_content())
    assert not [word for word in left if word != "XX"]
    assert not re.findall(r"[A-Za-z]{2,}", " ".join(section.xpath("//@aria-label")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_stay_as_written_in_every_language(language: str) -> None:
    text = _text(_section(sample_steps(), wording(language)))
    for name in ("新竹青石半導體股份有限公司", "ООО «Северный Вектор»", "Ala-Too Elektronik OsOO"):
        assert name in text


def test_a_report_has_chains_only_if_they_were_sought(run_result: RunResult) -> None:
    without = render(run_result, EN)
    assert 'id="chains"' not in without
    assert "#chains" not in without
    page = html.document_fromstring(render(replace(run_result, chains=sample_steps()), EN))
    assert len(page.xpath("//section[@id='chains']//details")) == 5
    assert page.xpath("//nav//a[@href='#chains']")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_chains_page(sample_steps(), tmp_path / "chains.html", language="xx")
    assert not (tmp_path / "chains.html").exists()


def test_names_are_cut_to_their_room() -> None:
    assert fitted("Short", 200, 2) == ["Short"]
    assert fitted("新竹青石半導體股份有限公司", 60) == ["新竹青石…"]
    for line in fitted("Green Harbour Trading (Hong Kong) International Logistics", 120, 3):
        assert width(line) <= 120
