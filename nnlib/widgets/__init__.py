"""Interactive figures: sliders that redraw a picture; the picture alone where no kernel is."""

from nnlib.widgets.digit import draw_digit, draw_digit_strip
from nnlib.widgets.explorer import explore
from nnlib.widgets.landscape import loss_landscape
from nnlib.widgets.lessons import (
    backward_pass,
    descent,
    neuron_chain,
    race,
    seven_parameters,
    seven_parameters_strip,
    watch_training,
)
from nnlib.widgets.live import live
from nnlib.widgets.player import animate
from nnlib.widgets.strokes import strokes_to_pixels

__all__ = [
    "animate",
    "backward_pass",
    "descent",
    "draw_digit",
    "draw_digit_strip",
    "explore",
    "live",
    "loss_landscape",
    "neuron_chain",
    "race",
    "seven_parameters",
    "seven_parameters_strip",
    "strokes_to_pixels",
    "watch_training",
]
