"""The place of every key in a TOML file, and the words for everything that can be wrong with one."""

from __future__ import annotations

import datetime
import os
import re
import sys
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.errors import ScenarioError
from simcore.scenario import toml

ONLY_1_1 = "this is TOML 1.1; simcore reads TOML 1.0: "
PLAIN_TEXT = "save the file as plain text, encoded as UTF-8"
NOT_A_VALUE = ("is not a value: text stands in quotes, logical values are true and false, "
               "numbers look like 10, 0.5 or 1e-3, dates like 2026-12-31")


def walk(data, path=()):
    """Return every path in what tomllib read, with the value there."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for key, value in items for found in [((*path, key), value), *walk(value, (*path, key))]]


def attempt(source: str | Path):
    try:
        return toml.read(source) if isinstance(source, Path) else toml.parse(source)
    except ScenarioError as error:
        return error


def problem(source: str | Path):
    error = attempt(source)
    assert error.__suppress_context__
    [found] = error.problems
    return found


def refusal(text):
    found = problem(text)
    return found.line, found.column, found.message


# --------------------------------------------------------------------------------- places of valid documents

class Writer:
    """Writes data as TOML, every time in another layout."""

    def __init__(self, random) -> None:
        self.pick = random.choice

    def blank(self) -> str:
        return self.pick(["", " ", "\t "])

    def gap(self) -> str:
        return self.pick(["", " ", "\n", " # ], } '\"\n\t\n"])

    def string(self, text: str, lines: bool = True) -> str:
        escaped = "".join(char if char.isprintable() and char not in '\\"' else f"\\U{ord(char):08x}"
                          for char in text)
        forms = [f'"{escaped}"']
        if text.isprintable() and "'" not in text:
            forms += [f"'{text}'"] + [f"'''\n{text}\n'''", f"'''.{text}'''''"] * lines
        if lines:
            forms += [f'"""\n{escaped}\n ""\\""""', f'"""{escaped} \\ \n\n """""']
        return self.pick(forms)

    def key(self, names) -> str:
        return f"{self.blank()}.{self.blank()}".join(
            name if re.fullmatch("[A-Za-z0-9_-]+", name) and self.pick([True, True, False])
            else self.string(name, lines=False) for name in names)

    def pairs(self, names, value):
        if isinstance(value, dict) and value and self.pick([True, False]):
            return [pair for name, item in value.items() for pair in self.pairs((*names, name), item)]
        parts = self.key(names), "=", self.value(value)
        return [self.blank() + self.blank().join(parts) + self.blank()]

    def value(self, value) -> str:
        if isinstance(value, str):
            return self.string(value)
        if isinstance(value, list):
            items = [self.gap() + self.value(item) + self.gap() for item in value]
            return f"[{','.join(items)}{self.pick(['', ','] if value else [''])}{self.gap()}]"
        if isinstance(value, dict):
            return "{" + ",".join(pair for name in value for pair in self.pairs((name,), value[name])) + "}"
        return str(value).lower() if isinstance(value, bool) else str(value)

    def section(self, names, table) -> list[str]:
        lines, below = [], []
        for name, value in table.items():
            path = (*names, name)
            if isinstance(value, dict) and self.pick([True, False]):
                head = f"[{self.blank()}{self.key(path)}{self.blank()}]"
                below += [head + self.comment(), *self.section(path, value)]
            elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
                for item in value:
                    below += [f"[[{self.key(path)}]]{self.comment()}", *self.section(path, item)]
            else:
                lines += [pair + self.comment() for pair in self.pairs((name,), value)]
        return lines + below

    def comment(self) -> str:
        return self.pick(["", "", "#", " # a = [ \"\"\" '", "\n", "\n\t# é\n"])

    def document(self, data) -> str:
        return self.comment() + "\n" + self.pick(["\n", "\r\n"]).join(self.section((), data)) + self.comment()


names = st.text("ab-1é .#=[]\"'\\\n\t", max_size=3)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n\"'\\]}#,"), max_size=6)
scalars = (words | st.integers(-2**64 + 1, 2**64 - 1) | st.floats(allow_nan=False) | st.booleans()
           | st.datetimes(datetime.datetime(1000, 1, 1)) | st.dates(datetime.date(1000, 1, 1)) | st.times())
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=3)
    | st.lists(st.dictionaries(names, inner, max_size=2), max_size=3), max_leaves=12)
documents = st.builds(lambda random, data: Writer(random).document(data),
                      st.randoms(use_true_random=False), st.dictionaries(names, values, max_size=5))


@given(documents)
@settings(max_examples=150, deadline=None)
def test_every_path_of_any_document_has_its_place(text):
    document = toml.parse(text)
    assert repr(document.data) == repr(tomllib.loads(text))
    assert set(document.positions) == {path for path, _ in walk(document.data)}
    lines = text.replace("\r\n", "\n").split("\n")
    for path, value in walk(document.data):
        line, column = document.positions[path]
        here = lines[line - 1][column - 1:]
        key = re.match(r"[A-Za-z0-9_-]+|'[^']*'|\"(?:[^\\\"]|\\.)*\"", here)
        name = path[-2] if isinstance(path[-1], int) else path[-1]
        if isinstance(path[-1], str) or (isinstance(value, dict) and not here.startswith("{")):
            assert tomllib.loads(f"{key[0]}=0") == {name: 0}
        else:
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            assert here.startswith({list: "[", dict: "{", str: ("'", '"')}.get(type(value), shown))


def test_places_in_a_document_with_every_layout():
    document = toml.parse("""\
