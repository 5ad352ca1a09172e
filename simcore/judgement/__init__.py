"""Do influentials matter here, by how much more than their contacts, at what cost, and what would change that."""

from simcore.judgement.estimates import Estimate
from simcore.judgement.page import Verdict, verdict
from simcore.judgement.rules import Row, Rule

__all__ = ["Estimate", "Row", "Rule", "Verdict", "verdict"]
