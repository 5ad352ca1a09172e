"""Who starts: strategies that turn a network and a key into the seeds of every replicate."""

from simcore.seeding.budget import bought
from simcore.seeding.lacking import lacking
from simcore.seeding.members import Among, alike
from simcore.seeding.prices import costs, spent
from simcore.seeding.rankings import MEASURES, Measure, Ranking, order, scores
from simcore.seeding.seeds import Seeds, choose, given, most, top_size, with_people
from simcore.seeding.strategies import (
    Bought,
    Budget,
    Friends,
    Given,
    Group,
    Maximised,
    Mixture,
    Neighbourhood,
    Price,
    Quotas,
    Random,
    Share,
    Strategy,
    Top,
)

__all__ = ["MEASURES", "Among", "Bought", "Budget", "Friends", "Given", "Group", "Maximised", "Measure", "Mixture",
           "Neighbourhood", "Price", "Quotas", "Random", "Ranking", "Seeds", "Share", "Strategy", "Top", "alike",
           "bought", "choose", "costs", "given", "lacking", "most", "order", "scores", "spent", "top_size",
           "with_people"]
