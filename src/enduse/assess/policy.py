"""The policy: what an authority judges by, in a dated file that it edits without touching code."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pyarrow as pa

from enduse.errors import PolicyError

_EARLIEST_YEAR = 1900
_NEVER = date(9999, 12, 31)
_MOST_BITS = 30
_MOST_DAYS = 36_500
_MOST = 1_000_000_000
_COMPARE = "Compare with the policy that `enduse policy` prints."
_SAID_AS = {
    date: "a day such as 2022-02-24, without quotes and from 1900 on",
    str: "a text in quotes",
    list: "a list",
    dict: "a table",
    int: "a whole number",
    float: "a number",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """Weights, thresholds, embargoes, hubs, words and budgets, as of a date.

    ``tables`` holds what the rules join with (embargoes, hubs, coalition, words, activities),
    ``parameters`` the numbers and dates that they name.
    """

    name: str
    dated: date
    weights: Mapping[str, float]
    """Rule id → bits; a negative weight speaks against a diversion."""
    reasons: Mapping[str, str]
    """Rule id → why the weight is what it is."""
    review_bits: float
    hold_bits: float
    review_share: float
    """Share of the lines that the desk can look at."""
    parameters: Mapping[str, str]
    """Name → SQL literal."""
    tables: Mapping[str, pa.Table]
    history_before: date
    """Records must begin by this day for rules that compare with the time before the embargo."""
    file: str
    """Name of the file that says it."""

    def fingerprint(self) -> str:
        """SHA-256 over everything that the policy says; a run is named by it."""
        tables = {name: table.to_pylist() for name, table in sorted(self.tables.items())}
        says = (
            self.name,
            sorted(self.weights.items()),
            (self.review_bits, self.hold_bits, self.review_share),
            sorted(self.parameters.items()),
            tables,
        )
        return hashlib.sha256(repr(says).encode()).hexdigest()

    @classmethod
    def shipped(cls) -> Policy:
        """The newest policy that comes with Enduse."""
        return _policy(tomllib.loads(shipped_text()), _newest().name)

    @classmethod
    def load(cls, path: Path | str) -> Policy:
        """A policy from a file.

        Raises
        ------
        PolicyError
            If the file is absent, no TOML, or says something that cannot be meant.
        """
        try:
            document = tomllib.loads(Path(path).read_text("utf-8"))
        except FileNotFoundError as error:
            raise PolicyError(
                f"There is no policy file {path}.", hint="Check the path, or leave it out."
            ) from error
        except (OSError, ValueError) as error:
            raise PolicyError(
                f"{path} is not a policy file: {error}.",
                hint="Start from the one that `enduse policy` prints.",
            ) from error
        return _policy(document, Path(path).name)


def shipped_text() -> str:
    """The newest shipped policy as text, to start one's own from."""
    return _newest().read_text("utf-8")


def unknown_weights(policy: Policy, rules: Collection[str]) -> None:
    """Refuse a policy that weighs a rule that there is not: a typing error would go unseen.

    Parameters
    ----------
    rules
        Ids of all rules.

    Raises
    ------
    PolicyError
        If a weight is for none of them; the message names it and the ids that are near.
    """
    for unknown in sorted(set(policy.weights) - set(rules)):
        near = get_close_matches(unknown, sorted(rules), n=3, cutoff=0.5)
        raise PolicyError(
            f"{policy.file}: [weights] {unknown} is for no rule.",
            hint=f"Did you mean {' or '.join(near)}?"
            if near
            else "Remove it; `enduse policy` prints a policy with the id of every rule.",
        )


def _newest() -> Traversable:
    folder = resources.files("enduse.assess") / "policies"
    return max(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    )


def _policy(document: dict[str, Any], name: str) -> Policy:
    at = _Reader(document, name)
    dated = at.take("policy", "date", date)
    review = at.take("thresholds", "review_bits", float)
    hold = at.take("thresholds", "hold_bits", float)
    if hold < review:
        raise at.error(
            "[thresholds]",
            f"hold_bits ({hold}) is below review_bits ({review})",
            "Whatever is held is also reviewed: make hold_bits the larger.",
        )
    share = at.take("budget", "review_share", float)
    if not 0 < share <= 1:
        raise at.error(
            "[budget] review_share",
            f"is {share}, which is not a share",
            "Write a number above 0 and up to 1; 0.01 is one line in a hundred.",
        )
    parameters = _parameters(at)
    before = timedelta(days=parameters["history_days"])
    weights = at.take("", "weights", dict)
    return Policy(
        name=f"{at.take('policy', 'name', str)} ({dated.isoformat()})",
        dated=dated,
        weights={rule: _bits(at, rule, entry) for rule, entry in weights.items()},
        reasons={rule: str(entry.get("reason", "")) for rule, entry in weights.items()},
        review_bits=review,
        hold_bits=hold,
        review_share=share,
        parameters={key: _literal(value) for key, value in parameters.items()},
        tables=_tables(at),
        history_before=parameters["turning_point"] - before,
        file=name,
    )


def _bits(at: _Reader, rule: str, entry: object) -> float:
    place = f"[weights] {rule}"
    bits: float = at.checked(at.checked(entry, dict, place).get("bits"), float, f"{place}: bits")
    if abs(bits) > _MOST_BITS:
        raise at.error(
            f"{place}: bits",
            f"is {bits}, which is not a number from -{_MOST_BITS} to {_MOST_BITS}",
            "30 bits are odds of a thousand million to one; nothing known says more.",
        )
    return bits


