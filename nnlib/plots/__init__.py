"""Figures of the course in one quiet house style; each carries a description made from its data."""

from nnlib.plots.boundary import decision_boundary
from nnlib.plots.diagram import network_diagram
from nnlib.plots.display import show
from nnlib.plots.images import confusion, digits, mistakes, probabilities, weight_pictures
from nnlib.plots.inside import activation_histograms
from nnlib.plots.landscape import loss_contour, loss_slice, loss_surface
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
    "neurons_and_output",
    "number",
    "probabilities",
    "residuals",
    "show",
    "strip",
    "weight_pictures",
]
