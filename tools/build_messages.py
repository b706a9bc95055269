"""Collect every text that a person reads, and bring the report's catalogues up to date.

Run by hand after a text was added or changed, then translate what is new::

    .venv/bin/python tools/build_messages.py

It prints what is not translated yet; a test fails while anything is.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "enduse"
LOCALE = SOURCE / "report" / "locale"
TRANSLATED = ("uk", "zh_Hant")
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("report/templates/**.html", "jinja2")]
OPTIONS = {"report/templates/**.html": {"newstyle_gettext": "true", "silent": "false"}}

UNKEPT = tuple(
    f'"{field}'
    for field in ("POT-Cr", "PO-Rev", "Last-Tr", "Language-Team", "Report-Msgid", "Generated-By")
)
"""Fields of a catalogue's header that are left out."""


def collected() -> Catalog:
    """All texts of all rooms, in English."""
    catalog = Catalog(project="enduse", fuzzy=False)
    found = extract_from_dir(SOURCE, METHODS, OPTIONS, keywords=KEYWORDS)
    for path, _, message, _, _ in sorted(found, key=lambda entry: entry[:2]):
        if message:
            catalog.add(message, locations=[(Path(path).as_posix(), None)])
    return catalog


def catalogue(language: str) -> Catalog:
    """The catalogue of a language, as it lies in the repository."""
    path = _path(language)
    if not path.exists():
        return Catalog(locale=language, project="enduse", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def untranslated(catalog: Catalog) -> Iterator[Message]:
    """Texts of a catalogue that have no translation, or not in every plural form."""
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.id and not all(forms):
            yield message


def _path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "enduse.po"


def main() -> None:
    """Write the template and the catalogues, and print what is left to translate."""
    template = collected()
    _write(template, LOCALE / "enduse.pot")
    for language in TRANSLATED:
        catalog = catalogue(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _write(catalog, _path(language))
        for message in untranslated(catalog):
            print(f"{language}: {message.id!r}")


def _write(catalog: Catalog, path: Path) -> None:
    catalog.header_comment = "# What Enduse says to its readers. Licence: Apache-2.0."
    written = BytesIO()
    write_po(written, catalog, width=98, sort_output=True)
    lines = written.getvalue().decode().splitlines(keepends=True)
    # The history of the file says who and when; a date in it would only make merges fail.
    kept = [line for line in lines if not line.startswith(UNKEPT)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
