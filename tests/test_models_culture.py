"""The culture model where no loop is compiled, or every index checked: as many companies as are quick in both."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import keys
from tests.test_culture import LEVERS, companies, equals_its_twin


@given(st.data(), companies(), st.fixed_dictionaries(LEVERS), keys, st.integers(0, 100))
@settings(max_examples=25, deadline=None)
def test_some_companies_equal_their_twins(data, drawn, levers, key, w):
    equals_its_twin(data, drawn, levers, key, w)
