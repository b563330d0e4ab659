"""Every derivative that a lesson states as a formula agrees with nudging, on numbers of our own.

FORMULAS pairs each formula, as it stands in a lesson, with a function that computes its right side
in plain NumPy and its left side by nudging. A lesson that states a derivative which is not here
fails the test: whoever writes a formula writes its check.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from course.lesson_text import lessons
from nnlib import SGD, Dense, Network

ROOT = Path(__file__).resolve().parent.parent
MARK = re.compile(r"\\partial|'|\\delta|\\nabla|\\text\{slope")
# What only names a derivative, and says nothing about its value.
NAME = re.compile(
    r"\\delta(_\{\\text\{\w+\}\})?|\\sigma'\(z\)|\\(frac\{)?partial\w(\}\{|/)\\partial\w+\}?"
)
SPACING = re.compile(r"\s|\\[,;:! ]|\\(big|Big|left|right)(?![a-z])")
RNG = np.random.default_rng(20)
M, N, K = 5, 4, 3  # examples, hidden neurons, outputs: no two alike


def sigma(z):
    return 1 / (1 + np.exp(-z))


def sigma_prime(z):
    """The slope of the sigmoid as the hyperbolic secant gives it, without the sigmoid."""
    return 1 / (4 * np.cosh(z / 2) ** 2)


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def nudge(f, x, eps=1e-5):
    """The derivative of the number f(x) in every entry of x, by central differences."""
    x = np.array(x, dtype=float)
    slopes = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        slopes[i] = (f(x + step) - f(x - step)) / (2 * eps)
    return slopes


def random(*shape):
    return RNG.normal(size=shape)


def one_hot(m, k):
    return np.eye(k)[RNG.integers(0, k, m)]


# Each check returns (what the formula says, what nudging says).


def central_difference():
    """Its error falls with the square of the nudge, down to nothing."""
    x = 0.7
    errors = [nudge(np.exp, x, eps) - np.exp(x) for eps in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-3)
    return np.exp(x), nudge(np.exp, x)


def product_rule():
    x = 0.7
    value = np.cos(x) * np.exp(x) + np.sin(x) * np.exp(x)  # u is the sine, v the exponential
    return value, nudge(lambda x: np.sin(x) * np.exp(x), x)


def slope_of_the_logarithm():
    u = np.array([0.2, 1.0, 3.5])
    return 1 / u, nudge(lambda u: np.sum(np.log(u)), u)


def slope_of_a_cube():
    return 3 * 2.0**2, nudge(lambda x: x**3, 2.0)


def slope_of_sigmoid():
    z = random(9)
    forms = [
        np.exp(-z) / (1 + np.exp(-z)) ** 2,
        1 / (1 + np.exp(-z)) * (np.exp(-z) / (1 + np.exp(-z))),
        sigma(z) * (1 - sigma(z)),
    ]
    return np.array(forms), np.tile([nudge(sigma, v) for v in z], (3, 1))


def slope_from_the_activation():
    z = random(9)
    a = sigma(z)
    return a * (1 - a), np.array([nudge(sigma, v) for v in z])


def z_by_w():
    w, b, x = random(3)
    return x, nudge(lambda w: w * x + b, w)


def z_by_b():
    w, b, x = random(3)
    return 1.0, nudge(lambda b: w * x + b, b)


def y_hat_by_z():
    z = random(9)
    return sigma_prime(z), np.array([nudge(sigma, v) for v in z])


def square_by_y_hat():
    y, y_hat = random(2)
    return 2 * (y_hat - y), nudge(lambda y_hat: (y_hat - y) ** 2, y_hat)


def three_links():
    w, b, x, y = random(4)
    z = w * x + b
    links = 2 * (sigma(z) - y), sigma_prime(z), x
    return np.prod(links), nudge(lambda w: (sigma(w * x + b) - y) ** 2, w)


def weights_of_432():
    x, target, W1, W2 = random(4), random(2), random(4, 3), random(3, 2)
    error = x @ W1 @ W2 - target
    formula = [[x[i] * sum(W2[j] * error) for j in range(3)] for i in range(4)]
    return np.array(formula), nudge(lambda W1: np.sum((x @ W1 @ W2 - target) ** 2) / 2, W1)


def mse_by_y_hat():
    y, y_hat = random(M, K), random(M, K)
    return 2 * (y_hat - y) / (M * K), nudge(lambda y_hat: np.mean((y_hat - y) ** 2), y_hat)


def output_delta():
    y, z = random(M, K), random(M, K)
    formula = 2 * (sigma(z) - y) / (M * K) * sigma_prime(z)
    return formula, nudge(lambda z: np.mean((sigma(z) - y) ** 2), z)


def delta_is_the_slope_by_z():
    """The library's δ at the output for one example, where the bias gradient is δ itself."""
    net = Network([Dense(N, K, "tanh")], loss="mse", rng=0)
    y = random(1, K)
    net.forward(random(1, N))
    net.backward(y)
    return net.layers[0].db, nudge(lambda z: np.mean((np.tanh(z) - y) ** 2), net.layers[0].z)[0]