# a comment
top = 1
 model.p . "ö x" = [1, {x = 2, y.z = '}'},
  [ 3, # ],
   '''
]''', 4]]
[ sweep . grid ]
text = \"\"\"
k = 1 \\\" \\
[x]\"\"\"\"\"
[[seeds]]
n = 1
  [[seeds.each]]
  [seeds.each.deep]
[[seeds]]
[sweep]
when = 1979-05-27 07:32:00Z # [y]
""", "s.toml")
    assert document.file == "s.toml"
    assert document.positions == {
        ("top",): (2, 1), ("model",): (3, 2), ("model", "p"): (3, 8), ("model", "p", "ö x"): (3, 12),
        ("model", "p", "ö x", 0): (3, 21), ("model", "p", "ö x", 1): (3, 24),
        ("model", "p", "ö x", 1, "x"): (3, 25), ("model", "p", "ö x", 1, "y"): (3, 32),
        ("model", "p", "ö x", 1, "y", "z"): (3, 34), ("model", "p", "ö x", 2): (4, 3),
        ("model", "p", "ö x", 2, 0): (4, 5), ("model", "p", "ö x", 2, 1): (5, 4),
        ("model", "p", "ö x", 2, 2): (6, 7), ("sweep", "grid"): (7, 11), ("sweep", "grid", "text"): (8, 1),
        ("seeds",): (11, 3), ("seeds", 0): (11, 3), ("seeds", 0, "n"): (12, 1),
        ("seeds", 0, "each"): (13, 11), ("seeds", 0, "each", 0): (13, 11),
        ("seeds", 0, "each", 0, "deep"): (14, 15), ("seeds", 1): (15, 3),
        ("sweep",): (16, 2), ("sweep", "when"): (17, 1),
    }


def test_locate_finds_the_nearest_place():
    document = toml.parse("[a.b]\nc = [1, 2]\n")
    assert document.locate(("a", "b", "c", 1)) == (2, 9)
    assert document.locate(("a", "b", "c", 7, "x")) == (2, 1)
    assert document.locate(("a", "d")) == (1, 2)
    assert document.locate(("z",)) == (None, None)
    assert document.locate(()) == (None, None)


def test_bom_and_line_ends_do_not_move_places(tmp_path):
    file = tmp_path / "s.toml"
    file.write_bytes(b'\xef\xbb\xbfa = 1\r\n[b]\r\nc = """x\r\ny"""\r\n')
    document = toml.read(file)
    assert document == toml.read(str(file))
    assert document.data == {"a": 1, "b": {"c": "x\ny"}}
    assert document.positions == {("a",): (1, 1), ("b",): (2, 2), ("b", "c"): (3, 1)}
    assert document.file == str(file)


def test_dotted_quotes_what_is_not_bare():
    assert toml.dotted(("a", 0, "b c", "\x1b[2J", "d-1")) == "a.0.'b c'.'\\x1b[2J'.d-1"


# ------------------------------------------------------------------------------- documents that are wrong

@pytest.mark.parametrize(("text", "line", "column", "message"), [
    # strings
    ('a = 1\nb = "x\nc = 2', 2, 5, 'this string is not closed: its closing " is missing'),
    ("b = 'x", 1, 5, "this string is not closed: its closing ' is missing"),
    ('b = 1\nc = """x\n"\n""\n', 2, 5, 'this string is not closed: its closing """ is missing'),
    ("b = '''x''\n\n", 1, 5, "this string is not closed: its closing ''' is missing"),
    ('"b = 1', 1, 1, 'this string is not closed: its closing " is missing'),
    ("a = 'it's'", 1, 9, "expected the end of the line, found 's'"),
    (r'a = "C:\data"', 1, 8,
     r"a backslash before 'd' means nothing: write \\ for a backslash, or put the text in 'single quotes'"),
    (r'a = "\uD800"', 1, 6,
     r"a backslash before 'u' means nothing: write \\ for a backslash, or put the text in 'single quotes'"),
    (r'"\u12" = 1', 1, 2,
     r"a backslash before 'u' means nothing: write \\ for a backslash, or put the text in 'single quotes'"),
    # values
    ("a =", 1, 4, "expected a value, found the end of the file"),
    ("a = # b\n", 1, 5, "expected a value, found the end of the line"),
    ("a = , b", 1, 5, "expected a value, found ','"),
    ("a = True", 1, 5, f"'True' {NOT_A_VALUE}"),
    ("a = hello world", 1, 5, f"'hello' {NOT_A_VALUE}"),
    ("a = “x”", 1, 5, f"'“x”' {NOT_A_VALUE}"),
    ("a = .5", 1, 5, f"'.5' {NOT_A_VALUE}"),
    ("a = 012", 1, 5, f"'012' {NOT_A_VALUE}"),
    ("a = 2026-02-30", 1, 5, f"'2026-02-30' {NOT_A_VALUE}"),
    (f"a = {'x' * 99}", 1, 5, f"'{'x' * 40}' {NOT_A_VALUE}"),
    ("a = 0,5", 1, 6, "expected the end of the line, found ','"),
    ("a = 1 b = 2", 1, 7, "expected the end of the line, found 'b'"),
    (f"a = {2**64}", 1, 5, "this number does not fit into 64 bits"),
    (f"a = -0x{'f' * 1000}", 1, 5, f"'-0x{'f' * 37}' {NOT_A_VALUE}"),
    (f"a = 0x{'f' * 1000}", 1, 5, "this number does not fit into 64 bits"),
    # keys and sections
    ("= 1", 1, 1, "expected a key, found '='"),
    ("a.= 1", 1, 3, "expected a key, found '='"),
    ("\na\n", 2, 2, "expected = after the key, found the end of the line"),
    ("a: 1", 1, 2, "expected = after the key, found ':'"),
    ("größe = 1", 1, 1, "the key 'größe' needs quotes: only A-Z, a-z, 0-9, _ and - go without"),
    ("[]", 1, 2, "expected a key, found ']'"),
    ("[a", 1, 3, "expected ] after the key, found the end of the file"),
    ("[[a]\n", 1, 4, "expected ]] after the key, found ']'"),
    ("[a]]", 1, 4, "expected the end of the line, found ']'"),
    ("[a] b = 1", 1, 5, "expected the end of the line, found 'b'"),
    # arrays and tables
    ("a = [1,\n  2\n", 1, 5, "this array is not closed: its closing ] is missing"),
    ("a = [1, 2\nb = 3\n", 2, 1, "expected a comma or ] in the array of line 1, found 'b'"),
    ("a = [1 2]", 1, 8, "expected a comma or ] in the array of line 1, found '2'"),
    ("a = [,]", 1, 6, "expected a value, found ','"),
    ("a = [1}", 1, 7, "expected a comma or ] in the array of line 1, found '}'"),
    ("a = {b = 1", 1, 5, "this table is not closed: its closing } is missing"),
    ("a = {b = 1 c = 2}", 1, 12, "expected a comma or } in the table of line 1, found 'c'"),
    ("a = {,}", 1, 6, "expected a key, found ','"),
    # TOML 1.1
    ("a = {\n b = 1}", 1, 6, ONLY_1_1 + "close { with } on the same line"),
    ("a = {b = 1 # c\n}", 1, 12, ONLY_1_1 + "close { with } on the same line"),
    ("a = {b = 1,\n c = 2}", 1, 12, ONLY_1_1 + "close { with } on the same line"),
    ("a = {b = 1\nc = 2", 1, 11, ONLY_1_1 + "close { with } on the same line"),
    ("a = {b = 1, }", 1, 13, ONLY_1_1 + "remove the comma before }"),
    (r'a = "\e[0m"', 1, 6, ONLY_1_1 + r"write \\ for \, \u001b for \e, \u0041 for \x41"),
    ('a = """\n\\x41"""', 2, 1, ONLY_1_1 + r"write \\ for \, \u001b for \e, \u0041 for \x41"),
    ("a = 12:30", 1, 5, ONLY_1_1 + "give the time with seconds, as in 12:30:00"),
    ("a = 2026-01-01 12:30+01:00", 1, 5, ONLY_1_1 + "give the time with seconds, as in 12:30:00"),
    # what is no text
    ("a = 1\nb = 'x\0'", 2, 7, f"U+0000 is no character of a text: {PLAIN_TEXT}"),
    ("a = 1\rb = 2", 1, 6, f"U+000D is no character of a text: {PLAIN_TEXT}"),
    ("# \x7f", 1, 3, f"U+007F is no character of a text: {PLAIN_TEXT}"),
    ("a = 'é\ud800'", 1, 7, f"this is not UTF-8: {PLAIN_TEXT}"),
    # hostile sizes
    (f"a = 1\n{'a.' * 20_000}a = 1", 2, 2049, "this line has more than 2048 characters: break it up"),
    (f"a = {'9' * 5000}", 1, 2049, "this line has more than 2048 characters: break it up"),
    ("a = " + "[" * 1000, 1, 37, "this is nested too deeply: at most 32 levels are allowed"),
    ("a = [\n" + "[\n" * 100_000, 33, 1, "this is nested too deeply: at most 32 levels are allowed"),
    ("a = " + "{b=" * 500, 1, 99, "this is nested too deeply: at most 32 levels are allowed"),
    (".".join("a" * 33) + " = 1", 1, 65, "this is nested too deeply: at most 32 levels are allowed"),
    (f"[{'.'.join('a' * 500)}]", 1, 66, "this is nested too deeply: at most 32 levels are allowed"),
    ("#" * (256 * 1024 + 1), None, None, "the file is larger than 256 KiB: keep data in files of their own"),
])
def test_what_is_wrong_is_said_in_plain_words_with_its_place(text, line, column, message):
    begin = time.process_time()
    assert refusal(text) == (line, column, message)
    assert time.process_time() - begin < 2.0  # it ends


