"""The company registry and the sanctions list of a world, both invented throughout."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from enduse.engine.files import whole_file
from enduse.simulate.carriage import Vessels
from enduse.simulate.coinage import BANKS, FORWARDING
from enduse.simulate.companies import Companies
from enduse.simulate.draws import Ints
from enduse.simulate.frame import NEVER
from enduse.simulate.identifiers import imo_numbers
from enduse.simulate.naming import WRITINGS

_FORWARDING = "52.29 Other transportation support activities (freight forwarding)"
_GENERAL = "46.90 Non-specialised wholesale trade"
_PROGRAMMES = ("FICTIONAL-MILITARY", "FICTIONAL-PROCUREMENT", "FICTIONAL-EVASION")


def write_registry(
    rng: np.random.Generator,
    path: Path,
    companies: Companies,
    first: date,
    share: float,
) -> int:
    """Write the registry, which knows a share of the firms; answers how many it knows."""
    firms, catalogue = companies.firms, companies.catalogue
    count = len(firms)
    known = sorted(
        np.flatnonzero(rng.random(count) < share).tolist(), key=companies.registered.__getitem__
    )
    owners = _owners(rng, companies, first)
    activities = (_FORWARDING, _GENERAL, *catalogue.families.activity)
    # A few registries keep names in their own script only.
    writing = np.where(rng.random(count) < 0.08, 2, 0).tolist()
    people, officers = companies.people, companies.officers
    table = pa.table(
        {
            "entity_id": [companies.registered[f] for f in known],
            "name": [companies.names[f * WRITINGS + writing[f]] for f in known],
            "country": [catalogue.countries.code[c] for c in firms.country[known]],
            "incorporation_date": _dates(first, firms.founded[known]),
            "address": [companies.addresses.texts[2 * a] for a in companies.addresses.later[known]],
            "activity": [activities[b - FORWARDING] for b in firms.business[known]],
            "officers": [";".join(people[p][0] for p in officers[f]) for f in known],
            "owners": [owners[f] for f in known],
        }
    )
    _write(table, path)
    return len(known)


def _owners(rng: np.random.Generator, companies: Companies, first: date) -> list[str]:
    """Owners of each firm as 'name|share|from|to', joined by ';'; shares sum to 1."""
    firms = companies.firms
    texts = []
    for founded, lender, directors, chance in zip(
        firms.founded.tolist(),
        firms.lends_owner.tolist(),
        companies.officers,
        rng.random((len(firms), 4)).tolist(),
        strict=True,
    ):
        since = (first + timedelta(days=founded)).isoformat()
        names = [companies.people[person][0] for person in directors]
        held, rest = [], 100
        if lender >= 0:
            share, until = 10 + int(39 * chance[0]), ""
            # One in four left on paper within the year after the owner's listing.
            if chance[2] < 0.25:
                left = max(founded + 30, int(firms.listed_from[lender]) + int(300 * chance[1]))
                until = (first + timedelta(days=left)).isoformat()
            else:
                rest -= share
            held.append(f"{companies.names[lender * WRITINGS]}|0.{share}|{since}|{until}")
        if len(names) > 1 and chance[3] < 0.5:
            part = int(rest * (0.1 + 0.4 * chance[0]))
            held.append(f"{names[1]}|{part / 100:.2f}|{since}|")
            rest -= part
        held.append(f"{names[0]}|{rest / 100:.2f}|{since}|")
        texts.append(";".join(held))
    return texts


def write_list(
    rng: np.random.Generator, path: Path, companies: Companies, vessels: Vessels, first: date
) -> int:
    """Write the fictional sanctions list; answers its entries."""
    firms, countries = companies.firms, companies.catalogue.countries
    rows: list[tuple[str, str, str, str, str, int, int, str]] = []
    since, until = firms.listed_from.tolist(), firms.listed_to.tolist()
    codes = [countries.code[country] for country in firms.country.tolist()]
    for firm in np.flatnonzero(firms.listed).tolist():
        name, _, native, _, short = companies.names[firm * WRITINGS : (firm + 1) * WRITINGS]
        aliases = ";".join(alias for alias in (native, short) if alias != name)
        address = companies.addresses.texts[2 * int(companies.addresses.first[firm])]
        span = since[firm], until[firm]
        rows.append((name, aliases, "organization", codes[firm], address, *span, ""))
    for person, firm in companies.listed_people:
        latin, native = companies.people[person]
        rows.append((latin, native, "person", codes[firm], "", since[firm], until[firm], ""))
    ships = np.flatnonzero(vessels.listed_from < NEVER)
    flags = rng.choice(np.array(countries.code)[countries.sea], len(ships)).tolist()
    words = BANKS["west"].words(rng, len(ships))
    imos = imo_numbers(vessels.serial[ships]).to_pylist()
    for ship, flag, (word, _), imo in zip(ships.tolist(), flags, words, imos, strict=True):
        day = int(vessels.listed_from[ship])
        rows.append((f"MV {word}", "", "vessel", flag, "", day, NEVER, imo))
    shuffled = [rows[i] for i in rng.permutation(len(rows)).tolist()]
    columns = list(zip(*shuffled, strict=True))
    table = pa.table(
        {
            "name": columns[0],
            "alias": columns[1],
            "record_id": [f"FS-{number:05d}" for number in range(1, len(rows) + 1)],
            "kind": columns[2],
            "country": columns[3],
            "address": columns[4],
            "listed_from": _dates(first, np.array(columns[5])),
            "listed_to": _dates(first, np.array(columns[6])),
            "programs": rng.choice(_PROGRAMMES, len(rows)).tolist(),
            "imo": columns[7],
        }
    )
    _write(table, path)
    return len(rows)


def _dates(first: date, days: Ints) -> pa.Array:
    """Dates of days counted from the first; null for NEVER."""
    epoch = (first - date(1970, 1, 1)).days
    return pa.array((epoch + days).astype(np.int32), mask=days == NEVER).cast(pa.date32())


def _write(table: pa.Table, path: Path) -> None:
    """Write a table whole or not at all, with nothing where a text is empty."""
    columns = [
        pc.if_else(pc.equal(c, ""), pa.scalar(None, c.type), c) if c.type == pa.string() else c
        for c in table.columns
    ]
    with whole_file(path) as part:
        pa_csv.write_csv(
            pa.table(columns, names=table.column_names),
            part,
            pa_csv.WriteOptions(quoting_style="needed"),
        )
