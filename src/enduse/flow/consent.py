"""Re-export consent: may the goods of a chain go on, as the states that released them see it?"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from enduse.errors import InputError
from enduse.model.columns import column
from enduse.model.countries import country_code

FORBIDDEN, CONSENT, FREE = "forbidden", "consent", "free"
ON_RECORD, NOT_ON_RECORD, NONE_NEEDED, NOT_ASSESSED = (
    "consent on record", "no consent on record", "none needed", "not assessed",
)  # fmt: skip
_STRICT = (FORBIDDEN, CONSENT, FREE)
_WORST = (FORBIDDEN, NOT_ON_RECORD, NOT_ASSESSED, ON_RECORD, NONE_NEEDED)
"""Of several releases of one state in a chain the first of these is the answer."""

CONSENTS = pa.schema(
    [
        column("chain_id", pa.int32(), "The chain.", required=True),
        column("hop", pa.int8(), "The onward leg; 1 is the first.", required=True),
        column("shipment_id", pa.string(), "The onward leg's shipment.", required=True),
        column("line_no", pa.int32(), "Its line.", required=True),
        column(
            "state", pa.string(), "A state that the chain started from, alpha-2.", required=True
        ),
        column("condition", pa.string(), "consent, free or forbidden; null: none is known."),
        column(
            "answer",
            pa.string(),
            "consent on record, no consent on record, none needed, forbidden, or not assessed.",
            required=True,
        ),
        column("source", pa.string(), "What the answer rests on; null: nothing."),
        column("reason", pa.string(), "Why this is the answer.", required=True),
    ]
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a state that releases goods says of their going on."""

    country: str
    goods: str
    """HS prefix, control entry, or '*'."""
    onward: str
    """'consent', 'free' or 'forbidden'."""
    destinations: frozenset[str]
    """Empty: all."""
    since: date
    until: date
    """Days of release on which it is imposed; it then stays with the goods."""
    source: str


@dataclass(frozen=True, slots=True)
class Consent:
    """That a state agreed to an onward leg."""

    country: str
    permit_no: str
    shipment_id: str
    """Of the release or of the onward leg; one of the two names the goods."""
    onward_to: frozenset[str]
    goods: str
    since: date
    until: date
    """Days on which the goods may go on."""
    source: str


class _Leg(NamedTuple):
    hop: int
    shipment: str
    line: int
    day: date
    start: str
    to: str
    hs_code: str
    entry: str | None
    """None: not known; empty: of no entry."""
    permit: str | None


class _Told(NamedTuple):
    condition: str | None
    answer: str
    source: str | None
    reason: str


def read_conditions(path: Path) -> tuple[Condition, ...]:
    """Release conditions from a CSV file.

    Columns: ``country`` (that released the goods), ``goods`` (HS prefix or control entry; ``*``:
    all), ``onward`` (consent, free, forbidden), ``destinations`` (alpha-2, separated by ``;``;
    ``*``: all), ``from`` and ``to`` (days of release; may be empty), ``source``.

    Raises
    ------
    InputError
        If the file or one of its rows cannot be understood.
    """
    conditions = []
    for where, row in _rows(path, ("country", "goods", "onward", "destinations", "source")):
        onward = row["onward"].casefold()
        if onward not in _STRICT:
            raise InputError(
                f"{where}, column onward: '{row['onward']}' is not known.",
                hint="Write consent, free or forbidden.",
            )
        conditions.append(
            Condition(
                _country(where, "country", row["country"]),
                _goods(where, row["goods"]),
                onward,
                _countries(where, "destinations", row["destinations"]),
                *_days(where, row),
                row["source"],
            )
        )
    return tuple(conditions)


def read_consents(path: Path) -> tuple[Consent, ...]:
    """Consents from a CSV file.

    Columns: ``country`` (that consented), ``permit_no`` or ``shipment_id`` (of the release or of
    the onward leg), ``onward_to`` (alpha-2, separated by ``;``; ``*``: anywhere), ``goods`` (as in
    conditions), ``from`` and ``to`` (days on which the goods may go on; may be empty), ``source``.

    Raises
    ------
    InputError
        If the file or one of its rows cannot be understood.
    """
    consents = []
    for where, row in _rows(path, ("country", "onward_to", "goods", "source")):
        permit, shipment = row.get("permit_no", ""), row.get("shipment_id", "")
        if not permit and not shipment:
            raise InputError(
                f"{where}: neither permit_no nor shipment_id says what was consented to.",
                hint="Fill one of the two columns.",
            )
        consents.append(
            Consent(
                _country(where, "country", row["country"]),
                permit,
                shipment,
                _countries(where, "onward_to", row["onward_to"]),
                _goods(where, row["goods"]),
                *_days(where, row),
                row["source"],
            )
        )
    return tuple(consents)


