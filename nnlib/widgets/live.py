"""Something that learns while one watches: start, pause and stop at any time."""

import asyncio

import ipywidgets

from nnlib.widgets.explorer import Explorer
from nnlib.widgets.screen import attempt


class Live(Explorer):
    """Pictures that are made one after the other, while the buttons and sliders stay alive.

    frames: function of the sliders' values that returns an iterator of Pictures. `advance()` makes
    the next one; `running` is the button that starts and pauses, `again` the one that starts over.
    """

    def __init__(self, frames, **sliders):
        self._frames, self._task = frames, None
        super().__init__(self._first, **sliders)
        self.running = ipywidgets.ToggleButton(description="Start", icon="play")
        self.again = ipywidgets.Button(description="Start over", icon="undo")
        self.running.observe(self._toggled, "value")
        self.again.on_click(lambda _: self._redraw(None))
        buttons = ipywidgets.HBox([self.running, self.again])
        self.widget = ipywidgets.VBox([*self.widget.children[:-1], buttons, self.screen])

    def _first(self, **values):
        self._iterator = iter(self._frames(**values))
        return next(self._iterator)

    def advance(self):
        """Whether there was another picture; if so, it is shown."""
        try:
            picture = next(self._iterator, None)
        except Exception as error:
            self.screen.fail(error)
            return False
        if picture is not None:
            attempt(self.screen, lambda: picture)
        return picture is not None

    def _toggled(self, change):
        self.running.description = "Pause" if change["new"] else "Start"
        self.running.icon = "pause" if change["new"] else "play"
        if change["new"] and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self):
        while self.running.value and self.advance():
            # The kernel listens here: without this pause no button would be heard.
            await asyncio.sleep(0.02)
        self.running.value = False


def live(frames, still=None, **sliders):
    """None; shows pictures as they are made, with Start, Pause, Start over, and sliders.

    frames: function of the sliders' values that returns an iterator of Pictures; the first one is
    shown at once. A slider that moves starts over. still: the Picture where no kernel is, or None
    for the first one. sliders: as `explore`, or none.
    """
    shown = Live(frames, **sliders)
    shown.screen.show(shown.widget, still)
