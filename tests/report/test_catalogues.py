"""Everything that a person reads can be read in Ukrainian and Traditional Chinese."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from enduse.errors import UsageError
from enduse.report.wording import LANGUAGES, wording

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    path = ROOT / "tools" / "build_messages.py"
    spec = importlib.util.spec_from_file_location("build_messages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def collected(messages: ModuleType) -> Catalog:
    return messages.collected()


def _forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _fields(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|\{\w+\}", text))


def test_the_texts_of_the_report_and_of_the_rules_are_collected(collected: Catalog) -> None:
    assert "How to read this report" in collected
    assert "Founded after the invasion, receives high-priority goods" in collected
    assert "consignee" in collected


def test_the_template_for_translators_is_up_to_date(
    messages: ModuleType, collected: Catalog
) -> None:
    with (messages.LOCALE / "enduse.pot").open("rb") as file:
        template = {message.id for message in read_po(file)}
    assert template == {message.id for message in collected}, "run tools/build_messages.py"


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_catalogues_are_complete(messages: ModuleType, collected: Catalog, language: str) -> None:
    catalog = messages.catalogue(language)
    missing = [m.id for m in collected if m.id and catalog.get(m.id) is None]
    missing += [m.id for m in messages.untranslated(catalog)]
    assert not missing, f"run tools/build_messages.py and translate: {missing}"


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_translations_fill_in_the_same_fields(messages: ModuleType, language: str) -> None:
    for message in messages.catalogue(language):
        if not message.id:
            continue
        assert not list(message.check()), message.id
        expected = set().union(*map(_fields, _forms(message.id)))
        for form in _forms(message.string):
            assert _fields(form) == expected, form


def test_a_text_that_no_catalogue_knows_is_shown_in_english() -> None:
    assert wording("uk").text("A rule of one's own") == "A rule of one's own"


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'tlh'.*en, uk, zh_Hant"):
        wording("tlh")


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 рядок"), (3, "3 рядки"), (11, "11 рядків"), (21, "21 рядок")]
)
def test_ukrainian_counts_in_three_forms(count: int, said: str) -> None:
    form = wording("uk").translations.ngettext("%(count)s line", "%(count)s lines", count)
    assert form % {"count": count} == said


def test_numbers_and_days_are_written_as_the_reader_writes_them() -> None:
    from datetime import date

    english, ukrainian, chinese = map(wording, LANGUAGES)
    assert english.number(12408) == "12,408"
    assert ukrainian.number(12408).replace("\u00a0", " ") == "12 408"
    assert ukrainian.bits(-1.25, digits=2) == "−1,25"
    assert english.bits(2.5, signed=True) == "+2.5"
    assert english.day(date(2025, 6, 30)) == "30 Jun 2025"
    assert chinese.day(date(2025, 6, 30)) == "2025年6月30日"


def test_a_share_that_is_not_all_never_reads_as_all() -> None:
    english = wording("en")
    assert english.share(999_999, 1_000_000) == "99.9%"
    assert english.share(4_336, 100_000) == "4.3%"
    assert english.share(64, 10_000) == "0.64%"
    assert english.share(1, 10_000_000) == "0.01%"
    assert (english.share(0, 5), english.share(5, 5), english.share(0, 0)) == ("0%", "100%", "0%")
