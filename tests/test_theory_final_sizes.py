"""How far cascades go, against the reference tables, a naive twin, and what holds in general."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.network.degree_laws import (
    constant,
    geometric,
    in_top,
    poisson,
)
from simcore.theory import (
    ThresholdLaw,
    degree_laws,
    final_size,
    final_size_given_global,
    time_course,
    triggering,
)
from tests.tables import PHI, disagreements, rows

SEEDED = rows("""
|2|0.79664090|0.79695053|0.79832033|0.80001828|0.80336786|0.81306935|
|4|0.98017474|0.98019412|0.98028022|0.98038775|0.98060252|0.98124455|
|5|0.99302357|0.99303008|0.99305899|0.99309511|0.99316733|0.99338365|
|6|0.00237654|0.99748609|0.99749631|0.99750908|0.99753462|0.99761119|
|7|0.00038659|0.00424199|0.99908686|0.99909148|0.99910071|0.99912841|
|8|0.00022154|0.00230841|0.01540411|0.99966701|0.99967038|0.99968049|
|10|0.00013296|0.00136110|0.00769053|0.01968145|0.99995549|0.99995685|
""")


@pytest.mark.parametrize("row", SEEDED, ids=lambda row: f"z={row[0]}")
def test_seeded_final_size(row):
    z, *printed = row
    law = poisson(float(z))
    sizes = [final_size(law, PHI, seed_share=share) for share in (1e-4, 1e-3, 5e-3, 1e-2, 2e-2, 5e-2)]
    assert not disagreements(sizes, printed)


@pytest.mark.parametrize(("share", "edge"), [
    (1e-4, 5.94392), (1e-3, 6.39459), (5e-3, 7.59290), (1e-2, 9.19104), (2e-2, 12.75486),
])
def test_upper_edge_with_a_share_of_seeds(share, edge):
    below, above = (final_size(poisson(edge + nudge), PHI, seed_share=share) for nudge in (-5e-6, 5e-6))
    assert below > 0.9
    assert above < 0.2


@pytest.mark.parametrize(("z", "phi", "critical"), [
    (6, 0.18, 0.000168), (6.5, 0.18, 0.001298), (7, 0.18, 0.002929), (8, 0.18, 0.006375), (9, 0.18, 0.009453),
    (10, 0.18, 0.012240), (10, 0.25, 0.041271), (10, 0.4, 0.162719), (10, 0.5, 0.252636),
])
def test_critical_share_of_random_seeds(z, phi, critical):
    below, above = (final_size(poisson(z), phi, seed_share=critical + nudge) for nudge in (-5e-7, 5e-7))
    assert below < 0.6 < 0.9 < above


@pytest.mark.parametrize(("z", "phi", "critical"), [
    (6.5, 0.18, 0.000482), (7, 0.18, 0.001173), (8, 0.18, 0.002805), (10, 0.18, 0.006026),
    (10, 0.25, 0.021980), (10, 0.4, 0.099743),
])
def test_critical_share_of_top_degree_seeds(z, phi, critical):
    law = poisson(z)
    below, above = (final_size(law, phi, seed_share=share, seed_share_by_degree=in_top(law, share))
                    for share in (critical - 5e-7, critical + 5e-7))
    assert below < 0.6 < 0.9 < above


# At z = 4 and R = 0.37 the reference has 0.21843238 for 1e-3: the 1e-9 in need =
# ceil(threshold k - 1e-9), which it lacks, moves the answer at this near-critical point by 3e-9.
GAUSSIAN = rows("""
|4|0.35|0.94844000|0.94861099|0.95010808|0.95598044|
|4|0.37|0.20451861|0.21843239|0.92747501|0.93934058|
|4|0.40|0.07559259|0.07925175|0.11424430|0.85787463|
|10|0.35|0.99924987|0.99925077|0.99925887|0.99929451|
|10|0.37|0.13090160|0.99890765|0.99892002|0.99897433|
|10|0.38|0.07980372|0.08381404|0.13663000|0.99876002|
|10|0.40|0.04697931|0.04932997|0.07239019|0.99817752|
""")


@pytest.mark.parametrize("row", GAUSSIAN, ids=lambda row: f"z={row[0]}-R={row[1]}")
def test_gaussian_thresholds(row):
    z, centre, *printed = row
    law, needs = poisson(float(z)), ThresholdLaw.normal(float(centre), 0.2)
    assert not disagreements([final_size(law, needs, seed_share=s) for s in (0.0, 1e-3, 1e-2, 5e-2)], printed)


@pytest.mark.parametrize(("z", "share", "jump"), [
    (10, 0.0, 0.369297), (10, 1e-3, 0.370218), (10, 1e-2, 0.378425),
    (4, 0.0, 0.367256), (4, 1e-3, 0.367994), (4, 1e-2, 0.374467),
])
def test_where_gaussian_thresholds_jump(z, share, jump):
    before, after = (final_size(poisson(z), ThresholdLaw.normal(jump + nudge, 0.2), seed_share=share)
                     for nudge in (-6e-7, 6e-7))
    assert before > 0.9
    assert after < 0.5


def test_time_course():
    (printed,) = rows(".003442|.008173|.017333|.035041|.069146|.134092|"
                      ".253532|.451013|.695595|.865428|.924616|.937610")
    course = time_course(poisson(3.0), PHI, seed_share=1e-3, steps=12)
    assert course[0] == 1e-3
    assert not disagreements(course[1:], printed)


def naive_courses(degree_law, needs, seeded, steps, in_degree_law):
    """Gleeson and Cahalane's recursion as it is printed; an in-degree law makes the network directed."""
    z = sum(k * p for k, p in enumerate(degree_law))
    at_arc = sum(k * p * s for k, (p, s) in enumerate(zip(degree_law, seeded, strict=True))) / z
    at_node = sum(p * s for p, s in zip(degree_law, seeded, strict=True))
    course, q = [at_node], at_arc

    size = len(degree_law if in_degree_law is None else in_degree_law)
    adopts = [[float(needs.adopts(m, k)) for m in range(k + 1)] for k in range(size)]

    def tipped(k, heard, q):
        return sum(comb(heard, m) * q**m * (1 - q) ** (heard - m) * adopts[k][m] for m in range(heard + 1))

    for _ in range(steps):
        if in_degree_law is None:
            laws = list(enumerate(zip(degree_law, seeded, strict=True)))
            course.append(sum(p * (s + (1 - s) * tipped(k, k, q)) for k, (p, s) in laws))
            q = sum(k * p / z * (s + (1 - s) * tipped(k, k - 1, q)) for k, (p, s) in laws if k > 0)
        else:
            unseeded = sum(p * tipped(k, k, q) for k, p in enumerate(in_degree_law))
            course.append(at_node + (1 - at_node) * unseeded)
            q = at_arc + (1 - at_arc) * unseeded
    return course


