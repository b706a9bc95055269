"""A request or an answer written as a letter: one PDF, each language beginning a new page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date

from enduse.engine.files import whole_file
from enduse.errors import UsageError
from enduse.model.inquiries import ANSWER, Body, check_body
from enduse.model.result import Statement
from enduse.report.letters.template import NAMES, Part, Template, read_template
from enduse.report.wording import Wording, wording

MOST_ROWS = 60
"""So many sales or customers stand in a letter; the JSON body has all that were given."""

_LABEL = " :: "


def letter_languages(names: Sequence[str]) -> tuple[str, ...]:
    """Languages as Enduse writes them, each once.

    Raises
    ------
    UsageError
        If there are none, or letters do not speak one of them.

    Examples
    --------
    >>> letter_languages(["uk", "zh-Hant", "uk"])
    ('uk', 'zh_Hant')
    """
    found = tuple(dict.fromkeys(wording(name.strip()).language for name in names if name.strip()))
    if not found:
        raise UsageError("No language is named.", hint="Name some, such as uk,en,zh-Hant.")
    return found


def write_letter(body: Body, path: Path, *, own: Path | None = None) -> None:
    """Write a request or an answer as a PDF letter, in each of its languages.

    Parameters
    ----------
    body
        In one of the schemas of `enduse.model.inquiries`.
    path
        Where the PDF is to be; it appears whole or not at all.
    own
        Folder of the authority's own templates.

    Raises
    ------
    InputError
        If the body is no request and no answer, or a template cannot be used.
    UsageError
        If letters do not speak one of its languages.
    StorageError
        If the file cannot be written.
    """
    from enduse.report.letters.sheet import Sheet

    check_body(body)
    kind = "answer" if body["schema"] == ANSWER else "request"
    languages = letter_languages(body["languages"])
    templates = [read_template(kind, language, own) for language in languages]
    made = date.fromisoformat(body["made"])
    sheet = Sheet(f"{templates[0].title}: {body['case']}", made)
    sheet.set_lang(languages[0].replace("_", "-"))
    for language, template in zip(languages, templates, strict=True):
        _Letter(body, template, wording(language)).write_to(sheet)
    with whole_file(path) as part:
        sheet.output(str(part))


class _Letter:
    """A body in the words of one language."""

    def __init__(self, body: Body, template: Template, words: Wording) -> None:
        self.body, self.template, self.words = body, template, words
        self.own = template.words

    def write_to(self, sheet: Any) -> None:
        """Fill the next pages of a sheet."""
        values = self._values()
        foot = self.template.foot.format_map({**values, "page": "{page}", "pages": "{pages}"})
        sheet.begin(self.template.title.format_map(values), foot)
        for part in self.template.parts:
            if self._is_so(part.when):
                self._write_part(part, values, sheet)

    def _is_so(self, condition: str) -> bool:
        if condition == "redacted":
            return bool(self.body["redacted"])
        return not condition or self.body["outcome"] == condition

    def _write_part(self, part: Part, values: Mapping[str, str], sheet: Any) -> None:
        if part.heading:
            sheet.heading(part.heading.format_map(values))
        for line in part.text.strip().splitlines():
            label, is_pair, text = line.partition(_LABEL)
            if is_pair:
                sheet.pair(label.format_map(values), text.format_map(values))
            elif line.startswith("- "):
                sheet.bullet(line[2:].format_map(values))
            elif line.strip():
                sheet.paragraph(line.format_map(values))
        if part.show:
            self._show(part.show, sheet)

    def _show(self, what: str, sheet: Any) -> None:
        rows = list(getattr(self, f"_{what}")())
        if not rows:
            sheet.paragraph(self.own["nothing"])
        elif isinstance(rows[0], str):
            for text in rows:
                sheet.bullet(text)
        else:
            sheet.grid(rows[0], rows[1:])

    # What a letter of either kind says.

    def _values(self) -> dict[str, str]:
        body, component = self.body, self.body["component"]
        plain = ("custody", "attribution_basis", "confidence", "source", "recovered_place")
        named = (component["part_number"], component["manufacturer"], component["date_code"])
        values = {
            **dict.fromkeys(NAMES, self.own["not_stated"]),
            **{name: self._said(component[name]) for name in (*plain, "weapon", "owner")},
            "case": body["case"],
            "made": self._day(body["made"]),
            "to": body["to"]["name"] or self.own["nobody"],
            "sender": body["from"]["name"] or self.own["nobody"],
            "contact": body["from"]["contact"] or self.own["nobody"],
            "handling": self.own.get(body["handling"], body["handling"]),
            "part_number": self._said(component["part_number"]),
            "manufacturer": self._said(component["manufacturer"]),
            "manufacturer_country": self._country(component["manufacturer_country"]),
            "recovered_on": self._day(component["recovered_on"]),
            "component": " · ".join(filter(None, named)) or self._said(component["marking"]),
            "reply_by": self._day(body.get("reply_by")),
        }
        if "period" in body:
            first, last = body["period"]["from"], body["period"]["to"]
            values["period_from"] = self._day(first) if first else self.own["beginning"]
            values["period_to"] = self._day(last)
        sales, share = body.get("sales", ()), body.get("elsewhere")
        values["sales_in_all"] = self.words.number(body.get("sales_in_all", 0))
        values["sales_shown"] = self.words.number(min(len(sales), MOST_ROWS))
        values["elsewhere"] = self._share(share)
        return values

    def _said(self, value: str | None) -> str:
        return value or self.own["not_stated"]

    def _day(self, text: str | None) -> str:
        if not text:
            return self.own["not_stated"]
        locale = "en_GB" if self.words.language == "en" else self.words.language
        return str(format_date(date.fromisoformat(text), "long", locale=locale))

    def _short_day(self, text: str | None) -> str:
        return self.words.day(date.fromisoformat(text)) if text else "–"

    def _country(self, code: str | None) -> str:
        return f"{self.words.country(code)} ({code})" if code else self.own["not_stated"]

    def _share(self, share: float | None) -> str:
        return "–" if share is None else self.words.percent(share)

    def _number(self, value: float | None) -> str:
        return "–" if value is None else self.words.quantity(value)

    def _range(self, first: str | None, last: str | None) -> str:
        return self.own["range"].format(first=self._day(first), last=self._day(last))

    def _reasons(self, gaps: Sequence[Mapping[str, str]]) -> Iterator[str]:
        for gap in gaps:
            field = self.own.get(gap["field"], gap["field"])
            yield f"{field}: {self.own.get(gap['reason'], gap['reason'])}"

    # What a request shows.

    def _asked(self) -> Iterator[str]:
        for item in self.body["asked"]:
            yield self.own.get(item, item)

    def _known(self) -> Iterator[tuple[str, ...]]:
        own, component = self.own, self.body["component"]
        yield own["what"], own["value"], own["source"]
        for fact in self.body["known"]:
            field, value, source = fact["field"], fact["value"], fact["source"]
            if field.endswith("_country") or field.startswith("country_"):
                value = self._country(value)
            elif field == "date_code" and component["date_code_earliest"]:
                days = component["date_code_earliest"], component["date_code_latest"]
                value = f"{value} ({self._range(*days)})"
            source = own.get(source, source)
            if fact["confidence"] is not None:
                said = own["confidence"].format(share=self.words.percent(fact["confidence"]))
                source = f"{source}, {said}"
            yield own.get(field, field), value, source

    def _unknown(self) -> Iterator[str]:
        return self._reasons(self.body["unknown"])

    # What an answer shows.

    def _searched(self) -> Iterator[tuple[str, ...]]:
        own = self.own
        yield own["source"], own["records"], own["period"], own["kept"]
        for source in self.body["searched"]:
            kept = (source[name] for name in ("with_lot", "with_date_code", "with_serials"))
            yield (
                source["source"],
                self._number(source["records"]),
                self._range(source["first"], source["last"]),
                " / ".join(map(self._number, kept)),
            )

    def _not_searched(self) -> Iterator[str]:
        return self._reasons(self.body["not_searched"])

    def _sales(self) -> Iterator[tuple[str, ...]]:
        names = ("sale", "date", "lot", "date_code", "quantity", "customer", "country")
        yield (*map(self.own.__getitem__, names), self.own["match"], self.own["probability"])
        for sale in self.body["sales"][:MOST_ROWS]:
            yield (
                sale["sale"],
                self._short_day(sale["date"]),
                sale["lot"] or "–",
                sale["date_code"] or "–",
                self._number(sale["quantity"]),
                self._customer(sale["customer"]),
                sale["country"] or "–",
                self.own.get(f"match_{sale['match']}", sale["match"]),
                self._share(sale["probability"]),
            )

    def _customers(self) -> Iterator[tuple[str, ...]]:
        names = ("customer", "country", "sales_count", "quantity", "lot_share", "probability")
        yield tuple(map(self.own.__getitem__, names))
        for customer in self.body["customers"][:MOST_ROWS]:
            yield (
                self._customer(customer["customer"]),
                customer["country"] or "–",
                self._number(customer["sales"]),
                self._number(customer["quantity"]),
                self._share(customer["lot_share"]),
                self._share(customer["probability"]),
            )

    def _customer(self, name: str | None) -> str:
        if name is None:
            return "–"
        return self.own["pseudonym"].format(name=name) if self.body["redacted"] else name

    def _assumptions(self) -> Iterator[str]:
        for said in self.body["assumptions"]:
            statement = Statement(said["say"], said["values"])
            yield statement.text(self.words.text(statement.template))
