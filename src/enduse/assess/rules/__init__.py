"""The rules: one small query each, by what they look at."""

from enduse.assess.rule import Rule
from enduse.assess.rules.flow import FLOW_RULES
from enduse.assess.rules.goods import GOODS_RULES
from enduse.assess.rules.history import HISTORY_RULES
from enduse.assess.rules.parties import PARTY_RULES
from enduse.assess.rules.routes import ROUTE_RULES
from enduse.assess.rules.tips import TIP_RULES

RULES: tuple[Rule, ...] = (
    *PARTY_RULES,
    *HISTORY_RULES,
    *GOODS_RULES,
    *ROUTE_RULES,
    *FLOW_RULES,
    *TIP_RULES,
)
"""Every rule; ids are unique."""

__all__ = ["RULES"]
