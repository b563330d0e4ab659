"""The interactive figures: a move changes the picture, an error is seen, drawn digits are read."""

import asyncio

import ipywidgets
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from nnlib import SGD, Dense, Network, datasets, plots, widgets
from nnlib.widgets import lessons
from nnlib.widgets.digit import FIVE, DigitReader
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.landscape import Landscape
from nnlib.widgets.live import Live
from nnlib.widgets.player import Player
from nnlib.widgets.strokes import strokes_to_pixels

VIEW = "application/vnd.jupyter.widget-view+json"
X, Y = datasets.line()
MOONS = datasets.moons(60)
PARAMS = {
    "W1": np.array([[-20.9, -8.1]]),
    "b1": np.array([-12.3, 4.6]),
    "W2": np.array([[-20.2], [17.7]]),
    "b2": np.array([-8.2]),
}
PATH = [{name: share * p for name, p in PARAMS.items()} for share in (0.2, 0.6, 1.0)]


def draw(w=1.0, b=0.5, ax=None):
    if w > 4:
        raise ValueError("w is <too> large")
    return plots.neuron(w, b, X, Y, ax=ax)


@pytest.fixture
def published(monkeypatch):
    """What reaches the front end, as a list of (data, metadata)."""
    InteractiveShell.instance()
    sent = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data", lambda data, metadata: sent.append((data, metadata))
    )
    return sent


def make_network():
    return Network([Dense(2, 8, "tanh"), Dense(8, 1, "sigmoid")], rng=0)


def train(rate, batch_size):
    network = make_network()
    for _ in range(3):
        network.fit(*MOONS, epochs=1, batch_size=batch_size, optimizer=SGD(rate))
        yield network.history.loss[-1]


def bowl(u, v):
    return u**2 + 4 * v**2 + 0.5


def fair(pixels):
    """A reader that knows nothing but how much ink there is."""
    share = pixels.sum(axis=1, keepdims=True) / 1024
    return np.hstack([share, np.repeat((1 - share) / 9, 9, axis=1)])


GRID = np.linspace(-2, 2, 9)
SIZES, VALUES = (2, 3, 1), [np.array([1.0, 2.0]), np.array([3.0, 3.0, 3.0]), np.array([9.0])]
DELTAS = [None, np.array([-1.0, -1.0, -1.0]), np.array([-4.0])]

