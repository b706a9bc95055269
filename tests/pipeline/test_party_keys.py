"""Numbers for the parties of lines: who is one, who is not, and who is nobody."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from enduse.errors import UsageError
from enduse.pipeline.party_keys import NOBODY, PartyKeys, party_keys

SELLER = ("Hofstra Messtechnik GmbH", "DE", None)


def lines(
    *consignees: tuple[str | None, str | None, str | None], encoded: bool = False
) -> pa.Table:
    """A line for each consignee (name, country, number), all from one seller."""
    columns = {}
    for side, said in (("exporter", [SELLER] * len(consignees)), ("consignee", consignees)):
        for part, values in zip(("", "_country", "_id"), zip(*said, strict=True), strict=True):
            column = pa.array(values, pa.string())
            columns[side + part] = column.dictionary_encode() if encoded else column
    return pa.table(columns)


def consignees(*said: tuple[str | None, str | None, str | None], resolve: bool) -> list[int]:
    """The party of each consignee, from 0 in the order in which they come."""
    found = party_keys(lines(*said), resolve=resolve).consignee
    return [int(party) - 1 if party != NOBODY else NOBODY for party in found]


@pytest.mark.parametrize("resolve", [False, True])
@pytest.mark.parametrize(
    "name",
    [
        "TO ORDER", "To the order of", "TO THE ORDER OF BANK MELLAT, TABRIZ", "To order of shipper",
        "ORDER", "UNKNOWN", "Unknown consignee", "N/A", "n.a.", "None", "-", "...", "", "   ", None,
        "SAME AS CONSIGNEE", "Same as above", "TBA", "XXXX", "Co., Ltd.", "not available",
        "A LA ORDEN", "À l'ordre de Société Générale", "UNBEKANNT", "DESCONOCIDO", "EMRİNE",
        "По приказу", "НЕИЗВЕСТНО", "нет данных", "физическое лицо", "凭指示", "不详", "لأمر",
    ],
)  # fmt: skip
def test_a_placeholder_is_nobody(name: str | None, resolve: bool) -> None:
    keys = party_keys(lines((name, "TR", None), ("Erdehan A.S.", "TR", None)), resolve=resolve)
    assert keys.consignee.tolist() == [NOBODY, 1]
    assert keys.notes["nobody_sides"] == 1
    assert keys.sure[keys.consignee_mention[0]] == 0


@pytest.mark.parametrize(
    "name",
    [
        "Made to Order Furniture LLC", "Unknown Worlds Entertainment Inc", "Nil Elektronik A.S.",
        "Order of Malta", "Test Equipment Ltd", "Same Deutz-Fahr", "Particular Audio SA", "TBA Group",
        "None So Fine Ltd", "NA Trading FZE", "Bank Mellat",
    ],
)  # fmt: skip
def test_a_name_that_holds_such_words_is_somebody(name: str) -> None:
    assert consignees((name, "TR", None), resolve=False) == [0]


def test_forms_of_one_name_in_one_country_are_one_party() -> None:
    said = [("OSTEC L.L.C.", "RU", None), ("ООО «Остек»", "RU", None), ("Ostec LLC", "RU", None)]
    keys = party_keys(lines(*said, said[2]), resolve=False)
    assert keys.consignee.tolist() == [1, 2, 1, 1]
    assert keys.consignee_mention.tolist() == [1, 2, 3, 3]
    assert keys.names.to_pylist() == [SELLER[0], "Ostec LLC", "ООО «Остек»"]


@pytest.mark.parametrize("resolve", [False, True])
def test_different_numbers_of_one_register_keep_firms_apart(resolve: bool) -> None:
    said = [("Ostec LLC", "RU", "7707083893"), ("Ostec LLC", "RU", "7736050003")]
    assert consignees(*said, resolve=resolve) == [0, 1]


def test_a_mention_without_number_is_theirs_where_one_number_bears_the_name() -> None:
    one = ("Ostec LLC", "RU", "7707083893")
    other = ("Ostec LLC", "RU", "7736050003")
    bare = ("Ostec LLC", "RU", None)
    assert consignees(one, bare, resolve=False) == [0, 0]
    assert consignees(one, other, bare, resolve=False) == [0, 1, 2]


def test_the_same_name_elsewhere_is_another_party_unless_resolved() -> None:
    said = [("Ostec Group LLC", "RU", None), ("Ostec Group LLC", "KZ", None)]
    assert consignees(*said, resolve=False) == [0, 1]


def test_a_misspelt_mention_is_resolved_and_less_sure() -> None:
    usual, misspelt = ("Grovelach Lindedorn Vertrieb AG", "CH", None), None
    misspelt = ("Grovelach Lindedron Vertrieb", "CH", None)
    other = ("Stahlwerk Brandis AG", "CH", None)
    keys = party_keys(lines(usual, usual, misspelt, other))
    assert keys.consignee.tolist() == [1, 1, 1, 2]
    assert keys.names[1].as_py() == usual[0]
    main, rare = keys.sure[keys.consignee_mention[[0, 2]]]
    assert main == 1
    assert 0.5 < rare < 1
    assert keys.notes["merged_by_resemblance"] == 1


def test_dictionaries_and_missing_columns_change_nothing() -> None:
    said = [("Ostec LLC", "RU", "1"), (None, "RU", None), ("Ostec LLC", "RU", "2")]
    plain, encoded = party_keys(lines(*said)), party_keys(lines(*said, encoded=True))
    assert plain.consignee.tolist() == encoded.consignee.tolist()
    short = lines(*said).select(["exporter", "consignee"])
    assert party_keys(short).consignee.tolist() == [1, NOBODY, 1]
    chunked = pa.concat_tables([lines(*said[:1], encoded=True), lines(*said[1:], encoded=True)])
    assert party_keys(chunked).consignee.tolist() == plain.consignee.tolist()


def test_the_order_of_lines_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    words = ["Bordesoy Gunhan Elektronik A.S.", "Bordesoy Gunhann Elektronik AS", "TO ORDER",
             "Selmadag Otomasyon Ltd. Sti.", "Selmadag Otomasyon", "Yalnosoy Makina A.S."]  # fmt: skip
    said = [(words[n], "TR", None) for n in rng.integers(0, len(words), 60)]
    order = rng.permutation(60)
    one = party_keys(lines(*said)).consignee
    other = party_keys(lines(*(said[n] for n in order))).consignee
    assert ((one[order] == NOBODY) == (other == NOBODY)).all()
    assert len(set(zip(one[order], other, strict=True))) == len(set(one)) == len(set(other))


@pytest.mark.parametrize("resolve", [False, True])
def test_no_lines_have_no_parties(resolve: bool) -> None:
    keys: PartyKeys = party_keys(lines((None, None, None))[:0], resolve=resolve)
    assert len(keys.exporter) == len(keys.names) == 0


def test_a_missing_column_is_said() -> None:
    with pytest.raises(UsageError, match="consignee"):
        party_keys(pa.table({"exporter": ["Ostec"]}))


def trade(*pairs: tuple[str, str]) -> pa.Table:
    """Lines of Turkish sellers to Emirati buyers."""
    sellers, buyers = zip(*pairs, strict=True)
    return pa.table(
        {
            "exporter": sellers,
            "exporter_country": ["TR"] * len(pairs),
            "consignee": buyers,
            "consignee_country": ["AE"] * len(pairs),
        }
    )


def test_who_deals_with_the_same_partners_is_more_surely_one() -> None:
    one, other = "Bordesoy Gunhan Makina", "Bordesoy Gunkas Makina"
    others = [("Yalnosoy Elektronik A.S.", "Habiyan Trading"), ("Celikdag Ltd", "Zadiwan FZE")]
    together = party_keys(trade(*[(one, "Marifal FZE"), (other, "Marifal FZE")] * 4, *others))
    apart = party_keys(trade(*[(one, "Marifal FZE"), (other, "Suwadil LLC")] * 12, *others))
    assert together.exporter[0] == together.exporter[1]
    assert apart.exporter[0] != apart.exporter[1]


SISTERS = ["Bordesoy Gunhan Makina A.S.", "Bordesoy Gunhan Lojistik Ltd. Sti."]
STRANGERS = [
    "Yalnosoy Celikmir Elektronik A.S.", "Tubadag Sermakol Makina A.S.", "Istanbul Trading Ltd",
    "Istanbul Electronics Ltd", "Golden Trading LLC", "Golden Electronics LLC",
    "Turkiye Elektronik Ticaret A.S.", "Turkiye Makina Ticaret A.S.",
]  # fmt: skip


def families(table: pa.Table, registry: pa.Table | None = None) -> list[set[str]]:
    """Families of two and more, by the names of their parties."""
    keys = party_keys(table, registry=registry)
    names: dict[int, set[str]] = {}
    for name, family in zip(keys.names.to_pylist(), keys.family.tolist(), strict=True):
        names.setdefault(family, set()).add(name)
    return [members for members in names.values() if len(members) > 1]


def test_sisters_share_telling_words_and_strangers_those_of_the_trade() -> None:
    # Each sells to a buyer of its own, often, so that none of them is taken for another's misprint.
    sellers = [*SISTERS, *STRANGERS]
    buyers = ["Habi", "Zadi", "Mari", "Suwa", "Naqa", "Jabi", "Fali", "Rami", "Tuka", "Qamo"]
    table = trade(*[(s, f"{b}wanfal FZE") for s, b in zip(sellers, buyers, strict=True)] * 12)
    table = table.append_column("exporter_id", pa.array([f"TR-{n:08}" for n in range(10)] * 12))
    assert families(table) == [set(SISTERS)]


def test_sisters_elsewhere_are_no_family_by_name() -> None:
    table = trade((SISTERS[0], "Habiyan FZE"), (SISTERS[1], "Zadiwan LLC"))
    keys = party_keys(table.set_column(1, "exporter_country", pa.array(["TR", "KZ"])))
    assert keys.family[keys.exporter[0]] != keys.family[keys.exporter[1]]


def test_a_registry_tells_who_is_directed_by_one_person() -> None:
    sellers = ["Bordesoy Makina A.S.", "Yalnosoy Elektronik A.S.", "Tubadag Lojistik A.S."]
    table = trade(*zip(sellers, ["Habiyan FZE", "Zadiwan LLC", "Marifal FZE"], strict=True))
    registry = pa.table(
        {
            "entity_id": ["TR-1", "TR-2", "TR-3"],
            "name": sellers,
            "country": ["TR"] * 3,
            "officers": [["Selma Gunhan"], ["GUNHAN, Selma"], ["Erol Tas"]],
            "owners": [[{"name": "Selma Gunhan"}], None, []],
        }
    )
    assert families(table) == []
    assert families(table, registry) == [set(sellers[:2])]
    keys = party_keys(table, registry=registry)
    assert 0.5 < keys.family_sure[keys.exporter[0]] < 1
    assert keys.family_sure[keys.exporter[2]] == 1


def test_an_agent_of_many_makes_no_family() -> None:
    sellers = [f"{stem}soy Makina A.S." for stem in ("Bor", "Yal", "Tub", "Cel", "Ser", "Gun")]
    table = trade(*((seller, f"{seller[:3]}wan FZE") for seller in sellers))
    registry = pa.table(
        {
            "entity_id": [f"TR-{n}" for n in range(6)],
            "name": sellers,
            "country": ["TR"] * 6,
            "officers": [["Nominee Services Ltd"]] * 6,
            "owners": [None] * 6,
        }
    )
    assert families(table, registry) == []
