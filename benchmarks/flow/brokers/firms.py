"""Firms: country, size, sector, owner, founding day and, for some, a move abroad."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .goods import SECTOR_SHARE, Bools, Floats, Ints

DAYS = 730  # the world lasts two years
NEVER = 10**6
ORIGIN, THIRD, CLOSED = range(3)  # controlled origin, third country, embargoed

_ORIGINS = (
    "US 18 DE 16 JP 13 TW 9 KR 9 NL 7 GB 6 FR 6 IT 7 CH 4 ES 3 BE 3 SE 3 FI 2 AT 2 "
    "PL 3 CZ 2 CA 3 LT 1 EE 0.7 SK 1"
)
# country, weight in ordinary trade, busyness as a hub
_THIRDS = (
    "CN 14 1.2; HK 9 2.6; TR 9 2; AE 8 2.6; KZ 4.5 2; KG 2.5 2.6; AM 2.5 2.4; GE 2.2 1.5; "
    "RS 3 1.8; UZ 3 1.4; SG 5 1.5; MY 4 1; TH 4 0.7; VN 4 0.5; IN 7 0.8; BR 4 0.1; "
    "MX 4 0.1; ZA 2 0.2; EG 2 0.3; MA 1.5 0.2; ID 3 0.2; PH 2 0.1; SA 3 0.3; IL 2 0.3; "
    "PK 1.5 0.2; CL 1.5 0.1; AR 1.5 0.1; CO 1.5 0.1; UA 2 0.1; MD 0.8 0.3; AZ 1.5 0.7; "
    "MN 1 0.5; BD 1.5 0.1; QA 1 0.4; JO 1 0.3"
)
_CLOSED = "RU 85 BY 15"

_ORIGIN_WORDS, _CLOSED_WORDS = _ORIGINS.split(), _CLOSED.split()
_THIRD_ROWS = [row.split() for row in _THIRDS.split(";")]
COUNTRIES: list[str] = [*_ORIGIN_WORDS[::2], *(r[0] for r in _THIRD_ROWS), *_CLOSED_WORDS[::2]]
COUNTRY_WEIGHT: Floats = np.array(
    [float(w) for w in (*_ORIGIN_WORDS[1::2], *(r[1] for r in _THIRD_ROWS), *_CLOSED_WORDS[1::2])]
)
N_ORIGINS, N_THIRDS = len(_ORIGIN_WORDS) // 2, len(_THIRD_ROWS)
BUSYNESS: Floats = np.zeros(len(COUNTRIES))
BUSYNESS[N_ORIGINS : N_ORIGINS + N_THIRDS] = [float(r[2]) for r in _THIRD_ROWS]
CLASS: Ints = np.repeat([ORIGIN, THIRD, CLOSED], [N_ORIGINS, N_THIRDS, 2]).astype(np.int64)

_WORDS = [
    "Aster",
    "Baltar",
    "Corvid",
    "Delphi",
    "Eastway",
    "Falcon",
    "Granit",
    "Horizon",
    "Indus",
    "Juniper",
    "Kestrel",
    "Lumen",
    "Meridian",
    "Nordic",
    "Orion",
    "Pamir",
    "Quanta",
    "Rivet",
    "Silkline",
    "Tandem",
    "Union",
    "Vector",
    "Westbay",
    "Zenith",
    "Altay",
    "Bosfor",
    "Caravel",
    "Levant",
    "Harbour",
    "Sterling",
]
_FORMS = {
    "DE": "GmbH",
    "AT": "GmbH",
    "CH": "AG",
    "US": "Inc",
    "RU": "OOO",
    "BY": "OOO",
    "KZ": "TOO",
    "KG": "OsOO",
    "TR": "Ticaret AS",
    "AE": "FZE",
    "RS": "doo",
    "PL": "Sp zoo",
}


@dataclass(frozen=True, slots=True)
class Firms:
    """One entry per firm."""

    country: Ints
    size: Floats
    sector: Ints
    group: Ints
    founded: Ints  # day; below 0: before the records begin
    trader: Bools
    sister: Ints  # of a trader: the firm of the same owner that may export in its stead
    successor: Ints  # who carries on elsewhere after move_day
    move_day: Ints

    @property
    def kind(self) -> Ints:
        return CLASS[self.country]

    def names(self, rng: np.random.Generator) -> list[str]:
        """Unique names, each with a number."""
        word = rng.integers(0, len(_WORDS), len(self.country))
        land = [COUNTRIES[c] for c in self.country]
        return [
            f"{_WORDS[w]} {_FORMS.get(c, 'Ltd')} {i:06d}"
            for i, (w, c) in enumerate(zip(word, land, strict=True))
        ]


class Picker:
    """Draws firms of a pool by weight; sector-wise, those of the sector come first."""

    def __init__(self, firms: Firms, pool: Bools, weight: Floats, focus: float) -> None:
        live = pool & (weight > 0)
        self._firms = np.flatnonzero(live)
        self._tables = [np.cumsum(weight[live])]
        for s in range(len(SECTOR_SHARE)):
            mine = firms.sector[live] == s
            # firms outside the sector together keep a share of 1 - focus
            rest = weight[live] * (1 - focus) * SECTOR_SHARE[s]
            self._tables.append(np.cumsum(np.where(mine, weight[live], rest)))

    def __call__(self, rng: np.random.Generator, sector: Ints) -> Ints:
        """One firm for each entry of sector (-1: of any sector)."""
        u = rng.random(len(sector))
        out = np.zeros(len(sector), dtype=np.int64)
        for s in np.unique(sector):
            where = sector == s
            table = self._tables[s + 1]
            spot = np.searchsorted(table, u[where] * table[-1], side="right")
            out[where] = self._firms[np.minimum(spot, len(table) - 1)]
        return out


def make_firms(
    rng: np.random.Generator, lines: int, *, tail: float, startups: float, moved: float
) -> Firms:
    """Firms of heavy-tailed size; traders of third countries stand in groups of two."""
    counts = [max(60, lines // 40), max(160, lines // 22), max(25, lines // 150)]
    country = np.concatenate(
        [
            rng.choice(np.flatnonzero(kind == CLASS), n, p=_share(COUNTRY_WEIGHT[kind == CLASS]))
            for kind, n in enumerate(counts)
        ]
    )
    n = len(country)
    size = np.minimum(rng.pareto(tail, n) + 0.2, 40.0)
    mix = SECTOR_SHARE * rng.lognormal(0.0, 0.45, (len(COUNTRIES), len(SECTOR_SHARE)))
    table = np.cumsum(mix / mix.sum(axis=1, keepdims=True), axis=1)
    sector = np.minimum((rng.random(n)[:, None] > table[country]).sum(axis=1), mix.shape[1] - 1)
    hub = CLASS[country] == THIRD
    trader = hub & (rng.random(n) < 0.45)
    # sisters: mostly of one country, some of two
    traders = np.flatnonzero(trader)
    abroad = rng.random(len(traders)) < 0.3
    key = np.where(abroad, rng.choice(country[traders], len(traders)), country[traders])
    order = traders[np.lexsort((rng.random(len(traders)), key))]
    if len(order) % 2:
        trader[order[-1]] = False
        order = order[:-1]
    left, right = order[::2], order[1::2]
    sister = np.arange(n)
    sister[left], sister[right] = right, left
    group = np.minimum(np.arange(n), sister)
    founded = np.where(rng.random(n) < startups * hub, rng.integers(20, 560, n), -1)[group]
    size = size * np.where(founded > 0, 1 - founded / DAYS, 1.0)  # less time, less trade
    # firms that move carry on as a new firm of the same owner in another country
    movers = np.flatnonzero((rng.random(n) < moved) & (CLASS[country] != CLOSED))
    home = country[movers]
    target = np.where(
        CLASS[home] == ORIGIN,
        rng.integers(0, N_ORIGINS, len(movers)),
        N_ORIGINS + rng.integers(0, N_THIRDS, len(movers)),
    )
    movers, target = movers[home != target], target[home != target]
    k = len(movers)
    successor = np.arange(n + k)
    successor[movers] = n + np.arange(k)
    move_day = np.full(n + k, NEVER)
    move_day[movers] = np.maximum(rng.integers(90, 660, k), founded[movers] + 60)
    return Firms(
        country=np.r_[country, target],
        size=np.r_[size, np.zeros(k)],
        sector=np.r_[sector, sector[movers]],
        group=np.r_[group, group[movers]],
        founded=np.r_[founded, founded[movers]],
        trader=np.r_[trader, np.zeros(k, dtype=bool)],
        sister=np.r_[sister, n + np.arange(k)],
        successor=successor,
        move_day=move_day,
    )


def _share(weight: Floats) -> Floats:
    return np.asarray(weight / weight.sum())
