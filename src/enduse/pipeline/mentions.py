"""What the lines say of their parties, each mention once, and which names stand for nobody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import UsageError
from enduse.names import normalise

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NO_NUMBER = "^(?:" + "|".join(f"{digit}+" for digit in "0123456789X") + "|NA|UNKNOWN|NONE)$"

NOBODY = -1
"""The number of a side that names nobody in particular."""

COMMON, SEEN_OFTEN = 0.005, 30
"""A word in such a share of all names, and in so many of them, is a word of the trade."""

_SIDES = ("exporter", "consignee")
_NO_WORD = r"[^\p{L}\p{N}]+"


def _capitals(words: pa.Array) -> pa.Array:
    """Words in capitals, without accents."""
    return pc.replace_substring_regex(
        pc.utf8_normalize(pc.utf8_upper(words), "NFKD"), r"\p{M}+", ""
    )


_ROLE = r"(?:THE |OUR )?(?:CONSIGNEE|CONSIGNOR|SHIPPER|EXPORTER|IMPORTER|SELLER|BUYER|NOTIFY(?: PARTY)?|APPLICANT|HOLDER|BEARER)"
# What stands where a name should, in names brought to capitals with all but letters and digits
# left out. Only whole names count, or an order whose beginner is named after it.
_NOBODY = _capitals(pa.scalar("^(?:" + "|".join(
    (
        rf"(?:TO|AT|UNTO)? ?(?:THE )?ORDERS?(?: OF {_ROLE})?(?: .{{0,3}}BLANK ENDORSED)?",
        r"TO (?:THE )?ORDERS? OF ?.*", r"TO ORDER .{0,12}", rf"(?:CONSIGNED )?TO {_ROLE}",
        r"ORDER OF .*BANK.*", r"(?:IN )?BLANK(?: ENDORSED)?",
        r"AN? (?:DIE )?ORDER(?: VON .*)?", r"A (?:LA |SU )?ORDEN(?: DE .*)?",
        r"A L ?ORDRE(?: DE .*)?", r"(?:A|AS) ORDEM(?: DE .*)?", r"ALL ?ORDINE(?: DI .*)?",
        r"(?:BANKA )?EMRINE", r"EMRE YAZILI", r"ПО ПРИКАЗУ(?: .*)?", r"ПРИКАЗУ(?: .*)?",
        r"凭指示.*", r"憑指示.*", r"指図(?:人)?", r"لأمر.*", r"لامر.*",
        rf"SAME(?: AS)?(?: (?:{_ROLE}|ABOVE|BEFORE))?", r"AS ABOVE", r"DITTO", rf"{_ROLE}",
        r"(?:AS )?PER (?:B ?L|BILL OF LADING|INVOICE|DOCUMENTS?|ATTACHED)", r"SEE (?:ABOVE|BELOW|ATTACHED|INVOICE|B ?L)",
        rf"(?:UNKNOWN|UNDISCLOSED|UNSPECIFIED|UNNAMED|VARIOUS|MULTIPLE|DIVERSE?)(?: (?:{_ROLE}|PARTY|PARTIES|PERSONS?|NAME|COMPANY|FIRM|ENTITY|CUSTOMERS?|CONSIGNEES|EXPORTERS|SHIPPERS|IMPORTERS))?",
        r"NOT (?:AVAILABLE|APPLICABLE|KNOWN|STATED|GIVEN|SPECIFIED|PROVIDED|DECLARED|DISCLOSED|ENTERED|REPORTED)",
        r"N ?A", r"N ?D", r"N ?N", r"NONE", r"NIL", r"NULL", r"NAN", r"EMPTY", r"MISSING", r"NO (?:NAME|DATA|INFO(?:RMATION)?|CONSIGNEE|SHIPPER|EXPORTER)",
        r"T ?B ?[ACDN]", r"TO BE (?:ADVISED|CONFIRMED|DETERMINED|NAMED|ANNOUNCED|NOMINATED)", r"PENDING",
        r"X{2,}", r"0+", r"9{3,}", r"TEST", r"DUMMY", r"CONFIDENTIAL", r"WITHHELD", r"REDACTED",
        r"(?:PRIVATE |NATURAL |PHYSICAL )(?:PERSONS?|INDIVIDUALS?)", r"INDIVIDUALS?", r"PARTICULIER", r"PRIVATPERSON", r"PERSONA (?:NATURAL|FISICA)", r"PARTICULAR",
        r"UNBEKANNT", r"KEINE ANGABE", r"INCONNUE?", r"NON (?:COMMUNIQUE|RENSEIGNE|DISPONIBLE|SPECIFICATO|DISPONIBILE)",
        r"DESCONOCID[OA]", r"DESCONHECID[OA]", r"NO (?:DISPONIBLE|DECLARADO|ESPECIFICADO|IDENTIFICADO)", r"NAO (?:INFORMADO|DECLARADO|DISPONIVEL)", r"SIN NOMBRE",
        r"SCONOSCIUTO", r"ONBEKEND", r"NIEZNANY", r"BILINMIYOR", r"BELIRTILMEMIS", r"AYNI",
        r"НЕИЗВЕСТН(?:О|ЫЙ|АЯ|ЕН)", r"НЕТ(?: ДАННЫХ)?", r"НЕ (?:УКАЗАН[АО]?|УСТАНОВЛЕН[АО]?|ИЗВЕСТН[АО])", r"ОТСУТСТВУЕТ", r"ФИЗ(?:ИЧЕСК[А-Я]* )?ЛИЦ[АОА-Я]*", r"НЕВІДОМ[А-Я]*", r"ТОТ ЖЕ", r"БЕЛГІСІЗ",
        r"不详", r"不詳", r"未知", r"未提供", r"无", r"無", r"待定", r"同上", r"个人", r"個人", r"不明", r"미상", r"غير (?:معروف|محدد)", r"نامشخص",
    )
) + ")?$")).as_py()  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mentions:
    """What lines say of their parties, each once."""

    name: npt.NDArray[np.object_]
    form: npt.NDArray[np.object_]
    """The name's tokens, sorted and joined."""
    country: npt.NDArray[np.object_]
    id: npt.NDArray[np.object_]
    """As written, but for case; '' for fillers such as 0000000."""
    address: npt.NDArray[np.object_]
    """The most usual one."""
    lines: Int64s
    """Sides of lines that say so."""
    at: Int32s
    """The mention of each line's exporter, then of each line's consignee."""

    @classmethod
    def read(cls, shipments: pa.Table) -> Mentions:
        for side in _SIDES:
            if side not in shipments.column_names:
                raise UsageError(
                    f"The shipments have no column '{side}'.", hint=f"Map a column to '{side}'."
                )
        columns = [_codes(shipments, part) for part in ("", "_country", "_id")]
        key = columns[0][0].copy()
        for codes, words in columns[1:]:
            key *= len(words)
            key += codes
        at, key = distinct(key)
        texts: list[pa.Array] = []
        for _, words in reversed(columns):
            key, code = np.divmod(key, len(words)) if len(texts) < 2 else (key, key)
            texts.append(_texts(words.take(pa.array(code))))
        number = pc.utf8_upper(texts[0])
        filler = pc.match_substring_regex(
            pc.replace_substring_regex(number, _NO_WORD, ""), _NO_NUMBER
        )
        number = pc.if_else(filler, "", number)
        codes, words = _codes(shipments, "_address")
        name, names = distinct_words(_objects(texts[2]))
        return cls(
            _objects(texts[2]),
            np.array([normalise(text) for text in names], dtype=object)[name],
            _objects(pc.utf8_upper(texts[1])),
            _objects(number),
            _objects(_texts(words.take(pa.array(_usual(at, codes, len(words)))))),
            np.bincount(at),
            at,
        )


