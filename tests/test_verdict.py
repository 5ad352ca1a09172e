"""The verdict: what it says, that its numbers are those of the census, and how wide their intervals are."""

from __future__ import annotations

import json
import math
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest

import simcore as sc
from simcore.cli import main
from simcore.errors import UsageError
from simcore.instruments.measures import exchange_rate, influentials
from simcore.judgement.estimates import Estimate, estimates, features
from simcore.judgement.page import answer
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from simcore.rng import network_key, root

SMALL = {"samples": 64}


def networks(number, n=1000, z=4.0):
    return [reported(poisson(n, z, network_key(root(5), g))) for g in range(number)]


def test_numbers_are_those_of_the_census():
    network, = networks(1, z=5.0)
    row = sc.verdict(network, threshold=0.18, cost="3+k", **SMALL).rows[0]
    found = influentials(sc.census(network, threshold=0.18), acquisition=3.0)
    assert row.p_random.value == pytest.approx(found.p_global)
    assert row.p_influential.value == pytest.approx(found.p_influential)
    assert row.p_ordinary.value == pytest.approx(found.p_ordinary)
    assert (row.m.value, row.d.value, row.m_over_d.value, row.share_ordinary.value) == pytest.approx(
        (found.m, found.d, found.m_over_d, found.share_ordinary))
    assert row.m_size.value == pytest.approx(found.m_size)
    assert row.random_seeds.value == pytest.approx(exchange_rate(found.p_influential, found.p_global))
    degree, size = network.network.out_degree, sc.census(network, threshold=0.18).size
    top = np.argsort(-degree, kind="stable")[:100]  # by degree alone: costs of equals are equal
    assert row.m_size_over_cost.value == pytest.approx(
        found.m_size / ((3 + degree[top]).mean() / (3 + degree).mean()))
    pays = row.pays_from.value  # where an influential person brings as much for its cost as a random one
    assert found.m_size == pytest.approx((pays + degree[top].mean()) / (pays + degree.mean()))
    assert size.mean() > 1
    for estimate in row[2:]:
        assert estimate.low <= estimate.value <= estimate.high


@pytest.mark.parametrize("z", [4.0, 5.0])
def test_intervals_over_networks_hold_what_theory_says(z):
    from simcore.theory import ThresholdLaw, poisson_prediction

    law = ThresholdLaw.homogeneous(0.18)
    said = {kind: poisson_prediction(z, law, directed=False, n=2000, seeds=1, seeding=kind).p_global
            for kind in ("random", "influential")}
    row = sc.verdict(networks(30, 2000, z), threshold=0.18, **SMALL).rows[0]
    for kind, found in (("random", row.p_random), ("influential", row.p_influential)):
        assert abs(found.value - said[kind]) < 2 * (found.high - found.low)
    assert row.m_over_d.high < 1


def test_intervals_cover():
    """Of ratios of means of independent people, about 95 % hold the truth."""
    generator = np.random.Generator(np.random.Philox(1))
    held = []
    for _ in range(300):
        degree = generator.poisson(5.0, 800) + 1.0
        top = degree >= 8
        p = (generator.random(800) < 1 - 0.9**degree) * 1.0
        found = estimates(features(top, p, degree, p, np.ones(800)), people=True)
        held.append(found["p_random"].low <= (1 - 0.9 * math.exp(-0.5)) <= found["p_random"].high)
    assert 0.95 - 4 * math.sqrt(0.95 * 0.05 / 300) < np.mean(held)
    assert np.mean(held) < 0.999


def test_nobody_and_everybody_have_intervals_too():
    top = np.arange(100) < 10
    none = estimates(features(top, np.zeros(100), np.ones(100), np.ones(100), np.ones(100)), people=True)
    assert none["p_random"].value == none["p_random"].low == 0
    assert 0.03 < none["p_random"].high < 0.05
    assert none["p_influential"].high > 0.25
    assert math.isnan(none["m"].value)
    every = estimates(features(top, np.ones(100), np.ones(100), np.ones(100), np.ones(100)), people=True)
    assert every["p_influential"].high == 1 > every["p_influential"].low
    assert tuple(every["m"]) == pytest.approx((1, 1, 1))


def test_a_multiplier_reaches_as_far_as_the_share_of_those_who_were_not_seen():
    top = np.arange(1_000) < 100
    degree = 1.0 + 2.0 * top
    for p in (1.0 * (np.arange(1_000) < 5), 1.0 * (np.arange(1_000) >= 995)):  # the influential alone, the others alone
        found = estimates(features(top, p, degree, p, np.ones(1_000)), people=True)
        share = found["share_ordinary"]
        assert share.high - share.low > 0.3
        for name, times in (("m", 10.0), ("m_over_d", 4.0)):
            assert found[name].value == pytest.approx((1.0 - share.value) * times)
            assert found[name].low <= (1.0 - share.high) * times + 1e-9
            assert found[name].high >= (1.0 - share.low) * times - 1e-9


