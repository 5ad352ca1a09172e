"""The page of results: whole without a network and without script, and working in a real browser."""

from __future__ import annotations

import html.parser
import json
import re
import shutil
import subprocess

import numpy as np
import pytest

from simcore.cli import main
from simcore.figures import Results, over_time
from simcore.report import report
from simcore.report.numbers import main as about
from simcore.report.numbers import quantities
from simcore.report.sentences import asked, enough, findings
from simcore.report.waves import waves
from simcore.store import Store

VOID = {"meta", "img", "link", "br", "hr", "input"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "out"
    assert main(["run", "quickstart", "--out", str(out), "--replicates", "120", "--no-figures"]) == 0
    return out


@pytest.fixture(scope="module")
def page(folder):
    return report(Store(folder), folder / "report.html")


class Outline(html.parser.HTMLParser):
    """Elements open and close in order; what they are is collected."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.errors = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.errors.append(tag)


def test_the_page_is_whole(page):
    text = page.read_text("utf-8")
    outline = Outline()
    outline.feed(text)
    assert not outline.errors
    assert not outline.open
    pictures = [attributes for tag, attributes in outline.seen if tag == "img"]
    assert len(pictures) == 5  # over_axis, multiplier, sizes, who, convergence
    assert all(one["alt"] and one["src"].startswith("data:image/svg+xml") for one in pictures)
    assert not [attributes for _, attributes in outline.seen if {"href", "srcset", "action"} & set(attributes)]
    ids = [attributes["id"] for _, attributes in outline.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {one["aria-labelledby"] for _, one in outline.seen if "aria-labelledby" in one} <= set(ids)
    assert len(text) < 5_000_000
    assert "default-src 'none'" in text


def test_the_numbers_of_the_page_are_those_of_the_summary(page, folder, capsys):
    main(["summary", str(folder), "--json"])
    summary = json.loads(capsys.readouterr().out)
    text = page.read_text("utf-8")
    assert summary["digest"] in text
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    assert [[point["id"], point["numbers"][0]] for point in data["points"]] == [
        [entry["id"], [entry["p_global"], *entry["p_global_interval"]]] for entry in summary["points"]]
    for entry in summary["points"]:
        assert f"<code>{entry['id']}</code>" in text


def test_sentences_say_what_came_out(folder):
    results = Results(Store(folder))
    first = quantities(results)[0]
    told = findings(results, about(results))
    best = max(results.entries, key=lambda entry: entry["p_global"])
    assert f"to {best['p_global']:.4g} [" in told[0]
    assert "z = " in told[0]
    assert any("less than in proportion (M below D) at 5 of 5 points" in sentence for sentence in told)
    assert any(sentence.startswith("Theory") for sentence in told)
    said = dict(asked(results))
    assert said["Compared: who starts"] == "random, influential"
    assert "threshold 0.18" in said["How influence works"]
    assert "mean degree" not in said["Who can influence whom"]  # that is swept
    assert told[1].startswith("It changes most with ")
    assert told[2].startswith("It changes less with ")
    sure = enough(results, about(results))
    assert [sentence.partition(":")[0] for sentence in sure[:2]] == [
        f"{first.label[:1]}{first.label[1:]}", "Mean share of nodes reached"]
    assert all("% of how far points are apart" in sentence for sentence in sure[:2])
    assert "simcore run quickstart --out out --resume --replicates 480" in sure[2]


def test_theory_says_once_of_what_it_is_and_counts_points_that_have_an_interval(folder, tmp_path):
    results = Results(Store(folder))
    told = [sentence for sentence in findings(results, about(results)) if sentence.startswith("Theory")]
    assert sum("infinitely large" in sentence for sentence in told) == 1 < len(told)
    assert not any("near an edge" in sentence for sentence in told)
    results.entries[0]["theory"]["p_global"] = 0.0
    told = findings(results, about(results))
    assert sum(": 0, simulated" in sentence and "near an edge" in sentence for sentence in told) == 1
    assert sum("Of the 4 others simulation is above theory at 3;" in sentence and "--set network.n=8000" in sentence
               for sentence in told) == 1
    file = tmp_path / "voters.toml"
    file.write_text('schema = 1\ntitle = "t"\nreplicates = 40\nhorizon = 10_000\n[network]\nkind = "complete"\nn = 20\n'
                    '[model]\nname = "voter"\n')
    assert main(["run", str(file), "--out", str(tmp_path / "out"), "--no-figures"]) == 0
    results = Results(Store(tmp_path / "out"))
    for entry in results.entries:  # as where a single replicate was global
        entry["share_given_global_interval"] = None
    told = [sentence for sentence in findings(results, about(results)) if sentence.startswith("Theory")]
    of = [sentence.partition("interval of ")[2].partition(";")[0] for sentence in told]
    share = "the mean share of nodes with opinion 1 at the end"
    assert of[:2] == ["P(global) at 1 of 1 points", f"{share} at 1 of 1 points"]
    assert [text.partition(" at ")[0] for text in of[2:]] == ["the mean duration"]
    assert not any("infinitely large" in sentence for sentence in told)


def test_waves_are_told_by_their_size_and_period(tmp_path, monkeypatch):
    file = tmp_path / "mine.toml"
    file.write_text('schema = 1\ntitle = "t"\nreplicates = 4\nhorizon = 240\n[network]\nkind = "complete"\nn = 200\n'
                    '[model]\nname = "sis"\ntransmission = 0.01\nrecovery = 0.5\n'
                    '[seeding]\nkind = "random"\nshare = 0.5\n[record]\ntrajectories = true\n')
    assert main(["run", str(file), "--out", str(tmp_path / "out"), "--no-figures"]) == 0
    results = Results(Store(tmp_path / "out"))
    assert len(waves(results)) == 1
    course = 0.3 + 0.2 * np.sin(2.0 * np.pi * np.arange(241) / 24.0)
    monkeypatch.setattr(over_time, "courses", lambda *_: over_time.Courses(200.0 * np.tile(course, (4, 1)), np.ones(4)))
    assert "30 % of the nodes are infected, up and down by 14 %" in waves(results)[0]
    assert "3.2 % if each were so on its own), most strongly every 24 steps" in waves(results)[0]
    dying = np.tile(np.append(course[:-1], 0.0), (4, 1))
    monkeypatch.setattr(over_time, "courses", lambda *_: over_time.Courses(dying, np.ones(4)))
    assert not waves(results)


def test_markup_in_a_title_is_text(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('schema = 1\ntitle = "</script><script>alert(1)</script>"\nreplicates = 4\n'
                    '[network]\nkind = "ring"\nn = 9\n[model]\nname = "threshold"\nthreshold = 0.5\n[sweep]\n'
                    '"seeding.count" = [1, 2]\n')
    assert main(["run", str(file), "--out", str(tmp_path / "out"), "--no-figures"]) == 0
    text = report(Store(tmp_path / "out"), tmp_path / "page.html").read_text("utf-8")
    assert "<script>alert" not in text


def test_a_page_that_cannot_be_written(folder, capsys):
    assert main(["report", str(folder), "--out", str(folder / "none" / "page.html")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def browse(page, tmp_path, *words):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium here")
    return subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--virtual-time-budget=5000", *words,
         page.as_uri()], capture_output=True, text=True, timeout=120, check=True)


def test_the_page_works_in_a_browser(page, tmp_path):
    """It loads without a word on the console; the chart has a symbol for each point; each control draws another."""
    trial = tmp_path / "trial.html"
    trial.write_text(page.read_text("utf-8").replace("</body>", """<script>
      const count = () => document.querySelectorAll("#chart circle[tabindex]").length;
      const title = () => document.querySelector("#chart svg").getAttribute("aria-label");
      const said = [count(), title()];
      for (const [id, value] of [["quantity", "1"], ["along", "1"], ["lines", "0"]]) {
        document.getElementById(id).value = value;
        document.getElementById(id).dispatchEvent(new Event("change"));
        said.push(count(), title());
      }
      document.getElementById("lines").value = "-1";
      document.getElementById("lines").dispatchEvent(new Event("change"));
      said.push(count(), document.querySelector("#others label").textContent);
      const choice = document.querySelector("#others select");
      choice.value = "-1";
      choice.dispatchEvent(new Event("change"));
      said.push(count(), "all");
      document.querySelector("#chart circle[tabindex]").dispatchEvent(new Event("focus"));
      said.push(document.getElementById("said").textContent);
      document.title = JSON.stringify(said);</script></body>"""), "utf-8")
    done = browse(trial, tmp_path, "--dump-dom")
    assert "CONSOLE" not in done.stderr, done.stderr
    said = json.loads(html.unescape(re.search(r"<title>(.*?)</title>", done.stdout, re.DOTALL)[1]))
    assert said[0::2][:6] == [10, 10, 10, 10, 2, 10]
    assert said[1] == "P(global), the share of replicates that reach 10 % of the nodes or more along mean degree z"
    assert said[3] == "mean share of nodes reached along mean degree z"
    assert said[5] == "mean share of nodes reached along who starts"
    assert said[9].startswith("mean degree z 1.52.545")  # a choice of the axis that is left
    assert "seeding.kind = random" in said[-1]
    assert "simcore replay" in said[-1]


def test_the_page_is_read_without_script(page, tmp_path):
    still = tmp_path / "still.html"
    still.write_text(re.sub(r"<script>.*?</script>", "", page.read_text("utf-8"), flags=re.DOTALL), "utf-8")
    done = browse(still, tmp_path, "--dump-dom")
    assert '<section id="explore" aria-labelledby="turn" hidden' in done.stdout
    assert "What came out" in done.stdout


def test_where_nothing_is_left_to_chance_theory_is_exact_and_one_replicate_enough(tmp_path):
    assert main(["run", "friedkin_johnsen1990_karate", "--out", str(tmp_path / "out"), "--no-figures"]) == 0
    results = Results(Store(tmp_path / "out"))
    told = findings(results, about(results))
    assert any(sentence.startswith("Theory gives the mean opinion at the end exactly: at ") for sentence in told)
    assert enough(results, about(results)) == ["Nothing here is left to chance: every replicate comes to the same."]
    results.entries[0]["theory"]["mean"] = None
    assert not any("exactly" in sentence for sentence in findings(results, about(results)))
    assert "--replicates 4" in enough(results, about(results))[-1]