def consent_of(
    steps: pa.Table,
    conditions: Sequence[Condition] | None = None,
    consents: Sequence[Consent] | None = None,
    *,
    permits: Mapping[tuple[str, int], str] | None = None,
) -> pa.Table:
    """For each onward leg of each chain and each state that the chain started from: did it consent?

    Goods may go on only with the consent of the state that released them, and a chain of several
    origins carries the conditions of each. A condition holds by the day and the goods of the
    release and by the destination of the onward leg; the narrower of two holds, and of two that are
    as narrow the stricter. What no condition speaks of is not assessed, never free.

    Parameters
    ----------
    steps
        Chains leg by leg, schema CHAIN_STEPS; a column ``control_entry``, if there is one, is used.
    conditions, consents
        What the states said; None if their word is not held at all.
    permits
        Licence of a shipment and line, where one is stated.

    Returns
    -------
    pyarrow.Table
        One row for each leg and state; schema CONSENTS.
    """
    of_state: dict[str, list[Condition]] = defaultdict(list)
    for condition in conditions or ():
        of_state[condition.country].append(condition)
    on_record: dict[str, list[Consent]] = defaultdict(list)
    for consent in consents or ():
        on_record[consent.country].append(consent)
    rows: list[dict[str, Any]] = []
    for chain, legs in _chains(steps, permits or {}):
        states: dict[str, list[_Leg]] = defaultdict(list)
        for leg in legs:
            if leg.hop == 0:
                states[leg.start].append(leg)
        for leg in legs:
            for state in sorted(states) if leg.hop else ():
                known = of_state[state] if conditions is not None else None
                agreed = on_record[state] if consents is not None else None
                told = [_answer(release, leg, known, agreed) for release in states[state]]
                worst = min(told, key=lambda one: _WORST.index(one.answer))
                given = (chain, leg.hop, leg.shipment, leg.line, state, *worst)
                rows.append(dict(zip(CONSENTS.names, given, strict=True)))
    return pa.Table.from_pylist(rows, schema=CONSENTS)


def _answer(
    release: _Leg,
    leg: _Leg,
    conditions: list[Condition] | None,
    consents: list[Consent] | None,
) -> _Told:
    """What the state of a release says of an onward leg."""
    state = release.start
    if conditions is None:
        return _Told(None, NOT_ASSESSED, None, "no release conditions were given")
    fit = [c for c in conditions if _concerns(c, release, leg)]
    holds = _narrowest(fit, release)
    if release.entry is None:
        others = [_narrowest(fit, release._replace(entry=c.goods)) for c in fit]
        if any(_word(other) != _word(holds) for other in others):
            reason = "a condition rests on the control entry of the goods, which is not known"
            return _Told(_word(holds), NOT_ASSESSED, None, reason)
    if holds is None:
        goods = f"for these goods to {leg.to} on {release.day}"
        return _Told(None, NOT_ASSESSED, None, f"no condition of {state} {goods} was given")
    word, source = holds.onward, holds.source
    if word == FORBIDDEN:
        return _Told(word, FORBIDDEN, source, f"{state} forbids that the goods go on to {leg.to}")
    if word == FREE:
        return _Told(word, NONE_NEEDED, source, f"{state} lets the goods go on to {leg.to}")
    if consents is None:
        return _Told(word, NOT_ASSESSED, source, "no record of consents was given")
    for consent in consents:
        if _allows(consent, release, leg):
            reason = f"{state} consented: {consent.permit_no or consent.shipment_id}"
            return _Told(word, ON_RECORD, f"{source}; {consent.source}", reason)
    if release.entry is None and any(
        _is_entry(c.goods) and _allows(c, release._replace(entry=c.goods), leg) for c in consents
    ):
        reason = "a consent rests on the control entry of the goods, which is not known"
        return _Told(word, NOT_ASSESSED, source, reason)
    reason = f"the consents given hold none of {state} to this leg to {leg.to} on {leg.day}"
    return _Told(word, NOT_ON_RECORD, source, reason)