def loss_behind(delta, W):
    """A loss of activations a with ∂L/∂z_next = delta for z_next = a W."""
    return lambda a: np.sum(delta * (a @ W))


def activation_by_roads():
    a, delta, W = random(1, N), random(1, K), random(N, K)
    formula = [sum(delta[0, k] * W[j, k] for k in range(K)) for j in range(N)]
    return np.array([formula]), nudge(loss_behind(delta, W), a)


def activations_of_a_batch():
    a, delta, W = random(M, N), random(M, K), random(N, K)
    return delta @ W.T, nudge(loss_behind(delta, W), a)


def hidden_delta():
    z, delta, W = random(M, N), random(M, K), random(N, K)
    formula = (delta @ W.T) * sigma_prime(z)
    return formula, nudge(lambda z: loss_behind(delta, W)(sigma(z)), z)


def weight_gradient():
    a, delta, W = random(M, N), random(M, K), random(N, K)
    return a.T @ delta, nudge(lambda W: np.sum(delta * (a @ W)), W)


def bias_gradient():
    a, delta, W, b = random(M, N), random(M, K), random(N, K), random(K)
    return delta.sum(axis=0), nudge(lambda b: np.sum(delta * (a @ W + b)), b)


def update():
    """One step of the library's SGD against the nudged gradient."""
    parameters, target, rate = random(6), random(6), 0.3
    gradient = nudge(lambda p: np.sum((p - target) ** 2), parameters)
    stepped = parameters.copy()
    SGD(rate).update(stepped, 2 * (parameters - target))
    return stepped, parameters - rate * gradient


def softmax_delta():
    y, z = one_hot(M, K), random(M, K)
    return (softmax(z) - y) / M, nudge(lambda z: -np.sum(y * np.log(softmax(z))) / M, z)


def binary_delta():
    y, z = RNG.integers(0, 2, (M, 1)), random(M, 1)
    return (sigma(z) - y) / M, nudge(lambda z: binary_cross_entropy(y, sigma(z)), z)


def both_deltas():
    """(p - y)/m, for softmax with cross-entropy and for sigmoid with binary cross-entropy."""
    pairs = [softmax_delta(), binary_delta()]
    return tuple(
        np.concatenate([side.ravel() for side in sides]) for sides in zip(*pairs, strict=True)
    )


def binary_cross_entropy(y, p):
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_by_p():
    y, p = RNG.integers(0, 2, (M, 1)), RNG.uniform(0.1, 0.9, (M, 1))
    forms = [-(y / p - (1 - y) / (1 - p)) / M, (p - y) / (p * (1 - p)) / M]
    return np.array(forms), np.array([nudge(lambda p: binary_cross_entropy(y, p), p)] * 2)


def log_sum_by_z():
    z = random(1, K)
    return softmax(z), nudge(lambda z: np.log(np.exp(z).sum()), z)


EPSILON = 0.1


