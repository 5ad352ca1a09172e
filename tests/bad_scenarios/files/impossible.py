"""A model with a parameter that no file can hold."""

from typing import NamedTuple

import numpy as np

from simcore import model as m


class Params(NamedTuple):
    threshold: np.ndarray


MODEL = m.Model(name="impossible", title="Never run", doi="", Params=Params, allocate=None, reset=None, step=None)