def _parameters(at: _Reader) -> dict[str, Any]:
    """The parameters, each of the kind that the shipped policy gives it; none that it has lacks."""
    given = at.take("", "parameters", dict)
    shipped = tomllib.loads(shipped_text())["parameters"]
    for key in (key for key in shipped if key not in given):
        near = get_close_matches(key, sorted(given.keys() - shipped.keys()), n=1)
        raise at.error(
            f"[parameters] {key}",
            f"is missing, and {near[0]} is no parameter" if near else "is missing",
            f"Write `{key} = {shipped[key]}`, as the shipped policy does, or a value of your own.",
        )
    checked = {}
    for key, value in given.items():
        place = f"[parameters] {key}"
        kind = type(shipped[key]) if key in shipped else date if type(value) is date else float
        checked[key] = at.checked(value, kind, place)
        most = _MOST_DAYS if key.endswith("_days") else _MOST
        if kind is not date and not 0 <= checked[key] <= most:
            raise at.error(place, f"is {value}", f"Write a number from 0 to {most}.")
    return checked


def _tables(at: _Reader) -> dict[str, pa.Table]:
    dated = [("country", pa.string()), ("valid_from", pa.date32()), ("valid_to", pa.date32())]
    words = pa.schema([("word", pa.string())])
    tables = {
        f"policy_{section}": pa.Table.from_pylist(
            _dated(at, section, label), schema=pa.schema([*dated, (label, pa.string())])
        )
        for section, label in (("embargoes", "regime"), ("hubs", "source"), ("coalition", "source"))
    }
    tables["policy_territories"] = pa.Table.from_pylist(
        _territories(at),
        schema=pa.schema([("word", pa.string()), *dated[1:], ("regime", pa.string())]),
    )
    tables["policy_activities"] = pa.Table.from_pylist(
        _activities(at), schema=pa.schema([("word", pa.string()), ("chapter", pa.string())])
    )
    for kind in ("forwarder", "free_zone", "no_licence"):
        said = at.texts(at.take("words", kind, list), f"[words] {kind}")
        tables[f"policy_{kind}_words"] = pa.Table.from_pylist(
            [{"word": word.casefold()} for word in said], schema=words
        )
    return tables


def _activities(at: _Reader) -> list[dict[str, str]]:
    rows = []
    for place, entry in at.entries("activities"):
        words = at.texts(entry.get("words"), f"{place} words")
        chapters = at.texts(entry.get("chapters"), f"{place} chapters")
        for chapter in chapters:
            if not (len(chapter) == 2 and chapter.isascii() and chapter.isdigit()):
                raise at.error(
                    f"{place} chapters",
                    f"names the chapter '{chapter}'",
                    "Write chapters of the Harmonized System as two digits in quotes.",
                )
        rows += [{"word": w.casefold(), "chapter": chapter} for w in words for chapter in chapters]
    return rows


def _territories(at: _Reader) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for place, entry in at.entries("territories"):
        begin, end = _days(at, place, entry)
        regime = at.checked(entry.get("regime", ""), str, f"{place} regime")
        rows += [
            {"word": word.casefold(), "valid_from": begin, "valid_to": end, "regime": regime}
            for word in at.texts(entry.get("words"), f"{place} words")
        ]
    return rows


def _days(at: _Reader, place: str, entry: dict[str, Any]) -> tuple[date, date]:
    begin = at.checked(entry["from"], date, f"{place} from") if "from" in entry else date.min
    end = at.checked(entry.get("to", _NEVER), date, f"{place} to")
    if end < begin:
        raise at.error(place, f"ends on {end}, before it begins on {begin}", "Swap the days.")
    return begin, end


def _dated(at: _Reader, section: str, label: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for place, entry in at.entries(section):
        begin, end = _days(at, place, entry)
        said = at.checked(entry.get(label, ""), str, f"{place} {label}")
        for country in at.texts(entry.get("countries"), f"{place} countries"):
            if not (len(country) == 2 and country.isascii() and country.isupper()):
                raise at.error(
                    f"{place} countries",
                    f"names the country '{country}'",
                    "Use ISO 3166 alpha-2 codes in capitals.",
                )
            rows.append({"country": country, "valid_from": begin, "valid_to": end, label: said})
    return rows


@dataclass(frozen=True, slots=True)
class _Reader:
    document: dict[str, Any]
    name: str

    def error(self, place: str, what: str, hint: str = _COMPARE) -> PolicyError:
        return PolicyError(f"{self.name}: {place} {what}.", hint=hint)

    def take(self, section: str, key: str, kind: type) -> Any:
        table = self.document
        if section:
            table = self.checked(table.get(section, {}), dict, f"[{section}]")
        return self.checked(table.get(key), kind, f"[{section}] {key}" if section else f"[{key}]")

    def checked(self, value: object, kind: type, place: str) -> Any:
        """The value, if it is of the kind; a float is finite and may be written as an integer."""
        if value is None:
            raise self.error(place, "is missing")
        fits = type(value) is kind
        if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
            fits = abs(value) <= _MOST
        if isinstance(value, date):
            fits = fits and value.year >= _EARLIEST_YEAR
        if not fits:
            raise self.error(place, f"is {value!r:.60}, which is not {_SAID_AS[kind]}")
        return float(value) if kind is float else value  # type: ignore[arg-type]

    def entries(self, section: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The tables of a section that may be given many times, with their places."""
        for number, entry in enumerate(self.take("", section, list), 1):
            place = f"[[{section}]] number {number}"
            yield place, self.checked(entry, dict, place)

    def texts(self, value: object, place: str) -> list[str]:
        """A list of texts, none of them blank."""
        for text in self.checked(value, list, place):
            if not self.checked(text, str, f"{place}: one of them").strip():
                raise self.error(f"{place}: one of them", "is blank", "Remove it or fill it in.")
        return value  # type: ignore[return-value]


def _literal(value: object) -> str:
    return f"DATE '{value.isoformat()}'" if isinstance(value, date) else repr(value)
