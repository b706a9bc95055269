"""Japanese names: words of the trade by meaning, kana and kanji by sound."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from sudachipy import Dictionary, SplitMode, Tokenizer  # type: ignore[import-untyped]

from enduse.names.scripts.cut import cut
from enduse.names.scripts.japanese_words import FIRST_WORDS, TRADE_WORDS

_KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
_KANJI = "\u3400-\u4dbf\u4e00-\u9fff々〆ヶ"
LETTERS = re.compile(f"[{_KANA}]")
_RUN = re.compile(f"[{_KANA}{_KANJI}・]+")
_KANJI_RUN = re.compile(f"[{_KANJI}]")
# Legal forms and characters that no Chinese name is written with.
_JAPANESE_ONLY = re.compile(
    "株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|製作所|々|[気沢辺渋竜駅広鉄関対実団図浜斎斉桜黒仏伝価児円処剣労"
    "単厳収営圧塩壊壌変奨姫嬢専巣帯帰庁廃弾従徳応恵悪戦戯戸抜択拠挙掲揺摂様検楽横歩歯歳毎浄浅渓満滝瀬焼犠畑痩県真砕稲穂穏"
    "窓竊粋粛経継続総縄繊聴脳臓臭芸荘萩薫薬蔵覚覧観訳読謡豊賛転軽込辻込遅遙郷酔釈録鋳錬闘陥険隠隣雑霊頼顔顕駆騒験髪鶏麦黄黙斉]"
)
_HIRAGANA_TO_KATAKANA = {n: n + 0x60 for n in range(0x3041, 0x3097)}


def _table() -> dict[str, str]:
    rows = {
        "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ",
        "h": "ハヒフヘホ", "m": "マミムメモ", "y": "ヤ_ユ_ヨ", "r": "ラリルレロ", "w": "ワヰ_ヱヲ",
        "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
    }  # fmt: skip
    sounds = {c: k + v for k, row in rows.items() for c, v in zip(row, "aiueo", strict=True)}
    sounds |= {
        "シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu",
        "ン": "n", "ヴ": "vu", "ヲ": "o", "ヰ": "i", "ヱ": "e", "ー": "", "ヶ": "ga", "ッ": "",
        "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ャ": "ya", "ュ": "yu", "ョ": "yo",
    }  # fmt: skip
    del sounds["_"]
    for first, start in [*sounds.items()]:
        if start.endswith("i") and len(start) > 1:
            joined = start[:-1] if start in ("shi", "chi", "ji") else start[:-1] + "y"
            for small, vowel in zip("ャュョェ", "auoe", strict=True):
                sounds[first + small] = joined + vowel
    for first, start in (
        ("フ", "f"),
        ("ヴ", "v"),
        ("ウ", "w"),
        ("ツ", "ts"),
        ("ク", "kw"),
        ("グ", "gw"),
    ):
        for small, vowel in zip("ァィェォ", "aieo", strict=True):
            sounds[first + small] = start + vowel
    return sounds | {
        "ティ": "ti",
        "ディ": "di",
        "トゥ": "tu",
        "ドゥ": "du",
        "デュ": "dyu",
        "フュ": "fyu",
    }


_SOUNDS = _table()
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_DOUBLED = re.compile("ッ(?=[カ-ヂツ-ドパピプペポ])")
_LONG = ((re.compile("ou|oo"), "o"), (re.compile("uu"), "u"))
# Vowels that Japanese puts after a consonant of a foreign word.
_PUT_IN = (
    (re.compile("tsu"), "ts"), (re.compile("(?<=[kgsztpbfmrv])u"), ""),
    (re.compile("(?<=[td])o(?![aeiou])"), ""), (re.compile("(?<=ch|sh)i$|(?<=j)i$"), ""),
)  # fmt: skip
_AN_R = re.compile("(?<![tdpbkg])r")

Way = Callable[[str], str]


def is_japanese(text: str) -> bool:
    """Whether a text with Chinese characters is to be read as Japanese.

    Examples
    --------
    >>> is_japanese("トヨタ自動車"), is_japanese("日本電気"), is_japanese("电气")
    (True, True, False)
    """
    return bool(LETTERS.search(text) or _JAPANESE_ONLY.search(text))


def begins_japanese(text: str) -> bool:
    """Whether a text of Chinese characters begins with a family name or place of Japan."""
    first = _RUN.search(text)
    return bool(first) and any(first.group().startswith(w) for w in FIRST_WORDS)  # type: ignore[union-attr]


@lru_cache(maxsize=4096)
def readings(text: str) -> tuple[str, ...]:
    """A text with its Japanese words in Latin letters, in up to four ways.

    Words of the trade by meaning and the rest by sound, word by word and joined; katakana as the
    foreign word that it may render, with r and with l.

    Examples
    --------
    >>> readings("東京エレクトロン株式会社")[0], readings("鈴木一郎")[0]
    ('tokyo erekutoron jsc', 'suzuki ichiro')
    """
    runs = {run: cut(run, TRADE_WORDS) for run in _RUN.findall(text)}
    ways: Sequence[Way] = (_apart, _foreign, _foreign_with_l, _joined)

    def read(way: Way) -> str:
        return _RUN.sub(lambda run: f" {_spelt(runs[run.group()], way)} ", text)

    return tuple(dict.fromkeys(" ".join(read(way).split()) for way in ways))


def _spelt(words: Sequence[str], way: Way) -> str:
    return " ".join(TRADE_WORDS[word] if word in TRADE_WORDS else way(word) for word in words)


def _apart(text: str) -> str:
    return " ".join(map(hepburn, _pronounced(text)))


def _joined(text: str) -> str:
    return "".join(map(hepburn, _pronounced(text)))


def _foreign(text: str) -> str:
    return " ".join(
        part if _KANJI_RUN.search(word) else _without_put_in(part)
        for word in text.split("・")
        for part in map(hepburn, _pronounced(word))
    )


def _foreign_with_l(text: str) -> str:
    return _foreign(text) if _KANJI_RUN.search(text) else _AN_R.sub("l", _foreign(text))


def _without_put_in(sound: str) -> str:
    for vowel, written in _PUT_IN:
        sound = vowel.sub(written, sound)
    return sound


def _pronounced(text: str) -> list[str]:
    """The words of a text, in kana."""
    found = []
    for word in text.split("・"):
        if not _KANJI_RUN.search(word):
            found.append(word)
        elif word:
            parts = _tokenizer().tokenize(word, SplitMode.C)
            found += [part.reading_form() or part.surface() for part in parts]
    return [word for word in found if word]


def hepburn(kana: str) -> str:
    """Kana in Latin letters, long vowels as short ones.

    Examples
    --------
    >>> hepburn("トウキョウ"), hepburn("ニッポン"), hepburn("しんじゅく")
    ('tokyo', 'nippon', 'shinjuku')
    """
    text = kana.translate(_HIRAGANA_TO_KATAKANA)
    text = _SOUND.sub(lambda s: _SOUNDS[s.group()], _DOUBLED.sub("_", text))
    text = re.sub("_(.)", r"\1\1", text).replace("cch", "tch")
    for long, short in _LONG:
        text = long.sub(short, text)
    return text


@cache
def _tokenizer() -> Tokenizer:
    """The dictionary of readings, opened when the first name in kanji appears."""
    return Dictionary(dict="small").tokenizer()
