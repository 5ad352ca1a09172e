"""March (1991): knowledge at equilibrium over all of his Figure 1, by a replication and by the letter (target 33).

Reference values are the means of 2,000 runs, with the standard errors of as many here.
"""

from __future__ import annotations

import numpy as np
import pytest

from simcore import models, seeding
from simcore.engine import plain
from simcore.model import Single
from simcore.network.csr import from_arcs

pytestmark = pytest.mark.verification
RATES = (0.1, 0.5, 0.9)
REFERENCE = {  # knowledge of the code by (learning, gradual), for each socialisation
    (0.1, True): (0.8607, 0.8022, 0.8132), (0.5, True): (0.9548, 0.8134, 0.7399), (0.9, True): (0.9730, 0.8416, 0.7319),
    (0.1, False): (0.7665, 0.7888, 0.8103), (0.5, False): (0.8385, 0.7498, 0.7123),
    (0.9, False): (0.8535, 0.7401, 0.6525)}
PERIODS = {0.1: (116, 24, 15), 0.5: (108, 20, 9), 0.9: (106, 20, 9)}  # until then, gradually


@pytest.mark.parametrize(("learning", "gradual"), REFERENCE)
def test_knowledge_of_the_code(learning, gradual):
    model, network, replicates = models.find("march-1991"), from_arcs(50, [], []).network, 2000
    for socialisation, expected, periods in zip(RATES, REFERENCE[learning, gradual], PERIODS[learning], strict=True):
        params = model.Params(socialisation, learning, gradual=gradual, acting=gradual)
        rows, _ = plain.run(model, Single(network), params, seeding.given(network, [], replicates), np.uint64(1991), 0,
                            2000, False)
        size, code, members, duration = rows.T
        error = code.std() * np.sqrt(2 / replicates)
        print(f"{code.mean():.4f}, reference {expected:.4f}, z = {(code.mean() - expected) / error:+.2f}")
        assert abs(code.mean() - expected) < min(4 * error, 0.02)
        assert np.all(size == 50)
        assert members.tolist() == pytest.approx(code.tolist())
        assert not gradual or abs(duration.mean() - periods) < 1.5
