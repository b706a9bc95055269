"""A letter's paper: pages of A4 with text, pairs, lists and tables in three scripts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from anyascii import anyascii
from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

from enduse.report.written import legible

_FONTS = (
    ("latin", "fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf", 0),
    ("han", "noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc", 3),
)
"""Latin and Cyrillic letters; ideographs, the collection's fourth font having Taiwan's forms."""

_MARGIN, _FOOT = 22.0, 18.0
_BODY, _SMALL, _HEADING, _TITLE = 10.5, 9.0, 12.5, 19.0
"""Points."""
_LEADING = 1.45
_POINT = 25.4 / 72
_INK, _SOFT, _RULE = (24, 33, 43), (85, 97, 110), (200, 206, 211)
_LABEL = 52.0
_BOLDER = 0.022
"""How much wider strokes are drawn in headings, in ems: neither font package has a bold Han."""

_MOST_LINES = 40
"""A longer cell or paragraph of one value would fill the letter; the JSON body has all of it."""

# What may not begin a line of Chinese, and what may not end one.
_CLOSING, _OPENING = "，。、；：！？）」』》〉】・．％", "（「『《〈【"
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PIECES = re.compile(
    rf"[{_OPENING}]*[{_WIDE}](?:(?<![{_OPENING}])[{_CLOSING}])*|[^\s{_WIDE}]+[{_CLOSING}]*|[^\S\n]+"
)


class Sheet(FPDF):
    """Pages that fill from the top; every measure is in millimetres."""

    def __init__(self, title: str, made: date) -> None:
        super().__init__(format="A4")
        for family, package, name, number in _FONTS:
            self.add_font(
                family,
                fname=Path(str(files(package).joinpath(name))),
                collection_font_number=number,
            )
            font = self.fonts[family]
            assert isinstance(font, TTFFont)
            # A third of the time would go into bounding boxes that no reader of a PDF looks at.
            font.ttfont.recalcBBoxes = False
        self.set_fallback_fonts([family for family, *_ in _FONTS[1:]])
        self.set_margin(_MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(False)
        self.set_title(title)
        self.set_creator("Enduse")
        self.set_creation_date(datetime.combine(made, time(), UTC))
        self._foot = ""
        self._widths: dict[str, float] = {}

    @cached_property
    def _known_fonts(self) -> tuple[Any, ...]:
        return tuple(self.fonts[family] for family, *_ in _FONTS)

    def begin(self, title: str, foot: str) -> None:
        """Begin a letter on a new page; `foot` has {page} and {pages}."""
        self.add_page()
        self._foot = foot
        self._bold(title, _TITLE)
        self._down(3)

    def footer(self) -> None:
        """The line at the foot of each page."""
        said = self._foot.replace("{pages}", self.str_alias_nb_pages or "")
        self._ink(_SOFT, _SMALL)
        self.set_y(self.h - _FOOT + 4)
        self._put(_MARGIN, self._shown(said.replace("{page}", str(self.page_no()))))

    def heading(self, text: str) -> None:
        """A heading, never the last thing on a page."""
        self._down(3.5)
        self._room(3.2 * _HEADING * _POINT * _LEADING)
        self._bold(text, _HEADING)
        self._down(0.8)

    def paragraph(self, text: str) -> None:
        """A paragraph across the page."""
        self._ink(_INK, _BODY)
        self._lines(self._broken(text, self.epw, _BODY), _MARGIN, _BODY)
        self._down(1.2)

    def bullet(self, text: str) -> None:
        """An item of a list."""
        indent = 5.0
        self._ink(_INK, _BODY)
        lines = self._broken(text, self.epw - indent, _BODY)
        self._room(_BODY * _POINT * _LEADING)
        self._put(_MARGIN + 1, "–")
        self._lines(lines, _MARGIN + indent, _BODY)
        self._down(0.6)

    def pair(self, label: str, text: str) -> None:
        """A label, and what it says beside it."""
        step = _BODY * _POINT * _LEADING
        labels = self._broken(label, _LABEL - 3, _BODY)
        lines = self._broken(text, self.epw - _LABEL, _BODY)
        for place in range(max(len(labels), len(lines))):
            self._room(step)
            for column, x, colour in ((labels, _MARGIN, _SOFT), (lines, _MARGIN + _LABEL, _INK)):
                if place < len(column):
                    self._ink(colour, _BODY)
                    self._put(x, column[place])
            self.set_y(self.get_y() + step)
        self._down(0.4)

    def grid(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table; columns are as wide as what is in them asks for."""
        widths = self._columns([heads, *rows])
        self._row(heads, widths, _SOFT, is_head=True)
        for row in rows:
            self._row(row, widths, _INK, heads=heads)
        self._down(2)

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        colour: tuple[int, int, int],
        *,
        heads: Sequence[str] = (),
        is_head: bool = False,
    ) -> None:
        step = _SMALL * _POINT * _LEADING
        broken = [
            self._broken(cell, wide - 2, _SMALL) for cell, wide in zip(cells, widths, strict=True)
        ]
        high = max(map(len, broken), default=1) * step + 1.6
        if self._room(high) and heads:
            self._row(heads, widths, _SOFT, is_head=True)
        top, x = self.get_y(), _MARGIN
        self._ink(colour, _SMALL)
        for lines, wide in zip(broken, widths, strict=True):
            for place, line in enumerate(lines):
                self.set_y(top + 0.8 + place * step)
                self._put(x, line)
            x += wide
        self.set_draw_color(*(_INK if is_head else _RULE))
        self.set_line_width(0.25 if is_head else 0.15)
        self.line(_MARGIN, top + high, _MARGIN + self.epw, top + high)
        self.set_xy(_MARGIN, top + high)

    def _columns(self, rows: Sequence[Sequence[str]]) -> list[float]:
        """Widths of columns: all that a narrow one asks for, and the rest shared by the others."""
        columns = list(zip(*rows, strict=True))
        wanted = [max(self._width(cell, _SMALL) for cell in column) + 3.5 for column in columns]
        longest = [
            max(self._width(part, _SMALL) for cell in column for part in _pieces(cell) or [""]) + 3
            for column in columns
        ]
        if sum(wanted) <= self.epw:
            return [wide * self.epw / sum(wanted) for wide in wanted]
        least = [min(word, wide) for word, wide in zip(longest, wanted, strict=True)]
        if sum(least) > self.epw:
            least = [min(wide, self.epw / len(columns)) for wide in least]
        spare, asked = self.epw - sum(least), [w - m for w, m in zip(wanted, least, strict=True)]
        return [m + spare * a / (sum(asked) or 1) for m, a in zip(least, asked, strict=True)]

    def _lines(self, lines: Sequence[str], x: float, size: float) -> None:
        step = size * _POINT * _LEADING
        for line in lines:
            self._room(step)
            self._put(x, line)
            self.set_y(self.get_y() + step)

    def _put(self, x: float, text: str) -> None:
        """One line of text in the size and colour that are set; the pen stays where it is."""
        size = self.font_size_pt
        # A line that ends in ideographs leaves their font behind, which fpdf2 does not notice.
        self.set_font("han", size=size)
        self.set_font("latin", size=size)
        self.set_x(x)
        self.cell(0, size * _POINT * _LEADING, text)

    def _bold(self, text: str, size: float) -> None:
        self._ink(_INK, size)
        self.set_draw_color(*_INK)
        self.set_line_width(_BOLDER * size * _POINT)
        self.text_mode = TextMode.FILL_STROKE
        self._lines(self._broken(text, self.epw, size), _MARGIN, size)
        self.text_mode = TextMode.FILL

    def _ink(self, colour: tuple[int, int, int], size: float) -> None:
        self.set_text_color(*colour)
        self.set_font("latin", size=size)

    def _down(self, space: float) -> None:
        self.set_y(self.get_y() + space)

    def _room(self, high: float) -> bool:
        """Turn the page if so much does not fit; answer whether it was turned."""
        if self.get_y() <= _MARGIN or self.get_y() + high <= self.h - _FOOT:
            return False
        ink, size = self.text_color, self.font_size_pt
        self.add_page()
        self.text_color = ink
        self.set_font("latin", size=size)
        return True

    def _broken(self, text: str, wide: float, size: float) -> list[str]:
        """A text in lines of at most so many millimetres.

        A line breaks at spaces and beside ideographs, and not where Chinese forbids it; a word
        that is longer than a line is cut.
        """
        lines: list[str] = []
        for paragraph in self._shown(text).split("\n"):
            line = ""
            for piece in _pieces(paragraph):
                if self._width(line + piece.rstrip(), size) <= wide:
                    line += piece
                    continue
                if line.strip():
                    lines.append(line.rstrip())
                line = piece.lstrip()
                while self._width(line, size) > wide:
                    end = len(line) - 1
                    while end > 1 and self._width(line[:end], size) > wide:
                        end -= 1
                    lines.append(line[:end])
                    line = line[end:]
            lines.append(line.rstrip())
        return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "…"]

    def _width(self, text: str, size: float) -> float:
        known = self._widths
        total = 0.0
        for letter in text:
            if letter not in known:
                known[letter] = next(
                    (f.cw[ord(letter)] / 1000 for f in self._known_fonts if ord(letter) in f.cmap),
                    1.0,
                )
            total += known[letter]
        return total * size * _POINT

    def _shown(self, text: str) -> str:
        """A text in letters that the fonts have; what they lack stands in brackets, in Latin."""
        seen = legible(text.replace("\t", " "), most=len(text) + 1)
        shown, lacking = [], ""
        for letter in f"{seen}\n":
            if letter == "\n" or any(ord(letter) in font.cmap for font in self._known_fonts):
                if lacking:
                    shown.append(f"[{_in_latin(lacking)}]")
                    lacking = ""
                shown.append(letter)
            else:
                lacking += letter
        return "".join(shown)[:-1]


def _in_latin(text: str) -> str:
    """How a text reads in Latin letters; by number what has no reading."""
    return anyascii(text).strip() or " ".join(f"U+{ord(letter):04X}" for letter in text)


def _pieces(text: str) -> list[str]:
    """A text in the pieces between which a line may break.

    Examples
    --------
    >>> _pieces("料號 LM2575T，批號（甲）")
    ['料', '號', ' ', 'LM2575T，', '批', '號', '（甲）']
    """
    return _PIECES.findall(text)
