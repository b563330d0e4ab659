"""The figures: what they say is true, they can be read, and they leave nothing behind."""

import base64
import functools
import io
import itertools
import re
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
from matplotlib import pyplot
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from PIL import Image

from nnlib import plots
from nnlib.plots import display, style, words

X = np.array([-1.5, -1.0, -0.5, 0.0, 0.5, 1.0])
Y = np.array([0.0, 0.0, 1.0, 1.0, 0.0, 0.0])
BUMP = {
    "W1": np.array([[-20.89123833, -8.09121263]]),
    "b1": np.array([-12.35004862, 4.62846821]),
    "W2": np.array([[-20.19430919], [17.74430684]]),
    "b2": np.array([-8.19425129]),
}
U, V = np.linspace(-2, 2, 21), np.linspace(-1, 1, 11)
BOWL = U**2 + 4 * V[:, None] ** 2 + 0.5
PLANE = np.array([[0.0, 0.0], [0.2, 0.1], [1.0, 1.0], [0.9, 1.2]])
IMAGES = np.arange(3 * 64).reshape(3, 64) % 17
P = np.array([[0.1, 0.9, 0.0], [0.6, 0.3, 0.1], [0.2, 0.1, 0.7]])


def draw_neuron(w=1.0, b=0.0, ax=None):
    return plots.neuron(w, b, X, Y, ax=ax)


