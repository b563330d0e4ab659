"""How a diagnosis looks: as text, as HTML, in IPython and in plain Python."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from nnlib.exercises import check, diagnose
from nnlib.exercises.report import Diagnosis, Example, NotRight, brief


def minimum(z):
    return np.minimum(z, 0)


def shifted_last_column(X, W, b):
    z = X @ W + b
    z[:, -1] += 1
    return z


class Well(HTMLParser):
    """Fails on tags that are not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.text = [], []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(html):
    parser = Well()
    parser.feed(html)
    assert parser.open == []
    return " ".join(parser.text)


ALL = [
    diagnose(minimum, "relu"),
    diagnose(shifted_last_column, "dense_forward"),
    diagnose(lambda X, W, b: X @ W.T, "dense_forward"),
    diagnose(lambda X, params: {"y": X}, "two_layer_forward"),
    diagnose(lambda z: 1 / (1 + np.exp(-z)), "sigmoid"),
    diagnose(lambda z: None, "sigmoid"),
    diagnose(lambda z: "text & <b>", "sigmoid"),
]


@pytest.mark.parametrize("found", ALL, ids=range(len(ALL)))
def test_text_and_html_tell_the_same(found):
    told = read(found._repr_html_()).replace("\xa0", " ")
    assert found.exercise in told
    squeeze = re.compile(r"[\s`]+")
    assert squeeze.sub("", found.message) in squeeze.sub("", told)
    assert found.message in str(found)


@pytest.mark.parametrize(
    "note, head", [("", "For example:"), ("z < 0", "For example, with z < 0:")]
)
def test_an_example_says_what_is_special_about_it(note, head):
    example = Example({"z": np.ones(3)}, np.ones(3), np.zeros(3), note)
    found = Diagnosis("relu", "wrong", example=example)
    assert f"\n  {head}\n" in str(found)
    assert head in read(found._repr_html_())


@pytest.mark.parametrize(
    "status, words",
    [
        ("passed", "✓ relu: right"),
        ("not attempted", "○ relu: not attempted yet"),
        ("wrong", "✗ relu: not right yet"),
        ("raised", "! relu: stopped by an error"),
    ],
)
def test_each_status_has_a_symbol_and_words(status, words):
    found = Diagnosis("relu", status)
    assert str(found) == words
    assert read(found._repr_html_()).replace("  ", " ").replace(" :", ":") == words


def test_the_name_of_the_mistake_is_in_the_title():
    assert str(diagnose(minimum, "relu")).splitlines()[0] == "✗ relu: not right yet: minimum"


def test_differing_entries_are_marked_by_more_than_colour():
    found = diagnose(shifted_last_column, "dense_forward")
    text, html = str(found), found._repr_html_()
    assert "≠" in text and "entries differ (≠)" in text
    assert html.count("<strong>≠") == text.count("≠") - 1  # one more in the legend
    marked = re.search(r"<td style='([^']*)'><strong>≠", html)[1]
    assert "border:1px solid currentColor" in marked


def test_colours_are_those_of_the_theme():
    for found in ALL:
        html = found._repr_html_()
        assert not re.search(r"#[0-9a-fA-F]{3,6}|rgb|black|white", html)
        assert "var(--jp-" in html and "currentColor" in html


def test_html_is_escaped():
    assert "<b>" not in ALL[-1]._repr_html_()