UNEVEN = np.array([0.1, 0.1, 0.0, 0.1, 0.2, 0.2, 0.1, 0.1, 0.1])


@pytest.mark.parametrize("in_degree_law", [None, constant(4), UNEVEN], ids=["undirected", "even", "uneven"])
@pytest.mark.parametrize("needs", [
    ThresholdLaw.homogeneous(0.25), ThresholdLaw.uniform(0.1, 0.7), ThresholdLaw.uniform(-0.1, 0.6),
    ThresholdLaw.truncated_normal(0.3, 0.2), ThresholdLaw.normal(0.4, 0.2),
], ids=lambda law: law.name)
@pytest.mark.parametrize("seeds", ["even", "top"])
def test_against_the_naive_twin(needs, seeds, in_degree_law):
    law = UNEVEN if in_degree_law is None else poisson(degree_laws.mean(in_degree_law))
    seeded = in_top(law, 0.03) if seeds == "top" else np.full(len(law), 0.03)
    call = {"seed_share": 0.03, "seed_share_by_degree": seeded, "in_degree_law": in_degree_law,
            "directed": in_degree_law is not None}
    naive = naive_courses(law, needs, seeded, 400, in_degree_law)
    assert time_course(law, needs, steps=20, **call) == pytest.approx(naive[:21], abs=1e-13)
    assert final_size(law, needs, **call) == pytest.approx(naive[-1], abs=1e-9)


@given(z=st.floats(0.0, 12.0), low=st.floats(0.01, 0.5), width=st.floats(0.01, 0.5),
       shares=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)), directed=st.booleans())
def test_final_size_grows_with_the_seeds(z, low, width, shares, directed):
    fewer, more = sorted(shares)
    needs = ThresholdLaw.uniform(low, low + width)
    small, large = (final_size(poisson(z), needs, seed_share=s, directed=directed) for s in (fewer, more))
    assert 0.0 <= small <= large + 1e-12 <= 1.0 + 1e-12
    assert small >= fewer - 1e-12


@given(z=st.floats(0.5, 12.0), phis=st.tuples(st.floats(0.02, 1.0), st.floats(0.02, 1.0)),
       share=st.floats(0.0, 0.3), directed=st.booleans())
def test_everything_falls_with_the_threshold(z, phis, share, directed):
    lax, strict = sorted(phis)
    law = poisson(z)
    easy, hard = (triggering(law, phi, directed=directed) for phi in (lax, strict))
    assert hard.p_global <= easy.p_global + 1e-12
    assert hard.gain <= easy.gain + 1e-12
    sizes = [final_size(law, phi, seed_share=share, directed=directed) for phi in (lax, strict)]
    assert sizes[1] <= sizes[0] + 1e-12


@given(z=st.floats(1.05, 5.75), directed=st.booleans())
def test_size_given_global_is_the_limit_of_few_seeds(z, directed):
    law = poisson(z)
    limit = final_size_given_global(law, PHI, directed=directed)
    assert final_size(law, PHI, seed_share=1e-10, directed=directed) == pytest.approx(limit, abs=1e-6)
    if directed:
        # The window and the size do not depend on who influences how many.
        assert final_size_given_global(geometric(z), PHI, directed=True) == pytest.approx(limit, abs=1e-9)


@given(z=st.floats(0.5, 8.0), share=st.floats(0.001, 0.2))
def test_time_course_rises_to_the_final_size(z, share):
    course = time_course(poisson(z), PHI, seed_share=share, steps=30)
    assert (np.diff(course) >= -1e-14).all()
    assert course[-1] <= final_size(poisson(z), PHI, seed_share=share) + 1e-12


def test_self_starters_need_no_seed():
    needs = ThresholdLaw.normal(0.35, 0.2)
    assert final_size_given_global(poisson(4.0), needs) == final_size(poisson(4.0), needs, seed_share=0.0)
    assert final_size(poisson(0.0), needs, seed_share=0.0) == pytest.approx(float(needs.adopts(0, 0)))
