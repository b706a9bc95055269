"""Numbers for the parties of shipment lines, so that goods can be followed by who held them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rigour.addresses import address_fingerprint
from scipy import sparse

from enduse.errors import UsageError
from enduse.names import normalise
from enduse.names.clusters import clusters
from enduse.names.identifiers import identifiers
from enduse.names.resolve import resolve as resolve_names
from enduse.names.words import GENERIC, LEGAL_FORMS

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
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


_LINES = np.array([1, 3, 9])
"""How often the rarer of two names stands on lines: so often or less."""
# Of pairs of similar names, those of one party and those of two: the shares that have no partner in
# common, one that many deal with, one that few do; each by `_LINES`. Counted on worlds of the
# benchmark, and drawn nearer together.
_SHARES = np.array(
    [
        [[0.24, 0.07, 0.010, 0.001], [0.015, 0.008, 0.002, 0.0005], [0.34, 0.23, 0.07, 0.01]],
        [[0.55, 0.26, 0.10, 0.05], [0.002, 0.002, 0.001, 0.0005], [0.005, 0.005, 0.003, 0.002]],
    ]
)
_ASSUMED, _ASSUMED_ALIKE = 300.0, 50.0
"""As how many pairs these shares, and the stated scores, count against the pairs at hand."""
_MOST_LEARNED = 1.5
_SCORES = np.array([0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
_COMMON, _SEEN_OFTEN = 0.005, 30
"""A word in such a share of all names, and in so many of them, is a word of the trade."""
_FEW = 100
"""A partner of more names is everybody's."""
# Families, in log-odds. By name: the usual, for each unit of rarity of the words in common (one in
# how many tables of this size holds them by chance, as a logarithm), for each telling word that
# both have beyond those, and for each that one has. Fitted on worlds of the benchmark with seeds
# below 1,000.
_FAMILY = np.array([2.5, 1.2, -12.0, -4.1])
_MOST_RARITY = 6.0
_UNRELATED, _PREMISES, _PEOPLE, _CROWDED = -4.0, 5.0, 5.8, 3.0
"""Names that say nothing; the same address, the same owner or officer as one other party, and how
much less that says, times the logarithm of all the others. Counted on simulated worlds, where an
address or an officer of three and more is an agent's; firms of one owner may be more, so that
three were given the benefit of the doubt."""
# What clusters are sure of is too little where they are not quite sure; by lines of simulated and
# of benchmark worlds with seeds below 1,000.
_SURE = ((0, 0.2, 0.45, 0.6, 0.8, 0.92, 0.97, 1), (0, 0.1, 0.42, 0.87, 0.94, 0.967, 0.984, 1))
_FAMILY_SURE = ((0, 0.5, 0.65, 0.78, 0.95, 1), (0, 0.6, 0.85, 0.93, 0.99, 1))
_SUREST, _LEAST_FAMILY = 4.0, 0.1
_MOST_BEARERS, _MOST_HOUSED, _MOST_DIRECTED = 60, 6, 10
"""What more parties share makes no family."""
_UNSEEN, _UNSEEN_BEARERS = 500, 10
"""A word that is rare in a small table need not be: as if so many names more had been seen, and so
many of them bore it."""
_KEY_WORDS, _RARE, _PLACE = 4, 12, 5
_LEARNING_ROUNDS = 20
_AT_ONCE = 262_144
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
    family
        By party: the number of a group of firms that may act as one, sisters by name, premises or
        owners; its own where there is none.
    family_sure
        By party: the probability that it belongs to the rest of its family; 1 if it has none.
    names
        By party: the name that is written most often.
    notes
        Counts: ``mentions``, ``parties``, ``merged_by_form`` (mentions that are another's in all
        but form), ``merged_by_resemblance``, ``nobody_mentions``, ``nobody_sides`` (of lines), ``families`` (of two and more), ``in_families`` (parties).
    """

    exporter: Int32s
    consignee: Int32s
    exporter_mention: Int32s
    consignee_mention: Int32s
    sure: Float32s
    family: Int32s
    family_sure: Float32s
    names: pa.Array
    notes: dict[str, int]


def party_keys(
    shipments: pa.Table,
    *,
    registry: pa.Table | None = None,
    resolve: bool = True,
    threads: int = 1,
) -> PartyKeys:
    """Number the parties of shipment lines.

    Parameters
    ----------
    shipments
        Columns ``exporter`` and ``consignee``, and of each, where known, ``_country``, ``_id`` and
        ``_address``: strings, plain or dictionary-encoded.
    registry
        Companies with their owners and officers, as `enduse.records.read_registry` reads them.
    resolve
        Whether mentions that resemble each other may be one party, and parties be of one family.
        If not, the same name but for form, in the same country, is one, unless its numbers differ.
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
    family = np.arange(len(main), dtype=np.int32)
    family_sure = np.ones(len(main), dtype=np.float32)
    if resolve and len(main):
        family, family_sure = _families(said, party, main, registry)
    members = np.bincount(family)
    exporter, consignee = said.at[: len(shipments)], said.at[len(shipments) :]
    notes = {
        "mentions": len(nobody),
        "parties": len(main),
        "merged_by_form": int((~nobody).sum()) - int(form.max(initial=-1)) - 1,
        "merged_by_resemblance": int(form.max(initial=-1)) + 1 - len(main),
        "nobody_mentions": int(nobody.sum()),
        "nobody_sides": int(said.lines[nobody].sum()),
        "families": int((members > 1).sum()),
        "in_families": int(members[members > 1].sum()),
    }
    return PartyKeys(
        party[exporter],
        party[consignee],
        exporter,
        consignee,
        sure.astype(np.float32),
        family,
        family_sure,
        pa.array(np.where(said.name[main] == "", said.id[main], said.name[main]), pa.string()),
        notes,
    )


