"""Who starts: strategies that turn a network and a key into the seeds of every replicate."""

from simcore.seeding.strategies import (
    Degree,
    Kind,
    Seeding,
    Seeds,
    choose,
    rank_by_degree,
    refuse_impossible,
    seed_degrees,
    top_size,
)

__all__ = ["Degree", "Kind", "Seeding", "Seeds", "choose", "rank_by_degree", "refuse_impossible", "seed_degrees",
           "top_size"]