@pytest.mark.parametrize(("text", "line", "column", "key", "seen", "mend"), [
    ("a = 1\n b = 2\na = 3", 3, 1, "a", "a value at line 1, column 1", "keep only one of the two"),
    ("[m]\np = 1\n'p' = 3", 3, 1, "m.p", "a value at line 2, column 1", "keep only one of the two"),
    ("[[m]]\n[[m]]\n'p q' = 1\n'p q' = 3", 4, 1, "m.1.'p q'", "a value at line 3, column 1",
     "keep only one of the two"),
    ("x = [{a = 1, a = 2}]", 1, 14, "x.0.a", "a value at line 1, column 7", "keep only one of the two"),
    ("[a]\n[b]\n[a]", 3, 2, "a", "a [section] at line 1, column 2", "keep only one of the two"),
    ("[a]\nb.c = 1\n[a.b]", 3, 4, "a.b", "the start of a dotted key at line 2, column 1",
     "keep only one of the two"),
    ("[[a]]\n[a]", 2, 2, "a", "a [[section]] at line 1, column 3", "keep only one of the two"),
    ("[a]\n[[a]]", 2, 3, "a", "a [section] at line 1, column 2", "keep only one of the two"),
    ("[a.b]\n[[a]]", 2, 3, "a", "the start of a [section] at line 1, column 2", "keep only one of the two"),
    ("a = []\n[[a]]", 2, 3, "a", "a value at line 1, column 1", "keep only one of the two"),
    ("a = 1\na.b = 2", 2, 1, "a", "a value at line 1, column 1", "put all its keys there"),
    ("a = {b = 1}\n[a.c]", 2, 2, "a", "a value at line 1, column 1", "put all its keys there"),
    ("[a.b]\n[a]\nb.c = 1", 3, 1, "a.b", "a [section] at line 1, column 4", "put all its keys there"),
])
def test_what_is_given_twice_is_named_with_both_places(text, line, column, key, seen, mend):
    found = problem(text)
    assert found == ("<text>", line, column, key, f"already given as {seen}: {mend}")
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)