def _concerns(condition: Condition, release: _Leg, leg: _Leg) -> bool:
    return condition.since <= release.day <= condition.until and (
        not condition.destinations or leg.to in condition.destinations
    )


def _narrowest(conditions: list[Condition], release: _Leg) -> Condition | None:
    """Of the conditions on these goods that no other is narrower than, the strictest."""
    fit = [c for c in conditions if _covers(c.goods, release)]
    kept = [c for c in fit if not any(_within(other, c) and not _within(c, other) for other in fit)]
    return min(kept, key=lambda c: (_STRICT.index(c.onward), c.source), default=None)


def _within(one: Condition, other: Condition) -> bool:
    """Whether a condition speaks of nothing that another does not."""
    return (other.goods == "*" or one.goods.startswith(other.goods)) and (
        not other.destinations
        or (bool(one.destinations) and one.destinations <= other.destinations)
    )


def _word(condition: Condition | None) -> str | None:
    return condition.onward if condition else None


def _allows(consent: Consent, release: _Leg, leg: _Leg) -> bool:
    named = (consent.shipment_id and consent.shipment_id in (release.shipment, leg.shipment)) or (
        consent.permit_no and consent.permit_no in (release.permit, leg.permit)
    )
    return bool(
        named
        and consent.since <= leg.day <= consent.until
        and (not consent.onward_to or leg.to in consent.onward_to)
        and (_covers(consent.goods, release) or _covers(consent.goods, leg))
    )


def _covers(goods: str, leg: _Leg) -> bool:
    if _is_entry(goods):
        return leg.entry == goods
    return goods == "*" or leg.hs_code.startswith(goods)


def _is_entry(goods: str) -> bool:
    return goods != "*" and not goods.isdigit()


def _chains(
    steps: pa.Table, permits: Mapping[tuple[str, int], str]
) -> Iterator[tuple[int, list[_Leg]]]:
    held = "control_entry" in steps.column_names
    chains: dict[int, list[_Leg]] = defaultdict(list)
    for row in steps.to_pylist():
        number, line = row["shipment_id"], row["line_no"]
        chains[row["chain_id"]].append(
            _Leg(
                row["hop"], number, line, row["date"], row["export_country"],
                row["destination_country"], row["hs_code"],
                (row["control_entry"] or "") if held else None, permits.get((number, line)),
            )
        )  # fmt: skip
    yield from sorted(chains.items())


def _rows(path: Path, needed: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows of a CSV file by column name, and where each stands."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(
                    f"{path} has no column {', '.join(missing)}.",
                    hint=f"Columns are separated by commas; needed are {', '.join(needed)}.",
                )
            for number, row in enumerate(reader, start=2):
                if None in row or None in row.values():
                    raise InputError(
                        f"{path}, row {number} has more or fewer values than there are columns.",
                        hint="Put a value that holds a comma in quotation marks.",
                    )
                yield f"{path}, row {number}", {name: row[name].strip() for name in row}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {error}.", hint="A CSV file in UTF-8.") from error


def _country(where: str, name: str, text: str) -> str:
    code = country_code(text)
    if code is None:
        raise InputError(
            f"{where}, column {name}: '{text}' is no country.",
            hint="Write ISO 3166 alpha-2 codes, such as TW.",
        )
    return code


def _countries(where: str, name: str, text: str) -> frozenset[str]:
    if text == "*":
        return frozenset()
    return frozenset(_country(where, name, part) for part in text.split(";"))


def _goods(where: str, text: str) -> str:
    if not text:
        raise InputError(
            f"{where}, column goods: it is empty.",
            hint="Write an HS prefix, a control entry, or * for all goods.",
        )
    return text


def _days(where: str, row: Mapping[str, str]) -> tuple[date, date]:
    days = []
    for name, usual in (("from", date.min), ("to", date.max)):
        try:
            days.append(date.fromisoformat(row[name]) if row.get(name) else usual)
        except ValueError:
            raise InputError(
                f"{where}, column {name}: '{row[name]}' is no day.",
                hint="Write days as 2024-05-31, or nothing.",
            ) from None
    if days[0] > days[1]:
        raise InputError(f"{where}: 'from' is later than 'to'.", hint="Exchange the two days.")
    return days[0], days[1]
