"""Who starts: strategies that turn a network and a key into the seeds of every replicate."""

from simcore.seeding.budget import bought
from simcore.seeding.lacking import lacking
from simcore.seeding.members import Among, alike
from simcore.seeding.rankings import MEASURES, Measure, Ranking, order, scores
from simcore.seeding.seeds import Seeds, choose, given, most, top_size, with_people
from simcore.seeding.strategies import (
    Budget,
    Friends,
    Given,
    Group,
    Maximised,
    Mixture,
    Neighbourhood,
    Quotas,
    Random,
    Share,
    Strategy,
    Top,
)

__all__ = ["MEASURES", "Among", "Budget", "Friends", "Given", "Group", "Maximised", "Measure", "Mixture",
           "Neighbourhood", "Quotas", "Random", "Ranking", "Seeds", "Share", "Strategy", "Top", "alike", "bought",
           "choose", "given", "lacking", "most", "order", "scores", "top_size", "with_people"]