# Each figure, and words that its description must hold.
FIGURES = {
    "diagram": (
        lambda: plots.network_diagram(
            (4, 3, 2), [[1, 2, 3, 4], [10, 10, 10], None], [None, [-240] * 3, [-70, -170]]
        ),
        ["layers of 4, 3, 2 units", "Input holds 1 2 3 4", "error terms of output are −70 −170"],
    ),
    "diagram with weights": (
        lambda: plots.network_diagram((2, 2), weights=[np.eye(2)], names=["in", "out"]),
        ["layers of 2, 2 units"],
    ),
    "diagram of a large network": (
        lambda: plots.network_diagram((64, 15, 10), highlight=1),
        ["layers of 64, 15, 10 units"],
    ),
    "neuron": (lambda: plots.neuron(3.0, 0.5, X, Y), ["6 points and 1 curve", "rises from"]),
    "curves": (
        lambda: plots.curves(X, Y, {"up": lambda x: x[:, 0], "flat": lambda x: 0 * x + 2}),
        ["Up rises from −1.65 at x = −1.65 to 1.15 at x = 1.15", "Flat stays at 2."],
    ),
    "hidden and output": (
        lambda: plots.hidden_and_output(BUMP, X, Y),
        [
            "Neuron 1 falls, neuron 2 falls.",
            "The output runs from 0",
            "highest with 1",
            "mean squared",
        ],
    ),
    "neurons and output": (
        lambda: plots.neurons_and_output(BUMP, X, Y),
        ["neuron 2 falls", "The output runs"],
    ),
    "residuals": (
        lambda: plots.residuals(X, Y, np.full(6, 0.25), lambda x: 0 * x + 0.25),
        ["6 residuals as lines", "largest is −0.75 at x = −0.5", "mean of the squares is 0.229"],
    ),
    "squares": (
        lambda: plots.residuals(X[:, None], Y[:, None], np.full((6, 1), 0.25), squares=True),
        ["6 residuals as squares"],
    ),
    "learning curves": (
        lambda: plots.learning_curves([2.3, 1.0, 0.1], [2.4, 0.5, 0.9]),
        [
            "The training loss falls from 2.3 to 0.1 in 3 epochs.",
            "The validation loss falls from 2.4 to 0.9 in 3 epochs, lowest with 0.5 in epoch 2.",
        ],
    ),
    "one epoch": (
        lambda: plots.learning_curves([0.5], [0.7]),
        ["The training loss is 0.5 in 1 epoch. The validation loss is 0.7"],
    ),
    "a rising accuracy": (
        lambda: plots.learning_curves([0.5, 0.9, 0.7, 0.7001], quantity="accuracy"),
        ["The training accuracy rises from 0.5 to 0.7 in 4 epochs, highest with 0.9 in epoch 2."],
    ),
    "long names": (
        lambda: plots.learning_curves({f"a run with a long name, {i}": [2, 1] for i in range(4)}),
        ["A run with a long name, 3 falls"],
    ),
    "classes as floats": (
        lambda: plots.decision_boundary(
            lambda Z: Z[:, :1], PLANE, np.array([[0.0], [0], [1], [1]])
        ),
        ["2 of class 0, 2 of class 1"],
    ),
    "runs side by side": (
        lambda: plots.learning_curves({"rate 1": [1.0, np.nan], "rate 0.1": [1, 0.5]}, log=True),
        ["Rate 1 starts at 1 and is no longer a number in epoch 2.", "Rate 0.1 falls"],
    ),
    "loss slice": (
        lambda: plots.loss_slice(U, {"right": U**2, "wrong": (U - 1) ** 2}, mark=1.0),
        ["Right: 4 at w = −2, lowest with 0 at w = 0", "Wrong: 9 at w = −2", "stands at w = 1."],
    ),
    "loss contour": (
        lambda: plots.loss_contour(U, V, BOWL, paths={"descent": [[2, 1], [1, 0.2], [0, 0]]}),
        ["lowest with 0.5 at w₁ = 0, w₂ = 0, highest with 8.5", "to w₁ = 0, w₂ = 0 in 2 steps"],
    ),
    "marked contour": (
        lambda: plots.loss_contour(U, V, BOWL, mark=(1, 0.5), log=True),
        ["mark stands at w₁ = 1, w₂ = 0.5"],
    ),
    "loss surface": (lambda: plots.loss_surface(U, V, BOWL), ["highest with 8.5"]),
    "decision boundary": (
        lambda: plots.decision_boundary(lambda Z: Z[:, 0], PLANE, [0, 0, 1, 0]),
        ["4 points (3 of class 0, 1 of class 1)", "75.0% of them"],
    ),
    "three classes": (
        lambda: plots.decision_boundary(
            lambda Z: np.eye(3)[(Z[:, 0] * 2.9).astype(int).clip(0, 2)], PLANE, list("abcc")
        ),
        ["1 of class a", "75.0% of them"],
    ),
    "activations": (
        lambda: plots.activation_histograms([[[0.0, 1.0], [0.0, 3.0]], [[2.0]]]),
        ["Layer 1: mean 1, spread 1.22, 50% exactly 0.", "Layer 2: mean 2, spread 0."],
    ),
    "digits": (
        lambda: plots.digits(IMAGES, [3, 8, 9], [3, 3, 9]),
        ["3 digits, labelled 3 8 9; 2 of 3 read right, wrong: an 8 as a 3."],
    ),
    "unlabelled digit": (lambda: plots.digits(IMAGES[:1]), ["1 digit."]),
    "weights": (
        lambda: plots.weight_pictures(np.linspace(-1, 2, 64 * 3).reshape(64, 3)),
        ["3 neurons", "from −1 to 2", "belongs to neuron 3"],
    ),
    "confusion": (
        lambda: plots.confusion([[5, 0, 1], [0, 4, 0], [3, 0, 2]], classes="abc"),
        ["11 of 15 are predicted right", "c taken for a, 3 times"],
    ),
    "mistakes": (
        lambda: plots.mistakes(IMAGES, [1, 2, 2], P),
        ["1 of 3 are wrong, the surest: a 2 read as a 0, 60% sure."],
    ),
    "no mistakes": (lambda: plots.mistakes(IMAGES, [1, 0, 2], P), ["0 of 3 are wrong."]),
    "probabilities": (
        lambda: plots.probabilities(P[0], label=1),
        ["largest of 3 probabilities is 90%, for 1; the true class is 1."],
    ),
    "reading": (
        lambda: plots.reading(IMAGES[0], P[0]),
        ["largest of 3 probabilities is 90%, for 1"],
    ),
    "nothing to read": (lambda: plots.reading(np.zeros(64), None), ["nothing is drawn yet"]),
    "chain": (
        lambda: plots.neuron_chain(-4.0, -3.3, 2.5, 0.0),
        ["w = −4, z = −13.3, ŷ = 1.67e−6", "∂z/∂w = 2.5"],
    ),
    "chain far out": (
        lambda: plots.neuron_chain(4.0, -0.2, 2.0, 0.0),
        ["ŷ = 0.9996", "∂ŷ/∂z = 0.000409"],
    ),
    "pass": (
        lambda: plots.pass_step((2, 1), [[1, 2], [3]], [None, [-4]], 2),
        ["Output holds 3.", "error terms of output are −4"],
    ),
    "descent": (
        lambda: plots.descent_step([BUMP, BUMP], X, Y, 1, losses=[2.0, 1.5]),
        ["The output runs", "Step 1 of 1, loss 1.5."],
    ),
    "descent in epochs": (
        lambda: plots.descent_step([BUMP, BUMP], X, Y, 1, losses=[2.0, 1.5], epochs=[0, 25]),
        ["Step 1 of 1 (epoch 25), loss 1.5."],
    ),
    "training": (
        lambda: plots.training_step(lambda Z: Z[:, 0], PLANE, [0, 0, 1, 0], [2.0, 1.0], 9),
        ["75.0% of them", "After 1 epoch the loss is 1."],
    ),
    "strip": (
        lambda: plots.strip(draw_neuron, w=[-2.0, 20.0], b=0.0),
        ["w = −2: 6 points", "falls", "w = 20: 6 points", "rises"],
    ),
}
every_figure = pytest.mark.parametrize("name", FIGURES)


