"""A recovered part: its sales, their customers on the lists, on along declarations, and gaps."""

from __future__ import annotations

import json
import re
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.components.inquiries import answer_request, request_records
from enduse.components.kept import import_components
from enduse.components.pseudonyms import Pseudonyms
from enduse.errors import InputError, UsageError
from enduse.lists import import_list
from enduse.model.components import COMPONENT_LINKS
from enduse.pipeline import COMPONENT_OUTPUTS, ComponentTrace, trace_component
from enduse.pipeline.component_links import Joined, Kind
from enduse.settings import Settings
from tests.pipeline.component_stories import PART, SALES, SHIPMENTS, written

TODAY = date(2024, 6, 1)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, Path]]:
    folder = tmp_path_factory.mktemp("story")
    settings = Settings(workspace=folder / "workspace", threads=2, memory_limit_mib=512)
    files = written(folder)
    import_components(files["components"], settings=settings, today=TODAY)
    import_list(files["listed"], "csv", settings, source="invented", as_of=TODAY)
    return settings, files


@pytest.fixture(scope="module")
def traced(
    story: tuple[Settings, dict[str, Path]], tmp_path_factory: pytest.TempPathFactory
) -> ComponentTrace:
    settings, files = story
    return trace_component(
        out=tmp_path_factory.mktemp("traced"),
        component="R-17",
        sales=files["sales"],
        shipments=files["shipments"],
        embargoed=["RU"],
        as_of=TODAY,
        settings=settings,
    )


def path_of(traced: ComponentTrace, sale: str) -> Joined:
    return next(path for path in traced.paths if path.links[1].target == sale)


def test_a_sale_is_followed_from_the_part_to_the_embargoed_destination(
    traced: ComponentTrace,
) -> None:
    links = path_of(traced, "S1").links
    assert [(str(link.kind), link.source, link.target) for link in links] == [
        ("marking→part", "R-17", PART),
        ("part→sale", PART, "S1"),
        ("sale→customer", "S1", "Hongda Trading Ltd"),
        ("customer→shipment", "Hongda Trading Ltd", "Bosporus Devre AS"),
        ("shipment→shipment", "Bosporus Devre AS", "Neva Radio OOO"),
        ("shipment→destination", "Neva Radio OOO", "RU"),
    ]
    assert path_of(traced, "S1").arrives
    assert all(link.strength is None or 0 < link.strength <= 1 for link in links)
    assert links[3].record == "A2/1"
    assert links[3].date == date(2023, 2, 1)
    said = " ".join(statement.text() for statement in links[2].basis + links[3].basis)
    assert "Its delivery is declared: A1/1." in said
    assert "The part number is the same." in said  # though it is written otherwise
    assert "taken for one firm" in said


def test_where_declarations_end_a_gap_says_why(traced: ComponentTrace) -> None:
    gone_on = path_of(traced, "S2").links
    assert gone_on[3].target == "Altyn Elektronika TOO"
    assert gone_on[3].country == "KZ"
    assert gone_on[4].kind == Kind.DESTINATION
    assert gone_on[4].gap is not None
    assert "none of these goods leaves Altyn Elektronika TOO" in gone_on[4].gap.text()
    kept = path_of(traced, "S3").links
    assert kept[-1].kind == Kind.SENT_ON
    assert kept[-1].gap is not None
    assert "leaves Oakfield Instruments GmbH after 2023-03-15" in kept[-1].gap.text()
    assert not path_of(traced, "S2").arrives
    assert traced.run["paths_that_arrive"] == 1


def test_links_are_written_gaps_too(traced: ComponentTrace) -> None:
    table = pq.read_table(traced.folder / "links.parquet")
    assert table.schema.equals(COMPONENT_LINKS)
    rows = table.to_pylist()
    assert len(rows) == sum(len(path.links) for path in traced.paths)
    assert all((row["gap"] is None) == (row["target"] is not None) for row in rows)
    for name in COMPONENT_OUTPUTS:
        assert (traced.folder / name).is_file()
    document = json.loads((traced.folder / "trace.json").read_text("utf-8"))
    assert document["component"]["part_number"] == PART
    assert document["embargoed"] == ["RU"]
    assert len(document["declarations"]["digest"]) == 64