def test_answers():
    row = sc.verdict(networks(1)[0], threshold=0.18, **SMALL).rows[0]

    def asked(m, m_over_d, p=0.5):
        return answer(row._replace(p_influential=Estimate(p, p, p), m=Estimate(m, m, m), m_over_d=m_over_d))

    assert asked(2, Estimate(0.5, 0.4, 0.6)) == "less than in proportion"
    assert asked(2, Estimate(0.9, 0.7, 1.2)) == "in proportion"
    assert asked(3, Estimate(1.5, 1.1, 2.0)) == "more than in proportion"
    assert asked(1.05, Estimate(0.5, 0.4, 0.6)) == "hardly"
    assert asked(3, Estimate(1.5, 1.1, 2.0), p=0.001) == "nobody"


def test_an_influential_person_is_worth_itself_where_contacts_do_not_matter():
    ring = nx.circulant_graph(200, [1, 2])  # everybody reaches everybody, or nobody
    found = sc.verdict(ring, threshold=0.25, **SMALL)
    assert found.rows[0].random_seeds.value == pytest.approx(1.0)
    assert found.answer == "hardly"
    assert found.rows[0].m.value == found.rows[0].d.value == 1
    assert sc.verdict(ring, threshold=0.6, **SMALL).answer == "nobody"


def test_the_centre_of_a_star_is_worth_more_than_its_contacts():
    star = nx.DiGraph([(0, k) for k in range(1, 100)])
    found = sc.verdict(star, top=0.01, threshold=0.5, **SMALL)
    row = found.rows[0]
    assert (row.p_random.value, row.p_influential.value, row.share_ordinary.value) == pytest.approx((0.01, 1, 0))
    assert (row.m.value, row.d.value) == pytest.approx((100, 100))
    assert row.pays_from.value == pytest.approx(0.99 * (100 - 100 / 1.99) / (100 / 1.99 - 1))  # m_size is 100 / 1.99


def test_influentials_that_always_pay_have_an_interval_all_the_same():
    generator = np.random.Generator(np.random.Philox(2))
    degree = generator.poisson(5.0, 800) + 1.0
    top = degree >= 8
    size = 1.0 + 40.0 * top * (generator.random(800) < 0.9)  # far more than in proportion to contacts
    found = estimates(features(top, np.ones(800), degree, size, np.ones(800)), people=True)["pays_from"]
    assert found.value < 0
    assert found.low < found.value < found.high


def test_page_json_and_figure(tmp_path, capsys):
    path = tmp_path / "edges.csv"
    path.write_text("source,target\n" + "".join(f"{i},{j}\n" for i, j in nx.karate_club_graph().edges))
    asked = ["verdict", str(path), "--direction", "both", "--threshold", "0.3", "--samples", "32", "--cost", "2+k"]
    assert main([*asked, "--figure", str(tmp_path / "out.svg")]) == 0
    page = capsys.readouterr().out
    for said in ("Do influentials matter here?", "What would change the answer", "M/D", "threshold 0.15", "IC ", "SIR ",
                 "2+k"):
        assert said in page
    assert max(map(len, page.splitlines())) <= 132
    ElementTree.parse(tmp_path / "out.svg")
    assert main([*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [rule["model"] for rule in found["rules"]] == ["threshold"] * 5 + ["independent-cascade", "sir"]
    assert found["rules"][0]["m"]["value"] == pytest.approx(
        influentials(sc.census(nx.karate_club_graph(), threshold=0.3)).m)


def test_scenarios_stand_for_their_network_and_rule(capsys):
    small = ["--samples", "40", "--json"]
    sets = ["--set", "network.kind=poisson", "--set", "network.mean_degree=4", "--set", "network.n=300"]
    assert main(["verdict", "watts_dodds2007_influentials", *sets, *small]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["networks"], found["nodes"]) == (20, 300)
    assert found["rules"][0]["name"] == "threshold 0.18"
    assert "20 networks" in found["rules"][0]["intervals"]
    assert main(["verdict", "watts_dodds2007_influentials", *small]) == 2
    assert "network.kind, network.mean_degree are swept" in capsys.readouterr().err
    law = "model.threshold={ law = \"normal\", mean = 0.18, sd = 0.05 }"
    sets += ["--set", law, "--set", "network.count=1"]
    assert main(["verdict", "watts_dodds2007_influentials", *sets, *small]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rules"][0]["parameters"]["threshold"]["sd"] == 0.05
    assert "batches" in found["rules"][0]["intervals"]
    assert main(["verdict", "fibich_gibori2010_bass", "--set", "network.kind=ring", *small]) == 2


def test_mistakes_are_told(capsys, tmp_path):
    for arguments, said in (({"model": "bass"}, "got 'bass'"), ({"top": 1.5}, "top"), ({"cost": "free"}, "cost")):
        with pytest.raises(UsageError, match=said):
            sc.verdict(nx.karate_club_graph(), **arguments)
    with pytest.raises(UsageError, match="nobody influences"):
        sc.verdict(nx.empty_graph(3))
    assert main(["verdict", str(tmp_path / "none.csv"), "--set", "a=1"]) == 2
    assert "--set is of scenarios" in capsys.readouterr().err
