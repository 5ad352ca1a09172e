"""What `simcore.theory` must give: values of papers and of derivations, computed independently of this package.

One row each: the number of the target, what it is, over which values of which parameter, the call, what it must
give, how well that is known, and where it comes from.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import theory
from simcore.engine.trees import structural_virality
from simcore.instruments import gini, unpredictability
from simcore.maximisation import opim
from simcore.network.csr import from_arcs
from simcore.theory import ThresholdLaw, degree_laws
from simcore.verify.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WATTS = "Watts (2002), doi:10.1073/pnas.082090499"
DODDS = "Watts & Dodds (2007), doi:10.1086/518527"
GLEESON = "Gleeson & Cahalane (2007), doi:10.1103/PhysRevE.75.056103"
CONTAGION = "Dodds & Watts (2004), doi:10.1103/PhysRevLett.92.218701"
NEWMAN = "Newman (2002), doi:10.1103/PhysRevE.66.016128"
KENAH = "Kenah & Robins (2007), doi:10.1103/PhysRevE.76.036113"
MILLER = "Miller, Slim & Volz (2012), doi:10.1098/rsif.2011.0403"
BASS = "Bass (1969), doi:10.1287/mnsc.15.5.215"
FIBICH = "Fibich & Gibori (2010), doi:10.1287/opre.1100.0818"
PERETTI = "Watts & Peretti (2007), Harvard Business Review 85(5)"
TANG = "Tang, Shi & Xiao (2015), doi:10.1145/2723372.2723734; Tang et al. (2018), doi:10.1145/3183713.3183749"
KEMPE = "Kempe, Kleinberg & Tardos (2015), doi:10.4086/toc.2015.v011a004"
GOEL = "Goel, Anderson, Hofman & Watts (2016), doi:10.1287/mnsc.2015.2158"
SALGANIK = "Salganik, Dodds & Watts (2006), doi:10.1126/science.1121066"
DERIVED = "derived, docs/theory.md"
_TREES = {"star of 1,000": [-1, *[0] * 999], "path of 1,000": list(range(-1, 999)),
          "binary, 1,023": [-1, *((k - 1) // 2 for k in range(1, 1023))]}  # the parent of each node


class Formula(NamedTuple):
    """One row of the table, for one or several values of a parameter."""

    target: int
    what: str
    over: str  # the parameter; none where there is but one value
    values: Sequence[Any]
    call: Callable[[Any], float]
    expected: Sequence[float]
    tolerance: float
    source: str


def one(target: int, what: str, call: Callable[[], float], expected: float, tolerance: float, source: str) -> Formula:
    """Return the row of a single value."""
    return Formula(target, what, "", (None,), lambda _: call(), (expected,), tolerance, source)


def _poisson(z: float) -> Any:
    return degree_laws.poisson(z)


def _seed(z: float, *, directed: bool = False) -> Any:
    return theory.triggering(_poisson(z), 0.18, directed=directed)


def _ratio(z: float) -> float:
    """Return M / D of the top tenth at this mean degree."""
    law = _poisson(z)
    return theory.multiplier(law, _seed(z).u, 0.1) / theory.direct_ratio(law, 0.1)


def _hyper(z: float) -> Any:
    return theory.triggering(degree_laws.geometric(z), 0.18, directed=True, in_degree_law=_poisson(z))


def _two_class(factor: float) -> tuple[float, float]:
    """Return how likely ordinary and influential people are to succeed, if the latter reach `factor` times as many."""
    mixture, first, rest = degree_laws.two_class(4.0, 0.1, factor)
    u = theory.triggering(mixture, 0.18, directed=True, in_degree_law=_poisson(4.0)).u
    ordinary, influential = (1.0 - float(law @ u**np.arange(len(law))) for law in (rest, first))
    return ordinary, influential


def _ordinary_share(factor: float) -> float:
    ordinary, influential = _two_class(factor)
    return 0.9 * ordinary / (0.9 * ordinary + 0.1 * influential)


def _jump() -> float:
    """Return the mean of normal thresholds, sd 0.2, at which the share that adopts by itself no longer wins all."""
    def wins(mean: float) -> bool:
        return theory.final_size(_poisson(10.0), ThresholdLaw.normal(mean, 0.2), seed_share=0.0) > 0.5
    low, high = 0.35, 0.4
    while high - low > 1e-8:
        middle = (low + high) / 2.0
        low, high = (middle, high) if wins(middle) else (low, middle)
    return (low + high) / 2.0


def _chances(threshold: float) -> Any:
    from scipy.stats import lognorm

    sd = math.sqrt(math.log(1.433))  # mean 1, variance .433
    return theory.exposure_chances(lognorm(sd, scale=math.exp(-sd * sd / 2.0)), threshold, 20)


def _sis(memory: int, p: float) -> float:
    return float(theory.steady_states(theory.exposure_chances(1.0, 1.0, memory), p).prevalence[-1])


def _peak(which: str) -> float:
    times = np.linspace(4.0, 6.0, 20_001)
    infected = theory.sir_course(_poisson(5.0), times, contact_rate=0.6, recovery_rate=1.0, seed_share=0.001).infected
    return float(times[infected.argmax()] if which == "time" else infected.max())


def _bass(law: Any, tie_rate: Any) -> float:
    return float(theory.bass_configuration(law, [10.0], 0.03, tie_rate)[0])


FORMULAS = (
    Formula(1, "edges of the cascade window, threshold .18", "edge", ("low", "high"),
            lambda edge: theory.cascade_window(0.18)[edge == "high"], (1.020704, 5.764677), 1e-6, WATTS),  # type: ignore[index]
    Formula(2, "upper edge of the cascade window", "threshold", (1 / 4, 1 / 6, 1 / 8, 1 / 10),
            lambda phi: theory.cascade_window(phi)[1], (3.863069, 7.477080, 10.657443, 13.659314), 1e-6, WATTS),  # type: ignore[index]
    Formula(3, "edges of the directed cascade window, threshold .18", "edge", ("low", "high"),
            lambda edge: theory.cascade_window(0.18, directed=True)[edge == "high"], (1.003731, 7.477080), 1e-6, DODDS),  # type: ignore[index]
    Formula(4, "P(global) of a random seed", "mean_degree", (1.5, 2.5, 4.0, 5.0), lambda z: _seed(z).p_global,
            (0.548851, 0.838828, 0.865296, 0.695307), 1e-6, WATTS),
    Formula(5, "P(global) of a seed from the top tenth", "mean_degree", (1.5, 2.5, 4.0, 5.0),
            lambda z: theory.top_share(_poisson(z), _seed(z).u, 0.1), (0.937997, 0.999051, 0.994789, 0.914057), 1e-6,
            DODDS),
    Formula(6, "share reached by a global cascade", "mean_degree", (1.5, 2.5, 4.0, 5.0),
            lambda z: theory.final_size_given_global(_poisson(z), 0.18), (0.580159, 0.892627, 0.980173, 0.993023), 1e-6,
            GLEESON),
    Formula(7, "P(global) by degree of the seed, mean degree 4", "degree", (1, 2, 4, 8),
            lambda k: float(theory.by_degree(_seed(4.0).u, k)), (0.501169, 0.751168, 0.938082, 0.996166), 1e-6, WATTS),
    one(8, "giant vulnerable component, mean degree 4", lambda: float(
        (_poisson(4.0)[:6] * theory.by_degree(_seed(4.0).u, np.arange(6))).sum()), 0.652635, 1e-6, WATTS),
    one(9, "multiplier of the top tenth, mean degree 4", lambda: theory.multiplier(_poisson(4.0), _seed(4.0).u, 0.1),
        1.1497, 1e-4, DODDS),
    one(9, "direct ratio of the top tenth, mean degree 4", lambda: theory.direct_ratio(_poisson(4.0), 0.1), 1.9619,
        1e-4, DODDS),
    one(9, "mean degrees of the window, .01 apart, at which M > D", lambda: float(
        sum(_ratio(z) > 1.0 for z in np.arange(1.03, 5.765, 0.01))), 0.0, 0.0, DERIVED),
    Formula(10, "P(global) in directed networks", "mean_degree", (1.5, 4.0, 5.5, 7.0),
            lambda z: _seed(z, directed=True).p_global, (0.564209, 0.894634, 0.787386, 0.326883), 1e-6, DODDS),
    Formula(11, "P(global), geometric influence", "mean_degree", (3.0, 6.0), lambda z: _hyper(z).p_global,
            (0.591134, 0.415321), 1e-6, DERIVED),
    Formula(11, "P(global) of the top tenth, geometric influence", "mean_degree", (3.0, 6.0),
            lambda z: theory.top_share(degree_laws.geometric(z), _hyper(z).u, 0.1), (0.997882, 0.910879), 1e-6,
            DERIVED),
    Formula(11, "multiplier of the top tenth, geometric influence", "mean_degree", (3.0, 6.0),
            lambda z: theory.multiplier(degree_laws.geometric(z), _hyper(z).u, 0.1), (1.688, 2.193), 6e-4, DERIVED),
    Formula(12, "P(global) of ordinary people", "factor", (4.0, 40.0), lambda f: _two_class(f)[0], (0.79268, 0.08553),
            1e-5, DERIVED),
    Formula(12, "P(global) of influential people", "factor", (4.0, 40.0), lambda f: _two_class(f)[1],
            (0.99815, 0.97203), 1e-5, DERIVED),
    Formula(12, "share of global cascades that ordinary people start", "factor", (4.0, 40.0), _ordinary_share,
            (0.8773, 0.4419), 1e-4, DERIVED),
    Formula(14, "mean degree of early adopters", "mean_degree", (1.5, 3.0, 5.0),
            lambda z: theory.early_adopter_degree(_poisson(z), 0.18), (2.4281, 3.3817, 4.0083), 1e-4, DERIVED),
    one(14, "mean degree at which early adopters are average", lambda: theory.early_adopter_crossover(0.18), 3.639547,
        1e-6, DERIVED),
    Formula(15, "share active from 1 in 1,000 at mean degree 3", "time", (5, 8, 10), lambda t: float(
        theory.time_course(_poisson(3.0), 0.18, seed_share=0.001, steps=10)[t]), (0.069146, 0.451013, 0.865428), 1e-6,
        GLEESON),
    Formula(16, "share active in the end", "(mean_degree, share)",
            ((2.0, 0.01), (5.0, 0.01), (8.0, 0.005), (8.0, 0.02)),
            lambda at: theory.final_size(_poisson(at[0]), 0.18, seed_share=at[1]),
            (0.800018, 0.993095, 0.015404, 0.999670), 1e-6, GLEESON),
    Formula(17, "critical share of seeds at mean degree 7", "seeds", ("random", "top-degree"),
            lambda how: theory.critical_seed_share(_poisson(7.0), 0.18, seeding=how).seed_share,  # type: ignore[union-attr]
            (0.002929, 0.001173), 1e-6, GLEESON),
    Formula(18, "share active of themselves, normal thresholds, sd .2, mean degree 10", "mean", (0.35, 0.4),
            lambda mean: theory.final_size(_poisson(10.0), ThresholdLaw.normal(mean, 0.2), seed_share=0.0),
            (0.999250, 0.046979), 1e-6, GLEESON),
    one(18, "mean threshold at which that jumps", _jump, 0.369297, 1e-6, GLEESON),
    Formula(19, "P(infected by one dose), log-normal doses", "threshold", (0.5, 1.6, 3.0),
            lambda d: float(_chances(d)[1]), (0.803921, 0.139295, 0.016524), 1e-6, CONTAGION),
    Formula(19, "P(infected by two doses), log-normal doses", "threshold", (0.5, 1.6, 3.0),
            lambda d: float(_chances(d)[2]), (0.998543, 0.611945, 0.125804), 1e-6, f"{CONTAGION}; quadrature"),
    Formula(19, "class of contagion, log-normal doses", "threshold", (0.5, 1.6, 3.0),
            lambda d: float(["I", "II", "III"].index(theory.contagion_class(_chances(d)).name) + 1), (1, 2, 3), 0.0,
            CONTAGION),
    Formula(20, "prevalence at exposure .3, threshold 1.6", "steady state", ("unstable", "upper"),
            lambda which: float(theory.steady_states(_chances(1.6), 0.3).prevalence[1 if which == "unstable" else 2]),
            (0.031204, 0.974349), 1e-4, CONTAGION),
    Formula(21, "prevalence of SIS with memory", "(memory, exposure)", ((10, 0.15), (5, 0.3), (2, 0.8)),
            lambda at: _sis(*at), (0.62848947, 0.68108085, 0.9375), 1e-8, DERIVED),
    Formula(22, "size and probability of an epidemic", "reproduction", (1.5, 2.0),
            lambda r: theory.bond_percolation(_poisson(5.0), r / 5.0).size, (0.582812, 0.796812), 1e-6, NEWMAN),
    Formula(23, "spread of independent cascades, n = 10,000, R = 1.5", "seeds", (1, 2, 3, 5),
            lambda s: theory.expected_spread(theory.bond_percolation(_poisson(5.0), 0.3), n=10_000, seeds=s),
            (3397.81, 4815.99, 5408.28, 5760.04), 0.01, DERIVED),
    Formula(24, "Markovian SIR, mean degree 5, rates .5 and 1", "of", ("size", "p_epidemic"),
            lambda of: getattr(theory.markov_sir(_poisson(5.0), 0.5, 1.0), of), (0.675757, 0.485622), 1e-6, KENAH),
    Formula(25, "largest share infected, and when, mean degree 5, rates .6 and 1", "of", ("share", "time"), _peak,
            (0.191220, 4.904), 5e-4, MILLER),
    one(25, "share ever infected, mean degree 5, rates .6 and 1", lambda: float(theory.sir_course(
        _poisson(5.0), [200.0], contact_rate=0.6, recovery_rate=1.0, seed_share=0.001).recovered[0]), 0.759512, 1e-6,
        MILLER),
    one(26, "Bass after 10 years, all hear all", lambda: float(theory.bass_curve([10.0], 0.03, 0.38)[0]), 0.812803,
        1e-6, BASS),
    one(26, "Bass after 10 years, ring", lambda: float(theory.bass_ring([10.0], 0.03, 0.38)[0]), 0.558259, 1e-6,
        FIBICH),
    one(26, "Bass after 10 years, 3-regular", lambda: _bass(degree_laws.constant(3), 0.38 / 3), 0.645552, 1e-6,
        DERIVED),
    one(26, "Bass after 10 years, Poisson 6, the same rate on every tie", lambda: _bass(_poisson(6.0), 0.38 / 6),
        0.743308, 1e-6, DERIVED),
    one(26, "Bass after 10 years, Poisson 6, the same rate for everybody", lambda: _bass(
        _poisson(6.0), 0.38 / np.maximum(np.arange(len(_poisson(6.0))), 1)), 0.730426, 1e-6, DERIVED),
    Formula(27, "reached by one seed", "reproduction", (0.5, 0.769), lambda r: theory.big_seed(1.0, r).mean,
            (2.0, 4.329), 5e-4, PERETTI),
    Formula(27, "P(size) of the Borel law, R = .5", "size", (1, 2, 3, 10), lambda s: float(theory.borel(0.5, [s])[0]),
            (0.606531, 0.183940, 0.083674, 0.003627), 1e-6, "Haight & Breuer (1960), doi:10.1093/biomet/47.1-2.143"),
    Formula(28, "structural virality", "tree", ("star of 1,000", "path of 1,000", "binary, 1,023"),
            lambda tree: structural_virality(_TREES[tree]), (1.998, 333.666667, 14.066574), 5e-7, GOEL),
    Formula(29, "spread on a star of 50 leaves, transmission .3", "seed", ("centre", "leaf"),
            lambda seed: theory.star_spread(50, 0.3, from_centre=seed == "centre"), (16.0, 5.71), 1e-12, KEMPE),
    one(29, "spread along 10 ties, transmission .5", lambda: theory.path_spread(11, 0.5), 1.9990234375, 1e-12, KEMPE),
    one(29, "spread on a triangle, transmission .5", lambda: theory.triangle_spread(0.5), 2.25, 1e-12, KEMPE),
    one(29, "spread on a triangle, every combination of live ties", lambda: float(np.arange(4) @ theory.cascade_sizes(
        from_arcs(3, [0, 1, 2], [1, 2, 0], undirected=True).network, 0.5, [0])), 2.25, 1e-12, KEMPE),
    Formula(30, "IMM, n = 10,000, k = 10, epsilon = .1, in millions", "constant", ("lambda'", "lambda*"),
            lambda which: opim.constants(10_000, 10, 0.1)[which == "lambda*"] / 1e6, (93.7032, 180.45), 1e-3, TANG),
    Formula(30, "OPIM-C, n = 10,000, k = 10, epsilon = .1, delta = 1/n", "constant", ("first", "most", "rounds"),
            lambda which: getattr(opim.plan(10_000, 10, 0.1, 1e-4), which), (182, 18_259_174, 17), 0.0, TANG),
    one(37, "Gini coefficient of 1, 2, 3, 4", lambda: gini([1, 2, 3, 4]), 0.25, 1e-12, SALGANIK),
    Formula(37, "Gini coefficient of one winner", "items", (2, 48), lambda n: gini([1.0] + [0.0] * (n - 1)),
            (1 / 2, 47 / 48), 1e-12, SALGANIK),
    one(37, "unpredictability of identical worlds", lambda: unpredictability([[0.2, 0.3, 0.5]] * 8), 0.0, 1e-12,
        SALGANIK),
    one(35, "P(global) of three random seeds, mean degree 4", lambda: float(
        theory.several_seeds(_seed(4.0).p_global, 3)), 0.997556, 1e-6, DERIVED),
    one(36, "random seeds that are worth one of degree 8, mean degree 4", lambda: float(
        theory.hub_worth(_poisson(4.0), _seed(4.0).u, 8)), 2.775, 5e-4, DERIVED),
)


def verdicts() -> Iterator[Verdict]:
    """Yield what comes of every row."""
    for formula in FORMULAS:
        for value, expected in zip(formula.values, formula.expected, strict=True):
            at = {formula.over: value} if formula.over else {}
            yield Verdict(formula.target, "theory", at, formula.what, float(expected), float(formula.call(value)), 0.0,
                          formula.tolerance, formula.source)
