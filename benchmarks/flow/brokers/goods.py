"""Goods: HS codes with their sector, unit, price and weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

UNITS = ("NAR", "KGM", "DZN", "TNE", "MTR", "LTR")
NAR, KGM, DZN, TNE, MTR, LTR = range(6)

# sector: (share of trade, under export control?, headings as "heading/unit/price/kg per unit")
SECTORS: dict[str, tuple[float, bool, str]] = {
    "electronics": (
        0.21,
        True,
        (
            "8541/NAR/1.5/.004 8542/NAR/7/.003 8534/NAR/12/.05 8532/NAR/.2/.002 8533/NAR/.1/.001 "
            "8536/NAR/4/.05 8471/NAR/600/4 8473/NAR/85/.6 8517/NAR/240/1.2 8504/NAR/60/2 "
            "8507/NAR/45/1.5 8526/NAR/900/5 8529/NAR/40/.4 8543/NAR/400/6 8544/MTR/2.5/.2 "
            "8525/NAR/350/1 8523/NAR/30/.1 8537/NAR/500/8"
        ),
    ),
    "instruments": (
        0.11,
        True,
        (
            "9013/NAR/300/1 9014/NAR/2500/3 9024/NAR/7000/90 9026/NAR/220/1.5 9027/NAR/4000/20 "
            "9030/NAR/1800/6 9031/NAR/2600/15 9032/NAR/260/2 9018/NAR/500/3 9002/NAR/150/.4"
        ),
    ),
    "machinery": (
        0.15,
        True,
        (
            "8457/NAR/90000/5000 8458/NAR/60000/3500 8460/NAR/40000/2500 8462/NAR/50000/4000 "
            "8466/KGM/40/1 8481/NAR/55/2 8482/NAR/9/.6 8483/NAR/70/4 8413/NAR/320/15 "
            "8414/NAR/280/14 8421/NAR/110/5 8479/NAR/9000/300 8486/NAR/70000/1200 8431/KGM/12/1"
        ),
    ),
    "vehicles": (
        0.10,
        True,
        (
            "8807/KGM/450/1 8708/KGM/11/1 8704/NAR/42000/7000 8703/NAR/21000/1600 8407/NAR/1900/120 "
            "8408/NAR/5200/400 8409/KGM/21/1 4011/NAR/95/11 8412/NAR/800/25 8511/NAR/60/2"
        ),
    ),
    "chemicals": (
        0.10,
        True,
        (
            "2804/KGM/9/1 2811/KGM/3/1 2818/KGM/2/1 2836/KGM/.9/1 2903/KGM/3/1 2917/KGM/1.6/1 "
            "3403/LTR/6/.9 3811/LTR/5/.95 3815/KGM/25/1 3818/KGM/180/1 3824/KGM/4/1 3910/KGM/8/1 "
            "2710/LTR/1.4/.85"
        ),
    ),
    "metals": (
        0.08,
        True,
        (
            "7208/TNE/700/1000 7210/TNE/950/1000 7304/TNE/1500/1000 7326/KGM/6/1 7606/KGM/4/1 "
            "7608/KGM/7/1 8108/KGM/60/1 8101/KGM/70/1 7318/KGM/5/1 7410/KGM/18/1"
        ),
    ),
    "polymers": (
        0.06,
        True,
        (
            "3901/TNE/1300/1000 3907/TNE/2100/1000 3911/KGM/12/1 3920/KGM/4/1 3926/KGM/9/1 "
            "4016/KGM/14/1 6815/KGM/45/1 7019/KGM/5/1 3919/KGM/8/1"
        ),
    ),
    "food": (
        0.08,
        False,
        (
            "0406/KGM/6/1 0805/KGM/1.1/1 0901/KGM/5/1 1006/TNE/600/1000 1511/TNE/1000/1000 "
            "1806/KGM/5/1 2009/LTR/1.5/1.05 2106/KGM/9/1 2204/LTR/5/1.3 0303/KGM/3/1 "
            "0713/TNE/800/1000 2402/KGM/20/1"
        ),
    ),
    "medicine": (
        0.04,
        False,
        ("3002/KGM/600/1 3003/KGM/60/1 3004/KGM/110/1 3005/KGM/15/1 3006/KGM/90/1"),
    ),
    "consumer": (
        0.07,
        True,
        (
            "6109/DZN/45/2.2 6110/NAR/12/.4 6203/NAR/15/.5 6115/DZN/14/.6 6403/NAR/30/.9 "
            "4202/NAR/22/.8 9403/NAR/110/22 9503/KGM/11/1 4818/KGM/2.4/1 3304/KGM/24/1 "
            "3401/KGM/3/1 6910/NAR/70/17 4819/KGM/2/1"
        ),
    ),
}
SECTOR_SHARE: Floats = np.array([share for share, _, _ in SECTORS.values()])
SECTOR_CONTROLLED: Bools = np.array([controlled for _, controlled, _ in SECTORS.values()])
ENDINGS = ("10", "20", "30", "90", "40", "11", "19", "80", "21", "29")


@dataclass(frozen=True, slots=True)
class Goods:
    """One entry per HS code; codes of a heading stand side by side."""

    codes: list[str]
    heading: Ints
    sector: Ints
    unit: Ints
    price: Floats
    kilos: Floats
    weight: Floats
    first: Ints  # of each code: the first code of its heading
    siblings: Ints  # of each code: how many codes its heading has

    def draw(self, rng: np.random.Generator, sector: Ints) -> Ints:
        """A code of each sector, by its weight in trade."""
        out = np.zeros(len(sector), dtype=np.int64)
        for s in np.unique(sector):
            mine = np.flatnonzero(self.sector == s)
            where = np.flatnonzero(sector == s)
            share = self.weight[mine] / self.weight[mine].sum()
            out[where] = rng.choice(mine, len(where), p=share)
        return out

    def within_heading(self, rng: np.random.Generator, code: Ints) -> Ints:
        """Another code of the same heading."""
        count = self.siblings[code]
        step = 1 + (rng.random(len(code)) * (count - 1)).astype(np.int64)
        return np.asarray(self.first[code] + (code - self.first[code] + step) % count)

    def other_heading(self, rng: np.random.Generator, code: Ints) -> Ints:
        """A code of another heading of the sector, counted in the same unit."""
        new = code.copy()
        for _ in range(40):
            left = np.flatnonzero(self.heading[new] == self.heading[code])
            if not len(left):
                break
            trial = self.draw(rng, self.sector[code[left]])
            fits = self.unit[trial] == self.unit[code[left]]
            new[left[fits]] = trial[fits]
        return new


def make_goods(rng: np.random.Generator) -> Goods:
    """Codes with prices and weights in trade drawn around those of their headings."""
    codes: list[str] = []
    rows: list[tuple[int, int, int, float, float]] = []
    heads = 0
    for s, (_, _, text) in enumerate(SECTORS.values()):
        for item in text.split():
            head, unit, price, kilos = item.split("/")
            for ending in ENDINGS[: 3 + int(head) % 4]:
                codes.append(head + ending)
                rows.append((heads, s, UNITS.index(unit), float(price), float(kilos)))
            heads += 1
    heading, sector, unit_of, price_of, kilos_of = (np.array(c) for c in zip(*rows, strict=True))
    n = len(codes)
    siblings = np.bincount(heading)
    first = np.r_[0, np.cumsum(siblings)[:-1]]
    head_weight = rng.lognormal(0.0, 0.7, heads)
    spread = np.where(unit_of == NAR, 0.3, 0.0)
    return Goods(
        codes=codes,
        heading=heading,
        sector=sector,
        unit=unit_of,
        price=price_of * rng.lognormal(0.0, 0.35, n),
        kilos=kilos_of * rng.lognormal(0.0, spread),
        weight=head_weight[heading] * rng.lognormal(0.0, 0.8, n),
        first=first[heading],
        siblings=siblings[heading],
    )