def test_the_same_function_gives_the_same_report_in_a_new_process():
    code = (
        "import numpy as np; from nnlib.exercises import diagnose\n"
        "found = diagnose(lambda X, W, b: -X @ W, 'dense_forward')\n"
        "print(found); print(found._repr_html_())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout and "bias forgotten + sign" in runs[0].stdout


def test_the_message_holds_no_probe_and_no_expected_value():
    found = diagnose(minimum, "relu")
    assert found.example is not None
    assert not re.search(r"\d\.\d{3}", found.message)


def test_values_are_short():
    assert brief(np.zeros((30, 40))) == "1200 numbers in shape (30, 40)"
    assert brief(1 / 3) == "0.3333"
    assert brief(np.array([1.0, 2.5])) == "[1. , 2.5]"
    assert brief(ValueError("first\nsecond")) == "ValueError: first"
    assert brief(list(range(100))).endswith(", …]")
    assert brief(None) == "None"
    assert brief(np.random.default_rng(0)) == "Generator"


def test_numbers_that_differ_look_different():
    expected, got = np.array([0.123456, 2.0]), np.array([0.123457, 2.0])
    text = str(Diagnosis("f", "wrong", example=Example({}, expected, got)))
    assert "0.123456" in text and "≠0.123457" in text and "1 of 2 entries differ" in text
    text = str(Diagnosis("f", "wrong", example=Example({}, 0.123456, 0.123457)))
    assert "0.123456" in text and "0.123457" in text


def test_arguments_that_differ_by_little_are_told_apart():
    def absolute(g, g_num):
        return bool(g.shape == g_num.shape and np.linalg.norm(g - g_num) < 1e-6)

    found = diagnose(absolute, "gradients_match")
    assert re.search(r"g_num - g \(7,\)( +-?\d\.\d+e-0\d){7}\n", str(found)), found
    assert "g_num - g (7,)" in found._repr_html_()


def test_an_argument_that_was_changed_is_shown_as_it_was_left():
    def writes_into_z(z):
        z[z < 0] = 0
        return z

    found = diagnose(writes_into_z, "relu")
    text, html = str(found), found._repr_html_()
    assert "z after the call (3, 4)" in text and "≠0" in text.split("after the call")[1]
    assert "z after the call (3, 4)" in html and "≠" in html.split("after the call")[1]


def test_no_number_is_shown_as_minus_zero():
    text = str(Diagnosis("f", "wrong", example=Example({"z": np.array([-0.0, 1])}, 1, 2)))
    assert "-0" not in text


def test_the_kind_of_number_is_shown_where_it_is_all_that_differs():
    text = str(Diagnosis("f", "wrong", example=Example({}, np.ones(3), np.ones(3, int))))
    assert "expected (3,) float64" in text and "yours (3,) int64" in text


def test_only_parts_that_differ_are_shown():
    sides = {"W1": np.ones(2), "b1": np.zeros(2)}, {"W1": np.ones(2), "b1": np.ones(2)}
    text = str(Diagnosis("f", "wrong", example=Example({}, *sides)))
    assert "yours b1 (2,)" in text and "W1" not in text


@pytest.mark.parametrize("kind", [tuple, list])
def test_of_several_arrays_each_that_differs_stands_by_itself(kind):
    sides = kind([np.ones(2), np.zeros((2, 2))]), kind([np.ones(2), np.eye(2)])
    text = str(Diagnosis("f", "wrong", example=Example({}, *sides)))
    assert "expected[1] (2, 2)" in text and "yours[1] (2, 2)" in text and "[0]" not in text
    assert "2 of 4 entries differ (≠)" in text


def test_the_entries_of_dicts_in_a_list_stand_by_themselves():
    sides = [{"W": np.ones(2), "b": np.ones(3)}], [{"W": np.zeros(2), "b": np.ones(3)}]
    text = str(Diagnosis("f", "wrong", example=Example({}, *sides)))
    assert "yours[0]['W'] (2,)" in text and "b" not in text.split("example")[1]


def test_a_large_result_shows_its_first_difference():
    expected, got = np.zeros((20, 5)), np.zeros((20, 5))
    got[3, 2] = 0.5
    text = str(Diagnosis("f", "wrong", example=Example({}, expected, got)))
    assert "yours (20, 5)" in text and "at [3, 2]: 0.5 where 0 is expected" in text


def test_print_options_of_the_learner_change_nothing():
    before = str(diagnose(shifted_last_column, "dense_forward"))
    with np.printoptions(precision=1, threshold=3, linewidth=20):
        assert str(diagnose(shifted_last_column, "dense_forward")) == before


# --- in plain Python and in IPython ----------------------------------------------------------


def test_plain_python_prints_what_is_right_and_raises_the_rest(capsys, monkeypatch):
    # Another test on this worker may have started an IPython in the process.
    monkeypatch.setattr("nnlib.exercises.report.in_ipython", lambda: False)

    def relu(z):
        return np.maximum(z, 0)

    check(relu)
    assert capsys.readouterr().out == "✓ relu: right\n"
    with pytest.raises(NotRight, match="wrong half"):
        check(minimum, "relu")
    assert capsys.readouterr().out == ""


@pytest.fixture(scope="module")
def shell():
    """A real IPython, in a process of its own; gives what it prints for some cells."""
    pytest.importorskip("IPython")

    def run(*cells):
        code = (
            "from IPython.core.interactiveshell import InteractiveShell\n"
            "shell = InteractiveShell.instance(colors='nocolor')\n"
            f"results = [shell.run_cell(cell) for cell in {list(cells)!r}]\n"
            "print('SUCCESS', [r.success for r in results])\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


IMPORTS = "import numpy as np\nfrom nnlib.exercises import check"


def test_ipython_shows_the_report_and_no_traceback(shell):
    out = shell(IMPORTS, "def relu(z):\n    return np.minimum(z, 0)", "relu = check(relu)")
    assert "✗ relu: not right yet: minimum" in out
    assert "relu: not right yet (see above)" in out
    assert "Traceback" not in out and "site-packages" not in out and "engine.py" not in out
    assert "SUCCESS [True, True, False]" in out


def test_ipython_quotes_the_line_of_the_cell(shell):
    out = shell(IMPORTS, "def relu(z):\n    a = z + 1\n    return np.maximum(a, nul)\ncheck(relu)")
    assert "It happened in line 3: `return np.maximum(a, nul)`" in out


def test_ipython_goes_on_after_a_stub(shell):
    out = shell(
        IMPORTS,
        "def relu(z):\n    ...  # your code here",
        "relu = check(relu)",
        "print(relu(np.array([-1.0, 2.0])))",
    )
    assert "○ relu: not attempted yet" in out
    assert "[0. 2.]" in out and "SUCCESS [True, True, True, True]" in out


def test_a_restarted_kernel_is_told_which_function_is_missing(shell):
    cell = "def two_layer_forward(X, params):\n    return sigmoid(X @ params['W1'])"
    out = shell(IMPORTS, cell, "check(two_layer_forward)")
    assert "`sigmoid` is unknown here. It is a function of lesson 01" in out