def _codes(shipments: pa.Table, part: str) -> tuple[Int64s, pa.Array]:
    """A place in the words for each exporter, then for each consignee; of '' where it is null."""
    chunks = []
    for side in _SIDES:
        if side + part in shipments.column_names:
            chunks += [_encoded(chunk) for chunk in shipments[side + part].chunks]
        else:
            chunks.append(_encoded(pa.nulls(len(shipments), pa.string())))
    column = pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string())).unify_dictionaries()
    words = column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())
    blank = np.full(0, len(words), dtype=np.int32)
    codes = [blank, *(chunk.indices.fill_null(len(words)).to_numpy() for chunk in column.chunks)]
    return np.concatenate(codes).astype(np.int64), pa.concat_arrays([words, pa.array([""])])


def _encoded(chunk: pa.Array) -> pa.DictionaryArray:
    if not pa.types.is_dictionary(chunk.type):
        chunk = chunk.cast(pa.string()).dictionary_encode()
    return pa.DictionaryArray.from_arrays(
        chunk.indices.cast(pa.int32()), chunk.dictionary.cast(pa.string())
    )


def distinct(key: Int64s) -> tuple[Int32s, Int64s]:
    """Each value once in the order in which they come, and the place of each row's."""
    found = pc.dictionary_encode(pa.array(key))
    return found.indices.to_numpy(), found.dictionary.to_numpy()


def _texts(words: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(words.fill_null(""))


def _objects(words: pa.Array) -> npt.NDArray[np.object_]:
    return np.asarray(words.to_numpy(zero_copy_only=False), dtype=object)


def _usual(at: Int32s, codes: Int64s, blank: int) -> Int64s:
    """The code that comes most often with each mention, ``blank - 1`` being none."""
    usual = np.full(int(at.max(initial=-1)) + 1, blank - 1)
    told = codes < blank - 1
    if told.any():
        counts = pc.value_counts(pa.array(at[told] * np.int64(blank) + codes[told]))
        mention, code = np.divmod(counts.field("values").to_numpy(), blank)
        order = np.lexsort((-code, counts.field("counts").to_numpy()))
        usual[mention[order]] = code[order]
    return usual


def stands_for_nobody(names: npt.NDArray[np.object_]) -> Flags:
    """Whether each name is one of those that stand for no name."""
    capitals = pc.replace_substring_regex(_capitals(pa.array(names, pa.string())), _NO_WORD, " ")
    return np.asarray(pc.match_substring_regex(pc.utf8_trim_whitespace(capitals), _NOBODY))


def distinct_words(words: npt.NDArray[np.object_]) -> tuple[Int64s, list[str]]:
    found = pc.dictionary_encode(pa.array(words, pa.string()))
    return found.indices.to_numpy().astype(np.int64), found.dictionary.to_pylist()
