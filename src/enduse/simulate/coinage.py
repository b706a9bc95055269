"""Coined names: syllables that no company, person or ship is known to use together."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np

from enduse.simulate.catalogue import Families
from enduse.simulate.draws import Ints


@dataclass(frozen=True, slots=True)
class Bank:
    """Syllables, each as a pair: in Latin letters and in the own script (or empty)."""

    first: tuple[tuple[str, str], ...]
    middle: tuple[tuple[str, str], ...]
    last: tuple[tuple[str, str], ...]
    surname: tuple[tuple[str, str], ...]
    """Endings that make a coined stem a surname."""

    def word(self, number: int, middles: int = 1) -> tuple[str, str]:
        """The coined word of that number, capitalised, in both scripts."""
        number, first = divmod(number, len(self.first))
        number, last = divmod(number, len(self.last))
        syllables = [self.first[first]]
        for _ in range(middles):
            number, middle = divmod(number, len(self.middle))
            syllables.append(self.middle[middle])
        syllables.append(self.last[last])
        latin = "".join(s[0] for s in syllables)
        native = "".join(s[1] for s in syllables)
        return latin[:1].upper() + latin[1:], native[:1].upper() + native[1:]

    def words(self, rng: np.random.Generator, count: int) -> list[tuple[str, str]]:
        """Different coined words; longer ones where there are too few short ones."""
        middles, room = 1, len(self.first) * len(self.middle) * len(self.last)
        while room < 3 * count:
            middles, room = middles + 1, room * len(self.middle)
        return [self.word(int(n), middles) for n in rng.choice(room, count, replace=False)]


_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "yo",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "_",
            "y",
            "_",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
) | {"ъ": "", "ь": "", "қ": "k", "ғ": "g", "ү": "u"}


def romanised(text: str) -> str:
    """Cyrillic text in Latin letters, as passports have it.

    Examples
    --------
    >>> romanised("Щелковит")
    'Shchelkovit'
    """
    letters = []
    for letter in text:
        latin = _CYRILLIC.get(letter.lower(), letter)
        letters.append(latin.capitalize() if letter.isupper() else latin)
    return "".join(letters)


def unaccented(text: str) -> str:
    """Latin text without its marks.

    Examples
    --------
    >>> unaccented("Dış Ticaret, Łódź")
    'Dis Ticaret, Lodz'
    """
    plain = text.translate(str.maketrans("ıłŁø", "ilLo")).replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def _latin(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((syllable, "") for syllable in text.split())


def _cyrillic(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((romanised(syllable), syllable) for syllable in text.split())


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((pair[:-1], pair[-1]) for pair in text.split())


_HAN = _pairs(
    "jing璟 heng珩 chong翀 yao垚 miao淼 ben犇 yu昱 xuan煊 pei霈 ling翎 lu麓 qiong穹 dan澹 rong榕 "
    "yue樾 ran苒 xiao筱 jin槿 sun隼 zhu珝 xi羲 cong琮 yan琰 he翮 chang昶 sheng晟 shen燊 pu璞 tang瑭 ling瓴 "
    "wei暐 ting汀 yi翊 zhuo焯 kun堃 shuo朔 nuo喏 gui珪 mu沐 cen岑 bing昺 ge舸 hui卉 mo墨 ni霓 pan磐 qu瞿 "
    "rui睿 tuo庹 wan琬 xia遐 kai楷 fu芙 du渡"
)
_KATAKANA = tuple(
    (pair.split(":")[0], pair.split(":")[1])
    for pair in [
        "taku:タク",
        "zomi:ゾミ",
        "reho:レホ",
        "haso:ハソ",
        "miru:ミル",
        "keza:ケザ",
        "noba:ノバ",
        "suge:スゲ",
        "yoda:ヨダ",
        "wari:ワリ",
        "mugi:ムギ",
        "tobe:トベ",
        "sadu:サヅ",
        "kuni:クニ",
        "horo:ホロ",
        "nezu:ネズ",
        "rika:リカ",
        "fugo:フゴ",
        "shime:シメ",
        "gato:ガト",
        "zeki:ゼキ",
        "bunu:ブヌ",
    ]
)

BANKS: dict[str, Bank] = {
    "west": Bank(
        _latin(
            "bral celd drav elq fenv gorv hald ixt jorv keld lorq mirv norq oskr prax quen rudv "
            "selq tarv ulv vandr wexl yarv zelk amb irth oph cuth"
        ),
        _latin("aqui evo ilu omba unda aro ebri ixo ola ursa ade emi iro ovi ulta ensa icto oph"),
        _latin(
            "dane lix mora nex pard quist rell stane thorp vex wirth zel brant crane dyne fax "
            "gard holm sket bourne tamp vale"
        ),
        _latin("son er man ley sen ini ski"),
    ),
    "slavic": Bank(
        _latin(
            "velk dorz zherm zork kalv lyud mezn norz orsk prisk rudz savn tavr urv fenk chork "
            "bazn goml istr plev"
        ),
        _latin("ava ogo ida olim umo ane irok osa atu ezen ubla odra"),
        _latin(
            "bit vek drin gran zet korn lanik mirt nital polin ron sigal tekt vitor chem brod "
            "glas pust"
        ),
        _latin("ović ić ovski ac"),
    ),
    "slavic-cyrillic": Bank(
        _cyrillic(
            "велк дорж жерм зорк калв люд мезн норж орск приск рудз савн тавр урв фенк чорк "
            "базн гомл истр плев"
        ),
        _cyrillic("ава ого ида олим умо ане ирок оса ату езен убла одра"),
        _cyrillic(
            "бит век дрин гран зет корн ланик мирт нитал полин рон сигал тект витор чем брод "
            "глас пуст"
        ),
        _cyrillic("овский енков инец ацкий"),
    ),
    "turkic": Bank(
        _latin(
            "altz berç çelv dorm erz göz hük ışk jarn kuzg oymr pelv sörm tüz ulg vurz yıld zerk "
            "fınd meng"
        ),
        _latin("anı ıka umu eri ola üme aza idi ora esü ayla öre"),
        _latin("ntek rsan klıt zgen mpar ldor vrin şkat ntur bley rgut zman tuğ pekin sazlı dırak"),
        _latin("oğlu gil soy er"),
    ),
    "turkic-cyrillic": Bank(
        _cyrillic(
            "алтз берч дорм ерж кузг мунд пелв сорм туз улг жарн зерк байз тенг орыл кеск "
            "шамг иргиз"
        ),
        _cyrillic("аны ыка уму ери ола аза иди ора есу айла оре ынта"),
        _cyrillic("нтек рсан клыт зген мпар лдор врин шкат нтур рман згул тубек пекин саз дырак"),
        _cyrillic("беков улы ханов"),
    ),
    "caucasian": Bank(
        _latin(
            "tavz gevk kazm zurb norv shavl dzerb lalk vashm tsang berq khorz gurn yelp arzm "
            "mukhr odz pirv"
        ),
        _latin("ane eri ila uma onu atsi ekho ura isa obe avi entu"),
        _latin(
            "berik dzon khet mart nulit rash tavik zanor vangi gorin skhal prets lomun chirq "
            "dast wank"
        ),
        _latin("yan shvili dze"),
    ),
    "gulf": Bank(
        _latin(
            "zavr qarm nujb ravn safq mazg hadb jelf faym kalw wadr tamz barq ghan dhul lubn "
            "sharq thur"
        ),
        _latin("ari ami usa ila aba oura ifa ekh una oda ayn iwa"),
        _latin(
            "rin danal mekh zoun lifar sarq qintar tahul belin noorab shiq walim kasb drez "
            "fuln gham"
        ),
        _latin("i awi ani"),
    ),
    "indic": Bank(
        _latin(
            "arub bhez chidr devk gansh hirv jayq kavl lakz manq nilk praz sund tribh vasq yelm "
            "omkr udvi"
        ),
        _latin("ara ila uma eso anti obi ukta iri avo edha oni ulla"),
        _latin(
            "vexa rolin ntak shmi dorath ppan gilla tronu mbar vanth kuran zeela chatu brosh "
            "lingo pash"
        ),
        _latin("appan walla kar esh"),
    ),
    "sinic": Bank(_HAN, _HAN, _HAN, (("", ""),)),
    "japonic": Bank(_KATAKANA, _KATAKANA, _KATAKANA, (("", ""),)),
}


_GENERAL = {
    "en": ("Trading", "General Trading", "International", "Global Supply", "Group"),
    "tr": ("Dış Ticaret", "Pazarlama", "Grup"),
    "ru": ("Трейд", "Снаб", "Групп", "Импорт"),
    "zh": ("貿易", "國際", "實業"),
}
_FORWARDING = {
    "en": ("Logistics", "Cargo", "Freight", "Shipping Services"),
    "tr": ("Lojistik", "Nakliyat"),
    "ru": ("Логистик", "Карго", "Экспедиция"),
    "zh": ("物流", "貨運"),
}
GENERAL_TRADE, FORWARDING = -1, -2
"""Lines of business beside the catalogue's families."""


def sector_words(families: Families, business: int) -> dict[str, tuple[str, ...]]:
    """Words that a company of a line of business has in its name, by language."""
    if business == GENERAL_TRADE:
        return _GENERAL
    if business == FORWARDING:
        return _FORWARDING
    return families.sectors[business]


def people(
    rng: np.random.Generator, bank: Bank, count: int, scripted: bool
) -> list[tuple[str, str]]:
    """Coined names of people, in Latin letters and in the own script (or empty)."""
    surnames = bank.words(rng, count)
    given: Ints = rng.integers(0, len(bank.first) * len(bank.last), count)
    ending: Ints = rng.integers(0, len(bank.surname), count)
    names = []
    for (latin, native), g, e in zip(surnames, given.tolist(), ending.tolist(), strict=True):
        first = bank.word(g, middles=0)
        tail = bank.surname[e]
        own = f"{first[1]} {native}{tail[1]}" if scripted and native else ""
        names.append((f"{first[0]} {latin}{tail[0]}", own))
    return names