def test_the_printed_problem_can_be_clicked(tmp_path):
    (tmp_path / "s.toml").write_text("[model]\np = 0.1\np = 0.2\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        toml.read(tmp_path / "s.toml")
    assert str(caught.value) == (f"{tmp_path / 's.toml'}:3:1: model.p: already given as a value at line 2, "
                                 "column 1: keep only one of the two")


# ------------------------------------------------------------------------------------ files that are wrong

@pytest.mark.parametrize(("content", "line", "column", "message"), [
    (b"a = 1\r\nb = '\xc3\xa9\xff'", 2, 7, f"this is not UTF-8: {PLAIN_TEXT}"),
    (b"\xef\xbb\xbfa = '\xe4'", 1, 6, f"this is not UTF-8: {PLAIN_TEXT}"),
    ("a = 1".encode("utf-16"), 1, 1, f"this is not UTF-8: {PLAIN_TEXT}"),
    ("a = 1".encode("utf-16-le"), 1, 2, f"U+0000 is no character of a text: {PLAIN_TEXT}"),
    (b"\x7fELF\x02\x01\x01\x00", 1, 1, f"U+007F is no character of a text: {PLAIN_TEXT}"),
    (b"a = 1\n" * 2_000_000, None, None, "the file is larger than 256 KiB: keep data in files of their own"),
])
def test_a_file_that_is_no_scenario_is_refused_at_once(tmp_path, content, line, column, message):
    file = tmp_path / "s.toml"
    file.write_bytes(content)
    begin = time.process_time()
    assert problem(file) == (str(file), line, column, "", message)
    assert time.process_time() - begin < 2.0  # it ends


def test_a_file_that_cannot_be_read_is_refused(tmp_path, monkeypatch):
    file = tmp_path / "s.toml"
    assert problem(file) == (str(file), None, None, "", "there is no such file")
    assert problem(tmp_path) == (str(tmp_path), None, None, "", "the file cannot be read: it is a folder")
    assert problem(Path("a\0b")).message.startswith("the file cannot be read: ")
    file.write_text("a = 1", encoding="utf-8")
    assert problem(file / "x").message.startswith(("the file cannot be read: ", "there is no such file"))

    def forbidden(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert problem(file).message == "the file cannot be read: Permission denied"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_and_a_device_are_refused_rather_than_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for file in (tmp_path / "pipe", Path(os.devnull)):
        assert problem(file).message == "the file cannot be read: it is not an ordinary file"


@pytest.mark.parametrize(("message", "line", "column"), [
    ("Odd thing (at line 2, column 3)", 2, 3), ("Odd thing (at end of document)", 3, 6), ("Odd thing", 3, 6)])
def test_what_only_tomllib_refuses_keeps_its_place(monkeypatch, message, line, column):
    def loads(text):
        raise tomllib.TOMLDecodeError(message)

    monkeypatch.setattr(toml, "tomllib", type("Other", (), {"loads": loads}))
    assert refusal("[a]\n[b]\n[c.d]\n\n") == (line, column, "this is not TOML 1.0: Odd thing")


# ------------------------------------------------------------------------------------------------- anything

def same_verdict_as_tomllib(text: str) -> None:
    """Agree with a reader of TOML 1.0, and never let tomllib speak for itself."""
    try:
        expected = tomllib.loads(text.removeprefix("\ufeff"))
    except ValueError:
        expected = None
    found = attempt(text)
    if isinstance(found, toml.Document):
        assert repr(found.data) == repr(expected)
        assert set(found.positions) == {path for path, _ in walk(expected)}
    else:
        _, line, column, _, message = found.problems[0]
        newer = sys.version_info >= (3, 15) and message.startswith(ONLY_1_1)
        assert expected is None or newer or "64 bits" in message
        assert not message.startswith("this is not TOML 1.0")
        assert 1 <= column <= len(text.replace("\r\n", "\n").split("\n")[line - 1]) + 1


pieces = st.sampled_from([
    "a", "b", "c", ".", "=", "[", "]", "{", "}", ",", "1", "-", "'", '"', "\n", " ", "#", "\\", "\r\n", "\t",
    "é", '"""', "'''", "\\u0041", "1.5e3", "true", "12:30:00", "2026-01-01", "\ufeff", "\0", "\x85",
    "[a]\n", "[b]\n", "[a.b]\n", "[a.b.c]\n", "[[a]]\n", "[[a.b]]\n", "a = 1\n", "b = 1\n", "a.b = 1\n",
    "b.a.c = 1\n", "a = {b = 1}\n", "b = []\n", "b.c = {a = 1, b.c = 2, b.d = 3}\n", "a = [{}, [1, 2]]\n",
    "c = 'x'\n", 'c = """x\ny"""\n'])


@given(st.lists(pieces, max_size=25).map("".join))
@settings(max_examples=400, deadline=None)
def test_a_heap_of_pieces_is_judged_as_tomllib_does(text):
    same_verdict_as_tomllib(text)


@given(documents, st.lists(st.tuples(st.integers(0), st.integers(0, 5), pieces | st.just("")), max_size=3))
@settings(max_examples=200, deadline=None)
def test_a_damaged_document_is_judged_as_tomllib_does(text, damages):
    for place, length, piece in damages:
        place %= len(text) + 1
        text = text[:place] + piece + text[place + length:]
    same_verdict_as_tomllib(text)


@given(st.text() | st.text(st.characters(), max_size=20))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_or_refused(text):
    attempt(text)


@given(content=st.binary(max_size=60) | documents.map(lambda text: text.encode("utf-16")))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "bytes.toml"
    file.write_bytes(content)
    attempt(file)
