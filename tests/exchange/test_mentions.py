"""An attachment is held to the rules of the tips that it speaks of, in whatever form it is."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from tests.exchange.offices import LATER, NOW, Three, body, deliver, tip

from enduse.errors import ExchangeError
from enduse.exchange.mentions import mentioned, words_of
from enduse.exchange.outgoing import send
from enduse.exchange.packets import Body, Handling, Onward, Provenance

ID = "0123456789abcdef" * 2


def zipped(*files: tuple[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return whole.getvalue()


def workbook(path: Path, text: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["list", text])
    book.save(path)


def parquet(path: Path, text: str) -> None:
    nested = pa.array([[{"dataset": text}]])
    pq.write_table(pa.table({"sources": nested}), path, compression="zstd")


def feather(path: Path, text: str) -> None:
    words = pa.array([text, text]).dictionary_encode()
    pa.feather.write_feather(pa.table({"list": words}), path, compression="zstd")


def written(how: Callable[[bytes], bytes]) -> Callable[[Path, str], None]:
    def write(path: Path, text: str) -> None:
        path.write_bytes(how(text.encode()))

    return write


FORMS: dict[str, Callable[[Path, str], None]] = {
    "csv": written(lambda raw: raw),
    "utf-16": written(lambda raw: raw.decode().encode("utf-16")),
    "gz": written(gzip.compress),
    "bz2": written(bz2.compress),
    "xz": written(lzma.compress),
    "gz twice": written(lambda raw: gzip.compress(gzip.compress(raw) + gzip.compress(b"more"))),
    "zip in zip": written(lambda raw: zipped(("in.zip", zipped(("a", b""), ("b.csv", raw))))),
    "name in zip": written(lambda raw: zipped((raw.decode()[:60], b"nothing"))),
    "before a zip": written(lambda raw: raw + zipped(("a", b"nothing"))),
    "gz in zip": written(lambda raw: zipped(("b.csv.gz", gzip.compress(raw)))),
    "xlsx": workbook,
    "parquet": parquet,
    "feather": feather,
}


@pytest.mark.parametrize("form", FORMS)
def test_an_id_is_found_in_whatever_form_a_file_is(tmp_path: Path, form: str) -> None:
    path = tmp_path / "attached"
    workbook(tmp_path / "attached.xlsx", "") if form == "xlsx" else None
    path = tmp_path / ("attached.xlsx" if form == "xlsx" else "attached")
    FORMS[form](path, f"tip-ukraine-{ID.upper()}, row 7")
    assert mentioned(words_of(path), {ID}) == {ID}
    FORMS[form](path, f"tip-ukraine-{ID[:-1]}x, row 7")
    assert mentioned(words_of(path), {ID}) == set()


@pytest.mark.parametrize("form", ["locked", "broken", "bomb"])
def test_what_cannot_be_unpacked_is_not_sent(three: Three, tmp_path: Path, form: str) -> None:
    path = tmp_path / "attached"
    raw = zipped(("a.csv", b"a" * 1000))
    if form == "locked":
        # The bit that says that it is encrypted, in both places.
        at = raw.index(b"PK\1\2")
        raw = raw[:6] + b"\1" + raw[7 : at + 8] + b"\1" + raw[at + 9 :]
    elif form == "broken":
        raw = gzip.compress(b"a" * 100_000)[:-20]
    else:
        for _ in range(8):
            raw = gzip.compress(raw)
    path.write_bytes(raw)
    with pytest.raises(ExchangeError):
        send(three[0], body("finding", {"a": 1}), ["Taiwan"], tmp_path / "f", attachments=[path],
             now=NOW)  # fmt: skip


@pytest.mark.parametrize("where", ["purpose", "legal", "provenance", "extension", "name"])
def test_a_tip_is_named_wherever_a_packet_names_it(
    three: Three, tmp_path: Path, where: str
) -> None:
    ukraine, taiwan, _ = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter
    words = f"list tip-ukraine-{told.msg_id}"
    note = tmp_path / f"{told.msg_id if where == 'name' else 'note'}.txt"
    note.write_text("nothing", "utf-8")
    packet = Body(
        "finding",
        words if where == "purpose" else "A test",
        words if where == "legal" else "Invented law",
        Handling("amber", "amber", Onward("prohibited"), LATER),
        {"finding": "nothing"},
        provenance=(Provenance(words, "0" * 64),) if where == "provenance" else (),
        extensions={"more": words} if where == "extension" else {},
        created_at=NOW,
    )
    with pytest.raises(ExchangeError, match="onward: prohibited"):
        send(taiwan, packet, ["Poland"], tmp_path / "on", attachments=[note], now=NOW)