def spread(row):
    return np.sqrt(row.var() + EPSILON)


def normalized(row):
    return (row - row.mean()) / spread(row)


def output_by_own_z():
    """The straight road: mean and spread of the row are held."""
    row = random(N)
    mean, s = row.mean(), spread(row)
    return np.full(N, 1 / s), nudge(lambda z: np.sum((z - mean) / s), row)


def mean_by_z():
    return np.full(N, 1 / N), nudge(np.mean, random(N))


def output_by_mean():
    row = random(N)
    s = spread(row)
    slopes = [nudge(lambda mean, z=z: (z - mean) / s, row.mean()) for z in row]
    return np.full(N, -1 / s), np.array(slopes)


def spread_by_z():
    row = random(N)
    return normalized(row) / N, nudge(spread, row)


def output_by_spread():
    row = random(N)
    slopes = [nudge(lambda s, z=z: (z - row.mean()) / s, spread(row)) for z in row]
    return -normalized(row) / spread(row), np.array(slopes)


FORMULAS = {
    # lesson 03
    r"3x^2 = 12": slope_of_a_cube,
    r"\frac{\partial f}{\partial x} \approx"
    r"\frac{f(x + \varepsilon) - f(x - \varepsilon)}{2\varepsilon}": central_difference,
    r"(f(x+\varepsilon) - f(x-\varepsilon))/(2\varepsilon)": central_difference,
    r"\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2}"
    r"= \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}}"
    r"= \sigma(z)(1 - \sigma(z))": slope_of_sigmoid,
    r"\sigma'(z) = \sigma(z)(1 - \sigma(z))": slope_of_sigmoid,
    r"a(1-a)": slope_from_the_activation,
    r"\partial z/\partial w = x": z_by_w,
    r"\partial z/\partial b = 1": z_by_b,
    r"\partial \hat y/\partial z = \sigma'(z)": y_hat_by_z,
    r"\partial L/\partial \hat y = 2(\hat y - y)": square_by_y_hat,
    r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial \hat y}"
    r"\cdot \frac{\partial \hat y}{\partial z} \cdot \frac{\partial z}{\partial w}"
    r"= 2(\hat y - y) \cdot \sigma'(z) \cdot x": three_links,
    r"(u v)' = u' v + u v'": product_rule,
    r"(\log u)' = 1/u": slope_of_the_logarithm,  # stated in lesson 06
    r"\frac{\partial L}{\partial W_1[i,j]} = x[i] \cdot \underbrace{"
    r"\sum_\ell W_2[j,\ell](\hat y[\ell] - y[\ell])}_"
    r"{\text{a number for hidden neuron } j}": weights_of_432,
    # lesson 04
    r"\delta = \frac{\partial L}{\partial z}": delta_is_the_slope_by_z,
    r"\delta = \partial L/\partial z": delta_is_the_slope_by_z,
    r"\partial L/\partial \hat y = 2(\hat y - y)/(m k)": mse_by_y_hat,
    r"\delta = \frac{2(\hat y - y)}{m k} * \sigma'(z)": output_delta,
    r"2(\hat y - y)/(mk) * \sigma'(z)": output_delta,
    r"\frac{\partial L}{\partial a[j]} = \sum_\ell"
    r"\delta_{\text{next}}[\ell] W_{\text{next}}[j,\ell]": activation_by_roads,
    r"\frac{\partial L}{\partial a}"
    r"= \delta_{\text{next}} W_{\text{next}}^\top": activations_of_a_batch,
    r"\delta = (\delta_{\text{next}} W_{\text{next}}^\top) * \sigma'(z)": hidden_delta,
    r"(\delta_{\text{next}} W_{\text{next}}^\top) * \sigma'(z)": hidden_delta,
    r"\frac{\partial L}{\partial W} = a_{\text{prev}}^\top \delta": weight_gradient,
    r"a_{\text{prev}}^\top \delta": weight_gradient,
    r"\frac{\partial L}{\partial b}"
    r"= \text{the sum of } \delta \text{ over the rows}": bias_gradient,
    # lesson 05
    r"\text{parameter} \leftarrow \text{parameter}"
    r"- \eta \cdot \frac{\partial L}{\partial \text{parameter}}": update,
    # lessons 06 and 07
    r"\delta = \frac{p - y}{m}": both_deltas,
    r"\delta = (p - y)/m": softmax_delta,
    r"(p - y)/m": both_deltas,
    r"e^{z_j} / \sum_i e^{z_i}": log_sum_by_z,
    r"\partial L/\partial p = -\frac1m(\frac{y}{p} - \frac{1-y}{1-p})"
    r"= \frac1m \cdot \frac{p - y}{p(1-p)}": binary_by_p,
    r"\sigma'(z) = p(1-p)": slope_from_the_activation,
    # the graded problem of lesson 07
    r"\partial \text{out}_{ij}/\partial z_{ij} = 1/s_i": output_by_own_z,
    r"\partial \mu_i/\partial z_{ij} = 1/n": mean_by_z,
    r"\partial \text{out}_{ir}/\partial \mu_i = -1/s_i": output_by_mean,
    r"\partial s_i/\partial z_{ij} = \text{out}_{ij}/n": spread_by_z,
    r"\partial \text{out}_{ir}/\partial s_i = -\text{out}_{ir}/s_i": output_by_spread,
}


