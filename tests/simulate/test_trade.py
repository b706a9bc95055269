"""The background trades as countries do: by season, with partners, under an embargo."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from enduse.simulate.catalogue import catalogue

from .conftest import Written

COALITION = {"TW", "US", "DE", "JP", "NL", "KR", "GB", "IT", "PL"}


def everyday(written: Written, *columns: str) -> list[tuple[str, ...]]:
    """Columns of the lines that are no leg of a chain and no open sale."""
    truth = zip(*(written.truth[c].to_pylist() for c in ("chain_id", "decoy")), strict=True)
    keep = [not chain and decoy != "open_sale" for chain, decoy in truth]
    rows = zip(*(written.shipments[c].to_pylist() for c in columns), strict=True)
    return [row for row, kept in zip(rows, keep, strict=True) if kept]


def test_high_priority_goods_have_their_share_of_the_background(written: Written) -> None:
    goods = catalogue().goods
    listed = {c for c, high in zip(goods.code, goods.high_priority, strict=True) if high}
    codes = [code[:6] for (code,) in everyday(written, "hs_code")]
    assert 0.11 < sum(code in listed for code in codes) / len(codes) < 0.15


def test_after_the_embargo_the_coalition_sends_food_there_but_no_chips(written: Written) -> None:
    families = catalogue().families
    goods = catalogue().goods
    family = {c: families.name[f] for c, f in zip(goods.code, goods.family, strict=True)}
    before, after = Counter[str](), Counter[str]()
    for code, exporter, country, day in everyday(
        written, "hs_code", "export_country", "destination_country", "date"
    ):
        if country in ("RU", "BY") and exporter in COALITION:
            # Contracts may be served for forty days more.
            count = after if day > "2022-04-05" else before
            count[family[code[:6]]] += 1
    assert before["electronics"] > 5
    assert after["food"] + after["medicine"] > 10
    assert not {f for f in after if families.sensitive[families.name.index(f)]}


def test_food_is_seasonal_and_weekends_are_quiet(written: Written) -> None:
    weekday, month = Counter[int](), Counter[str]()
    for day, code in everyday(written, "date", "hs_code"):
        weekday[int(np.datetime64(day).astype(int) + 3) % 7] += 1
        if code[:2] in ("08", "07"):
            month[day[5:7]] += 1
    assert weekday[6] < 0.3 * weekday[2]
    assert month["12"] > 1.4 * month["06"]


def test_sizes_of_firms_are_heavy_tailed_and_partners_repeat(written: Written) -> None:
    lines = Counter(everyday(written, "exporter"))
    ranked = sorted(lines.values(), reverse=True)
    assert sum(ranked[: len(ranked) // 10]) > 0.5 * sum(ranked)
    assert ranked[0] < 0.1 * sum(ranked)
    pairs = Counter(everyday(written, "exporter", "consignee"))
    assert sum(n - 1 for n in pairs.values()) > 0.5 * sum(pairs.values())


def test_prices_and_masses_of_goods_are_plausible(written: Written) -> None:
    prices = defaultdict(list)
    for code, unit, quantity, value, currency, mass in everyday(
        written, "hs_code", "unit", "quantity", "value", "currency", "net_mass_kg"
    ):
        assert float(quantity) > 0 < float(value)
        if currency == "USD" and unit != "MIL" and mass:
            prices[code[:6]].append((float(value) / float(quantity), float(mass) / float(quantity)))
    chips, lathes = np.median(prices["854231"], axis=0), np.median(prices["845811"], axis=0)
    assert 1 < chips[0] < 20
    assert chips[1] < 0.01
    assert 20_000 < lathes[0] < 200_000
    assert lathes[1] > 1000


def test_units_are_sometimes_wrong_a_thousandfold_by_honest_error(written: Written) -> None:
    errors = [d == "unit_error" for d in written.truth["decoy"].to_pylist()]
    units = written.shipments["unit"].to_pylist()
    assert 0.001 < np.mean(errors) < 0.006
    thousands = {u for u, e in zip(units, errors, strict=True) if e}
    assert {"MIL", "NAR"} <= thousands


def test_names_are_written_in_several_ways_and_scripts(written: Written) -> None:
    text = set(written.shipments["exporter"].to_pylist())
    assert any("\u0400" <= c <= "\u04ff" for name in text for c in name)
    assert any("\u4e00" <= c <= "\u9fff" for name in text for c in name)
    assert any("Ş" in name or "ı" in name for name in text)
    by_number = defaultdict(Counter)
    for name, number in everyday(written, "consignee", "consignee_id"):
        if number:
            by_number[number][name] += 1
    common = [c for c in by_number.values() if c.total() > 60]
    assert np.mean([len(c) for c in common]) > 3
    rest = [1 - c.most_common(1)[0][1] / c.total() for c in common]
    assert 0.15 < np.mean(rest) < 0.25


def test_descriptions_are_in_several_languages_and_name_parts(written: Written) -> None:
    described = everyday(written, "description", "part_number")
    assert all(text for text, _ in described)
    assert any("積體電路" in text for text, _ in described)
    assert any("\u0400" <= c <= "\u04ff" for text, _ in described for c in text)
    assert any("parça" in text for text, _ in described)
    assert any(part and text.endswith(part) for text, part in described)
