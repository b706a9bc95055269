"""What was odd in a list, gathered so that a thousand like cases are one line."""

from __future__ import annotations

_EXAMPLES = 5


class Faults:
    """Gathers what a reader found odd.

    Examples
    --------
    >>> faults = Faults()
    >>> faults.count("country not known, left out", 12, "Atlantis")
    >>> faults.count("country not known, left out", 40, "Mu")
    >>> faults.said()
    ("country not known, left out (2): row 12 'Atlantis', row 40 'Mu'",)
    """

    def __init__(self) -> None:
        self._once: list[str] = []
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    def say(self, text: str) -> None:
        """Note something that stands alone."""
        self._once.append(text)

    def count(self, what: str, row: int | str, value: str = "") -> None:
        """Note one case more of something; `row` may name the file too."""
        self._counts[what] = self._counts.get(what, 0) + 1
        examples = self._examples.setdefault(what, [])
        if len(examples) < _EXAMPLES:
            where = f"row {row}" if isinstance(row, int) else row
            examples.append(f"{where} '{value[:80]}'" if value else where)

    def said(self) -> tuple[str, ...]:
        """All of it, one line a kind: the number of cases and the first few."""
        lines = list(self._once)
        for what, number in self._counts.items():
            more = ", …" if number > _EXAMPLES else ""
            lines.append(f"{what} ({number}): {', '.join(self._examples[what])}{more}")
        return tuple(lines)
