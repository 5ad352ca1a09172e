"""Blocks of replicates in, outcomes out: the plain algorithm, and the seam for faster ones that agree with it."""

from simcore.engine.algorithms import ALGORITHMS, Algorithm, select
from simcore.engine.counting import COLUMNS, Classes
from simcore.engine.plain import run_by_class

__all__ = ["ALGORITHMS", "COLUMNS", "Algorithm", "Classes", "run_by_class", "select"]
