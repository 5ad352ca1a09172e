"""How likely a seed succeeds, against every number of the reference tables, and what holds in general."""

import math
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.network.degree_laws import (
    constant,
    geometric,
    poisson,
    power_law,
    two_class,
)
from simcore.theory import (
    by_degree,
    cascade_window,
    degree_laws,
    direct_ratio,
    final_size_given_global,
    multiplier,
    ordinary,
    top_share,
    triggering,
)
from tests.tables import PHI, UNDIRECTED, disagreements, rounds_to, rows


@pytest.mark.parametrize("row", UNDIRECTED, ids=lambda row: f"z={row[0]}")
def test_undirected_table(row):
    z, *printed = row
    law = poisson(float(z))
    degree = np.arange(len(law))
    trigger = triggering(law, PHI)
    m, d = multiplier(law, trigger.u, 0.1), direct_ratio(law, 0.1)
    values = [
        trigger.u, trigger.p_global, trigger.vulnerable_cluster, trigger.vulnerable,
        top_share(law, trigger.u, 0.1), d * degree_laws.mean(law), m, d, m / d,
        degree @ (law * by_degree(trigger.u, degree)) / trigger.p_global,
        final_size_given_global(law, PHI),
    ]
    assert not disagreements(values, printed)
    # By hand for Poisson degrees: sum_k k p_k u^k = z u exp(-z (1 - u)).
    by_hand = float(z) * (1.0 - trigger.u * math.exp(-float(z) * (1.0 - trigger.u))) / trigger.p_global
    assert values[-2] == pytest.approx(by_hand, abs=1e-9)


# z, V, u, P, P top 10%, M, D, M/D, final share
DIRECTED = rows("""
|1.05|0.995515|0.914997|0.085386|0.244248|2.8605|3.0220|0.947|0.0881|
|1.5|0.981424|0.446272|0.564209|0.947988|1.6802|2.5987|0.647|0.5823|
|2|0.947347|0.274770|0.765537|0.996680|1.3019|2.3757|0.548|0.7968|
|2.5|0.891178|0.243177|0.849239|0.999444|1.1769|2.2478|0.524|0.8926|
|3|0.815263|0.278271|0.885272|0.999466|1.1290|2.1154|0.534|0.9405|
|4|0.628837|0.437421|0.894634|0.998010|1.1156|1.9619|0.569|0.9802|
|5|0.440493|0.628121|0.844233|0.984352|1.1660|1.8442|0.632|0.9930|
|5.5|0.357518|0.718495|0.787386|0.960440|1.2198|1.8128|0.673|0.9958|
|6|0.285057|0.801661|0.695790|0.900601|1.2944|1.7688|0.732|0.9975|
|6.5|0.223672|0.876656|0.551450|0.770349|1.3970|1.7363|0.805|0.9985|
|7|0.172992|0.943452|0.326883|0.501624|1.5346|1.7162|0.894|0.9991|
|7.4|0.139525|0.991313|0.062264|0.103121|1.6562|1.6868|0.982|0.9994|
""")


@pytest.mark.parametrize("row", DIRECTED, ids=lambda row: f"z={row[0]}")
def test_directed_table(row):
    z, *printed = row
    law = poisson(float(z))
    trigger = triggering(law, PHI, directed=True)
    m, d = multiplier(law, trigger.u, 0.1), direct_ratio(law, 0.1)
    values = [
        trigger.gain / float(z), trigger.u, trigger.p_global, top_share(law, trigger.u, 0.1), m, d, m / d,
        final_size_given_global(law, PHI, directed=True),
    ]
    assert not disagreements(values, printed)
    assert trigger.vulnerable_cluster == pytest.approx(trigger.vulnerable * trigger.p_global)


# z, out-degrees, variance/mean, P, P top 10%, M, D, P top 1%, M, D
HYPERINFLUENTIALS = rows("""
|3|Poisson|1.0|0.885272|0.999466|1.129|2.115|0.999975|1.130|2.843|
|3|geometric|4.0|0.591134|0.997882|1.688|3.668|0.999989|1.692|6.336|
|3|3.0|41.8|0.346646|0.967988|2.792|5.940|0.999995|2.885|21.51|
|3|2.5|152|0.219236|0.870069|3.969|7.080|0.999861|4.561|33.80|
|6|Poisson|1.0|0.695790|0.900601|1.294|1.769|0.947708|1.362|2.244|
|6|geometric|7.0|0.415321|0.910879|2.193|3.489|0.986418|2.375|5.978|
|6|3.0|65.2|0.210476|0.764167|3.631|5.647|0.991614|4.711|20.18|
|7|Poisson|1.0|0.326883|0.501624|1.535|1.716|0.580600|1.776|2.138|
|7|geometric|8.0|0.174196|0.512549|2.942|3.462|0.712351|4.089|5.924|
|7|3.0|72.4|0.060306|0.292281|4.847|5.599|0.679856|11.27|19.96|
""")


