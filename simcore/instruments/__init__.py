"""Who starts it: what every node would set off, what predicts that, and what influence is measured by."""

from simcore.instruments.curve import Curve, transmission_curve
from simcore.instruments.every_node import Census, census
from simcore.instruments.trees import cascade_trees

__all__ = ["Census", "Curve", "cascade_trees", "census", "transmission_curve"]
