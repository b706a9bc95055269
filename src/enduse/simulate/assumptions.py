"""What a fictional world assumes: every rate stated, none measured on real trade."""

# ruff: noqa: RUF009  (`_rate` answers a frozen field; nothing is shared that could change)

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date

import numpy as np

from enduse.errors import UsageError


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a sign occurs: among those who divert, and in legal trade."""

    diverting: float
    legal: float


def _rate(diverting: float, legal: float, about: str) -> Rate:
    rate: Rate = field(default=Rate(diverting, legal), metadata={"about": about})
    return rate


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """The assumptions behind a world; ``vary`` draws others for held-out evaluation.

    Rates of signs are drawn for each firm or trade relationship on its own, except that an
    `ordinary_share` of the diversion schemes shows none of them. What a rate says of legal trade
    is a floor: companies founded late or routes over a hub also arise without being drawn.

    Examples
    --------
    >>> WorldSettings(last_leg_coverage=0.0).hubs[0]
    ('TR', 5.0)
    """

    embargo_date: date = field(
        default=date(2022, 2, 24), metadata={"about": "First day on which goods are diverted."}
    )
    embargoed: tuple[str, ...] = field(
        default=("RU", "BY"), metadata={"about": "Destinations of diversions, alpha-2."}
    )
    hubs: tuple[tuple[str, float], ...] = field(
        default=(
            ("TR", 5.0),
            ("AE", 5.0),
            ("HK", 5.0),
            ("CN", 4.0),
            ("KZ", 4.0),
            ("KG", 4.0),
            ("AM", 3.0),
            ("GE", 2.0),
            ("UZ", 2.0),
            ("RS", 1.5),
            ("IN", 1.5),
            ("MY", 1.0),
            ("SG", 1.0),
            ("TH", 0.7),
            ("MV", 0.7),
        ),
        metadata={"about": "Third countries that chains pass through, with relative weights."},
    )
    hop_weights: tuple[float, float, float, float] = field(
        default=(0.40, 0.33, 0.18, 0.09),
        metadata={"about": "Relative weights of 1, 2, 3 and 4 third-country firms in a chain."},
    )
    listed_buyer_share: float = field(
        default=0.15,
        metadata={"about": "Share of the last buyers of diversions that are listed at some time."},
    )
    high_priority_share: float = field(
        default=0.13,
        metadata={"about": "Share of background lines with a Common High Priority HS code."},
    )
    high_priority_diverted: float = field(
        default=0.9,
        metadata={"about": "Share of schemes that divert such codes; others divert their kin."},
    )
    last_leg_coverage: float = field(
        default=0.5,
        metadata={"about": "Share of schemes whose leg to the embargoed country is in the file."},
    )
    ordinary_share: float = field(
        default=0.2, metadata={"about": "Share of diversion schemes that show no sign at all."}
    )
    legal_chain_share: float = field(
        default=0.02, metadata={"about": "Share of lines in legal onward chains (decoys)."}
    )
    uncontrolled_share: float = field(
        default=0.0005,
        metadata={
            "about": "Share of lines: high-priority goods of uncontrolled origin sold openly to "
            "an embargoed country (decoys)."
        },
    )
    seasonal_share: float = field(
        default=0.03, metadata={"about": "Share of relationships that trade in one season only."}
    )
    moved_share: float = field(
        default=0.04, metadata={"about": "Share of firms that move to another address."}
    )
    unit_error_share: float = field(
        default=0.004, metadata={"about": "Share of legal lines with an honest error of unit."}
    )
    variant_share: float = field(
        default=0.2, metadata={"about": "Share of mentions of firms written in another way."}
    )
    registry_share: float = field(
        default=0.85, metadata={"about": "Share of firms that the registry knows."}
    )
    id_share: float = field(
        default=0.35, metadata={"about": "Share of firms whose number is stated in shipments."}
    )
    founded_after_embargo: Rate = _rate(0.45, 0.06, "Firm founded on or after the embargo.")
    no_such_history: Rate = _rate(
        0.35, 0.08, "Older firm that imported nothing, or nothing of the kind, before the embargo."
    )
    free_zone: Rate = _rate(0.18, 0.05, "Address in a free zone.")
    shared_address: Rate = _rate(0.15, 0.05, "Address shared by many firms.")
    listed_address: Rate = _rate(0.07, 0.003, "Address of a listed firm.")
    resembling_name: Rate = _rate(0.06, 0.003, "Name resembles a listed or delisted firm's.")
    listed_owner: Rate = _rate(0.07, 0.004, "Listed minority owner, or one who left lately.")
    listed_officer: Rate = _rate(0.06, 0.003, "Director shared with a listed firm.")
    listed_party: Rate = _rate(0.06, 0.002, "The firm itself is listed at some time.")
    forwarder: Rate = _rate(0.12, 0.02, "The consignee is a forwarder.")
    unfitting_activity: Rate = _rate(0.22, 0.04, "Line of business does not fit the goods.")
    high_price: Rate = _rate(0.10, 0.01, "Price 2.5 to 6 times the usual.")
    vague_description: Rate = _rate(0.18, 0.03, "Description vague, or of other goods.")
    hub_on_route: Rate = _rate(0.28, 0.06, "A further hub on the route.")
    false_permit: Rate = _rate(0.10, 0.01, "Permit expired, or 'none needed' for such goods.")
    false_origin: Rate = _rate(0.10, 0.01, "Origin stated is not the maker's country.")
    listed_vessel: Rate = _rate(0.04, 0.002, "Carried by a listed vessel, where by sea.")

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            shares = (
                (value.diverting, value.legal)
                if isinstance(value, Rate)
                else (value,)
                if isinstance(value, float)
                else ()
            )
            if any(not 0.0 <= share <= 1.0 for share in shares):
                raise UsageError(
                    f"The world setting {entry.name} is {value}, which is not a share.",
                    hint="Give shares between 0 and 1.",
                )
        for name, weights in (
            ("hubs", [weight for _, weight in self.hubs]),
            ("hop_weights", self.hop_weights),
        ):
            if not weights or min(weights) < 0 or sum(weights) <= 0:
                raise UsageError(
                    f"The world setting {name} has no usable weights.",
                    hint="Give weights of 0 or more, one at least above 0.",
                )

    @classmethod
    def described(cls) -> list[tuple[str, object, str]]:
        """Name, default and one sentence for every assumption."""
        return [(f.name, f.default, str(f.metadata["about"])) for f in fields(cls)]


_RANGES: dict[str, tuple[float, float]] = {
    "high_priority_share": (0.08, 0.18),
    "high_priority_diverted": (0.75, 1.0),
    "last_leg_coverage": (0.2, 0.9),
    "ordinary_share": (0.1, 0.35),
    "legal_chain_share": (0.01, 0.04),
    "uncontrolled_share": (0.0002, 0.0015),
    "variant_share": (0.05, 0.35),
    "registry_share": (0.6, 0.95),
    "id_share": (0.1, 0.6),
}


def vary(seed: int, base: WorldSettings | None = None) -> WorldSettings:
    """Other assumptions, drawn from stated ranges, for worlds that nothing was tuned on.

    Shares are uniform in their range (see the documentation of the room). Each sign's rate is
    multiplied by a factor that is log-uniform between 0.6 and 1.6, among those who divert and in
    legal trade each on its own. Hubs keep at least half of their number and are weighted anew.

    Raises
    ------
    UsageError
        For a seed below 0.

    Examples
    --------
    >>> vary(1) == vary(1), vary(1) == vary(2)
    (True, False)
    """
    if seed < 0:
        raise UsageError(
            f"Assumptions cannot be drawn from the seed {seed}.",
            hint="Give a whole number of 0 or more.",
        )
    base = base or WorldSettings()
    rng = np.random.default_rng(np.random.SeedSequence([seed, 20220224]))
    drawn: dict[str, object] = {
        name: round(float(rng.uniform(low, high)), 4) for name, (low, high) in _RANGES.items()
    }
    for entry in fields(base):
        rate = getattr(base, entry.name)
        if isinstance(rate, Rate):
            factors = np.exp(rng.uniform(np.log(0.6), np.log(1.6), 2))
            drawn[entry.name] = Rate(
                round(min(0.9, rate.diverting * float(factors[0])), 4),
                round(min(0.9, rate.legal * float(factors[1])), 4),
            )
    keep = int(rng.integers((len(base.hubs) + 1) // 2, len(base.hubs) + 1))
    chosen = np.sort(rng.choice(len(base.hubs), keep, replace=False))
    drawn["hubs"] = tuple(
        (base.hubs[i][0], round(base.hubs[i][1] * float(np.exp(rng.normal(0.0, 0.5))), 3))
        for i in chosen
    )
    weights = np.array(base.hop_weights) * np.exp(rng.normal(0.0, 0.4, 4))
    drawn["hop_weights"] = tuple(round(float(w), 4) for w in weights / weights.sum())
    return replace(base, **drawn)  # type: ignore[arg-type]
