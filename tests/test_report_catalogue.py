"""The report of scenarios of the catalogue, run small, in a real browser.

A few of different designs by default; all of them by
``python -m pytest tests/test_report_catalogue.py --every-report``.
"""

from __future__ import annotations

import html
import json
import re

from simcore import catalogue
from simcore.keeping import open_folder
from simcore.report import report
from simcore.runner import run
from simcore.study import Study
from tests.test_golden import small
from tests.test_report import browse

FEW = ("quickstart", "multiplier_map", "susceptibility_or_influence", "culture_who_starts_line", "axelrod1997_regions",
       "early_adopters", "rahmandad_sterman2008_seir", "goel2016_virality", "friedkin_johnsen1990_karate")
TRIAL = """<script>addEventListener("load", () => {
  const said = [[...document.images].map((one) => one.complete && one.naturalWidth > 0)];
  for (const control of document.querySelectorAll("select"))
    for (const option of [...control.options]) {
      control.value = option.value;
      control.dispatchEvent(new Event("change"));
      said.push([document.querySelectorAll("#chart svg").length === 1]);
    }
  document.title = JSON.stringify(said.flat()); });</script></body>"""


def pytest_generate_tests(metafunc):
    every = metafunc.config.getoption("--every-report")
    metafunc.parametrize("name", catalogue.scenarios() if every else FEW)


def test_the_report_of_a_scenario_opens_without_a_word_and_its_controls_work(name, tmp_path):
    study = Study(small(catalogue.scenarios()[name]))
    store = open_folder(study, tmp_path / "out", resume=False)
    run(study, store, workers=2)
    page = report(store, tmp_path / "page.html")
    text = page.read_text("utf-8")
    assert len(text) < 5_000_000
    assert len(re.findall("<figure>", text)) >= 1
    trial = tmp_path / "trial.html"
    trial.write_text(text.replace("</body>", TRIAL), "utf-8")
    done = browse(trial, tmp_path, "--dump-dom")
    assert "CONSOLE" not in done.stderr, done.stderr
    said = json.loads(html.unescape(re.search(r"<title>(.*?)</title>", done.stdout, re.DOTALL)[1]))
    assert len(said) > 3
    assert all(said)
