"""Who starts it: what every node would set off, what predicts that, and what influence is measured by."""

from simcore.instruments.curve import Curve, transmission_curve
from simcore.instruments.every_node import Census, census

__all__ = ["Census", "Curve", "census", "transmission_curve"]
