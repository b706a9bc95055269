"""Text files as they come: delimiters, encodings, quotation marks, broken bytes."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enduse.errors import InputError, UsageError

Line = Callable[..., dict[str, str]]


def test_a_delimiter_can_be_given_by_name(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    path = write_csv([line()], delimiter="\t")
    assert read(path, delimiter="tab").report.delimiter == "\t"
    assert read(path, delimiter="\\t").report.delimiter == "\t"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_the_delimiter_is_found(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line, delimiter: str
) -> None:
    rows = [line(description="chips; two, kinds | a\tb ^ c"), line(description="")]
    outcome = read(write_csv(rows, delimiter=delimiter))
    assert outcome.report.delimiter == delimiter
    assert outcome.lines[0]["description"] == rows[0]["description"]


def test_a_spreadsheet_that_names_its_delimiter_is_believed(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    path = write_csv([line(), line(quantity="0")], delimiter=";")
    path.write_text("sep=;\n" + path.read_text())
    outcome = read(path)
    assert outcome.report.delimiter == ";"
    assert outcome.rejects[0]["row"] == "4"


def test_a_given_delimiter_that_cuts_nothing_is_an_error_that_names_the_likely_one(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    with pytest.raises(InputError, match=r"one column.*--delimiter semicolon"):
        read(write_csv([line()], delimiter=";"), delimiter=",")


def test_a_file_of_one_column_is_no_table(read: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("shipment_id\nA\nB\n")
    with pytest.raises(InputError, match="one column, 'shipment_id'"):
        read(path)


def test_a_delimiter_of_two_characters_is_wrong_usage(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    with pytest.raises(UsageError, match="cannot be a delimiter"):
        read(write_csv([line()]), delimiter="||")


NAMES = {
    "big5": ["台灣積體電路製造股份有限公司", "宏碁股份有限公司", "新竹市東區力行路"],
    "gb18030": ["深圳市华强电子有限公司", "东莞市长安镇贸易", "杭州海康威视数字技术"],
    "windows-1251": ["ТОВ «Київський завод»", "ООО Ромашка", "м. Дніпро, вул. Робоча"],
    "utf-8": ["Müller GmbH", "ТОВ Мрія", "宏碁"],
    "utf-16": ["Müller GmbH", "ТОВ Мрія", "宏碁"],
}


@pytest.mark.parametrize("encoding", sorted(NAMES))
def test_the_encoding_of_a_short_file_is_found_and_told(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line, encoding: str
) -> None:
    codec = {"big5": "cp950"}.get(encoding, encoding)
    path = write_csv([line(consignee=name) for name in NAMES[encoding]], encoding=codec)
    outcome = read(path)
    assert outcome.report.encoding == encoding
    assert outcome.table["consignee"].to_pylist() == NAMES[encoding]
    named = read(path, encoding=encoding)
    assert named.table["consignee"].to_pylist() == NAMES[encoding]


@pytest.mark.parametrize(
    ("mark", "codec", "found"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
        (b"", "utf-16-le", "utf-16-le"),
        (b"", "utf-16-be", "utf-16-be"),
    ],
)
def test_byte_order_marks_and_their_lack(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    line: Line,
    mark: bytes,
    codec: str,
    found: str,
) -> None:
    path = write_csv([line(consignee="ТОВ Мрія")], encoding=codec)
    path.write_bytes(mark + path.read_bytes())
    outcome = read(path)
    assert outcome.report.encoding == found
    assert outcome.lines[0]["consignee"] == "ТОВ Мрія"
    assert read(path, encoding=codec).lines[0]["consignee"] == "ТОВ Мрія"


def test_text_beyond_ascii_that_begins_late_still_tells_the_encoding(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    rows = [line(description="x" * 3000) for _ in range(600)]
    outcome = read(write_csv([*rows, line(consignee="ООО Ромашка")], encoding="cp1251"))
    assert outcome.report.encoding == "windows-1251"
    assert outcome.lines[-1]["consignee"] == "ООО Ромашка"


@pytest.mark.parametrize("codec", ["shift_jis", "cp1252", "euc_kr"])
def test_an_encoding_that_is_not_plain_is_asked_for_and_not_guessed(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line, codec: str
) -> None:
    name = {"shift_jis": "東京エレクトロン", "cp1252": "Müller", "euc_kr": "삼성전자"}[codec]
    path = write_csv([line(consignee=name)], encoding=codec)
    with pytest.raises(InputError, match="--encoding"):
        read(path)
    assert read(path, encoding=codec).lines[0]["consignee"] == name


def test_an_unknown_encoding_is_wrong_usage(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    with pytest.raises(UsageError, match="no text encoding 'klingon'"):
        read(write_csv([line()]), encoding="klingon")


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_bytes_that_mean_nothing_reject_their_row_alone(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line, encoding: str
) -> None:
    rows = [line(consignee="ООО Ромашка") for _ in range(4)]
    path = write_csv(rows, encoding=encoding)
    # 0x98 is no character in Windows-1251, and no beginning of one in UTF-8.
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(b"KZ", b"K\x98Z", 1)
    path.write_bytes(b"\n".join(lines))
    outcome = read(path, encoding=encoding)
    assert outcome.report.accepted == 3
    assert outcome.rejects[0]["row"] == "3"
    assert "bytes that mean nothing in the encoding" in outcome.rejects[0]["reason"]


def test_rows_that_do_not_fit_the_header_are_rejected_with_their_number(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    path = write_csv([line() for _ in range(4)])
    lines = path.read_text().splitlines()
    lines[2] = "only,three,cells"
    lines[4] += ",one more"
    path.write_text("\n".join(lines))
    outcome = read(path)
    assert outcome.table["source_row"].to_pylist() == [2, 4]
    assert [(r["row"], r["column"]) for r in outcome.rejects] == [("3", ""), ("5", "")]
    assert outcome.reasons[0] == "the row has 3 cells, the header has 11"
    assert outcome.rejects[0]["value"] == "only,three,cells"


def test_rows_are_counted_as_records_where_values_hold_line_ends(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    rows = [line(description="two\nlines"), line(description='a "quoted" one'), line(quantity="0")]
    outcome = read(write_csv(rows))
    assert outcome.table["description"].to_pylist() == ["two\nlines", 'a "quoted" one']
    assert outcome.rejects[0]["row"] == "4"


def test_blank_lines_are_no_rows_but_count_in_row_numbers(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    path = write_csv([line(), line(), line()])
    head, one, two, three = path.read_text().splitlines()
    path.write_text(f"\n\n{head}\n\n{one}\n{',' * 10}\n{two}\n\n{three}\n\n\n")
    outcome = read(path)
    assert outcome.table["source_row"].to_pylist() == [5, 7, 9]
    assert outcome.report.read == 3
    assert outcome.rejects == []


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line, end: str
) -> None:
    path = write_csv([line(), line(quantity="0"), line()])
    path.write_bytes(end.join(path.read_text().splitlines()).encode())
    outcome = read(path)
    assert outcome.table["source_row"].to_pylist() == [2, 4]


def test_a_quotation_mark_within_a_value_is_a_character(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    path = write_csv([line(description="INCHPIPE"), line()])
    path.write_text(path.read_text().replace("INCHPIPE", '12" pipe'))
    outcome = read(path)
    assert outcome.table["description"].to_pylist() == ['12" pipe', None]


def test_a_quotation_mark_that_is_never_closed_is_told_of(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    names = ["Jade", "Orchid", "OPEN", "Silk", "Opal"]
    path = write_csv([line(exporter=name) for name in names])
    path.write_text(path.read_text().replace("OPEN", '"OPEN'))
    outcome = read(path)
    assert outcome.report.accepted == 2
    assert "runs over 3 lines: is a quotation mark never closed?" in outcome.reasons[0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("opened", [(500,), (500, 900)])
def test_a_quotation_mark_that_swallows_many_rows_is_an_error_that_names_its_line(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    line: Line,
    small_blocks: None,
    opened: tuple[int, ...],
    end: str,
) -> None:
    # With a second one the rows in between become one row that fits, in a column of no use here.
    remarks = ["a\nb" if i == 3 else "OPEN" for i in range(1000)]
    path = write_csv([line(exporter="Jade", remark=remark) for remark in remarks])
    lines = path.read_text().split("\n")
    for at in opened:
        lines[at - 1] = lines[at - 1].replace("OPEN", '"OPEN')
    path.write_bytes(end.join(lines).encode())
    with pytest.raises(InputError, match=r"line 500: the quotation mark .* takes in [45]0. lines"):
        read(path)


def test_descriptions_of_a_few_lines_are_many_and_legal(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    path = write_csv([line(description="one\ntwo\nthree") for _ in range(100)])
    assert read(path).report.accepted == 100


def test_a_line_of_200_mb_is_an_error_that_names_the_line(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    path = write_csv([line(), line()])
    with path.open("r+b") as file:
        file.seek(0, 2)
        file.write(b"A-1,")
        file.truncate(200 << 20)
    with pytest.raises(InputError, match="line 4, is longer than 16 MiB"):
        read(path)


def test_a_first_line_without_end_is_no_header(read: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "endless.csv"
    path.write_bytes(b"shipment_id," * 200_000)
    with pytest.raises(InputError, match="first line is too long"):
        read(path)


def test_a_long_line_below_the_limit_is_read(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    outcome = read(write_csv([line(), line(description="x" * (15 << 20)), line()]))
    assert outcome.report.accepted == 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blocks_do_not_break_rows(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    line: Line,
    small_blocks: None,
    end: str,
) -> None:
    rows = [line(consignee=f"Мрія {i}", quantity="0" if i % 7 == 3 else "1") for i in range(200)]
    path = write_csv(rows)
    lines = path.read_text().splitlines()
    lines[50] = "short"
    path.write_bytes(end.join(lines).encode())
    outcome = read(path)
    wrong = {i + 2 for i in range(200) if i % 7 == 3} | {51}
    assert {int(reject["row"]) for reject in outcome.rejects} == wrong
    assert outcome.table["source_row"].to_pylist() == [r for r in range(2, 202) if r not in wrong]
    assert outcome.lines[-1]["consignee"] == "Мрія 198"
