"""Goods and countries of the world of stocks and orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CONTROLLED = ("US", "DE", "JP", "KR", "TW", "NL", "GB", "FR", "IT", "CH", "SE", "AT", "CZ", "PL")
THIRD = ("CN", "HK", "AE", "TR", "KZ", "KG", "AM", "GE", "UZ", "RS", "IN", "MY", "TH", "VN", "AZ")
ELSEWHERE = ("BR", "MX", "ZA", "ID", "EG", "SA", "CL", "MA")
BARRED = ("RU", "BY")
COUNTRIES = (*CONTROLLED, *THIRD, *ELSEWHERE, *BARRED)

# heading: last two digits of its codes; unit; kg and US dollars a unit; units in a usual order
_HEADINGS = """
0402 10 21 29|KGM|1|3.2|9000
0406 10 30 90|KGM|1|6|4000
0805 10 21 50|KGM|1|0.9|20000
0901 11 21 22|KGM|1|5|6000
1006 20 30 40|KGM|1|0.8|24000
1806 20 31 32 90|KGM|1|5|5000
2009 11 12 79 89|LTR|1.05|1.4|12000
2106 10 90|KGM|1|6|3000
2204 10 21 29|LTR|1|4|6000
3002 12 15 41|KGM|1|900|40
3004 10 20 50 90|KGM|1|95|600
3006 10 50 70|KGM|1|60|400
2710 12 19|KGM|1|0.9|26000
2804 21 40 61|KGM|1|6|2000
2825 20 50 70|KGM|1|14|1500
2903 11 71 77|KGM|1|3|6000
3206 11 19 20|KGM|1|3|9000
3208 10 20 90|KGM|1|5|3000
3304 20 30 99|KGM|1|22|700
3402 31 42 50|KGM|1|2|8000
3403 19 91 99|KGM|1|6|2500
3506 10 91 99|KGM|1|8|1500
3707 10 90|KGM|1|40|300
3811 21 29 90|KGM|1|4|5000
3824 40 84 99|KGM|1|4|6000
3901 10 20 30|KGM|1|1.3|24000
3907 30 40 61 99|KGM|1|3|12000
3917 21 32 40|KGM|1|5|2500
3926 20 30 90|KGM|1|8|1200
4011 10 20 70|NAR|14|90|300
4016 93 95 99|KGM|1|14|500
4202 12 22 92|NAR|0.8|14|900
4410 11 12 19|MTQ|650|260|60
4802 55 56 57|KGM|1|1.1|20000
4819 10 20 40|KGM|1|2|6000
5402 20 33 47|KGM|1|3|8000
5407 52 61 72|MTK|0.15|2|9000
6109 10 90|NAR|0.18|5|4000
6203 31 42 43|NAR|0.6|16|1500
6403 51 91 99|PR|1|30|900
6802 21 23 93|KGM|1|1|20000
6907 21 22 23|MTK|18|9|1500
7007 11 19 21|MTK|15|25|400
7210 30 49 70|KGM|1|0.9|25000
7219 33 34 35|KGM|1|3|15000
7304 19 31 41|KGM|1|3|8000
7307 21 22 92|KGM|1|14|500
7318 15 16 22|KGM|1|5|2000
7326 19 20 90|KGM|1|6|1500
7606 11 12 92|KGM|1|4|9000
8108 20 90|KGM|1|45|300
8207 19 30 50|NAR|0.2|18|800
8301 20 40 60|NAR|0.3|7|1500
8407 34 90|NAR|120|1900|12
8409 91 99|KGM|1|28|300
8411 12 91 99|KGM|1|600|20
8413 30 50 60 81|NAR|12|240|60
8414 30 59 80|NAR|9|130|120
8419 50 89 90|NAR|90|3500|4
8421 23 29 39|NAR|2|24|500
8431 39 43 49|KGM|1|12|900
8443 32 91 99|NAR|6|190|60
8450 11 19 20|NAR|60|320|60
8457 10 20 30|NAR|4500|110000|2
8458 11 91 99|NAR|3200|75000|2
8466 10 20 93|NAR|3|160|50
8471 30 50 70 80|NAR|2|480|150
8473 30 40 50|NAR|0.3|35|500
8479 82 89 90|NAR|150|4200|5
8481 20 30 80|NAR|2|45|400
8482 10 20 30 50|NAR|0.4|9|2500
8483 10 40 60|NAR|7|120|90
8486 20 40 90|NAR|200|30000|2
8501 10 31 52|NAR|4|70|200
8504 40 50 90|NAR|1.5|40|400
8507 20 60 80|NAR|4|60|300
8516 40 60 79|NAR|4|40|500
8517 13 62 71 79|NAR|0.4|140|400
8523 51 52 59|NAR|0.05|11|2500
8526 10 91 92|NAR|1|300|60
8529 10 90|NAR|0.5|32|400
8532 21 22 24|NAR|0.001|0.15|40000
8534 00 01|NAR|0.05|3|4000
8536 20 50 69 90|NAR|0.1|4|4000
8537 10 20|NAR|8|420|40
8541 10 21 29 43|NAR|0.002|0.4|20000
8542 31 32 33 39|NAR|0.002|4|5000
8543 20 70 90|NAR|0.8|110|100
8544 20 42 49|KGM|1|14|1200
8548 00 01|NAR|0.1|12|600
8703 22 23 40|NAR|1500|19000|6
8708 29 40 80 99|KGM|1|12|900
8714 10 91 99|KGM|1|11|600
8807 10 20 30|KGM|1|700|15
9013 10 20 80|NAR|1|350|30
9014 20 80 90|NAR|2|2600|8
9018 19 39 90|NAR|1|70|200
9026 10 20 80|NAR|1|210|60
9027 30 50 89|NAR|20|6500|4
9030 20 33 40 82|NAR|5|1800|10
9031 49 80 90|NAR|8|1500|12
9032 10 81 89|NAR|1|120|90
9401 61 71 80|NAR|9|60|200
9403 20 60 70|NAR|22|70|150
9503 00 01|NAR|0.4|7|2000
9504 50 90|NAR|1.5|120|200
"""


@dataclass(frozen=True, slots=True)
class Goods:
    """The goods of a world, by their number.

    ``mass_kg``, ``price`` (US dollars) and ``usual`` (quantity of a usual order) are for one unit.
    ``sibling`` is another code of the same heading, ``stranger`` one of another heading of the
    same chapter (or of the next heading where the chapter has only one).
    """

    code: NDArray[np.str_]
    chapter: NDArray[np.int64]
    heading: NDArray[np.int64]
    unit: NDArray[np.str_]
    mass_kg: NDArray[np.float64]
    price: NDArray[np.float64]
    usual: NDArray[np.float64]
    exempt: NDArray[np.bool_]

    def sibling(
        self, good: NDArray[np.int64], draw: NDArray[np.float64], popularity: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Give another code of the heading, popular ones more often; ``draw`` is in [0, 1)."""
        first = np.searchsorted(self.heading, self.heading[good], "left")
        last = np.searchsorted(self.heading, self.heading[good], "right")
        total = np.concatenate([[0.0], np.cumsum(popularity)])
        others = total[last] - total[first] - popularity[good]
        at = total[first] + draw * others
        at = np.where(at >= total[good], at + popularity[good], at)
        found = np.searchsorted(total, at, "right") - 1
        return np.asarray(np.clip(found, first, last - 1), dtype=np.int64)

    def stranger(self, good: NDArray[np.int64], draw: NDArray[np.float64]) -> NDArray[np.int64]:
        """Give a code of another heading, of the same chapter where it has another."""
        low = np.searchsorted(self.chapter, self.chapter[good], "left")
        high = np.searchsorted(self.chapter, self.chapter[good], "right")
        first = np.searchsorted(self.heading, self.heading[good], "left")
        count = np.searchsorted(self.heading, self.heading[good], "right") - first
        others = high - low - count
        step = (draw * np.maximum(others, 1)).astype(np.int64)
        within = low + (first - low + count + step) % np.maximum(high - low, 1)
        beyond = (first + count) % len(self.code)
        return np.asarray(np.where(others > 0, within, beyond), dtype=np.int64)


def make_goods() -> Goods:
    """Give the table of goods, sorted by code.

    Examples
    --------
    >>> goods = make_goods()
    >>> bool((goods.exempt == ((goods.chapter <= 24) | (goods.chapter == 30))).all())
    True
    """
    rows: list[tuple[str, str, float, float, float]] = []
    for text in _HEADINGS.strip().splitlines():
        codes, unit, mass, price, usual = text.split("|")
        heading, *ends = codes.split()
        rows += [(heading + end, unit, float(mass), float(price), float(usual)) for end in ends]
    rows.sort()
    code = np.array([row[0] for row in rows])
    chapter = np.array([int(row[0][:2]) for row in rows])
    return Goods(
        code=code,
        chapter=chapter,
        heading=np.array([int(row[0][:4]) for row in rows]),
        unit=np.array([row[1] for row in rows]),
        mass_kg=np.array([row[2] for row in rows]),
        price=np.array([row[3] for row in rows]),
        usual=np.array([row[4] for row in rows]),
        exempt=(chapter <= 24) | (chapter == 30),
    )
