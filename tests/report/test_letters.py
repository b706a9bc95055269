"""Letters: three scripts on paper, templates that an authority edits, bodies that are checked."""

from __future__ import annotations

import copy
import logging
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.letter_samples import COMPONENT, answer, request

from enduse.errors import InputError, UsageError
from enduse.model.inquiries import check_body
from enduse.report.letters import letter_languages, read_template, write_letter, write_templates
from enduse.report.letters.template import KINDS, NAMES
from enduse.report.wording import LANGUAGES


def pages(path: Path) -> list[str]:
    """The text of each page, without the breaks of lines."""
    with pypdfium2.PdfDocument(path) as document:
        return [
            page.get_textpage().get_text_range().replace("\r", "").replace("\n", " ")
            for page in document
        ]


def plain(text: str) -> str:
    return "".join(text.split())


@pytest.fixture
def letter(tmp_path: Path) -> Any:
    def written(body: dict[str, Any], own: Path | None = None) -> str:
        path = tmp_path / "letter.pdf"
        write_letter(body, path, own=own)
        return plain(" ".join(pages(path)))

    return written


def test_a_request_in_three_scripts_says_everything(
    letter: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="fpdf"):
        text = letter(request())
    assert caplog.records == []  # fpdf2 warns of every glyph that no font has
    for said in (
        "Запит про відомості щодо продажу",
        "Request for records of sale",
        "銷售紀錄查詢函",
        "虛構半導體股份有限公司",
        "Вигадана область, ґанок № 7",
        "22 листопада 2026",
        "22 November 2026",
        "2026年11月22日",
        "25 July 2022 to 31 July 2022",
        "liaison@example.org",
        "Sealed bag 0042",
        "fragment of the same hull",
        "confidence 97%",
        "Country of the maker's headquarters",
        "Швейцарія (CH)",
        "瑞士 (CH)",
        "Serial numbers: not in the marking as it could be read",
        "序號: 可判讀之標示中沒有",
        "'No record' then says that these records hold none.",
        "Просимо відповісти до",
        "請於此日前回覆",
        "Use this only for this case.",
    ):
        assert plain(said) in text, said
    assert text.count("UA-2026-0042") >= 6


def test_each_language_begins_a_page_and_pages_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    write_letter(request(), path)
    texts = pages(path)
    titles = ("Запит про відомості", "Request for records", "銷售紀錄查詢函")
    begun = [text.startswith(titles) for text in texts]
    assert begun[0]
    assert sum(begun) == 3
    for number, text in enumerate(texts, 1):
        assert any(
            said in text
            for said in (
                f"сторінка {number} з {len(texts)}",
                f"page {number} of {len(texts)}",
                f"第 {number} 頁，共 {len(texts)} 頁",
            )
        )


def test_an_answer_tells_sales_customers_and_what_was_not_searched(letter: Any) -> None:
    text = letter(answer())
    for said in (
        "3 sales could have supplied the component",
        "sales-2021-2024.parquet",
        "1,234,567",
        "深圳市虚构简体贸易有限公司",
        "Serial numbers: the records do not hold it",
        "supplied the component is 22%",
        "2%",
        "Відповідь на запит",
        "銷售紀錄查詢之覆函",
    ):
        assert plain(said) in text, said
    assert "pseudonym" not in text


def test_no_record_is_not_said_to_be_not_ours(letter: Any) -> None:
    text = letter(answer(0, customers=[], elsewhere=None))
    assert plain("That is not to say that the component is not ours") in text
    assert plain("What was searched") in text
    assert plain("1,234,567") in text
    assert plain("Sales that could have supplied the component") not in text


def test_pseudonyms_are_explained_in_a_redacted_answer(letter: Any) -> None:
    text = letter(answer(redacted=True))
    assert plain("given as pseudonyms") in text
    assert plain("Customer 深圳市") in text


def test_pseudonyms_and_heads_of_columns_are_not_broken_where_there_is_room(
    tmp_path: Path,
) -> None:
    body = answer(redacted=True, languages=["uk"])
    for sale in body["sales"]:
        sale |= {"sale": "77HZ-TGUM", "customer": "AMA7-LSNL", "match": "near_lot"}
    write_letter(body, tmp_path / "letter.pdf")
    text = " ".join(pages(tmp_path / "letter.pdf"))
    assert text.count("77HZ-TGUM") == len(body["sales"])
    assert "Імовірність" in text


