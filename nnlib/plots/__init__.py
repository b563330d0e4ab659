"""Figures of the course in one quiet house style; each carries a description made from its data."""

from nnlib.plots.over_points import curves, hidden_and_output, learning_curves, neuron, residuals
from nnlib.plots.images import confusion, digits, mistakes, probabilities, weight_pictures
from nnlib.plots.diagram import network_diagram
from nnlib.plots.display import show
from nnlib.plots.style import Picture, canvas, describe, house_style, number

__all__ = [
    "Picture",
    "canvas",
    "confusion",
    "curves",
    "describe",
    "digits",
    "hidden_and_output",
    "house_style",
    "learning_curves",
    "mistakes",
    "network_diagram",
    "neuron",
    "number",
    "probabilities",
    "residuals",
    "show",
    "weight_pictures",
]
