"""A picture per step, with play, pause and a slider to go to any step."""

import ipywidgets

from nnlib.widgets.explorer import Explorer
from nnlib.widgets.names import Names


class Player(Explorer):
    """An Explorer with one slider, `step`, and a button that moves it on by itself."""

    def __init__(self, draw, steps, interval=150):
        if steps < 2:
            raise ValueError(f"An animation needs two or more steps, got {steps!r}.")
        ends = {"min": 0, "max": steps - 1}
        slider = ipywidgets.IntSlider(0, **ends, description="step")
        super().__init__(lambda step: draw(step), step=slider)
        self.play = ipywidgets.Play(value=0, interval=interval, **ends)
        # In the browser, so that it plays on while the kernel draws.
        self.link = ipywidgets.jslink((self.play, "value"), (slider, "value"))
        self.widget = ipywidgets.VBox([ipywidgets.HBox([self.play, slider, Names()]), self.screen])


def animate(draw, steps, interval=150, still=None):
    """None; shows the pictures `draw(0)` to `draw(steps − 1)` with play, pause and a slider.

    draw: function of the step that returns a Picture; interval: milliseconds between two steps;
    still: the Picture where no kernel is, or None for the last step.
    Raises ValueError for fewer than 2 steps.
    """
    player = Player(draw, steps, interval)
    player.screen.show(player.widget, draw(steps - 1) if still is None else still)
