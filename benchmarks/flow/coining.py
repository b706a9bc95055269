"""Names of firms, coined from syllables, and the ways in which they are spelled otherwise."""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]

# Countries | first, middle and last syllables | trade words | legal forms. All coined.
CULTURES = (
    ("TR", "al ak bey dem er gun kar sel tu yal bor cev", "ti ma ra de su li no ka", "nik dag soy han can tas mir kol bas gil",
     "Elektronik|Dis Ticaret|Makina|Teknoloji|Lojistik|Pazarlama|Otomasyon|Sanayi", "Ltd. Sti.|A.S."),
    ("AE SA EG", "al ha na fa ra sa ba ja ma qa za mu", "li ri di mi fa wa si bi", "yan dar rif mal far him sar wan dil zan",
     "Trading|General Trading|Electronics|Technical Supplies|Equipment|Industrial|Systems|Logistics", "LLC|FZE|FZCO"),
    ("KZ KG UZ", "al be da er ka na sa ta ul zha ay bo", "ma ri ta bu ga shi lo ny", "bek kan tau zhan dos rat mir gul nur bay",
     "Trade|Electro|Techno|Snab|Import|Komplekt|Service|Group", "TOO|OsOO|MChJ"),
    ("AM GE", "ar ga va te sha lo ni ma ha be gi ka", "ra ri vi za mo le ke du", "yan dze shvi tun nik vili sar dan met lor",
     "Trade|Electronics|Import|Technologies|Supply|Logistics|Group|Service", "LLC|CJSC"),
    ("CN HK TW", "xin hua zhong jin wei tai hong yong fu guang sheng jia", "da yu an li ming he ke bo", "tong xing long chang feng qian lan shan ping hao",
     "Electronics|Technology|Trading|Import Export|Semiconductor|Industrial|International|Precision", "Co., Ltd.|Limited"),
    ("RS", "mi dra zo bo ste ra ne vu gra lju pe ti", "lo va mi sa no do ri ba", "vac tin nik dar gor mir sel kov ran bor",
     "Elektronika|Trgovina|Tehnika|Komerc|Oprema|Sistemi|Inzenjering|Promet", "d.o.o.|a.d."),
    ("RU BY", "vo ko se ni ma le bo ra gra ti or po", "lo ro ve ni ta mi ga du", "tek nov sk var mash kon rim dal ton zar",
     "Elektronika|Torg|Komponent|Pribor|Tekhnika|Snab|Sistemy|Impeks", "OOO|AO"),
    ("DE CH NL", "hol brau kes wer lin stein van gro mey sie ber kro", "de ni ba ler te wi go ma", "mann hof berg stra feld ker dorn lach wig haus",
     "Elektronik|Technik|Handel|Systeme|Maschinen|Messtechnik|Vertrieb|Industrie", "GmbH|AG|B.V."),
    ("US GB", "ash bri cor dal fen har ken lor mar nor ster wal", "ing el by ro ta mer le an", "ton ford field well dyne tech ley ridge wick som",
     "Electronics|Devices|Instruments|Supply|Technologies|Industries|Components|Systems", "Inc.|LLC|Ltd."),
    ("FR", "bel cha du fon gre lau mon per ro ver vil cla", "ti no ma ra le si vi bo", "mont ville nard rieux tel sart court lin gny beau",
     "Electronique|Composants|Industrie|Technologies|Negoce|Equipements|Mesure|Systemes", "SAS|SA"),
    ("JP", "aki fuji hira ishi kawa mori naka oka saku taka waka yama", "no mi ga shi ka ra to zu", "mura hara saki shima da moto be gawa naga zawa",
     "Denshi|Seisakusho|Shoji|Kogyo|Seiki|Denki|Sangyo|Boeki", "K.K.|Co., Ltd."),
    ("KR", "han dae sam jin kyung hwa dong woo sung mi ye gun", "a i eo ul ha jo ki no", "jin sung won tek hwan bo ryong san mun kang",
     "Electronics|Semicon|Trading|Precision|Industrial|Tech|Materials|Global", "Co., Ltd.|Inc."),
    ("IN VN MX BR TH MY ID ZA", "ka sa ma pra vi ta ra su la mon bha ro", "ni ra ya de va lo si ta", "tra nak shan dor vel mat pur sor lem gan",
     "Trading|Electronics|Exports|Industries|Enterprises|Supplies|Engineering|Overseas", "Pvt Ltd|S.A.|Sdn Bhd"),
)  # fmt: skip

# Letters that offices write in another alphabet's or another language's way.
TRANSLITERATIONS = (
    ("sh", "sch"), ("zh", "j"), ("kh", "h"), ("ya", "ia"), ("y", "i"), ("x", "hs"), ("w", "v"),
    ("q", "k"), ("ou", "u"), ("k", "c"), ("v", "w"), ("i", "y"), ("u", "ou"), ("f", "ph"), ("t", "th"),
)  # fmt: skip
MANNERS = 6
"""Ways of spelling a name otherwise."""


