"""Who starts: strategies that turn a network and a key into the seeds of every replicate."""

from simcore.seeding.strategies import Seeding, Seeds, choose, rank_by_degree, seed_degrees, top_size

__all__ = ["Seeding", "Seeds", "choose", "rank_by_degree", "seed_degrees", "top_size"]