# What a lesson calls, and words of the picture that stands where no kernel is.
FIGURES = {
    "explore": (lambda: widgets.explore(draw, w=(-5.0, 5.0)), "rises from 0.234"),
    "animate": (lambda: widgets.animate(lambda s: draw(w=float(s)), 3), "rises from"),
    "live": (lambda: widgets.live(lambda: iter([draw()])), "rises from"),
    "seven parameters": (lambda: widgets.seven_parameters(X, Y), "The mean squared error"),
    "draw a digit": (lambda: widgets.draw_digit(fair), "probabilities is 30%"),
    "landscape": (
        lambda: widgets.loss_landscape(bowl, GRID, GRID, (1, 0.5)),
        "The mark stands at w₁ = 1, w₂ = 0.5",
    ),
    "chain": (lambda: widgets.neuron_chain(2.0, 0.0, 1.0, 1.0), "w = 2, z = 2, ŷ = 0.881"),
    "backward pass": (lambda: widgets.backward_pass(SIZES, VALUES, DELTAS), "of output are −4"),
    "race": (lambda: widgets.race(train), "A: rate 0.001, batch 10"),
    "descent": (lambda: widgets.descent(PATH, X, Y), "Step 2 of 2"),
    "training": (lambda: widgets.watch_training(make_network, *MOONS, 2), "After 0 epochs"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_one_output_holds_the_widget_the_picture_and_its_words(name, published):
    show, words = FIGURES[name]
    assert show() is None
    [(data, metadata)] = published
    assert set(data) == {VIEW, "text/html", "image/png", "text/plain"}
    assert words in data["text/plain"]
    assert metadata["image/png"]["alt"] == data["text/plain"]
    assert data[VIEW]["model_id"]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_the_same_at_every_run(name, published):
    show, _ = FIGURES[name]
    show(), show()
    first, second = ({k: v for k, v in data.items() if k != VIEW} for data, _ in published)
    assert first == second


def test_a_slider_changes_the_picture_and_its_words():
    explorer = Explorer(draw, w=(-5.0, 5.0, 0.1), b=(-5.0, 5.0, 0.1))
    assert explorer.values == {"w": 1.0, "b": 0.5}
    picture, words = explorer.screen.png, explorer.screen.words
    explorer.sliders["w"].value = -3.0
    assert explorer.screen.png != picture and explorer.screen.words != words
    assert f'alt="{explorer.screen.words}"' in explorer.screen.value
    explorer.sliders["w"].value = 1.0
    assert explorer.screen.words == words


def test_later_pictures_keep_the_first_ones_layout_unless_the_labels_grow():
    explorer = Explorer(lambda high: plots.learning_curves([0.0, high]), high=[1.0, 0.9, 12345.0])
    explorer.sliders["high"].value = 0.9
    place = explorer.screen._places[0].x0
    explorer.sliders["high"].value = 12345.0
    assert explorer.screen._places[0].x0 > place


def test_sliders_are_labelled_and_of_many_kinds():
    explorer = Explorer(
        lambda n, kind, on, r: draw(), n=(1, 5), kind=["a", "b"], on=True, r=ipywidgets.IntText(3)
    )
    kinds = [type(slider).__name__ for slider in explorer.sliders.values()]
    assert kinds == ["IntSlider", "Dropdown", "Checkbox", "IntText"]
    assert [s.description for s in explorer.sliders.values()] == ["n", "kind", "on", "r"]


def test_an_error_in_a_later_drawing_is_shown_and_goes_away():
    explorer = Explorer(draw, w=(-5.0, 5.0))
    explorer.sliders["w"].value = 4.5
    assert 'role="alert"' in explorer.screen.value
    assert "w is &lt;too&gt; large" in explorer.screen.value
    assert "<img alt=" in explorer.screen.value
    explorer.sliders["w"].value = 2.0
    assert "alert" not in explorer.screen.value


def test_an_error_in_the_first_drawing_is_the_cells_error():
    with pytest.raises(ValueError, match="large"):
        widgets.explore(lambda w=5.0: draw(w), w=(0.0, 9.0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: widgets.explore(draw), "at least one slider"),
        (lambda: widgets.explore(draw, w=(1, 2, 3, 4)), r"slider w must be \(low, high\)"),
        (lambda: widgets.explore(draw, w=object()), "slider w must be"),
        (lambda: widgets.explore(lambda w: plots.style.Picture(), w=(0, 1)), "needs a description"),
        (lambda: widgets.animate(draw, 1), "two or more steps"),
        (lambda: widgets.seven_parameters(X, Y, {"w3": 1.0}), "parameters are w1, w2"),
        (lambda: widgets.draw_digit(lambda pixels: np.ones(10)), r"shape \(1, 10\)"),
        (lambda: strokes_to_pixels([[1, 2, 3]]), r"shape \(n, 2\)"),
        (lambda: plots.pass_step(SIZES, VALUES, DELTAS, 5), "from 0 to 4"),
        (lambda: plots.descent_step(PATH, X, Y, 3), "from 0 to 2"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_player_goes_to_any_step():
    player = Player(lambda step: draw(w=float(step)), 4)
    before = player.screen.png
    player.sliders["step"].value = 3
    assert player.screen.png != before
    assert (player.play.min, player.play.max) == (0, 3)
    assert player.link.source == (player.play, "value")


def test_the_backward_pass_shows_one_layer_more_at_every_step():
    said = [plots.pass_step(SIZES, VALUES, DELTAS, step).description for step in range(5)]
    assert "Hidden holds" not in said[0] and "Hidden holds 3 3 3" in said[1]
    assert "Output holds 9" in said[2] and "error" not in said[2]
    assert "error terms of output are −4" in said[3] and "of hidden" not in said[3]
    assert "error terms of hidden are −1 −1 −1" in said[4]


def test_the_chain_multiplies_its_local_slopes():
    w, b, x, y, step = 0.8, -0.3, 1.5, 1.0, 1e-6

    def loss(w, b):
        return (1 / (1 + np.exp(-(w * x + b))) - y) ** 2

    by_w = (loss(w + step, b) - loss(w - step, b)) / (2 * step)
    by_b = (loss(w, b + step) - loss(w, b - step)) / (2 * step)
    said = plots.neuron_chain(w, b, x, y).description
    assert f"∂L/∂w is {plots.number(by_w)}, and ∂L/∂b is {plots.number(by_b)}." in said


def test_a_live_figure_goes_on_pauses_and_starts_over():
    figure = Live(lambda: (draw(w=float(w)) for w in range(4)))
    first = figure.screen.png

    async def watch():
        figure.running.value = True
        while figure.screen.png == first:
            await asyncio.sleep(0)
        figure.running.value = False
        await asyncio.wait_for(figure._task, 30)

    asyncio.run(watch())
    assert figure.running.description == "Start"
    assert figure.advance()
    figure.again.click()
    assert figure.screen.png == first
    assert [figure.advance() for _ in range(4)] == [True, True, True, False]


def test_an_error_while_a_figure_learns_is_shown():
    figure = Live(lambda: (draw(w=float(w)) for w in (4, 5)))
    assert not figure.advance()
    assert "w is &lt;too&gt; large" in figure.screen.value


def test_a_race_follows_both_runs_and_its_choices():
    pictures = list(lessons.race_frames(train, 0.1, 10, 1.0, 60))
    assert len(pictures) == 3
    assert "A: rate 0.1, batch 10 falls" in pictures[-1].description
    assert "B: rate 1, batch 60" in pictures[-1].description


def test_training_is_watched_epoch_by_epoch():
    network = make_network()
    pictures = list(lessons.training_frames(network, *MOONS, 2, optimizer=SGD(1.0)))
    assert ["After 0", "After 1", "After 2"] == [p.descriptions[-1][:7] for p in pictures]
    assert plots.number(network.compute_loss(*MOONS)) in pictures[-1].description


def test_the_point_on_the_map_moves_the_picture_beside_it():
    landscape = Landscape(bowl, GRID, GRID, (1, 0.5))
    before = landscape.screen.png
    landscape.map.point = [0.0, 0.0]
    assert landscape.screen.png != before
    assert landscape.map.seen == 1
    assert "stands at w₁ = 0, height 0.5" in landscape.screen.words


def test_the_map_knows_where_its_axes_lie():
    figure = Landscape(bowl, GRID, GRID, (1, 0.5)).map
    left, top, right, bottom = figure.frame
    assert 0 < left < right < 1 and 0 < top < bottom < 1
    assert figure.limits == [-2, 2, -2, 2]
    assert "lowest with 0.5" in figure.label


def test_the_static_pictures_tell_the_same_story():
    strip = widgets.seven_parameters_strip(X, Y, v1=[-5.0, 0.0])
    assert "v1 = −5: Neuron 1" in strip.description and "v1 = 0: " in strip.description
    drawn = widgets.draw_digit_strip(fair, steps=2)
    assert len(drawn.descriptions) == 2


def test_a_drawing_changes_what_the_network_sees_and_says():
    reader = DigitReader(fair)
    before = reader.screen.png
    reader.pad.strokes = [[[0.2, 0.2], [0.8, 0.8]]]
    assert reader.screen.png != before and reader.pad.seen == 1
    reader.pad.strokes = []
    assert "nothing is drawn" in reader.screen.words


def test_an_error_of_the_reader_is_shown():
    reader = DigitReader(lambda pixels: fair(pixels) if pixels.sum() > 300 else pixels)
    reader.pad.strokes = [[[0.5, 0.1], [0.5, 0.9]]]
    reader.pad.strokes = [[[0.5, 0.5]]]
    assert 'role="alert"' in reader.screen.value
    assert reader.pad.seen == 2


def test_strokes_become_pixels_like_the_data_wherever_and_however_large_they_are():
    pixels = strokes_to_pixels(FIVE)
    assert pixels.shape == (64,) and pixels.min() == 0 and pixels.max() == 16
    assert pixels.sum() / 1024 == pytest.approx(datasets.digits()[0].mean() / 16, abs=0.01)
    moved = [3.0 * np.array(stroke) + [40, -7] for stroke in FIVE]
    np.testing.assert_array_equal(strokes_to_pixels(moved), pixels)


def test_the_pens_speed_makes_no_difference():
    slow = [np.repeat(np.array(stroke), 5, axis=0) for stroke in FIVE]
    assert np.abs(strokes_to_pixels(slow) - strokes_to_pixels(FIVE)).max() <= 3


@pytest.mark.parametrize("strokes", [[], [[]], [[[0.5, 0.5]]], [[[0.1, 0.5], [0.9, 0.5]]]])
def test_any_strokes_give_pixels_from_0_to_16(strokes):
    pixels = strokes_to_pixels(strokes)
    assert pixels.shape == (64,) and np.isfinite(pixels).all()
    assert 0 <= pixels.min() and pixels.max() <= 16


# Three hands. A digit is a list of strokes; a stroke a list of points, x to the right, y down, in
# a frame of about 1 × 1.5, or an arc (middle x, y, radius x, y, from, to in degrees).
ROUND = {
    0: [[(0.5, 0.75, 0.45, 0.75, -90, 270)]],
    1: [[(0.25, 0.35), (0.55, 0), (0.55, 1.5)]],
    2: [[(0.5, 0.42, 0.42, 0.42, -170, 30), (0.1, 1.45), (0.95, 1.45)]],
    3: [[(0.45, 0.37, 0.42, 0.37, -160, 90), (0.45, 1.1, 0.5, 0.38, -90, 150)]],
    4: [[(0.6, 0), (0.05, 0.95), (1, 0.95)], [(0.72, 0.55), (0.72, 1.5)]],
    5: [[(0.9, 0), (0.2, 0), (0.15, 0.65), (0.45, 1.0, 0.48, 0.48, -130, 140)]],
    6: [[(0.75, 0), (0.35, 0.35), (0.1, 0.9), (0.5, 1.08, 0.42, 0.42, 180, -180)]],
    7: [[(0.05, 0.05), (0.95, 0.05), (0.4, 1.5)]],
    8: [[(0.5, 0.37, 0.37, 0.37, 90, -270), (0.5, 1.12, 0.45, 0.38, -90, 270)]],
    9: [[(0.5, 0.42, 0.4, 0.42, 0, -360), (0.88, 0.6), (0.8, 1.5)]],
}
QUICK = {
    0: [[(0.5, 0.75, 0.38, 0.75, -70, 280)]],
    1: [[(0.5, 0), (0.5, 1.5)]],
    2: [[(0.1, 0.3), (0.3, 0.03), (0.7, 0.03), (0.88, 0.3), (0.75, 0.65), (0.1, 1.42),
         (0.5, 1.38), (0.95, 1.48)]],
    3: [[(0.1, 0.1), (0.5, 0), (0.85, 0.2), (0.75, 0.55), (0.35, 0.72), (0.8, 0.85),
         (0.92, 1.2), (0.6, 1.47), (0.05, 1.4)]],
    4: [[(0.2, 0), (0.1, 0.8), (0.9, 0.8)], [(0.75, 0.1), (0.7, 1.5)]],
    5: [[(0.2, 0.05), (0.18, 0.65), (0.6, 0.6), (0.9, 0.95), (0.75, 1.35), (0.4, 1.5),
         (0.05, 1.38)], [(0.2, 0.05), (0.9, 0.02)]],
    6: [[(0.65, 0.02), (0.25, 0.5), (0.1, 1.0), (0.25, 1.42), (0.6, 1.5), (0.85, 1.25),
         (0.75, 0.92), (0.4, 0.85), (0.15, 1.1)]],
    7: [[(0.08, 0.1), (0.5, 0.03), (0.92, 0.06), (0.6, 0.7), (0.4, 1.5)],
        [(0.25, 0.75), (0.8, 0.7)]],
    8: [[(0.8, 0.2), (0.5, 0), (0.18, 0.2), (0.3, 0.55), (0.75, 0.95), (0.85, 1.25), (0.5, 1.5),
         (0.15, 1.25), (0.3, 0.9), (0.75, 0.5), (0.8, 0.2)]],
    9: [[(0.82, 0.25), (0.5, 0), (0.15, 0.25), (0.25, 0.65), (0.6, 0.7), (0.85, 0.35),
         (0.85, 0.9), (0.8, 1.5)]],
}  # fmt: skip
UPRIGHT = {
    0: [[(0.5, 0.75, 0.5, 0.75, -100, 270)]],
    1: [[(0.2, 0.35), (0.5, 0.02), (0.5, 1.48)], [(0.15, 1.48), (0.85, 1.48)]],
    2: [[(0.5, 0.4, 0.4, 0.4, -180, 40), (0.35, 1.15), (0.25, 1.3, 0.18, 0.16, -60, -300),
         (0.6, 1.35), (0.98, 1.45)]],
    3: [[(0.1, 0.02), (0.85, 0.02), (0.4, 0.6), (0.45, 1.05, 0.48, 0.45, -90, 140)]],
    4: [[(0.62, 0), (0.02, 1.0), (0.98, 1.0)], [(0.68, 0), (0.68, 1.5)]],
    5: [[(0.85, 0.02), (0.25, 0.02), (0.18, 0.6), (0.5, 0.55),
         (0.48, 1.02, 0.42, 0.46, -80, 150)]],
    6: [[(0.9, 0.95, 0.8, 0.95, -95, -170), (0.5, 1.1, 0.38, 0.38, 190, -170)]],
    7: [[(0.08, 0.25), (0.08, 0.03), (0.92, 0.03), (0.62, 0.6), (0.5, 1.5)]],
    8: [[(0.5, 0.36, 0.34, 0.34, -60, -420)], [(0.5, 1.1, 0.42, 0.4, -90, 270)]],
    9: [[(0.45, 0.4, 0.38, 0.4, 0, -360)], [(0.84, 0.05), (0.84, 1.0), (0.7, 1.4), (0.25, 1.48)]],
}  # fmt: skip
HANDS = (ROUND, QUICK, UPRIGHT)


def line_of(stroke, rng):
    """The points of a stroke (n, 2), every one a little off."""
    points = []
    for part in stroke:
        if len(part) == 2:
            points.append(np.array([part]))
            continue
        x, y, wide, high, start, end = part
        turn = np.radians(np.linspace(start, end, 20))
        points.append(np.stack([x + wide * np.cos(turn), y + high * np.sin(turn)], axis=1))
    points = np.concatenate(points)
    if len(points) > 12:  # a trembling hand drifts along a curve
        return points + np.cumsum(rng.normal(0, 0.01, points.shape), axis=0)
    return points + rng.normal(0, 0.03, points.shape)


def smooth(points, steps=8):
    """A smooth line through the points (Catmull and Rom); straight lines stay as they are."""
    if len(points) < 4:
        return points
    ends = 2 * points[[0, -1]] - points[[1, -2]]
    p = np.concatenate([ends[:1], points, ends[1:]])
    a, b, c, d = (p[i : len(p) - 3 + i, None] for i in range(4))
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    curve = (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return np.concatenate([curve.reshape(-1, 2) / 2, points[-1:]])


def written(hand, digit, rng):
    """The strokes of a digit as a hand writes it: size, place, width, slant and turn vary."""
    slant, width, turn = rng.uniform(-0.15, 0.35), rng.uniform(0.75, 1.25), rng.normal(0, 0.05)
    size, place = rng.uniform(60, 220), rng.uniform(0, 80, 2)
    lean = np.array([[width, 0], [-slant, 1]])
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return [size * smooth(line_of(s, rng)) @ lean @ rotation + place for s in hand[digit]]


@pytest.fixture(scope="module")
def reader():
    """A network that learned the digits from the data and a few moved copies of them."""
    pixels, labels = datasets.digits()
    rng = np.random.default_rng(0)
    rows = np.array_split(rng.permutation(len(pixels)), 30)
    moved = [(pixels[r] @ datasets.affine_matrix(rng), labels[r]) for _ in range(6) for r in rows]
    data = np.concatenate([pixels, *(m for m, _ in moved)]) / 16
    network = Network([Dense(64, 128, "relu"), Dense(128, 10, "softmax")], rng=0)
    optimizer = SGD(0.05, momentum=0.9)
    targets = np.concatenate([labels, *(t for _, t in moved)])
    return network.fit(data, targets, epochs=8, optimizer=optimizer, progress=False)


def test_at_least_nine_of_ten_drawn_digits_are_read_right(reader):
    rng = np.random.default_rng(1)
    cases = [(digit, hand) for _ in range(10) for hand in HANDS for digit in range(10)]
    seen = np.array([strokes_to_pixels(written(hand, digit, rng)) for digit, hand in cases])
    right = reader.predict(seen / 16) == [digit for digit, _ in cases]
    assert len(cases) == 300
    assert right.mean() >= 0.95
    assert right.reshape(3, 100).mean(axis=1).min() >= 0.9


# Two hands more, written down after everything was settled: a European school's, and the plain
# forms of an engraver, whose 6 and 8 close more than those of the data.
SCHOOL = {
    0: [[(0.6, 0.03), (0.3, 0.1), (0.1, 0.5), (0.1, 1.0), (0.3, 1.42), (0.6, 1.48), (0.85, 1.2),
         (0.9, 0.7), (0.8, 0.2), (0.55, 0.02)]],
    1: [[(0.0, 0.75), (0.6, 0.0), (0.6, 1.5)]],
    2: [[(0.1, 0.4), (0.2, 0.1), (0.55, 0.0), (0.85, 0.2), (0.85, 0.5), (0.6, 0.9), (0.05,
         1.5)], [(0.05, 1.5), (0.95, 1.5)]],
    3: [[(0.1, 0.2), (0.35, 0.0), (0.75, 0.05), (0.85, 0.35), (0.65, 0.62), (0.4, 0.7)], [(0.4,
         0.7), (0.75, 0.78), (0.92, 1.1), (0.75, 1.42), (0.4, 1.5), (0.08, 1.3)]],
    4: [[(0.75, 1.5), (0.75, 0.0), (0.0, 1.05)], [(0.0, 1.05), (1.0, 1.05)]],
    5: [[(0.25, 0.0), (0.15, 0.7), (0.45, 0.55), (0.8, 0.7), (0.9, 1.05), (0.7, 1.4), (0.35,
         1.5), (0.05, 1.3)], [(0.25, 0.0), (0.85, 0.0)]],
    6: [[(0.8, 0.1), (0.5, 0.05), (0.2, 0.45), (0.1, 1.0), (0.2, 1.35), (0.5, 1.5), (0.8, 1.35),
         (0.85, 1.0), (0.65, 0.75), (0.35, 0.8), (0.12, 1.05)]],
    7: [[(0.05, 0.0), (0.95, 0.0), (0.45, 0.8), (0.35, 1.5)], [(0.2, 0.75), (0.85, 0.75)]],
    8: [[(0.5, 0.7), (0.2, 0.5), (0.2, 0.15), (0.5, 0.0), (0.8, 0.15), (0.8, 0.5), (0.5, 0.7),
         (0.15, 0.95), (0.12, 1.3), (0.5, 1.5), (0.88, 1.3), (0.85, 0.95), (0.5, 0.7)]],
    9: [[(0.85, 0.35), (0.6, 0.0), (0.25, 0.08), (0.12, 0.4), (0.3, 0.72), (0.65, 0.7), (0.85,
         0.35), (0.85, 1.1), (0.65, 1.45), (0.3, 1.5), (0.1, 1.35)]],
}  # fmt: skip
PLAIN = {
    0: [[(0.45, 0), (0.2, 0.07), (0.05, 0.3), (0, 0.65), (0, 0.85), (0.05, 1.2), (0.2, 1.43),
         (0.45, 1.5), (0.6, 1.5), (0.8, 1.43), (0.95, 1.2), (1, 0.85), (1, 0.65), (0.95, 0.3),
         (0.8, 0.07), (0.6, 0), (0.45, 0)]],
    1: [[(0.2, 0.28), (0.35, 0.21), (0.55, 0), (0.55, 1.5)]],
    2: [[(0.05, 0.36), (0.05, 0.29), (0.12, 0.14), (0.2, 0.07), (0.34, 0), (0.62, 0), (0.76,
         0.07), (0.84, 0.14), (0.9, 0.29), (0.9, 0.43), (0.84, 0.57), (0.7, 0.78), (0.0, 1.5),
         (1, 1.5)]],
    3: [[(0.14, 0), (0.9, 0), (0.5, 0.57), (0.7, 0.57), (0.84, 0.64), (0.9, 0.71), (0.97, 0.93),
         (0.97, 1.07), (0.9, 1.28), (0.76, 1.43), (0.55, 1.5), (0.34, 1.5), (0.14, 1.43), (0.07,
         1.36), (0, 1.21)]],
    4: [[(0.7, 0), (0, 1), (1.05, 1)], [(0.7, 0), (0.7, 1.5)]],
    5: [[(0.84, 0), (0.14, 0), (0.07, 0.64), (0.14, 0.57), (0.34, 0.5), (0.55, 0.5), (0.76,
         0.57), (0.9, 0.71), (0.97, 0.93), (0.97, 1.07), (0.9, 1.28), (0.76, 1.43), (0.55, 1.5),
         (0.34, 1.5), (0.14, 1.43), (0.07, 1.36), (0, 1.21)]],
    6: [[(0.84, 0.21), (0.77, 0.07), (0.56, 0), (0.42, 0), (0.21, 0.07), (0.07, 0.28), (0,
         0.64), (0, 1), (0.07, 1.28), (0.21, 1.43), (0.42, 1.5), (0.49, 1.5), (0.7, 1.43),
         (0.84, 1.28), (0.91, 1.07), (0.91, 1), (0.84, 0.78), (0.7, 0.64), (0.49, 0.57), (0.42,
         0.57), (0.21, 0.64), (0.07, 0.78), (0, 1)]],
    7: [[(1, 0), (0.3, 1.5)], [(0, 0), (1, 0)]],
    8: [[(0.35, 0), (0.14, 0.07), (0.07, 0.21), (0.07, 0.36), (0.14, 0.5), (0.28, 0.57), (0.55,
         0.64), (0.76, 0.71), (0.9, 0.85), (0.97, 1), (0.97, 1.21), (0.9, 1.36), (0.83, 1.43),
         (0.62, 1.5), (0.35, 1.5), (0.14, 1.43), (0.07, 1.36), (0, 1.21), (0, 1), (0.07, 0.85),
         (0.21, 0.71), (0.42, 0.64), (0.69, 0.57), (0.83, 0.5), (0.9, 0.36), (0.9, 0.21), (0.83,
         0.07), (0.62, 0), (0.35, 0)]],
    9: [[(0.91, 0.5), (0.84, 0.71), (0.7, 0.86), (0.49, 0.93), (0.42, 0.93), (0.21, 0.86),
         (0.07, 0.71), (0, 0.5), (0, 0.43), (0.07, 0.21), (0.21, 0.07), (0.42, 0), (0.49, 0),
         (0.7, 0.07), (0.84, 0.21), (0.91, 0.5), (0.91, 0.86), (0.84, 1.21), (0.7, 1.43), (0.49,
         1.5), (0.35, 1.5), (0.14, 1.43), (0.07, 1.28)]],
}  # fmt: skip


def test_nine_of_ten_digits_of_hands_that_settled_nothing_are_read_right(reader):
    rng = np.random.default_rng(11)
    cases = [(digit, hand) for _ in range(20) for hand in (SCHOOL, PLAIN) for digit in range(10)]
    seen = np.array([strokes_to_pixels(written(hand, digit, rng)) for digit, hand in cases])
    right = reader.predict(seen / 16) == [digit for digit, _ in cases]
    assert right.mean() >= 0.9


@pytest.mark.parametrize("digit", range(10))
def test_a_drawn_digit_leans_as_those_of_the_data_do(digit):
    rng = np.random.default_rng(2)
    drawn = [strokes_to_pixels(written(hand, digit, rng)) for hand in HANDS for _ in range(8)]
    pixels, labels = datasets.digits()
    assert lean(np.array(drawn)).mean() == pytest.approx(
        lean(pixels[labels == digit]).mean(), abs=0.12
    )


def lean(pixels):
    """How far x goes to the right per row down, for each picture."""
    ink = pixels.reshape(-1, 8, 8) / pixels.sum(axis=1)[:, None, None]
    place = np.arange(8)
    x, y = np.einsum("mij,j->m", ink, place), np.einsum("mij,i->m", ink, place)
    both = np.einsum("mij,i,j->m", ink, place, place) - x * y
    return both / (np.einsum("mij,i->m", ink, place**2) - y**2)
