"""Templates, styles and scripts of the pages."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from enduse.report.wording import Wording
from enduse.report.written import countries, sentence, written

TEMPLATES = Path(__file__).parent / "templates"


@cache
def asset(name: str) -> Markup:
    """A style or script as it is, to stand in a page."""
    return Markup((TEMPLATES / name).read_text("utf-8"))


def content_hash(text: str) -> str:
    """A source expression of Content Security Policy that lets exactly this text through."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def environment(words: Wording) -> Environment:
    """The templates in one reader's language."""
    made = Environment(
        # Indentation is for whoever reads the templates; five hundred findings pay for it.
        loader=DictLoader(
            {
                file.name: re.sub(r"^[ ]+", "", file.read_text("utf-8"), flags=re.MULTILINE)
                for file in TEMPLATES.glob("*.html")
            }
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]
    made.globals["words"] = words
    made.filters.update(
        number=words.number,
        bits=words.bits,
        day=words.day,
        country=words.country,
        term=words.term,
        translated=words.text,
        written=written,
        said=lambda statement: sentence(statement, words),
        place=lambda code: countries(code, words) or written(code),
    )
    return made