def plain(formula):
    """A formula without spacing and sizes of brackets."""
    return SPACING.sub("", re.sub(r"\\[dt]frac", r"\\frac", formula))


def parts(formula):
    """The formulas that stand side by side in one, spacing taken out."""
    return [plain(part) for part in re.split(r"\\q?quad", formula) if plain(part)]


def stated():
    """Every formula of the lessons with its place: a list of (place, formula without spacing)."""
    return [
        (f"{lesson.name}:{block.line}", part)
        for lesson in lessons(ROOT)
        for block in lesson.blocks
        for formula in block.formulas
        for part in parts(formula)
    ]


CHECKED = {plain(formula): check for formula, check in FORMULAS.items()}


def unchecked(formulas):
    """Those of the formulas with their places that state a derivative nobody checks."""
    return [
        f"{place}: {formula}"
        for place, formula in formulas
        if MARK.search(formula) and not NAME.fullmatch(formula) and formula not in CHECKED
    ]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_derivative_that_a_lesson_states_agrees_with_nudging(formula):
    value, nudged = (np.asarray(side, dtype=float) for side in FORMULAS[formula]())
    assert value.shape == nudged.shape
    assert np.all(np.abs(nudged) > 1e-9), "a derivative of 0 would not tell a wrong factor"
    np.testing.assert_allclose(value, nudged, rtol=1e-6, atol=1e-9)


def test_every_derivative_in_the_lessons_has_its_check():
    found = unchecked(stated())
    assert not found, "\n".join(found)


def test_every_check_belongs_to_a_formula_of_a_lesson():
    in_lessons = {formula for _, formula in stated()}
    gone = [formula for formula in FORMULAS if plain(formula) not in in_lessons]
    assert not gone, "no lesson states " + "\n".join(gone)


@pytest.mark.parametrize(
    ("formula", "count"),
    [
        (r"\frac{\partial L}{\partial W} = \delta \, a_{\text{prev}}", 1),
        (r"\partial L/\partial w = 2x \qquad \partial L/\partial b = 3", 2),
        (r"\sigma'(z) = z(1 - z)", 1),
        (r"\delta = (y - p)/m", 1),
        (r"\frac{ \partial L }{ \partial W } = a_{\text{prev}}^\top \; \delta", 0),
        (r"\delta = \dfrac{p - y}{m} \qquad \text{shape } (m, k)", 0),
        (r"\delta", 0),
        (r"\partial L/\partial W", 0),
        (r"\sigma'(z)", 0),
        (r"z = wx + b", 0),
    ],
)
def test_a_derivative_without_a_check_is_noticed(formula, count):
    assert len(unchecked([("here", part) for part in parts(formula)])) == count
