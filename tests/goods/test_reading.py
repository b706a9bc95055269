"""Reading a table of goods to classify."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enduse.errors import InputError
from enduse.goods import read_goods
from enduse.goods.reading import hs_fault
from enduse.model import GOODS


def _zip(name: str, content: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, content)
    return held.getvalue()


def csv_file(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "goods.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_goods_and_their_parameters_are_taken_as_text(tmp_path: Path) -> None:
    goods, rejects = read_goods(
        csv_file(
            tmp_path,
            "Goods ID;HS_Code;Description;param.Sample Rate;colour\n"
            "a;8542.39;ADC, 14 bit;500 MSPS;red\n"
            "\n"
            'b;;"two\nlines";;\n',
        )
    )
    assert rejects == ()
    assert goods.schema.names == [*GOODS.names, "param.sample_rate"]
    assert goods.to_pylist() == [
        {
            "goods_id": "a",
            "hs_code": "854239",
            "description": "ADC, 14 bit",
            "part_number": None,
            "param.sample_rate": "500 MSPS",
        },
        {
            "goods_id": "b",
            "hs_code": None,
            "description": "two\nlines",
            "part_number": None,
            "param.sample_rate": None,
        },
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_their_mark(tmp_path: Path, encoding: str) -> None:
    goods, _ = read_goods(csv_file(tmp_path, "goods_id,description\n1,類比轉換器\n", encoding))
    assert goods["description"].to_pylist() == ["類比轉換器"]


def test_each_bad_row_is_rejected_with_row_column_value_and_reason(tmp_path: Path) -> None:
    goods, rejects = read_goods(
        csv_file(
            tmp_path,
            "goods_id,hs_code,description\n"
            "1,854239,kept\n"
            "1,854239,again\n"
            ",854239,nameless\n"
            "2,10121,lost zero\n"
            "3,８５４２３９,full width\n"
            "4,EAR99,not a code\n"
            "5,3A001.a.5,not a code\n"
            "6,85423,five\n"
            "7,chips,words\n"
            "8,854239,one,too many\n"
            "9,854239,nul\0byte\n"
            "10,854239\n",
        )
    )
    assert goods["goods_id"].to_pylist() == ["1", "10"]
    assert [(r.row, r.column, r.value) for r in rejects] == [
        (3, "goods_id", "1"),
        (4, "goods_id", ""),
        (5, "hs_code", "10121"),
        (6, "hs_code", "８５４２３９"),
        (7, "hs_code", "EAR99"),
        (8, "hs_code", "3A001.a.5"),
        (9, "hs_code", "85423"),
        (10, "hs_code", "chips"),
        (11, "", ""),
        (12, "description", "nul\0byte"),
    ]
    reasons = [r.reason for r in rejects]
    assert reasons[0] == "stands already in row 2"
    assert "a leading zero may be lost" in reasons[2]
    assert "digits 0 to 9" in reasons[3]
    assert "not an HS code" in reasons[4]
    assert "more values than the header" in reasons[8]


def test_numbers_in_a_workbook_are_no_hs_codes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [
        ("goods_id", "hs_code", "description", "param.resolution_bit"),
        (1, "010121", "horses", 14.0),
        (2, 10121, "horses", None),
        (None, None, None, None),
        (3, None, "ADC", 12.5),
    ]:
        book.active.append(row)
    book.save(tmp_path / "goods.xlsx")
    goods, rejects = read_goods(tmp_path / "goods.xlsx")
    assert goods["goods_id"].to_pylist() == ["1", "3"]
    assert goods["hs_code"].to_pylist() == ["010121", None]
    assert goods["param.resolution_bit"].to_pylist() == ["14", "12.5"]
    assert [(r.row, r.column, r.value) for r in rejects] == [(3, "hs_code", "10121")]
    assert "keep HS codes as text" in rejects[0].reason


def test_parquet_counts_its_first_record_as_row_1(tmp_path: Path) -> None:
    path = tmp_path / "goods.parquet"
    pq.write_table(pa.table({"goods_id": ["1", "2"], "hs_code": ["854239", "8542"]}), path)
    goods, rejects = read_goods(path)
    assert goods["goods_id"].to_pylist() == ["1"]
    assert [(r.row, r.value) for r in rejects] == [(2, "8542")]
    pq.write_table(pa.table({"goods_id": [1], "hs_code": [10121]}), path)
    assert read_goods(path)[0].num_rows == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has no header"),
        (b"\n\n", "has no header"),
        (b"goods_id,hs_code\n", "has a header and no rows"),
        (b"goods_id\n1\n", "lacks any column that describes goods"),
        (b"hs_code,description\n854239,x\n", "lacks goods_id"),
        (b"goods_id,hs_code,HS Code\n1,854239,854239\n", "has two columns hs_code"),
        (b'goods_id,description\n1,"never closed\n2,x\n', "line 3"),
        ("goods_id,description\n1,轉換器\n".encode("big5"), "cannot be read"),
        (b"a" * 1_000_001, "has no header"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_wrong(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "goods.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"goods\.csv") as refused:
        read_goods(path)
    assert message in refused.value.message
    assert refused.value.hint


def test_cut_and_foreign_files_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"goods_id": ["1"] * 99, "hs_code": ["854239"] * 99}), tmp_path / "w")
    whole = (tmp_path / "w").read_bytes()
    for name, content in [
        ("cut.parquet", whole[: len(whole) // 2]),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600)),
        ("goods.pdf", b"%PDF"),
        ("empty.xlsx", _zip("[Content_Types].xml", "<Types/>")),
        ("broken.xlsx", _zip("[Content_Types].xml", "<Types")),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=re.escape(name)):
            read_goods(tmp_path / name)
    with pytest.raises(InputError, match="is not there"):
        read_goods(tmp_path / "absent.csv")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "1", "2", "3"]),
            st.sampled_from(["854239", "10121", "EAR99", "", "01.01.21"]),
        ),
        min_size=1,
    )
)
def test_read_is_accepted_and_rejected(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    text = "goods_id,hs_code,description\n" + "".join(f"{i},{code},x\n" for i, code in rows)
    goods, rejects = read_goods(csv_file(tmp_path, text))
    assert goods.num_rows + len(rejects) == len(rows)
    assert all(hs_fault(code) is None for code in goods["hs_code"].to_pylist())
