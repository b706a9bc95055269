"""Words of a description, brought to the form in which a list's words can be met.

A light rule of our own instead of a stemmer: plurals, British and American spelling, hyphens, and a
number with its unit. It knows English, because the lists that speak in words are in English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

_TOKEN = re.compile(
    r"(?<!\d)(?P<cas>\d{2,7}-\d{2}-\d)(?!\d)"  # Chemical Abstracts number, a name of its own
    r"|(?P<number>\d+(?:[.,]\d+)*)[\s-]*(?P<unit>bits?|[kmg]?sps|[kmgt]?hz|nm|mm|mev|kw|kn)(?![^\W_])"
    r"|(?P<word>[^\W_]*[^\W\d_][^\W_]*)"
)

_STOP = frozenset(
    """
    a an and any are as at be by for from has have having in into is it its not of on or other such
    than that the their therefor thereof these this those to use used using via was were which with
    without all also both each either following follows including include includes except excluding
    whether more containing
    item items kind kinds new no nos model pcs pc piece pieces pn qty ref set sets type types nes nec
    category ccl cfr control controlled controls described ear eccn eccns elsewhere entry enumerated
    heading itar list paragraph see specially designed specified subject supplement applies apply usml
    """.split()  # noqa: SIM905
)
"""English words that tell nothing, of a parcel's label, and of control lists' own manner."""

_SAME = {
    "aluminium": "aluminum",
    "gyroscope": "gyro",
    "gyroscopic": "gyro",
    "centrifugal": "centrifuge",
    "millimetre": "millimeter",
    "analogue": "analog",
    "sulphur": "sulfur",
    "drone": "uav",
    "numerically": "numerical",
    "lens": "lens",
    "gas": "gas",
}

_SHORT = {
    "adc": "analog digital converter",
    "dac": "digital analog converter",
    "asic": "application specific integrated circuit",
    "cnc": "machine tool numerical",
    "cpu": "microprocessor",
    "dsp": "digital signal processor",
    "fpga": "field programmable logic device",
    "gpu": "graphical processing unit",
    "hbm": "high bandwidth memory",
    "imu": "inertial measurement",
    "mcu": "microcontroller",
    "twt": "traveling wave vacuum electronic device",
    "uav": "unmanned aerial vehicle",
}
"""What trade abbreviations stand for in the words of control lists."""


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    if word in _SAME:
        return _SAME[word]
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    word = _SAME.get(word, word)
    if len(word) > 4:
        if word.endswith("re") and word[-3] not in "aeiou":
            word = word[:-2] + "er"
        elif word.endswith("our"):
            word = word[:-3] + "or"
        elif word.endswith("e"):
            word = word[:-1]
    return word


def words_of(text: str) -> list[str]:
    """The words of a text in the order they stand, stemmed, stop words left out.

    A number counts only with its unit (``14-bit``) or as a Chemical Abstracts number; a bare
    number meets too much by chance.

    Examples
    --------
    >>> words_of("14-bit Analogue-to-Digital Converters, 500 MSPS")
    ['14bit', 'bit', 'analog', 'digital', 'converter', '500msps', 'msps']
    >>> words_of("IMU for UAVs")
    ['inertial', 'measurement', 'unmanned', 'aerial', 'vehicl']
    """
    return [word for word, _ in _words_as_written(text)]


def as_written(text: str, words: Collection[str]) -> list[str]:
    """Those of a text's words that are among `words`, as they are written there, each once.

    Examples
    --------
    >>> as_written("Analogue Converters 14-bit", {"analog", "converter", "14bit"})
    ['analogue', 'converters', '14-bit']
    """
    return list(dict.fromkeys(plain for word, plain in _words_as_written(text) if word in words))


def _words_as_written(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(unicodedata.normalize("NFKC", text).casefold()):
        plain = match[0]
        if match["cas"]:
            yield plain, plain
        elif match["number"]:
            unit = "bit" if match["unit"] == "bits" else match["unit"]
            yield match["number"].replace(",", ".") + unit, plain
            yield unit, match["unit"]
        elif len(plain) > 1 and plain not in _STOP:
            stem = _stem(plain)
            for part in _SHORT[stem].split() if stem in _SHORT else [stem]:
                yield _stem(part), plain