def test_only_sales_that_could_be_it_are_candidates(traced: ComponentTrace) -> None:
    rows = traced.supply.candidates.to_pylist()
    assert {row["sale_id"] for row in rows} >= {"S1", "S2", "S3", "S5"}
    assert "S6" not in {row["sale_id"] for row in rows}
    assert rows[0]["match"] == "lot"
    whole = sum(row["probability"] for row in rows)
    assert whole + traced.supply.elsewhere + traced.supply.counterfeit == pytest.approx(1)


def test_customers_stand_on_lists_as_of_the_sale_and_now(traced: ComponentTrace) -> None:
    rows = {row["name"]: row for row in traced.customers.to_pylist()}
    hongda = next(row for name, row in rows.items() if name.casefold().startswith("hongda"))
    assert hongda["record_id"] == "L-1"
    assert hongda["now"] == "listed"
    assert hongda["when_sold"] in ("listed", "listed_since")
    other = rows["Oakfield Instruments GmbH"]
    assert other["screened"]
    assert other["now"] is None
    assert other["matched_name"] is None


def test_a_sale_after_the_listing_is_a_breach_and_one_before_a_lead(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, _ = story
    lines = SALES.splitlines(keepends=True)
    for kept, standing in (("S1", "listed_since"), ("S5", "listed")):
        sales = tmp_path / f"{kept}.csv"
        sales.write_text(lines[0] + next(x for x in lines if x.startswith(f"{kept},")), "utf-8")
        traced = trace_component(
            out=tmp_path / kept, component="R-17", sales=sales, as_of=TODAY, settings=settings
        )
        assert traced.customers["when_sold"].to_pylist() == [standing]
        assert traced.customers["now"].to_pylist() == ["listed"]


def test_a_customer_under_two_spellings_stands_as_at_the_worse_of_its_sales(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, _ = story
    sales = tmp_path / "sales.csv"
    sales.write_text(
        SALES.splitlines(keepends=True)[0]
        + f"S1,2023-01-05,{PART},GQ22,2230,,1000,Hongda Trading Ltd,HONGDA TRADING LTD.,HK,\n"
        + f"S2,2023-05-20,{PART},GQ22,2230,,50,HONGDA TRADING LTD.,,HK,\n",
        "utf-8",
    )
    traced = trace_component(
        out=tmp_path / "out", component="R-17", sales=sales, as_of=TODAY, settings=settings
    )
    (row,) = traced.customers.to_pylist()
    assert (row["name"], row["when_sold"]) == ("Hongda Trading Ltd", "listed")


def test_without_declarations_every_path_ends_in_that_gap(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, files = story
    traced = trace_component(
        out=tmp_path, component="R-17", sales=files["sales"], as_of=TODAY, settings=settings
    )
    gaps = [path.links[-1].gap for path in traced.paths]
    assert all(gap and "No declarations were given" in gap.text() for gap in gaps)
    assert traced.run["declarations"] is None


def test_declarations_that_end_before_the_sale_say_so(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, files = story
    early = tmp_path / "early.csv"
    head, first, *_ = SHIPMENTS.splitlines(keepends=True)
    early.write_text(head + first.replace("2023-01-10", "2022-12-30"), "utf-8")
    traced = trace_component(
        out=tmp_path / "out",
        component="R-17",
        sales=files["sales"],
        shipments=early,
        embargoed=["RU"],
        as_of=TODAY,
        settings=settings,
    )
    gap = path_of(traced, "S2").links[-1].gap
    assert gap is not None
    assert gap.text() == "No declarations held after 2023-02-10: they end on 2022-12-30."


def test_what_leaves_after_the_part_was_recovered_is_no_path_of_it(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, files = story
    shipments = tmp_path / "shipments.csv"
    # R-17 was recovered on 5 March 2024.
    shipments.write_text(SHIPMENTS.replace("A3,1,2023-02-20", "A3,1,2024-03-20"), "utf-8")
    traced = trace_component(
        out=tmp_path / "out",
        component="R-17",
        sales=files["sales"],
        shipments=shipments,
        embargoed=["RU"],
        as_of=TODAY,
        settings=settings,
    )
    path = path_of(traced, "S1")
    assert not path.arrives
    assert path.links[-1].source == "Bosporus Devre AS"
    assert path.links[-1].gap is not None
    assert any("after the recovery on 2024-03-05" in note.text() for note in traced.notes)


def test_goods_that_no_declaration_names_need_their_hs_code(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, files = story
    silent = tmp_path / "silent.csv"
    text = SHIPMENTS.replace("STM32-F765 VIT6", "").replace("STM32F765VIT6", "")
    silent.write_text(text, "utf-8")
    common: dict[str, Any] = {
        "component": "R-17", "sales": files["sales"], "shipments": silent, "embargoed": ["RU"],
        "as_of": TODAY, "settings": settings,
    }  # fmt: skip
    traced = trace_component(out=tmp_path / "without", **common)
    gap = path_of(traced, "S1").links[-1].gap
    assert gap is not None
    assert "its HS code is not known" in gap.text()
    traced = trace_component(out=tmp_path / "with", hs_code="854231", **common)
    assert path_of(traced, "S1").arrives
    said = " ".join(said.text() for said in path_of(traced, "S1").links[3].basis)
    assert "The first six digits of the HS code are the same." in said


def test_a_sale_into_the_embargoed_country_itself_arrives(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, files = story
    traced = trace_component(
        out=tmp_path,
        component="R-17",
        sales=files["sales"],
        shipments=files["shipments"],
        embargoed=["DE"],
        as_of=TODAY,
        settings=settings,
    )
    last = path_of(traced, "S3").links[-1]
    assert (last.kind, last.country, last.gap) == (Kind.DESTINATION, "DE", None)


def test_a_part_that_nobody_here_sold_is_a_gap_and_not_an_all_clear(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, files = story
    traced = trace_component(
        out=tmp_path,
        component="R-18",
        sales=files["sales"],
        shipments=files["shipments"],
        embargoed=["RU"],
        as_of=TODAY,
        settings=settings,
    )
    assert traced.supply.candidates.num_rows == 0
    (path,) = traced.paths
    assert path.links[-1].gap is not None
    assert "does not say that it was not sold" in path.links[-1].gap.text()
    assert pq.read_table(tmp_path / "links.parquet").num_rows == 2


def test_declarations_without_part_numbers_and_sales_without_lots_are_followed(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, _ = story
    sales, shipments = tmp_path / "sales.csv", tmp_path / "shipments.csv"
    sales.write_text(
        "sale_id,date,part_number,quantity,customer\n"
        f"S1,2023-01-05,{PART},1000,Hongda Trading Ltd\nS2,2023-01-06,{PART},10,TO ORDER\n",
        "utf-8",
    )
    table = [line.split(",") for line in SHIPMENTS.splitlines()]
    at = table[0].index("part_number")
    shipments.write_text("\n".join(",".join([*row[:at], *row[at + 1 :]]) for row in table), "utf-8")
    traced = trace_component(
        out=tmp_path / "out",
        component="R-17",
        sales=sales,
        shipments=shipments,
        embargoed=["RU"],
        hs_code="8542.31",
        as_of=TODAY,
        settings=settings,
    )
    assert path_of(traced, "S1").arrives
    assert path_of(traced, "S2").links[-1].gap is not None
    assert traced.supply.candidates["lot_share"].null_count == 2


def test_a_part_of_which_only_the_lot_is_known_is_searched_by_it(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, files = story
    common: dict[str, Any] = {"sales": files["sales"], "as_of": TODAY, "settings": settings}
    traced = trace_component(out=tmp_path / "lot", component="R-19", **common)
    assert {path.links[1].target for path in traced.paths} == {"S1", "S2", "S3", "S5"}
    assert "No part number is known" in traced.paths[0].links[0].basis[0].text()
    traced = trace_component(out=tmp_path / "nothing", component="R-20", **common)
    # Nothing was searched for, so that nothing is said of what the search did not find.
    (path,) = traced.paths
    (link,) = path.links
    assert link.gap is not None
    assert "No part number could be read" in link.gap.text()
    assert traced.supply.candidates.num_rows == 0


def test_a_marking_is_read_and_traced(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, files = story
    traced = trace_component(
        out=tmp_path,
        marking=f"{PART}\nGQ22 2230 CHN",
        sales=files["sales"],
        as_of=TODAY,
        settings=settings,
    )
    first = traced.paths[0].links[0]
    assert first.target == PART
    assert first.strength == traced.readings[0].confidence
    assert traced.supply.candidates.num_rows >= 4


def test_what_makes_no_sense_is_refused(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, files = story
    common: dict[str, Any] = {"out": tmp_path, "sales": files["sales"], "settings": settings}
    with pytest.raises(UsageError, match="begins with a component or with a marking"):
        trace_component(**common)
    with pytest.raises(UsageError, match="begins with a component or with a marking"):
        trace_component(component="R-17", marking="x", **common)
    with pytest.raises(InputError, match="R-71"):
        trace_component(component="R-71", **common)
    with pytest.raises(UsageError, match="Atlantis is no country"):
        trace_component(component="R-17", embargoed=["Atlantis"], **common)
    with pytest.raises(InputError, match="Nothing could be read"):
        trace_component(marking="the weather was fine and nothing else happened", **common)
    for wrong in ("85", "8542.3", "chips", "８５４２３１"):
        with pytest.raises(UsageError, match="is no HS code"):
            trace_component(component="R-17", hs_code=wrong, **common)
    with pytest.raises(UsageError, match="no sales to search"):
        trace_component(out=tmp_path, component="R-17", settings=settings)


def test_a_request_says_what_is_known_from_where_and_what_is_not(
    story: tuple[Settings, dict[str, Path]],
) -> None:
    settings, _ = story
    body = request_records(to="A maker", component="R-17", made=TODAY, settings=settings)
    known = {fact["field"]: fact for fact in body["known"]}
    assert known["part_number"]["value"] == PART
    assert known["part_number"]["source"] == "record"
    assert known["lot"]["value"] == "GQ22"
    assert {"field": "serials", "reason": "not_recorded"} in body["unknown"]
    assert body["period"] == {"from": "2022-07-25", "to": "2024-03-05"}
    assert body["case"] == "R-17"
    assert body["reply_by"] == "2024-07-01"
    read = request_records(to="A maker", marking=f"{PART} 2230 CHN", made=TODAY, settings=settings)
    assert {fact["source"] for fact in read["known"] if fact["field"] == "part_number"} == {
        "marking"
    }
    assert {"field": "lot", "reason": "not_marked"} in read["unknown"]
    with pytest.raises(UsageError, match="no addressee"):
        request_records(to=" ", component="R-17", settings=settings)
    with pytest.raises(UsageError, match="No answer can be due"):
        request_records(
            to="A maker", component="R-17", made=TODAY, reply_by=date(2024, 5, 1), settings=settings
        )


def test_an_answer_names_customers_or_hides_them_the_same_way_throughout_a_case(
    story: tuple[Settings, dict[str, Path]],
) -> None:
    settings, files = story
    asked = request_records(to="A maker", component="R-17", made=TODAY, settings=settings)
    common: dict[str, Any] = {"sales": files["sales"], "made": TODAY, "settings": settings}
    plain = answer_request(asked, **common)
    assert "Hongda Trading Ltd" in {sale["customer"] for sale in plain["sales"]}
    hidden = answer_request(asked, redact=True, **common)
    assert hidden == answer_request(asked, redact=True, **common)
    text = json.dumps(hidden, ensure_ascii=False).casefold()
    for name in ("hongda", "brim", "oakfield", "kettle", '"s1"', "inv-"):
        assert name not in text
    by_name: dict[str, set[str]] = {}
    for open_sale, hidden_sale in zip(plain["sales"], hidden["sales"], strict=True):
        name = "HONGDA" if "ongda" in open_sale["customer"].casefold() else open_sale["customer"]
        by_name.setdefault(name, set()).add(hidden_sale["customer"])
    assert all(len(names) == 1 for names in by_name.values())  # spellings share a pseudonym
    assert len(set.union(*by_name.values())) == len(by_name)
    other = answer_request({**asked, "case": "another"}, redact=True, **common)
    assert {sale["customer"] for sale in other["sales"]}.isdisjoint(
        sale["customer"] for sale in hidden["sales"]
    )
    secret = settings.workspace / "keys" / "cases" / "R-17.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700
    fields = {gap["field"]: gap["reason"] for gap in hidden["not_searched"]}
    assert fields["serials"] == "not_given"
    assert hidden["searched"][0]["records"] == 6


def test_an_answer_without_a_record_says_what_was_searched(
    story: tuple[Settings, dict[str, Path]],
) -> None:
    settings, files = story
    asked = request_records(to="A maker", component="R-18", made=TODAY, settings=settings)
    body = answer_request(asked, sales=files["sales"], made=TODAY, settings=settings)
    assert body["outcome"] == "no_record"
    assert body["sales"] == []
    assert body["searched"][0]["records"] == 6


def test_a_file_that_is_no_request_is_refused(
    story: tuple[Settings, dict[str, Path]], tmp_path: Path
) -> None:
    settings, files = story
    wrong = tmp_path / "request.json"
    for content, said in (
        (b"%PDF-1.4", "is no JSON document"),
        (b"[" * 100_000, "is no JSON document"),
        (b"{}", "neither a request nor an answer"),
        (b'{"schema": "enduse/answer/1"}', "is needed"),
        (b"\xff", "is no JSON document"),
    ):
        wrong.write_bytes(content)
        with pytest.raises(InputError, match=said):
            answer_request(wrong, sales=files["sales"], settings=settings)
    with pytest.raises(InputError, match="cannot be read"):
        answer_request(tmp_path / "absent.json", settings=settings)


def test_a_case_needs_a_number_that_a_file_can_bear(settings: Settings) -> None:
    for wrong in ("", "  ", "x" * 200):
        with pytest.raises(UsageError, match="cannot number a case"):
            Pseudonyms.of_case(wrong, settings)
    Pseudonyms.of_case("../../etc/passwd", settings)
    kept = list((settings.workspace / "keys" / "cases").iterdir())
    assert [path.name for path in kept] == ["..%2F..%2Fetc%2Fpasswd.secret"]


@given(st.text(min_size=1, max_size=40), st.binary(min_size=32, max_size=32))
def test_a_pseudonym_is_stable_and_tells_nothing_of_the_name(name: str, secret: bytes) -> None:
    case = Pseudonyms(secret)
    told = case.customer(name)
    assert told == Pseudonyms(secret).customer(name)
    assert len(told) == 9
    assert told.replace("-", "").isalnum()


def test_the_documented_fields_are_those_of_the_bodies(
    story: tuple[Settings, dict[str, Path]],
) -> None:
    settings, files = story
    page = (Path(__file__).parents[2] / "docs" / "components.md").read_text("utf-8")
    asked = request_records(to="A maker", component="R-17", made=TODAY, settings=settings)
    body = answer_request(asked, sales=files["sales"], made=TODAY, settings=settings)
    for document in (asked, body):
        said = page.split(f"### `{document['schema']}`")[1].split("###")[0]
        if document is body:
            said += page.split("### `enduse/request/1`")[1]
        fields = [*document, *document["component"]]
        fields += [name for rows in document.values() if isinstance(rows, list)
                   for row in rows[:1] if isinstance(row, dict) for name in row]  # fmt: skip
        for field in fields:
            assert re.search(rf"\b{field}\b", said), (document["schema"], field)