@pytest.mark.parametrize("row", HYPERINFLUENTIALS, ids=lambda row: f"z={row[0]}-{row[1]}")
def test_hyperinfluentials(row):
    z, kind, *printed = row
    if kind in ("Poisson", "geometric"):
        law = {"Poisson": poisson, "geometric": geometric}[kind](float(z))
    else:
        law = power_law(float(kind), float(z), 5000)
    degree = np.arange(len(law))
    trigger = triggering(law, PHI, directed=True)
    values = [law @ (degree - float(z)) ** 2 / float(z), trigger.p_global]
    for q in (0.1, 0.01):
        values += [top_share(law, trigger.u, q), multiplier(law, trigger.u, q), direct_ratio(law, q)]
    assert not disagreements(values, printed)


@given(z=st.floats(1.05, 7.4))
def test_geometric_out_degrees_in_closed_form(z):
    trigger = triggering(geometric(z), PHI, directed=True)
    heads_vulnerable = triggering(poisson(z), PHI, directed=True).gain / z
    assert trigger.p_global == pytest.approx(1.0 - 1.0 / (z * heads_vulnerable), abs=1e-10)
    assert trigger.u == pytest.approx(1.0 - heads_vulnerable + 1.0 / z, abs=1e-10)


# factor, z, P ordinary, P influential, their ratio, share of global cascades started by the ordinary 90%
TWO_CLASSES = rows("""
|1|4|0.89463|0.89463|1.00|0.9000|
|4|1.5|0.39143|0.86283|2.20|0.8033|
|4|2|0.61075|0.97704|1.60|0.8491|
|4|4|0.79268|0.99815|1.26|0.8773|
|4|6|0.52738|0.95010|1.80|0.8332|
|4|7|0.19780|0.58589|2.96|0.7524|
|40|2|0.04960|0.86933|17.5|0.3393|
|40|4|0.08553|0.97203|11.4|0.4419|
|40|6|0.03961|0.80146|20.2|0.3079|
""")


@pytest.mark.parametrize("row", TWO_CLASSES, ids=lambda row: f"{row[0]}x-z={row[1]}")
def test_two_classes(row):
    factor, z, *printed = row
    laws = two_class(float(z), 0.1, float(factor))
    u = triggering(laws.mixture, PHI, directed=True).u
    p_ord, p_inf = (law @ by_degree(u, np.arange(len(law))) for law in (laws.ordinary, laws.influential))
    by_ordinary = 0.9 * p_ord / (0.9 * p_ord + 0.1 * p_inf)
    assert not disagreements([p_ord, p_inf, p_inf / p_ord, by_ordinary], printed)


@pytest.mark.parametrize(("tipped", "printed"), [
    (3, "0"), (4, "0.58058"), (5, "0.81323"), (6, "0.89688"), (8, "0.94257"), (10, "0.95052"),
])
def test_susceptibility_decides(tipped, printed):
    law = two_class(4.0, 0.1, 4.0).mixture
    assert rounds_to(triggering(law, 1 / tipped, directed=True).p_global, printed)


def test_triggering_by_degree():
    u = triggering(poisson(4.0), PHI).u
    # The reference has 0.751168 at k = 2, from a rounded u.
    assert not disagreements(by_degree(u, [1, 2, 4, 8]), ["0.501169", "0.751167", "0.938082", "0.996166"])


@pytest.mark.parametrize("z", [0.0, 0.5, 1.0, 1.0207039, 5.7646771, 6.0, 20.0])
def test_nothing_outside_the_window(z):
    trigger = triggering(poisson(z), PHI)
    assert (trigger.u, trigger.p_global, trigger.vulnerable_cluster) == (1.0, 0.0, 0.0)
    assert isnan(multiplier(poisson(z), trigger.u, 0.1))
    assert isnan(final_size_given_global(poisson(z), PHI))


@pytest.mark.parametrize("directed", [False, True])
def test_critical_points_are_approached_linearly(directed):
    low, high = cascade_window(PHI, directed=directed)
    for edge, inward in ((low, 1.0), (high, -1.0)):
        far, near = (triggering(poisson(edge + inward * gap), PHI, directed=directed).p_global
                     for gap in (1e-5, 1e-6))
        assert far / near == pytest.approx(10.0, rel=1e-3)


def test_everybody_vulnerable():
    assert triggering(constant(3), 0.3).u == 0.0
    assert final_size_given_global(constant(3), 0.3) == 1.0
    assert triggering(constant(2), 0.3).u == 1.0  # a ring: a single seed wins it, but no share of it at once


@pytest.mark.parametrize("directed", [False, True])
def test_multiplier_never_exceeds_the_direct_ratio(directed):
    low, high = cascade_window(PHI, directed=directed)
    for z in np.linspace(low, high, 102)[1:-1]:
        for law in (poisson(z), geometric(z)) if directed else (poisson(z),):
            u = triggering(law, PHI, directed=directed).u
            for q in (0.01, 0.1, 0.2, 0.5):
                assert 1.0 <= multiplier(law, u, q) <= direct_ratio(law, q)


@given(z=st.floats(1.1, 5.7), q=st.floats(0.01, 0.99))
def test_top_and_ordinary_make_up_everybody(z, q):
    law = poisson(z)
    trigger = triggering(law, PHI)
    top, rest = top_share(law, trigger.u, q), ordinary(law, trigger.u, q)
    assert rest <= trigger.p_global <= top
    assert q * top + (1.0 - q) * rest == pytest.approx(trigger.p_global)