def test_a_long_answer_runs_over_pages_and_says_how_many_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    write_letter(answer(200, languages=["en"]), path)
    texts = pages(path)
    assert "The table shows 60 of them" in " ".join(texts)
    heads = [text for text in texts if "Agrees by" in text]
    assert len(heads) > 1  # the head of the table stands on every page of it
    assert "S0060" in " ".join(texts)
    assert "S0061" not in " ".join(texts)


def test_letters_that_no_font_has_are_read_in_latin(
    letter: Any, caplog: pytest.LogCaptureFixture
) -> None:
    body = request(languages=["en"])
    body["to"]["name"] = "شركة النخلة 😀 \u202eevil\x07"
    with caplog.at_level(logging.WARNING, logger="fpdf"):
        text = letter(body)
    assert caplog.records == []
    assert "[shrk" in text
    assert "[U+202E]evil[U+0007]" in text


@settings(max_examples=3)
@given(st.text(max_size=400), st.text(max_size=60))
def test_no_name_breaks_a_letter(
    tmp_path_factory: pytest.TempPathFactory, one: str, two: str
) -> None:
    body = request(languages=["en"])
    body["to"]["name"], body["component"]["custody"] = one, two
    path = tmp_path_factory.mktemp("letters") / "letter.pdf"
    write_letter(body, path)
    with pypdfium2.PdfDocument(path) as document:
        assert len(document) >= 2


def test_nothing_runs_off_the_page(tmp_path: Path) -> None:
    body = request()
    body["component"]["custody"] = "W" * 300 + " " + "保管" * 200
    path = tmp_path / "letter.pdf"
    write_letter(body, path)
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_charbox(place) for place in range(text.count_chars())]
            assert max(right for _, _, right, _ in boxes) <= page.get_width() - 55
            assert min(bottom for _, bottom, _, _ in boxes) >= 25


def test_an_authority_edits_its_own_letter(letter: Any, tmp_path: Path) -> None:
    own = tmp_path / "letters"
    written, kept = write_templates(own)
    assert len(written) == len(KINDS) * len(LANGUAGES)
    assert kept == []
    mine = own / "request.en.toml"
    mine.write_text(
        mine.read_text("utf-8").replace(
            'title = "Request for records of sale"', 'title = "Our own request"'
        ),
        "utf-8",
    )
    text = letter(request(), own)
    assert plain("Our own request") in text
    assert plain("Запит про відомості") in text
    assert write_templates(own)[0] == []
    assert "Our own request" in mine.read_text("utf-8")


FAULTS = [
    ('title = "A"', "'foot' is missing"),
    ('title = "A"\nfoot = "B"', "there is no [[part]]"),
    ('title = "A"\nfoot = "B"\nback = "C"\n[[part]]\ntext = "x"', "'back' is nothing"),
    ('title = "A"\nfoot = "B"\n[[part]]\ntext = "{colour}"', "{colour} is no name"),
    ('title = "A"\nfoot = "B"\n[[part]]\ntext = "{case.__class__}"', "is no name"),
    ('title = "A"\nfoot = "B"\n[[part]]\ntext = "{case"', "braces"),
    ('title = "A"\nfoot = "B"\n[[part]]\nshow = "secrets"', "known are asked, known, unknown"),
    ('title = "A"\nfoot = "B"\n[[part]]\nwhen = "found"', "known are none"),
    ('title = "A"\nfoot = "B"\n[[part]]\ntext = 7', "is no text"),
    ('title = "A"\nfoot = "B"\n[[part]]\n[words]\nhello = "x"', "'hello' is no word"),
    ('title = "A"\nfoot = "B"\n[[part]]\ntext = "{case:d}"', "{case:d} is no name"),
    ('title = "A"\nfoot = "B"\n[[part]]\ntext = "{case!x}"', "{case!x} is no name"),
    ('title = "A"\nfoot = "B"\n[[part]]\ntext = "{case:{to}}"', "{case:{to}} is no name"),
    ('title = "A"\nfoot = "B"\n[[part]]\n[words]\nrange = "{firts}"', "known are first, last"),
    ('title = "A"\nfoot = "B"\n[[part]]\n[words]\nconfidence = "{share"', "braces"),
    ("title = ", "is no TOML file"),
    (b"title = '\xff'", "is no UTF-8 text"),
]