@functools.cache
def drawn(name):
    """One of FIGURES as it was drawn, and its bundle."""
    figure = FIGURES[name][0]()
    return figure, display.bundle(figure)


@every_figure
def test_a_description_holds_what_the_data_hold(name):
    figure, _ = drawn(name)
    for part in FIGURES[name][1]:
        assert part in figure.description


@every_figure
def test_the_bundle_carries_the_picture_and_its_alternative_text(name):
    figure, (data, metadata) = drawn(name)
    picture = base64.b64decode(data["image/png"])
    assert set(data) == {"text/html", "image/png", "text/plain"}
    assert data["text/plain"] == figure.description == metadata["image/png"]["alt"]
    assert data["text/html"].startswith("<img alt=") and data["image/png"] in data["text/html"]
    assert Image.open(io.BytesIO(picture)).size == tuple(
        int(n) for n in re.findall(r'(?:width|height)="(\d+)"', data["text/html"])
    )
    assert len(picture) < 60_000


@every_figure
def test_a_figure_is_the_same_bytes_twice_whatever_the_users_settings_and_leaves_them(name):
    _, once = drawn(name)
    with matplotlib.rc_context({"font.size": 17.0, "axes.grid": True, "lines.linewidth": 9}):
        settings = dict(matplotlib.rcParams)
        assert display.bundle(FIGURES[name][0]()) == once
        assert dict(matplotlib.rcParams) == settings
    assert pyplot.get_fignums() == []


@every_figure
def test_no_text_of_a_figure_is_cut_off_or_tiny(name):
    figure, _ = drawn(name)
    renderer = figure.canvas.get_renderer()
    width, height = figure.canvas.get_width_height()
    hidden = hidden_labels(figure)
    for text in figure.findobj(lambda artist: isinstance(artist, matplotlib.text.Text)):
        if not text.get_visible() or not text.get_text():
            continue
        box = text.get_window_extent(renderer)
        assert text.get_fontsize() >= 7, text
        # matplotlib parks the unused tick labels of axes in space far away.
        if id(text) in hidden or figure.axes[0].name == "3d":
            continue
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1, text


def hidden_labels(figure):
    """The ids of the labels outside their axis' limits, or of an axis that is off: never drawn."""
    hidden, shown = set(), set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            ticks = axis._update_ticks() if ax.axison else []
            shown.update(id(label) for t in ticks for label in (t.label1, t.label2))
            every = (*axis.majorTicks, *axis.minorTicks)
            hidden.update(id(label) for t in every for label in (t.label1, t.label2))
            if not ax.axison:
                hidden.add(id(axis.label))
    return hidden - shown


@pytest.fixture
def published(monkeypatch):
    """What reaches the front end, as a list of (data, metadata)."""
    InteractiveShell.instance()
    sent = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data", lambda data, metadata: sent.append((data, metadata))
    )
    return sent


def words_of(figure):
    """All that is written in a figure: ticks, titles, legends."""
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(Text) if text.get_visible()]


def test_marks_are_explained_where_they_stand():
    assert "bias" in words_of(plots.hidden_and_output(BUMP, X, Y))
    assert "mean" in words_of(plots.activation_histograms([P, P]))
    assert "1\ntrue" in words_of(plots.probabilities(P[0], label=1))
    assert "true" not in "".join(words_of(plots.probabilities(P[0])))
    assert "epoch" in words_of(plots.descent_step([BUMP, BUMP], X, Y, 1, epochs=[0, 25]))


