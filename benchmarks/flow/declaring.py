"""From movements to the tables that an authority holds: names, units, gaps, and the truth beside."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.flow.assumptions import DECOYS, TYPOLOGIES, Assumptions
from benchmarks.flow.coining import MANNERS, Coinage
from benchmarks.flow.geography import CONTROLLED, COUNTRIES, HUB, KIND_OF_COUNTRY
from benchmarks.flow.lines import (
    BY_MASS,
    THOUSANDS,
    THOUSANDS_UNSAID,
    TIMES_THOUSAND,
    Lines,
)
from benchmarks.flow.market import Firms, Market

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FIRST_DAY = np.datetime64("2024-01-01")
UNITS = ("NAR", "KGM", "MIL", "TNE")


def _coded(
    codes: npt.NDArray[np.integer], words: pa.Array, null: Bools | None = None
) -> pa.DictionaryArray:
    """A dictionary column; negative codes and ``null`` rows are null."""
    missing = codes < 0 if null is None else null | (codes < 0)
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32), mask=missing if missing.any() else None), words
    )


def country_on(
    firms: Firms, firm: npt.NDArray[np.int32], day: npt.NDArray[np.int32]
) -> npt.NDArray[np.int16]:
    """Country of each firm on a day."""
    return np.where(day >= firms.moves[firm], firms.new_country[firm], firms.country[firm])


class Names:
    """Names of the firms of a world, and the mentions that are spelled otherwise."""

    def __init__(self, firms: Firms, misspelt: float, rng: np.random.Generator) -> None:
        coinage = Coinage(firms.country, COUNTRIES, firms.group, rng)
        self._misspelt, self._count = misspelt, len(firms)
        words = [coinage.names()] + (coinage.spelled_otherwise() if misspelt else [])
        spelled = pa.concat_arrays(words).dictionary_encode()
        self._code, self._words = spelled.indices.to_numpy(), spelled.dictionary

    def mention(self, firm: npt.NDArray[np.int32], rng: np.random.Generator) -> pa.DictionaryArray:
        """The firms as written."""
        if not self._misspelt:
            return _coded(self._code[firm], self._words)
        manner = rng.integers(1, MANNERS + 1, len(firm), dtype=np.int32)
        manner[rng.random(len(firm), dtype=np.float32) >= self._misspelt] = 0
        return _coded(self._code[firm + manner * self._count], self._words)


def _forwarder(lines: Lines, rng: np.random.Generator) -> pa.DictionaryArray:
    """A forwarder that a pair of firms keeps to, mostly."""
    count = len(lines)
    houses = 60 + count // 5_000
    mixed = lines.exporter.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= lines.consignee.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    habit = (mixed >> np.uint64(40)).astype(np.float64) / 2**24
    draw = np.where(rng.random(count, dtype=np.float32) < 0.3, rng.random(count), habit)
    house = (draw**3 * houses).astype(np.int32)
    words = pa.array([f"Carrier House {number + 1}" for number in range(houses)])
    return _coded(house, words, rng.random(count, dtype=np.float32) < 0.15)


def _origin(
    lines: Lines, exporter_country: npt.NDArray[np.int16], a: Assumptions, rng: np.random.Generator
) -> pa.DictionaryArray:
    """Country of origin as declared: the exporter's, or another's where the exporter resells."""
    count = len(lines)
    others = np.flatnonzero(np.isin(KIND_OF_COUNTRY, (CONTROLLED, HUB)))
    resold = rng.random(count, dtype=np.float32) < np.where(
        KIND_OF_COUNTRY[exporter_country] == HUB, 0.4, 0.1
    )
    origin = np.where(resold, others[rng.integers(0, len(others), count)], exporter_country)
    unknown = rng.random(count, dtype=np.float32) >= a.origin_known
    return _coded(origin, pa.array(COUNTRIES), unknown)


def declare(
    lines: Lines, first_id: int, market: Market, names: Names, imported: Bools,
    a: Assumptions, rng: np.random.Generator,
) -> pa.Table:  # fmt: skip
    """Write the lines down as they are declared. ``imported``: by the importing side."""
    catalogue, count = market.catalogue, len(lines)
    goods = lines.goods.astype(np.int64)
    exporter = country_on(market.firms, lines.exporter, lines.day)
    consignee = country_on(market.firms, lines.consignee, lines.day)
    countries = pa.array(COUNTRIES)

    mass = lines.quantity * catalogue.mass_kg[goods]
    mass *= 1 + 0.02 * rng.standard_normal(count, dtype=np.float32)
    mass = np.maximum(np.rint(mass * 1000) / 1000, 0.001)
    by_mass = catalogue.by_mass[goods]
    mass = np.where(by_mass, lines.quantity, mass)
    quantity = lines.quantity.copy()
    unit = by_mass.astype(np.int32)
    manner = lines.manner
    weighed = (manner == BY_MASS) & ~by_mass
    quantity[weighed], unit[weighed] = mass[weighed], 1
    thousands = (manner == THOUSANDS) | (manner == THOUSANDS_UNSAID)
    quantity[thousands] /= 1000
    unit[manner == THOUSANDS] += 2
    quantity[manner == TIMES_THOUSAND] *= 1000
    value = np.exp(lines.price) * catalogue.price[goods] * lines.quantity
    value *= np.where(imported, 1.05, 1.0)

    part = lines.part.astype(np.int64)
    drawn = part < 0
    # Few part numbers of an HS code are asked for often.
    part[drawn] = goods[drawn] * a.parts + (rng.random(int(drawn.sum())) ** 2.5 * a.parts).astype(
        np.int64
    )
    letters = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ"))
    number = np.arange(len(catalogue) * a.parts)
    part_words = [
        f"{letters[n * 7 % 24]}{letters[n * 11 % 23]}{1000 + n * 7919 % 89_989}-{n % 97}"
        for n in number.tolist()
    ]
    identity = pc.binary_join_element_wise(
        "S",
        pc.utf8_lpad(pc.cast(pa.array(np.arange(first_id, first_id + count)), pa.string()), 9, "0"),
        "",
    )
    date = (FIRST_DAY + lines.day).astype("datetime64[D]")
    return pa.table(
        {
            "shipment_id": identity,
            "line_no": pa.array(np.ones(count, dtype=np.int32)),
            "date": pa.array(date),
            "flow": _coded(imported.astype(np.int8), pa.array(["export", "import"])),
            "exporter": names.mention(lines.exporter, rng),
            "exporter_country": _coded(exporter, countries),
            "consignee": names.mention(lines.consignee, rng),
            "consignee_country": _coded(consignee, countries),
            "freight_forwarder": _forwarder(lines, rng),
            "export_country": _coded(exporter, countries),
            "destination_country": _coded(consignee, countries),
            "origin_country": _origin(lines, exporter, a, rng),
            "hs_code": _coded(goods, pa.array(catalogue.codes.tolist())),
            "part_number": _coded(
                part, pa.array(part_words), rng.random(count, dtype=np.float32) >= a.part_known
            ),
            "quantity": pa.array(quantity),
            "unit": _coded(unit, pa.array(UNITS)),
            "net_mass_kg": pa.array(mass, mask=rng.random(count, dtype=np.float32) >= a.mass_known),
            "value": pa.array(np.maximum(np.rint(value * 100) / 100, 0.01)),
        }
    )


def truth_of(lines: Lines, movement: Ints, market: Market) -> pa.Table:
    """What really is behind the lines."""
    positive = lines.typology >= 0
    group = market.firms.group
    return pa.table(
        {
            "positive": pa.array(positive),
            "chain_id": pa.array(np.where(positive, lines.chain, -1).astype(np.int32)),
            "hop": pa.array(np.where(positive, lines.hop, -1).astype(np.int8)),
            "typology": _coded(lines.typology, pa.array(TYPOLOGIES)),
            "decoy": _coded(lines.decoy, pa.array(DECOYS)),
            "exporter_firm": pa.array(lines.exporter),
            "consignee_firm": pa.array(lines.consignee),
            "exporter_group": pa.array(group[lines.exporter]),
            "consignee_group": pa.array(group[lines.consignee]),
            "true_quantity": pa.array(lines.quantity),
            "movement": pa.array(movement),
        }
    )
