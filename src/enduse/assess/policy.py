"""The policy: what an authority judges by, in a dated file that it edits without touching code."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa

from enduse.errors import PolicyError

_NEVER = date(9999, 12, 31)


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
        folder = resources.files("enduse.assess") / "policies"
        newest = max(
            (entry for entry in folder.iterdir() if entry.name.endswith(".toml")),
            key=lambda entry: entry.name,
        )
        return _policy(tomllib.loads(newest.read_text("utf-8")), newest.name)

    @classmethod
    def load(cls, path: Path) -> Policy:
        """A policy from a file.

        Raises
        ------
        PolicyError
            If the file is absent, no TOML, or says something that cannot be meant.
        """
        try:
            document = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError as error:
            raise PolicyError(f"There is no policy file {path}.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PolicyError(
                f"{path} is not a policy file: {error}.",
                hint="Start from the one that `enduse policy` prints.",
            ) from error
        return _policy(document, path.name)


def shipped_text() -> str:
    """The newest shipped policy as text, to start one's own from."""
    folder = resources.files("enduse.assess") / "policies"
    return max(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    ).read_text("utf-8")


def _policy(document: dict[str, Any], name: str) -> Policy:
    at = _Reader(document, name)
    dated = at.take("policy", "date", date)
    turning_point = at.take("parameters", "turning_point", date)
    review, hold = at.number("thresholds", "review_bits"), at.number("thresholds", "hold_bits")
    if hold < review:
        raise PolicyError(
            f"{name}: [thresholds] hold_bits ({hold}) is below review_bits ({review}).",
            hint="Whatever is held is also reviewed: make hold_bits the larger.",
        )
    share = at.number("budget", "review_share")
    if not 0 < share <= 1:
        raise PolicyError(f"{name}: [budget] review_share is {share}, which is not a share.")
    weights: dict[str, float] = {}
    reasons: dict[str, str] = {}
    for rule, entry in at.take("", "weights", dict).items():
        bits = entry.get("bits") if isinstance(entry, dict) else None
        if isinstance(bits, bool) or not isinstance(bits, int | float) or abs(bits) > 30:
            raise PolicyError(
                f"{name}: [weights.{rule}] bits is {bits!r}, which is not a number from -30 to 30."
            )
        weights[rule] = float(bits)
        reasons[rule] = str(entry.get("reason", ""))
    parameters = at.take("", "parameters", dict)
    return Policy(
        name=f"{at.take('policy', 'name', str)} ({dated.isoformat()})",
        dated=dated,
        weights=weights,
        reasons=reasons,
        review_bits=review,
        hold_bits=hold,
        review_share=share,
        parameters={key: _literal(value, key, name) for key, value in parameters.items()},
        tables=_tables(at),
        history_before=turning_point - timedelta(days=int(at.number("parameters", "history_days"))),
    )


def _tables(at: _Reader) -> dict[str, pa.Table]:
    dated = [("country", pa.string()), ("valid_from", pa.date32()), ("valid_to", pa.date32())]
    words = pa.schema([("word", pa.string())])
    activities = [
        {"word": word.casefold(), "chapter": chapter}
        for entry in at.take("", "activities", list)
        for word in entry["words"]
        for chapter in entry["chapters"]
    ]
    tables = {
        "policy_embargoes": pa.Table.from_pylist(
            at.dated("embargoes", "regime"), schema=pa.schema([*dated, ("regime", pa.string())])
        ),
        "policy_hubs": pa.Table.from_pylist(
            at.dated("hubs", "source"), schema=pa.schema([*dated, ("source", pa.string())])
        ),
        "policy_coalition": pa.Table.from_pylist(
            at.dated("coalition", "source"), schema=pa.schema([*dated, ("source", pa.string())])
        ),
        "policy_activities": pa.Table.from_pylist(
            activities, schema=pa.schema([("word", pa.string()), ("chapter", pa.string())])
        ),
    }
    for kind in ("forwarder", "free_zone", "no_licence"):
        entries = [{"word": word.casefold()} for word in at.take("words", kind, list)]
        tables[f"policy_{kind}_words"] = pa.Table.from_pylist(entries, schema=words)
    return tables


@dataclass(frozen=True, slots=True)
class _Reader:
    document: dict[str, Any]
    name: str

    def take(self, section: str, key: str, kind: type) -> Any:
        table = self.document.get(section, {}) if section else self.document
        value = table.get(key)
        if not isinstance(value, kind):
            place = f"[{section}] {key}" if section else f"[{key}]"
            raise PolicyError(
                f"{self.name}: {place} is missing or not of type {kind.__name__}.",
                hint="Compare with the policy that `enduse policy` prints.",
            )
        return value

    def number(self, section: str, key: str) -> float:
        value = self.document.get(section, {}).get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PolicyError(f"{self.name}: [{section}] {key} is not a number.")
        return float(value)

    def dated(self, section: str, label: str) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for entry in self.take("", section, list):
            for country in entry.get("countries", ()):
                if not (isinstance(country, str) and len(country) == 2 and country.isupper()):
                    raise PolicyError(
                        f"{self.name}: [[{section}]] names the country {country!r}.",
                        hint="Use ISO 3166 alpha-2 codes in capitals.",
                    )
                rows.append(
                    {
                        "country": country,
                        "valid_from": entry.get("from", date.min),
                        "valid_to": entry.get("to", _NEVER),
                        label: entry.get(label, ""),
                    }
                )
        return rows


def _literal(value: object, key: str, name: str) -> str:
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    raise PolicyError(f"{name}: [parameters] {key} is neither a number nor a date.")
