"""Who starts: strategies that turn a network and a key into the seeds of every replicate."""

from simcore.seeding.strategies import (
    Degree,
    Kind,
    Seeding,
    Seeds,
    choose,
    given,
    rank_by_degree,
    refuse_impossible,
    top_size,
)

__all__ = ["Degree", "Kind", "Seeding", "Seeds", "choose", "given", "rank_by_degree", "refuse_impossible", "top_size"]
