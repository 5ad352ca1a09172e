"""Blocks of replicates in, outcomes out: the plain algorithm, and the seam for faster ones that agree with it."""

from simcore.engine import plain, trees
from simcore.engine.algorithms import Algorithm, Task
from simcore.engine.choice import ALGORITHMS, able, run
from simcore.engine.counting import COLUMNS, Classes

__all__ = ["ALGORITHMS", "COLUMNS", "Algorithm", "Classes", "Task", "able", "plain", "run", "trees"]
