"""Who starts it: what every node would set off, what predicts that, and what influence is measured by."""

from simcore.instruments.concentration import gini, lorenz
from simcore.instruments.curve import Curve, transmission_curve
from simcore.instruments.every_node import Census, census
from simcore.instruments.measures import Influentials, exchange_rate, influentials
from simcore.instruments.retrospect import Hindsight, hindsight
from simcore.instruments.seats import Seats, seats
from simcore.instruments.trees import cascade_trees
from simcore.instruments.worlds import MusicLab, music_lab, unpredictability

__all__ = ["Census", "Curve", "Hindsight", "Influentials", "MusicLab", "Seats", "cascade_trees", "census",
           "exchange_rate", "gini", "hindsight", "influentials", "lorenz", "music_lab", "seats", "transmission_curve",
           "unpredictability"]
