"""Which theory suits a scenario, and what it then says: beside theory itself, and beside simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcore import catalogue, predictions, theory
from simcore.network.degree_laws import geometric, poisson
from simcore.plan import Block
from simcore.scenario import from_data, load
from simcore.study import Study

BASE = {"schema": 1, "title": "t", "replicates": 10, "network": {"kind": "poisson", "n": 10_000, "mean_degree": 4.0},
        "model": {"name": "threshold", "threshold": 0.18}, "seeding": {"kind": "random", "count": 1}}
GEOMETRIC = {"kind": "configuration", "n": 10_000, "mean_degree": 4.0, "degree": "geometric"}
CASCADE = {"name": "independent-cascade", "transmission": 0.4}
DOSES = {"name": "generalised-contagion", "threshold": 1.6, "memory": 20, "exposure": 0.3,
         "dose_sd": 0.6580273550544841, "mixing": True, "filled": True}


def predicted(**changes):
    scenario = from_data(BASE | changes)
    return predictions.predict(scenario.resolved(), scenario.points[0].setting)


def silent(**changes):
    scenario = from_data(BASE | changes)
    return predictions.silence(scenario.resolved(), scenario.points[0].setting)


def test_theory_speaks_where_it_can():
    assert predicted().p_global == pytest.approx(0.865296, abs=5e-7)
    assert predicted(seeding={"kind": "influential"}).p_global == pytest.approx(0.994789, abs=5e-7)
    assert predicted(network={"kind": "influence", "n": 10_000, "mean_degree": 4.0}).p_global == pytest.approx(
        0.894634, abs=5e-7)
    out = predicted(network={"kind": "influence", "n": 10_000, "mean_degree": 3.0, "out_degree": "geometric"})
    assert out.p_global == pytest.approx(0.591134, abs=5e-7)
    normal = predicted(model={"name": "threshold", "threshold": {"law": "normal", "mean": 0.18, "sd": 0.05}})
    assert 0 < normal.p_global < 1
    many = predicted(seeding={"kind": "random", "share": 0.01},
                     network={"kind": "poisson", "n": 10_000, "mean_degree": 5.0})
    assert many.share_given_global == many.share_mean == pytest.approx(0.99309511, abs=5e-9)


def test_theory_knows_other_laws_of_degrees():
    law = geometric(4.0)
    said = predicted(network=GEOMETRIC, model={"name": "threshold", "threshold": 0.12})
    assert said.p_global == pytest.approx(theory.triggering(law, 0.12).p_global)
    assert said.share_given_global == pytest.approx(theory.final_size_given_global(law, 0.12))
    into = predicted(network={"kind": "influence", "n": 100, "mean_degree": 4.0, "in_degree": "geometric"})
    assert into.p_global == pytest.approx(
        theory.triggering(poisson(4.0), 0.18, directed=True, in_degree_law=law).p_global)
    listed = predicted(network={"kind": "degree-sequence", "degrees": [3] * 500}, model=CASCADE)
    assert listed.p_global == pytest.approx(theory.bond_percolation([0, 0, 0, 1.0], 0.4).p_epidemic)


@pytest.mark.parametrize("network", [BASE["network"], GEOMETRIC])
def test_theory_makes_no_law_that_it_has_no_time_for(network):  # as a folder may ask for that somebody else wrote
    wide = from_data(BASE | {"network": network}).resolved()
    wide["network"]["mean_degree"] = 2.0**40
    assert "too long" in predictions.silence(wide, {})


def test_theory_knows_other_models():
    law = poisson(4.0)
    open_ties = theory.bond_percolation(law, 0.4)
    spread = theory.expected_spread(open_ties, n=10_000, seeds=1) / 10_000
    assert predicted(model=CASCADE)[:3] == pytest.approx((open_ties.size, open_ties.size, spread))
    assert predicted(model=CASCADE | {"influence": 0.8, "susceptibility": 0.5}).p_global == pytest.approx(
        theory.bond_percolation(law, 0.16).p_epidemic)
    slow = theory.discrete_sir(law, 0.2, 0.5)
    for name, more in (("sir", {}), ("seir", {"progression": 0.3})):
        said = predicted(model={"name": name, "transmission": 0.2, "recovery": 0.5} | more)
        assert said[:2] == pytest.approx((slow.p_epidemic, slow.size))
        assert said.p_global < said.share_given_global  # contacts of one person share its luck
    markov = theory.markov_sir(law, 0.5, 1.0)
    assert predicted(model={"name": "sir-markov", "transmission": 0.5, "recovery": 1.0})[:2] == pytest.approx(
        (markov.p_epidemic, markov.size))
    assert predicted(model={"name": "si", "transmission": 0.01}).share_given_global == pytest.approx(
        theory.bond_percolation(law, 1.0).size)
    crowd = {"kind": "random", "share": 0.05}
    assert predicted(model={"name": "complex-contagion", "contacts": 2}, seeding=crowd).share_mean == pytest.approx(
        theory.final_size(law, theory.ThresholdLaw.count(2), seed_share=0.05))
    assert predicted(model={"name": "threshold", "threshold": 2.0, "absolute": True}, seeding=crowd) == predicted(
        model={"name": "complex-contagion", "contacts": 2}, seeding=crowd)
    assert predicted(model={"name": "linear-threshold"}, seeding=crowd).share_mean == pytest.approx(
        theory.final_size(law, theory.ThresholdLaw.uniform(0.0, 1.0), seed_share=0.05))


def test_theory_knows_voters_bass_and_doses():
    voters = predicted(network={"kind": "barabasi-albert", "n": 100, "ties": 2}, model={"name": "voter"},
                       seeding={"kind": "random", "count": 7})
    assert voters == (0.07, 1.0, 0.07, None, None)
    assert predicted(network={"kind": "complete", "n": 100}, model={"name": "voter"},
                     seeding={"kind": "random", "count": 7}).duration == theory.voter_consensus_time(100, 7) + 0.5
    bass = {"model": {"name": "bass", "innovation": 0.03, "imitation": 0.38, "dt": 0.02},
            "seeding": {"kind": "random", "count": 0}, "horizon": 500}
    assert predicted(network={"kind": "ring", "n": 500}, **bass).share_mean == pytest.approx(0.558259, abs=5e-7)
    assert predicted(network={"kind": "complete", "n": 10_000}, **bass).share_mean == pytest.approx(0.812803, abs=5e-7)
    regular = {"kind": "configuration", "n": 600, "mean_degree": 3.0, "degree": "constant"}
    assert predicted(network=regular, **bass).share_mean == pytest.approx(0.645552, abs=5e-7)
    found = [predicted(model=DOSES, seeding={"kind": "random", "share": share}).share_mean for share in (0.02, 0.045)]
    assert found == pytest.approx([0.0, 0.9743], abs=5e-5)  # known to four digits


def test_theory_knows_where_opinions_settle_without_chance():
    model = {"name": "friedkin-johnsen", "opinion": 0.0, "susceptibility": 1.0}
    for node, ties in ((0, 16), (33, 17)):  # all only listen: DeGroot's agreement, the starter's share of the ties
        found = predicted(network={"kind": "karate-club"}, seeding={"kind": "given", "nodes": [node]}, model=model)
        assert found == (0.0, None, 0.0, None, pytest.approx(ties / 156))
    half = predicted(network={"kind": "path", "n": 2}, seeding={"kind": "given", "nodes": [0]},
                     model=model | {"susceptibility": 0.5})  # x = (1 + y) / 2, y = x / 2
    assert half == (1.0, 0.5, 0.5, None, pytest.approx(0.5))
    scenario = load(catalogue.find("friedkin_johnsen1990_karate"))
    for k, point in enumerate(scenario.points):
        said = predictions.predict(scenario.resolved(), point.setting)
        found = Study(scenario).run_block(Block(k, 0, 0, 1), trajectories=False).columns
        assert said.mean == pytest.approx(found["mean"][0], abs=1e-6)
        assert said.share_mean == found["size"][0] / 34
    assert "without chance" in silent(network={"kind": "poisson", "n": 20, "mean_degree": 3.0}, model=model)


def test_where_all_are_alike_a_name_says_nothing():
    named = {"kind": "given", "nodes": [5, 3, 8]}
    for network in (BASE["network"], GEOMETRIC):
        assert predicted(network=network, seeding=named) == predicted(network=network,
                                                                      seeding={"kind": "random", "count": 3})


def test_theory_follows_what_is_swept_at_any_depth():
    sweep = {"model.threshold.high": [0.2, 0.9], "network.mean_degree": [4.0]}
    model = {"name": "threshold", "threshold": {"law": "uniform", "low": 0.0, "high": 0.5}}
    scenario = from_data(BASE | {"model": model, "sweep": sweep})
    low, high = (predictions.predict(scenario.resolved(), point.setting) for point in scenario.points)
    assert low.p_global > high.p_global + 0.1
    swept = from_data(BASE | {"sweep": {"horizon": [1, 1000]}})
    assert predictions.predict(swept.resolved(), swept.points[0].setting) is None


@pytest.mark.parametrize(("changes", "why"), [
    ({"network": {"kind": "ring", "n": 100}}, "random but for their degrees"),
    ({"network": GEOMETRIC | {"assortativity": 0.2}}, "random but for their degrees"),
    ({"network": {"kind": "influence", "n": 100, "mean_degree": 4.0, "correlation": 0.5}}, "random but for their"),
    ({"network": GEOMETRIC | {"degree": {"law": "power-law", "exponent": 2.5, "cutoff": 2000}}}, "too long"),
    ({"model": {"name": "sis", "transmission": 0.1, "recovery": 1.0}}, "populations in which all meet"),
    ({"model": {"name": "q-voter", "q": 2}, "network": {"kind": "complete", "n": 50}}, "several it knows many seeds"),
    ({"model": {"name": "majority"}}, "of majorities"),
    ({"model": {"name": "sir", "transmission": 0.1, "recovery": 0.0}}, "not at these parameters"),
    ({"model": {"name": "threshold", "threshold": 0.18, "advertising": 0.1}}, "no advertising"),
    ({"model": CASCADE | {"transmission": "weighted-cascade"}}, "the same transmission"),
    ({"model": {"name": "voter"}}, "voters surely agree only"),
    ({"model": {"name": "bass", "innovation": 0.1, "imitation": 0.3, "dt": 0.01}}, "no seeds"),
    ({"model": DOSES}, "many seeds"),
    ({"seeding": {"kind": "given", "nodes": [1]}, "network": {"kind": "degree-sequence", "degrees": [3] * 500}},
     "not for their names"),
    ({"seeding": {"kind": "random", "budget": 9.0, "cost": {"acquisition": 1.0}}}, "left to chance"),
    ({"seeding": {"kind": "random", "count": 0}}, "asks for seeds"),
    ({"seeding": {"kind": "random", "share": 0.3}}, "fewer than are global already"),
    ({"seeding": {"kind": "influential", "degree": "in"}}, "of high or low degree"),
    ({"model": CASCADE, "immune": {"kind": "random", "share": 0.1}}, "immune people in the threshold model"),
])
def test_theory_is_silent_elsewhere_and_says_why(changes, why):
    assert predicted(**changes) is None
    assert why in silent(**changes)


def test_silence_is_for_a_reason():
    assert not silent()
    scenario = from_data(BASE)
    assert "run their course" in predictions.silence(scenario.resolved(), {}, stopped=True)
    assert predictions.predict(scenario.resolved(), {}, stopped=True) is None
    company = load(catalogue.find("culture_pay"))
    assert "simcore census" in predictions.silence(company.resolved(), company.points[0].setting)


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("kind", ["random", "top-degree"])
def test_a_share_of_seeds_comes_to_what_is_simulated(kind, directed):
    n, count = 20_000, 24
    asked = from_data(BASE | {
        "replicates": count, "model": CASCADE | {"transmission": 0.2}, "seeding": {"kind": kind, "share": 0.03},
        "network": {"kind": "influence" if directed else "poisson", "n": n, "mean_degree": 4.0, "count": count}})
    study, said = Study(asked), predictions.predict(asked.resolved(), {})
    found = np.array([study.run_block(Block(0, g, 0, 1), trajectories=False).columns["size"][0] for g in range(count)])
    assert abs(found.mean() / n - said.share_mean) < 4.0 * found.std(ddof=1) / n / math.sqrt(count)


def test_no_seeds_among_those_of_a_degree_is_plain_percolation():
    law = geometric(3.0)
    for directed in (False, True):
        size = theory.bond_percolation(law, 0.5, directed=directed).size
        assert theory.seeded_outbreak(law, 0.5, np.full(len(law), 1e-13), directed=directed) == pytest.approx(size)
    assert theory.seeded_outbreak(law, 0.0, np.full(len(law), 0.2)) == pytest.approx(0.2)
    assert theory.seeded_outbreak(law, 0.3, np.ones(len(law))) == pytest.approx(1.0)
    with pytest.raises(ValueError, match=r"transmission .*\(got 1.5\)"):
        theory.seeded_outbreak(law, 1.5, np.zeros(len(law)))