def test_no_error_term_covers_the_tip_of_an_arrow():
    deltas = [None, [-0.00016, 0.0013, 2.0], [-0.017, 0.02]]
    figure = plots.network_diagram((4, 3, 2), [[1] * 4, [2] * 3, [3] * 2], deltas, highlight=1)
    figure.draw_without_rendering()
    ax = figure.axes[0]
    labels = [t.get_window_extent() for t in ax.texts if t.get_text().startswith("δ")]
    tips = [ax.transData.transform(t.xy) for t in ax.texts if isinstance(t, Annotation)]
    assert (len(labels), len(tips)) == (5, 6)
    assert not any(label.contains(*tip) for label in labels for tip in tips)


def test_the_lowest_place_of_a_map_is_seen_under_a_mark():
    ax = plots.loss_contour(U, V, BOWL, mark=(0.0, 0.0)).axes[0]
    star, mark = ax.lines
    assert (star.get_marker(), mark.get_marker()) == ("*", "o")
    assert star.get_markersize() > 2 * mark.get_markersize()


def test_show_sends_one_bundle_returns_nothing_and_leaves_no_figure_open(published):
    figure = pyplot.figure()
    figure.subplots().plot([1, 2])
    before = len(pyplot.get_fignums())
    assert plots.show(figure, "A line from 1 to 2.") is None
    assert len(pyplot.get_fignums()) == before - 1
    assert [data["text/plain"] for data, _ in published] == ["A line from 1 to 2."]


def test_a_picture_as_a_cells_last_line_shows_itself(published):
    get_ipython().display_formatter.ipython_display_formatter(plots.neuron(1.0, 0.0, X, Y))
    assert len(published) == 1
    assert published[0][0]["text/plain"].startswith("6 points")


def test_outside_a_notebook_the_description_is_printed(monkeypatch, capsys):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    plots.show(plots.learning_curves([2.0, 1.0]))
    assert capsys.readouterr().out == "The training loss falls from 2 to 1 in 2 epochs.\n"


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [("nnlib", ["matplotlib", "ipywidgets"]), ("nnlib.plots", ["IPython", "ipywidgets", "pyplot"])],
)
def test_a_module_imports_no_more_than_it_needs(module, unwanted):
    code = f"import sys, {module}; print(*(name.split('.')[-1] for name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "numpy" in run.stdout.split()
    assert not set(unwanted) & set(run.stdout.split())


def test_own_figures_are_drawn_in_the_house_style_and_described():
    with plots.canvas(size=(3, 2)) as ax:
        ax.plot([1, 2], [3, 4])
    figure = plots.describe(ax, "A line & more.")
    assert figure.description == "A line & more."
    assert figure.get_facecolor()[:3] == to_rgb(style.PAPER)
    assert 'alt="A line &amp; more."' in display.bundle(figure)[0]["text/html"]


def test_figures_are_drawn_into_given_axes_and_their_sentences_add_up():
    with plots.canvas(columns=2) as axes:
        plots.neuron(1.0, 0.0, X, Y, ax=axes[0])
        figure = plots.learning_curves([2.0, 1.0], ax=axes[1])
    assert figure is axes[0].figure
    assert len(figure.descriptions) == 2


