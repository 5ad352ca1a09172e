"""A model that does not say who has adopted."""
from typing import NamedTuple

from simcore import model as m
from simcore.models import find


class Params(NamedTuple):
    threshold: m.NodeValue = 0.2
    absolute: bool = False


of = find("threshold")
MODEL = m.Model(name="silent", title="Silent", doi="", Params=Params, allocate=of.allocate, reset=of.reset,
                step=of.step)
