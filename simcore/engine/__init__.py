"""Blocks of replicates in, outcomes out: the plain algorithm, and the seam for faster ones that agree with it."""

from simcore.engine.algorithms import ALGORITHMS, Algorithm, select

__all__ = ["ALGORITHMS", "Algorithm", "select"]
