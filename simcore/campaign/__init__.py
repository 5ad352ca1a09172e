"""Campaigns: whom to seed under a budget, and what it is worth."""

from simcore.campaign.spread import Adoption
from simcore.campaign.whom import Influence, Row, influence

__all__ = ["Adoption", "Influence", "Row", "influence"]
