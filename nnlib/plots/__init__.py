"""Figures of the course in one quiet house style; each carries a description made from its data."""

from nnlib.plots.boundary import decision_boundary
from nnlib.plots.chain import neuron_chain
from nnlib.plots.diagram import network_diagram, pass_step
from nnlib.plots.display import show
from nnlib.plots.images import (
    confusion,
    digits,
    mistakes,
    probabilities,
    reading,
    weight_pictures,
)
from nnlib.plots.inside import activation_histograms
from nnlib.plots.landscape import loss_contour, loss_slice, loss_surface
from nnlib.plots.learning import descent_step, training_step
from nnlib.plots.over_points import (
    curves,
    hidden_and_output,
    learning_curves,
    neuron,
    neurons_and_output,
    residuals,
)
from nnlib.plots.strips import strip
from nnlib.plots.style import Picture, canvas, describe, house_style
from nnlib.plots.words import number

__all__ = [
    "Picture",
    "activation_histograms",
    "canvas",
    "confusion",
    "curves",
    "decision_boundary",
    "descent_step",
    "describe",
    "digits",
    "hidden_and_output",
    "house_style",
    "learning_curves",
    "loss_contour",
    "loss_slice",
    "loss_surface",
    "mistakes",
    "network_diagram",
    "neuron",
    "neuron_chain",
    "neurons_and_output",
    "number",
    "pass_step",
    "probabilities",
    "reading",
    "residuals",
    "show",
    "strip",
    "training_step",
    "weight_pictures",
]
