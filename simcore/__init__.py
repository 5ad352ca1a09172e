"""simcore: how trends, innovations and a culture of customer focus spread."""

__version__ = "0.1.0"
