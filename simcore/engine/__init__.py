"""Blocks of replicates in, outcomes out: the plain algorithm, and the seam for faster ones that agree with it."""

from simcore.engine import plain
from simcore.engine.algorithms import ALGORITHMS, Algorithm, Task, able, run
from simcore.engine.counting import COLUMNS, Classes

__all__ = ["ALGORITHMS", "COLUMNS", "Algorithm", "Classes", "Task", "able", "plain", "run"]