def _typed(stem: str, where: int) -> str:
    """A stem with two letters in the wrong order, or one left out or struck twice."""
    at = 1 + where % (len(stem) - 2)
    match where % 3:
        case 0:
            return stem[:at] + stem[at + 1] + stem[at] + stem[at + 2 :]
        case 1:
            return stem[:at] + stem[at + 1 :]
        case _:
            return stem[:at] + stem[at] + stem[at:]


def _transliterated(stem: str) -> str:
    for ours, theirs in TRANSLITERATIONS:
        if ours in stem:
            return stem.replace(ours, theirs)
    return stem + stem[-1]


class Coinage:
    """Names for firms of every country.

    Parameters
    ----------
    country
        Code of each firm's country, or of its number in ``countries``.
    countries
        ISO codes.
    group
        The firm whose distinctive words each firm carries: itself, or its owner.
    """

    def __init__(
        self,
        country: npt.NDArray[np.int16],
        countries: tuple[str, ...],
        group: npt.NDArray[np.int32],
        rng: np.random.Generator,
    ) -> None:
        culture_of = {
            code: number for number, row in enumerate(CULTURES) for code in row[0].split()
        }
        culture = np.array([culture_of[code] for code in countries])[country]
        stems: list[str] = []
        first_stem, stem_count = [], []
        trades, forms = [], []
        for _, starts, middles, ends, words, legal in CULTURES:
            parts = product(starts.split(), middles.split(), ends.split())
            own = sorted({"".join(part) for part in parts})
            first_stem.append(len(stems))
            stem_count.append(len(own))
            stems += own
            trades.append(words.split("|"))
            forms.append((legal.split("|") * 3)[:3])
        # A step that shares no factor with the number of pairs visits every pair once.
        base = np.array(first_stem)[culture]
        pairs = np.array(stem_count)[culture] ** 2
        rank = np.arange(len(culture), dtype=np.int64)
        pair = (rank * 479_001_599 + 7_919) % pairs
        self._first = (base + pair // np.array(stem_count)[culture])[group]
        self._second = (base + pair % np.array(stem_count)[culture])[group]
        word = rng.integers(0, 8, len(culture))
        sister = group != rank
        # A sister firm never has its owner's trade word, so that the two names differ.
        word[sister] = (word[group[sister]] + rng.integers(1, 8, int(sister.sum()))) % 8
        form = rng.integers(0, 3, len(culture))
        self._stems = [stem.capitalize() for stem in stems]
        self._trade = culture * 8 + word
        self._form = culture * 3 + form
        self._trades = pa.array([word for words in trades for word in words])
        self._forms = pa.array([form for legal in forms for form in legal])
        self._rng = rng

    def names(self) -> pa.Array:
        """The name of each firm; no two firms have the same."""
        stems = pa.array(self._stems)
        words = (
            stems.take(pa.array(self._first)),
            stems.take(pa.array(self._second)),
            self._trades.take(pa.array(self._trade)),
        )
        form = self._forms.take(pa.array(self._form))
        names = _joined(*words, form)
        code = names.dictionary_encode().indices.to_numpy()
        order = np.argsort(code, kind="stable")
        first = np.concatenate([[True], code[order][1:] != code[order][:-1]])
        since = np.arange(len(code)) - np.maximum.accumulate(
            np.where(first, np.arange(len(code)), 0)
        )
        again = np.empty(len(code), dtype=np.int64)
        again[order] = since
        numbered = _joined(*words, pa.array((again + 1).astype(str)), form)
        return pc.if_else(pa.array(again > 0), numbered, names)

    def spelled_otherwise(self) -> list[pa.Array]:
        """Each firm's name in each of the ``MANNERS``."""
        plain = pa.array(self._stems)
        typed = [
            pa.array([_typed(stem, number * 7 + where) for number, stem in enumerate(self._stems)])
            for where in range(3)
        ]
        translit = pa.array([_transliterated(stem.lower()).capitalize() for stem in self._stems])
        first, second = pa.array(self._first), pa.array(self._second)
        trade = self._trades.take(pa.array(self._trade))
        short = pc.binary_join_element_wise(pc.utf8_slice_codeunits(trade, 0, 4), ".", "")
        form = self._forms.take(pa.array(self._form))
        bare = pc.replace_substring_regex(pc.utf8_upper(form), "[^A-Z ]", "")
        return [
            _joined(typed[0].take(first), plain.take(second), trade, form),
            _joined(plain.take(first), typed[1].take(second), trade, bare),
            _joined(translit.take(first), translit.take(second), trade, form),
            _joined(plain.take(first), plain.take(second), bare),
            pc.utf8_upper(_joined(plain.take(first), typed[2].take(second), short)),
            _joined(plain.take(second), translit.take(first), trade),
        ]


def _joined(*words: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(*words, " ")