@pytest.mark.parametrize(("text", "said"), FAULTS, ids=[said for _, said in FAULTS])
def test_a_template_that_cannot_be_used_is_named(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    path = tmp_path / "request.uk.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as raised:
        read_template("request", "uk", tmp_path)
    assert said in raised.value.message
    assert str(path) in raised.value.message


@pytest.mark.parametrize("kind", KINDS)
def test_templates_of_all_languages_have_the_same_parts_and_words(kind: str) -> None:
    first, *others = (read_template(kind, language) for language in LANGUAGES)
    for other in others:
        assert [(part.show, part.when) for part in other.parts] == [
            (part.show, part.when) for part in first.parts
        ]
        assert other.words.keys() == first.words.keys()


def test_languages_are_named_either_way() -> None:
    assert letter_languages(["zh-Hant", "zh_Hant", "EN"]) == ("zh_Hant", "en")
    for wrong in (["fr"], [" "], []):
        with pytest.raises(UsageError):
            letter_languages(wrong)


def _with(body: dict[str, Any], *place: Any, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    inside: Any = changed
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return changed


WRONG = [
    ([], "neither a request nor an answer"),
    ({"schema": "enduse/request/2"}, "neither a request nor an answer"),
    ({"schema": ["enduse/request/1"]}, "neither a request nor an answer"),
    (_with(request(), "case", value=7), "holds no text in 'case'"),
    (_with(request(), "made", value="2026-13-01"), "holds no day in 'made'"),
    (_with(request(), "made", value="20261101"), "holds no day in 'made'"),
    (_with(request(), "component", "serials", value="A1"), "no list of at most"),
    (_with(request(), "known", 0, "confidence", value=1.5), "no share in 'known[0].confidence'"),
    (_with(request(), "to", "name", value="x" * 30_000), "holds no text in 'to.name'"),
    (_with(request(), "to", value=None), "holds no object in 'to'"),
    (_with(request(), "command", value="rm"), "'command' that its schema does not know"),
    (_with(answer(), "sales", 0, "quantity", value=True), "no number in 'sales[0].quantity'"),
    (_with(answer(), "sales", 0, "quantity", value=float("nan")), "'sales[0].quantity'"),
    (_with(answer(), "assumptions", 0, "values", value={"a": 1}), "'assumptions[0].values'"),
]


@pytest.mark.parametrize(("document", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_document_that_is_none_is_refused_by_its_field(document: object, said: str) -> None:
    with pytest.raises(InputError) as raised:
        check_body(document)
    assert said in raised.value.message


def test_requests_and_answers_pass_and_are_not_taken_for_each_other() -> None:
    assert check_body(request()) == request()
    assert check_body(answer()) == answer()
    with pytest.raises(InputError, match="enduse/request/1 is needed"):
        check_body(answer(), "enduse/request/1")
    missing = request()
    del missing["component"]["lot"]
    with pytest.raises(InputError, match=r"has no field 'component\.lot'"):
        check_body(missing)


def test_every_name_that_a_template_may_use_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "components.md").read_text("utf-8")
    for name in NAMES:
        assert f"`{{{name}}}`" in page, name


def test_what_is_not_known_leaves_no_hole_in_a_sentence(letter: Any) -> None:
    body = request(languages=["en"], period={"from": None, "to": "2024-03-05"})
    body["component"] |= dict.fromkeys(COMPONENT, None) | {"serials": []}
    text = letter(body)
    assert plain("from the beginning of your records to 5 March 2024") in text
    assert "None" not in text
    assert plain("Recovered from not stated") in text


def test_a_name_that_this_letter_does_not_fill_in_is_said_to_be_not_stated(
    letter: Any, tmp_path: Path
) -> None:
    every = " ".join(f"{{{name}}}" for name in sorted(NAMES))
    (tmp_path / "answer.en.toml").write_text(
        f'title = "{{case}}"\nfoot = "{{page}}"\n[[part]]\ntext = "{every}"\n', "utf-8"
    )
    assert "notstated" in letter(answer(languages=["en"]), tmp_path)
