"""Numbers for the parties of shipment lines, so that goods can be followed by who held them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import UsageError
from enduse.names import normalise
from enduse.names.resolve import resolve as resolve_names
from enduse.names.words import LEGAL_FORMS

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Float32s = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

_NO_NUMBER = "^(?:" + "|".join(f"{digit}+" for digit in "0123456789X") + "|NA|UNKNOWN|NONE)$"

NOBODY = -1
"""The number of a side that names nobody in particular."""

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
class PartyKeys:
    """Who stands on each line, by numbers from 0.

    Attributes
    ----------
    exporter, consignee
        Party of each line; ``NOBODY`` for 'TO ORDER', 'UNKNOWN' and the like, and for no name.
    exporter_mention, consignee_mention
        What each line says of the party: distinct name, country and number.
    sure
        By mention: the probability that it belongs to its party; 1 for a party's most usual
        mention, 0 for a mention of nobody.
    names
        By party: the name that is written most often.
    notes
        Counts: ``mentions``, ``parties``, ``merged_by_form`` (mentions that are another's in all
        but form), ``merged_by_resemblance``, ``nobody_mentions``, ``nobody_sides`` (of lines).
    """

    exporter: Int32s
    consignee: Int32s
    exporter_mention: Int32s
    consignee_mention: Int32s
    sure: Float32s
    names: pa.Array
    notes: dict[str, int]


def party_keys(shipments: pa.Table, *, resolve: bool = True, threads: int = 1) -> PartyKeys:
    """Number the parties of shipment lines.

    Parameters
    ----------
    shipments
        Columns ``exporter`` and ``consignee``, and of each, where known, ``_country``, ``_id`` and
        ``_address``: strings, plain or dictionary-encoded.
    resolve
        Whether mentions that resemble each other may be one party. If not, the same name but for
        form, in the same country, is one, unless its numbers differ.
    threads
        Threads that the search for similar names may use.

    Raises
    ------
    UsageError
        If a column is missing.

    Examples
    --------
    >>> lines = pa.table({
    ...     "exporter": ["Ostec Handel GmbH", "OSTEC HANDEL G.M.B.H.", "Ostec Handel GmbH"],
    ...     "exporter_country": ["DE", "DE", "AT"],
    ...     "consignee": ["TO ORDER", "Brim Trading LLC", None],
    ...     "consignee_country": ["TR", "AE", "AE"],
    ... })
    >>> keys = party_keys(lines, resolve=False)
    >>> keys.exporter.tolist(), keys.consignee.tolist()
    ([0, 0, 1], [-1, 2, -1])
    """
    said = _Mentions.read(shipments)
    form = _same_in_form(said)
    nobody = form == NOBODY
    told, sure = form, np.ones(len(nobody))
    if resolve:
        told, sure = _resolved(said, form, threads)
    party, main = _numbered(told, said.lines)
    sure[main] = 1.0
    sure[nobody] = 0.0
    exporter, consignee = said.at[: len(shipments)], said.at[len(shipments) :]
    notes = {
        "mentions": len(nobody),
        "parties": len(main),
        "merged_by_form": int((~nobody).sum()) - int(form.max(initial=-1)) - 1,
        "merged_by_resemblance": int(form.max(initial=-1)) + 1 - len(main),
        "nobody_mentions": int(nobody.sum()),
        "nobody_sides": int(said.lines[nobody].sum()),
    }
    return PartyKeys(
        party[exporter],
        party[consignee],
        exporter,
        consignee,
        sure.astype(np.float32),
        pa.array(np.where(said.name[main] == "", said.id[main], said.name[main]), pa.string()),
        notes,
    )


@dataclass(frozen=True, slots=True)
class _Mentions:
    """What lines say of their parties, each once."""

    name: npt.NDArray[np.object_]
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
    def read(cls, shipments: pa.Table) -> _Mentions:
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
        at, key = _distinct(key)
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
        return cls(
            _objects(texts[2]),
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


def _distinct(key: Int64s) -> tuple[Int32s, Int64s]:
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


def _stands_for_nobody(names: list[str]) -> Flags:
    """Whether each name is one of those that stand for no name."""
    capitals = pc.replace_substring_regex(_capitals(pa.array(names, pa.string())), _NO_WORD, " ")
    return np.asarray(pc.match_substring_regex(pc.utf8_trim_whitespace(capitals), _NOBODY))


def _same_in_form(said: _Mentions) -> Int64s:
    """A number for each name in a country, but for its form; ``NOBODY`` where none is named.

    Mentions with other numbers are told apart; one without is theirs where only one number bears
    the name.
    """
    names, words = _distinct_words(said.name)
    forms = np.array([normalise(word) for word in words], dtype=object)
    unnamed = _stands_for_nobody(words)
    unnamed |= np.array([LEGAL_FORMS.issuperset(form.split()) for form in forms], dtype=bool)
    nobody = unnamed[names] & (said.id == "")
    form, _ = _distinct_words(forms[names])
    country, countries = _distinct_words(said.country)
    number, _ = _distinct_words(np.concatenate([[""], said.id]))
    number = number[1:]
    bearer, bearers = _distinct(form * np.int64(len(countries)) + country)
    told = number > 0
    least = np.full(len(bearers), np.iinfo(np.int64).max)
    most = np.zeros(len(bearers), dtype=np.int64)
    np.minimum.at(least, bearer[told], number[told])
    np.maximum.at(most, bearer[told], number[told])
    only = np.where(least == most, most, 0)
    number = np.where(told, number, only[bearer])
    party = np.full(len(nobody), NOBODY, dtype=np.int64)
    party[~nobody] = _distinct((bearer * (number.max(initial=0) + 1) + number)[~nobody])[0]
    return party


def _distinct_words(words: npt.NDArray[np.object_]) -> tuple[Int64s, list[str]]:
    found = pc.dictionary_encode(pa.array(words, pa.string()))
    return found.indices.to_numpy().astype(np.int64), found.dictionary.to_pylist()


def _resolved(
    said: _Mentions, form: Int64s, threads: int
) -> tuple[Int64s, npt.NDArray[np.float64]]:
    """Parties of the mentions under any spelling, and how surely each mention is its party's."""
    main = _usual_mention(form, said.lines)
    parties = pa.table(
        {
            "party_key": pa.array(np.arange(len(main))),
            "name": pa.array(said.name[main], pa.string()),
            **{
                column: _null_if_blank(values[main])
                for column, values in (
                    ("country", said.country), ("id", said.id), ("address", said.address)
                )
            },
        }
    )  # fmt: skip
    found = resolve_names(parties, threads=threads).clusters
    party, sure = found["cluster_key"].to_numpy(), found["confidence"].to_numpy()
    somebody = form != NOBODY
    return np.where(somebody, party[form], NOBODY), np.where(somebody, sure[form], 0.0)


def _null_if_blank(words: npt.NDArray[np.object_]) -> pa.Array:
    return pa.array([word or None for word in words], pa.string())


def _usual_mention(party: Int64s, lines: Int64s) -> Int64s:
    """The mention of each party, by its number, that stands on most lines; of equals, the first."""
    order = np.lexsort((-np.arange(len(party)), lines, party))
    order = order[party[order] != NOBODY]
    last: Int64s = order[np.append(np.diff(party[order]) != 0, True)] if len(order) else order
    return last


def _numbered(party: Int64s, lines: Int64s) -> tuple[Int32s, Int64s]:
    """Parties numbered from 0 in the order of their first mentions, and their main mentions."""
    somebody = party != NOBODY
    numbers = np.full(len(party), NOBODY, dtype=np.int32)
    numbers[somebody] = _distinct(party[somebody])[0]
    return numbers, _usual_mention(numbers.astype(np.int64), lines)
