"""A red flag as data: what it says, what it needs, and the query that finds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Formatter

from enduse.model.result import N_

REF_SEPARATOR = "\x1e"
FIELD_SEPARATOR = "\x1f"

REASONS = {
    "registry": N_("No company registry was given."),
    "tips": N_("No tip of a partner is in the workspace."),
    "watched_goods": N_("No tip in the workspace names parts or routes."),
    "listings": N_("No list of parties is in the workspace."),
    "nomenclature": N_("The Harmonized System nomenclature is not in the workspace."),
    "history": N_("The records held do not reach far enough back before the embargo."),
    "control_texts": N_("No control list in words is in the workspace."),
    "chain_ends": N_(
        "No line leaves a controlled origin, or none goes to an embargoed destination: goods cannot "
        "be followed from one to the other."
    ),
    "control_codes": N_("No control list by code and destination is in the workspace."),
}
"""Why a rule that needs this could not be applied to any line."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines in a rule's scope that it could not judge, and why.

    Parameters
    ----------
    reason
        Template of the reason, marked for translation.
    where
        Condition on a line of the scope (alias ``l``) that holds where the rule is blind.
    said_per_line
        Whether each such line gets evidence that says so; if not, only their number is told.
    """

    reason: str
    where: str
    said_per_line: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """One red flag or one kind of match.

    Parameters
    ----------
    id
        Number in the published catalogue ('01' … '39'), or a name of our own.
    title
        Short name, marked for translation.
    statement
        Template of the sentence; its fields are columns of `query`.
    authorities
        Published guidance that states the flag, by the short names of docs/policy.md.
    query
        SELECT giving ``line_key, subject_kind, subject_id, strength, refs`` and the statement's
        fields. ``strength`` scales the rule's weight, 0 to 1. ``$name`` stands for a parameter of
        the policy. ``refs`` is made with :func:`ref`.
    scope
        Table of lines that the rule speaks of; gaps are counted within it.
    needs
        Keys of REASONS that must be there for any line to be judged.
    gaps
        Lines in scope that could not be judged.
    family
        Rules that say the same thing in other words; on a line only the strongest of them counts.
        Its own id if empty.
    contradicts
        Whether the rule speaks against a diversion.
    """

    id: str
    title: str
    statement: str
    authorities: str
    query: str
    scope: str = "lines"
    needs: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    family: str = ""
    contradicts: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Columns that fill the statement, in order, each once."""
        names = [name for _, name, _, _ in Formatter().parse(self.statement) if name]
        return tuple(dict.fromkeys(names))

    def statement_sql(self, alias: str = "e") -> str:
        """The statement in English as a SQL expression over the fields."""
        pieces = []
        for literal, name, _, _ in Formatter().parse(self.statement):
            if literal:
                pieces.append("'" + literal.replace("'", "''") + "'")
            if name:
                pieces.append(f"coalesce(CAST({alias}.{name} AS VARCHAR), '–')")
        return " || ".join(pieces)

    def values_sql(self, alias: str = "e") -> str:
        """The values that fill the statement, joined, so that it can be said in any language."""
        if not self.fields:
            return "''"
        joiner = f" || '{FIELD_SEPARATOR}' || "
        return joiner.join(f"coalesce({_plain(f'{alias}.{name}')}, '–')" for name in self.fields)


def ref(dataset: str, version: str, record: str) -> str:
    """A SQL expression for one source that a row relies on; the arguments are SQL.

    Examples
    --------
    >>> ref("'registry'", "'v1'", "r.entity_id").count("coalesce")
    3
    """
    fields = (f"coalesce({_plain(part)}, '')" for part in (dataset, version, record))
    return "(" + f" || '{FIELD_SEPARATOR}' || ".join(fields) + ")"


def _plain(sql: str) -> str:
    """A text without the separators, which a file may well hold."""
    text = f"CAST({sql} AS VARCHAR)"
    return f"replace(replace({text}, '{FIELD_SEPARATOR}', ' '), '{REF_SEPARATOR}', ' ')"


def refs(*sources: str) -> str:
    """Several sources as one SQL expression."""
    return f" || '{REF_SEPARATOR}' || ".join(sources)


_PARAMETER = re.compile(r"\$([a-z_]+)")


def fill(sql: str, parameters: dict[str, str]) -> str:
    """Put the policy's parameters (SQL literals) in place of ``$name``.

    Raises
    ------
    KeyError
        If the policy lacks a parameter that a rule names; a test keeps this from users.

    Examples
    --------
    >>> fill("date >= $turning_point", {"turning_point": "DATE '2022-02-24'"})
    "date >= DATE '2022-02-24'"
    """
    return _PARAMETER.sub(lambda match: parameters[match.group(1)], sql)