def luminance(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [
        0.2126,
        0.7152,
        0.0722,
    ]


def contrast(a, b):
    """The contrast ratio of WCAG 2, 1 to 21."""
    low, high = sorted([luminance(a), luminance(b)])
    return (high + 0.05) / (low + 0.05)


def test_words_have_a_contrast_of_seven_and_lines_of_three_on_the_card():
    assert contrast(style.INK, style.PAPER) >= 7
    assert contrast(style.GREY, style.PAPER) >= 4.5
    assert contrast(style.VERMILLION, style.PAPER) >= 4.5
    for colour in style.COLOURS:
        assert contrast(colour, style.PAPER) >= 3


# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
COLOUR_BLIND = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def lab(colour, matrix):
    """CIE L*a*b* of a colour as the eye with this matrix sees it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(matrix) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.array(to_xyz) @ linear / [0.9505, 1.0, 1.089]
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


@pytest.mark.parametrize("eye", COLOUR_BLIND)
def test_the_first_colours_stay_apart_for_colour_blind_eyes(eye):
    def apart(a, b):
        return np.linalg.norm(lab(a, COLOUR_BLIND[eye]) - lab(b, COLOUR_BLIND[eye]))

    assert min(apart(a, b) for a, b in itertools.combinations(style.COLOURS[:3], 2)) > 15
    assert min(apart(a, b) for a, b in itertools.combinations(style.COLOURS[:4], 2)) > 10


def test_every_colour_has_a_marker_and_a_line_of_its_own():
    assert len(set(style.MARKERS)) == len(set(map(str, style.LINES))) == len(style.COLOURS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456, "0.123"),
        (-2.0, "−2"),
        (-0.0, "0"),
        (1797, "1797"),
        (15750.4, "15750"),
        (1.23e-5, "1.23e−5"),
        (4e9, "4e9"),
        (float("nan"), "nan"),
        (float("-inf"), "−infinity"),
    ],
)
def test_numbers_are_short_and_signed_truly(value, text):
    assert plots.number(value) == text


def test_a_course_does_not_depend_on_the_last_digits():
    x = np.linspace(0, 1, 50)
    noise = 1e-12 * np.sin(np.arange(50))
    assert words.course("it", x, x**2) == words.course("it", x, x**2 + noise)


BAD = {
    "no description": (lambda: plots.show(Figure()), "needs a description"),
    "empty sentence": (lambda: plots.describe(Figure().subplots(), " "), "needs a sentence"),
    "one layer": (lambda: plots.network_diagram((4,)), "two or more layer sizes"),
    "values": (lambda: plots.network_diagram((2, 1), [[1, 2, 3], None]), "must have 2 entries"),
    "layers": (lambda: plots.network_diagram((2, 1), [[1, 2]]), "one entry per layer"),
    "weights": (lambda: plots.network_diagram((2, 3), weights=[np.ones((3, 2))]), r"\(2, 3\)"),
    "highlight": (lambda: plots.network_diagram((2, 3), highlight=2), "layer from 0 to 1"),
    "names": (lambda: plots.network_diagram((2, 3), names=["x"]), "one entry per layer"),
    "lengths": (lambda: plots.neuron(1, 0, X, Y[:3]), "X 6, y 3"),
    "row": (lambda: plots.neuron(1, 0, X[None], Y), r"\(m,\) or \(m, 1\), got \(1, 6\)"),
    "words": (lambda: plots.neuron(1, 0, ["a"], [1]), "array of numbers"),
    "a curve's shape": (lambda: plots.curves(X, Y, {"f": lambda x: x[:3]}), "one number per x"),
    "missing": (lambda: plots.hidden_and_output({"W1": 1}, X, Y), "missing: b1, W2, b2"),
    "params": (lambda: plots.neurons_and_output({**BUMP, "b2": 1.0}, X, Y), r"b2 \(1,\), got"),
    "nothing": (lambda: plots.learning_curves([]), "is empty"),
    "grid": (lambda: plots.loss_contour(U, V, BOWL.T), "row per v and a column per u"),
    "flat": (lambda: plots.loss_surface(U[:1], V, BOWL[:, :1]), "two or more values each way"),
    "path": (lambda: plots.loss_contour(U, V, BOWL, {}, {"p": [[1], [2]]}), r"\(steps, 2\)"),
    "log of 0": (lambda: plots.loss_contour(U, V, BOWL - 1, log=True), "needs losses above 0"),
    "three columns": (
        lambda: plots.decision_boundary(lambda Z: Z[:, 0], np.ones((2, 3)), [0, 1]),
        "two columns",
    ),
    "predict": (
        lambda: plots.decision_boundary(lambda Z: Z[:5], PLANE, [0, 0, 1, 0]),
        r"predict must return",
    ),
    "no layers": (lambda: plots.activation_histograms([]), "is empty"),
    "no square": (lambda: plots.digits(np.ones((2, 63))), "do not fill pictures of 8 × 8"),
    "too many": (lambda: plots.digits(np.ones((65, 64))), "At most 64 pictures"),
    "one picture": (lambda: plots.digits(np.ones(64)), r"\(m, pixels\)"),
    "not square": (lambda: plots.confusion(np.ones((2, 3))), "must be square"),
    "no list": (lambda: plots.strip(draw_neuron, w=1.0), "one or more lists"),
    "two lengths": (lambda: plots.strip(draw_neuron, w=[1, 2], b=[1]), "one length"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_one_sentence(name):
    call, message = BAD[name]
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert str(caught.value).count("\n") == 0 and len(str(caught.value)) < 200