@dataclass(frozen=True, slots=True)
class _Mentions:
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
        name, names = _distinct_words(_objects(texts[2]))
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


def _stands_for_nobody(names: npt.NDArray[np.object_]) -> Flags:
    """Whether each name is one of those that stand for no name."""
    capitals = pc.replace_substring_regex(_capitals(pa.array(names, pa.string())), _NO_WORD, " ")
    return np.asarray(pc.match_substring_regex(pc.utf8_trim_whitespace(capitals), _NOBODY))


def _same_in_form(said: _Mentions) -> Int64s:
    """A number for each name in a country, but for its form; ``NOBODY`` where none is named.

    Mentions with other numbers are told apart; one without is theirs where only one number bears
    the name.
    """
    form, forms = _distinct_words(said.form)
    unnamed = np.array([LEGAL_FORMS.issuperset(text.split()) for text in forms], dtype=bool)[form]
    nobody = (unnamed | _stands_for_nobody(said.name)) & (said.id == "")
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
    found = resolve_names(parties, threads=threads)
    pairs = found.pairs.select(["party_key", "other_key", "score"])
    pairs = pairs.rename_columns(["left", "right", "score"])
    left, right, score = (pairs[column].to_numpy() for column in ("left", "right", "score"))
    alike = _alike(found.pairs, said.form[main])
    claims = identifiers(list(said.id[main]), list(said.country[main]), [""] * len(main)).claims()
    at = np.where(form == NOBODY, len(main), form)[said.at]
    exporter, consignee = at[: len(at) // 2], at[len(at) // 2 :]
    # Partners are told by what names alone say; a second turn changed next to nothing.
    dealings = _Dealings.read(exporter, consignee, found.clusters["cluster_key"].to_numpy())
    surer = _with_dealings(score, alike, dealings.compare(left, right))
    pairs = pairs.set_column(2, "score", pa.array(surer))
    told = clusters(pairs, found.clusters["party_key"], claims=claims)
    party, sure = told["cluster_key"].to_numpy(), told["confidence"].to_numpy()
    somebody = form != NOBODY
    sure = np.interp(sure, *_SURE)
    return np.where(somebody, party[form], NOBODY), np.where(somebody, sure[form], 0.0)


@dataclass(frozen=True, slots=True)
class _Dealings:
    """With which parties each name deals, and how often."""

    partners: sparse.csr_array
    """Names by partners, buyers and sellers apart: 2 where few deal with the partner, else 1."""
    lines: Int64s

    @classmethod
    def read(cls, exporter: Int64s, consignee: Int64s, party: Int64s) -> _Dealings:
        """``party`` is that of each name; lines give the number of a name, or one more: nobody."""
        size = len(party)
        known = (exporter < size) & (consignee < size)
        rows = np.concatenate([exporter[known], consignee[known]])
        columns = np.concatenate([party[consignee[known]], size + party[exporter[known]]])
        ones = np.ones(len(rows), dtype=np.int64)
        shape = (size, max(2 * size, 1))
        holds = sparse.csr_array(sparse.coo_array((ones, (rows, columns)), shape=shape))
        holders = np.bincount(holds.indices, minlength=shape[1])
        holds.data = np.where(holders[holds.indices] <= _FEW, 2, 1)
        return cls(holds, np.bincount(rows, minlength=size))

    def compare(self, left: Int64s, right: Int64s) -> Int64s:
        """What dealings say of pairs of names: a place in ``_SHARES``, and then in ``_LINES``."""
        shares = np.zeros(len(left), dtype=np.int64)
        for first in range(0, len(left), _AT_ONCE):
            rows = slice(first, first + _AT_ONCE)
            both = self.partners[left[rows]].minimum(self.partners[right[rows]])
            shares[rows] = both.max(axis=1).toarray().ravel()
        rarer = np.minimum(self.lines[left], self.lines[right])
        return shares * (len(_LINES) + 1) + np.searchsorted(_LINES, rarer)


def _with_dealings(score: Floats, alike: Int64s, says: Int64s) -> Floats:
    """How surely pairs are one, by their score and by what their dealings say.

    Learned from the pairs at hand by expectation and maximisation: what dealings are worth (near
    `_SHARES`), and which share of the pairs that are alike in so far are one: where names are few
    words in many orders, similar names share no partners, and prove little.

    Parameters
    ----------
    alike
        In which way the pairs resemble each other.
    says
        What their dealings say: places in `_SHARES`, then in `_LINES`.
    """
    sure = np.clip(score, 1e-4, 1 - 1e-4)
    kind = alike * (len(_SCORES) + 1) + np.searchsorted(_SCORES, score)
    pairs = np.bincount(kind) + _ASSUMED_ALIKE
    stated = np.bincount(kind, sure) + _ASSUMED_ALIKE * np.bincount(kind, sure) / np.maximum(
        np.bincount(kind), 1
    )
    mean = stated / pairs
    within = _log_odds(sure) - _log_odds(mean)[kind]
    usual = np.log(_SHARES[0] / _SHARES[1]).ravel()
    is_one = score
    for _ in range(_LEARNING_ROUNDS):
        counted = [
            np.bincount(says, weight, minlength=usual.size) + _ASSUMED * assumed.ravel()
            for weight, assumed in zip((is_one, 1 - is_one), _SHARES, strict=True)
        ]
        worth = np.log(counted[0] / counted[0].sum()) - np.log(counted[1] / counted[1].sum())
        worth = np.clip(worth, usual - _MOST_LEARNED, usual + _MOST_LEARNED)
        share = (np.bincount(kind, is_one) + _ASSUMED_ALIKE * mean) / pairs
        is_one = 1 / (1 + np.exp(-(_log_odds(share)[kind] + within + worth[says])))
    return np.where(score > 0, is_one, 0.0)


def _log_odds(share: Floats) -> Floats:
    share = np.clip(share, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(share) - np.log1p(-share)
    return odds


def _alike(found: pa.Table, forms: npt.NDArray[np.object_]) -> Int64s:
    """In which way pairs resemble each other: by number, by name, but for a word of the trade."""
    words = pc.split_pattern(pa.array(forms, pa.string()), " ")
    code = pc.dictionary_encode(pc.list_flatten(words))
    name = np.asarray(pc.list_parent_indices(words), dtype=np.int64)
    word = code.indices.to_numpy().astype(np.int64)
    of_names = np.bincount(word, minlength=len(code.dictionary))
    is_trade = np.asarray(pc.is_in(code.dictionary, pa.array(sorted(GENERIC))))
    is_trade |= of_names > np.maximum(_COMMON * len(forms), _SEEN_OFTEN)
    is_trade &= ~np.asarray(pc.is_in(code.dictionary, pa.array(sorted(LEGAL_FORMS))))
    kept = is_trade[word]
    ones = np.ones(int(kept.sum()), dtype=np.int64)
    shape = (len(forms), max(len(is_trade), 1))
    trades = sparse.csr_array(sparse.coo_array((ones, (name[kept], word[kept])), shape=shape))
    count = np.bincount(name[kept], minlength=len(forms))
    left, right = found["party_key"].to_numpy(), found["other_key"].to_numpy()
    conflict = np.zeros(len(left), dtype=bool)
    for first in range(0, len(left), _AT_ONCE):
        rows = slice(first, first + _AT_ONCE)
        both = trades[left[rows]].multiply(trades[right[rows]]).sum(axis=1)
        conflict[rows] = (count[left[rows]] > both) & (count[right[rows]] > both)
    by_name = found["names_score"].to_numpy()
    alike = np.where(by_name == 1, 1, np.where(conflict, 3, 2))
    return np.where(np.asarray(pc.fill_null(pc.equal(found["id"], "same"), False)), 0, alike)


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


def _families(
    said: _Mentions, party: Int32s, main: Int64s, registry: pa.Table | None
) -> tuple[Int32s, Float32s]:
    """The family of each party, and how surely it belongs to it.

    Firms of one country whose names have all telling words in common, that sit at one address
    with few others, or that few owners and officers have in common. Families grow by average
    linkage, so that what many share glues none.
    """
    premises = [address_fingerprint(text) or "" if text else "" for text in said.address[main]]
    telling, weights = _telling_words(said.form[main], premises)
    country = said.country[main]
    keys = [_Shared.of(_name_keys(telling, country), _MOST_BEARERS)]
    links = [
        (_Shared.of([[f"{at} {text}"] if text else [] for at, text in zip(country, premises, strict=True)], _MOST_HOUSED), _PREMISES),
        (_Shared.of(_people(said, party, main, registry), _MOST_DIRECTED), _PEOPLE),
    ]  # fmt: skip
    size = len(main)
    pair = np.unique(np.concatenate([shared.pairs() for shared in (*keys, *(k for k, _ in links))]))
    left, right = np.divmod(pair, size)
    z = np.maximum(_by_telling_words(telling, weights, country, left, right), _UNRELATED)
    for shared, worth in links:
        holders = shared.fewest(left, right)
        z += np.where(holders > 1, worth - _CROWDED * np.log(np.maximum(holders - 1, 1)), 0.0)
    score = 1 / (1 + np.exp(-np.minimum(z, _SUREST)))
    kept = score >= _LEAST_FAMILY
    found = clusters(
        pa.table({"left": left[kept], "right": right[kept], "score": score[kept]}),
        pa.array(np.arange(size)),
    )
    sure = np.interp(found["confidence"].to_numpy(), *_FAMILY_SURE)
    sure[found["cluster_size"].to_numpy() == 1] = 1.0
    return found["cluster_key"].to_numpy().astype(np.int32), sure.astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What parties hold in common, as a matrix: parties by values of two to so many holders."""

    holds: sparse.csr_array

    @classmethod
    def of(cls, values: Sequence[Iterable[str]], most: int) -> _Shared:
        number: dict[str, int] = {}
        each = [[number.setdefault(v, len(number)) for v in set(held)] for held in values]
        rows = np.repeat(np.arange(len(each)), [len(held) for held in each])
        columns = np.fromiter(chain.from_iterable(each), np.int64, len(rows))
        holders = np.bincount(columns, minlength=max(len(number), 1))
        kept = (holders[columns] > 1) & (holders[columns] <= most)
        entries = (holders[columns[kept]], (rows[kept], columns[kept]))
        shape = (len(each), len(holders))
        return cls(sparse.csr_array(sparse.coo_array(entries, shape=shape)))

    def pairs(self) -> Int64s:
        """Pairs of parties with a value in common: the lower times the number of parties, plus the higher."""
        by_value = self.holds.tocsc()
        party = by_value.indices.astype(np.int64)
        value = np.repeat(np.arange(by_value.shape[1]), np.diff(by_value.indptr))
        found = [np.empty(0, dtype=np.int64)]
        for step in range(1, int(self.holds.data.max(initial=1))):
            at = np.flatnonzero(value[step:] == value[:-step])
            one, other = party[at], party[at + step]
            found.append(np.minimum(one, other) * self.holds.shape[0] + np.maximum(one, other))
        return np.concatenate(found)

    def fewest(self, left: Int64s, right: Int64s) -> Int64s:
        """How many hold the rarest value that each pair has in common; 0 if there is none."""
        # The smallest holder count among those shared is the largest of its inverses.
        inverse = self.holds.astype(np.float64)
        inverse.data = 1 / inverse.data
        most = inverse[left].minimum(inverse[right]).max(axis=1).toarray().ravel()
        fewest: Int64s = np.rint(np.divide(1, most, out=np.zeros_like(most), where=most > 0))
        return fewest.astype(np.int64)


def _telling_words(
    forms: npt.NDArray[np.object_], premises: list[str]
) -> tuple[list[list[str]], dict[str, float]]:
    """The words of each name that tell firms apart, the rarest first, and the weight of each."""
    words = [set(form.split()) for form in forms]
    bearers = Counter(chain.from_iterable(words))
    places = Counter(chain.from_iterable(set(text.split()) for text in premises))
    common = max(_COMMON * len(forms), _SEEN_OFTEN)
    weights = {
        word: float(
            np.log(
                (len(forms) + _UNSEEN)
                / (count + _UNSEEN_BEARERS * _UNSEEN / (len(forms) + _UNSEEN))
            )
        )
        for word, count in bearers.items()
        if count <= common
        and len(word) > 1
        and not word.isdigit()
        and places[word] < _PLACE
        and word not in GENERIC
        and word not in LEGAL_FORMS
    }
    telling = [
        sorted((w for w in held if w in weights), key=lambda w: (-weights[w], w)) for held in words
    ]
    return telling, weights


def _name_keys(telling: list[list[str]], country: npt.NDArray[np.object_]) -> list[list[str]]:
    """Under what parties meet by name: all their telling words, any two, and a rare one."""
    keys = []
    bearers = Counter(chain.from_iterable(telling))
    for words, at in zip(telling, country, strict=True):
        held = [" ".join([at, *sorted(words)])] if words else []
        held += [f"{at}  {' '.join(sorted(two))}" for two in combinations(words[:_KEY_WORDS], 2)]
        held += [f"{at}   {word}" for word in words if bearers[word] <= _RARE]
        keys.append(held)
    return keys


def _by_telling_words(
    telling: list[list[str]],
    weights: dict[str, float],
    country: npt.NDArray[np.object_],
    left: Int64s,
    right: Int64s,
) -> Floats:
    """Log-odds that pairs of parties are of one family, by their names."""
    number = {word: n for n, word in enumerate(weights)}
    count = np.array([len(words) for words in telling])
    columns = np.array([number[word] for words in telling for word in words], dtype=np.int64)
    weight = np.array([weights[word] for words in telling for word in words])
    shape = (len(telling), max(len(number), 1))
    ends = np.concatenate([[0], np.cumsum(count)])
    says = sparse.csr_array((weight, columns, ends), shape=shape)
    holds = sparse.csr_array((np.ones(len(columns)), columns, ends), shape=shape)
    rarity = says[left].multiply(holds[right]).sum(axis=1) - np.log(len(telling) + _UNSEEN)
    shared = holds[left].multiply(holds[right]).sum(axis=1)
    over = np.stack([count[left] - shared, count[right] - shared])
    less, more = over.min(axis=0), over.max(axis=0)
    rarity = np.minimum(rarity, _MOST_RARITY)
    odds = _FAMILY @ np.stack([np.ones(len(left)), rarity, less, more - less])
    return np.where((shared > 0) & (country[left] == country[right]), odds, -np.inf)


def _people(
    said: _Mentions, party: Int32s, main: Int64s, registry: pa.Table | None
) -> list[list[str]]:
    """The owners and officers of each party, and the party itself as an owner."""
    people: list[list[str]] = [[] for _ in main]
    if registry is None:
        return people
    by_number = {number: p for number, p in zip(said.id, party, strict=True) if number and p >= 0}
    by_name: dict[tuple[str, str], int] = {}
    for n, key in enumerate(zip(said.form[main], said.country[main], strict=True)):
        by_name[key] = -1 if key in by_name else n
    for row in registry.select(["entity_id", "name", "country", "officers", "owners"]).to_pylist():
        company = normalise(row["name"])
        at = by_number.get(row["entity_id"].upper(), by_name.get((company, row["country"]), -1))
        if at >= 0:
            held = [*(row["officers"] or ()), *(owner["name"] for owner in row["owners"] or ())]
            people[at] += [person for person in map(normalise, held) if person]
            people[at].append(company)
    return people
