"""The screen of an interactive figure: a picture that can be replaced, with its words."""

import base64
import html
import traceback

import ipywidgets

from nnlib.plots.display import bundle, publish
from nnlib.plots.words import number

VIEW = "application/vnd.jupyter.widget-view+json"


class Screen(ipywidgets.HTML):
    """A widget that shows a picture with its description as alternative text, or an error.

    `png` holds the bytes of the picture that is seen, `words` its description.
    """

    def __init__(self, figure):
        super().__init__()
        self._shape = None
        self.put(figure)

    def put(self, figure):
        """None; the figure takes the place of the one before. Raises ValueError without words."""
        shape = _shape(figure)
        if shape == self._shape:
            # To arrange the axes costs as much as to draw them: they stay where they were.
            figure.set_layout_engine("none")
            for ax, place in zip(figure.axes, self._places, strict=True):
                ax.set_position(place)
        self._data, self._metadata = bundle(figure)
        self._shape, self._places = shape, [ax.get_position() for ax in figure.axes]
        self.value = self._data["text/html"]

    def fail(self, error):
        """None; the error is shown in words, with the lines where it arose, above the picture."""
        trace = html.escape("".join(traceback.format_exception(error)[-2:]))
        self.value = (
            f'<div role="alert"><b>The drawing failed: {html.escape(str(error))}</b>'
            f"<pre>{trace}</pre></div>{self._data['text/html']}"
        )

    @property
    def png(self):
        """The bytes of the picture that is seen."""
        return base64.b64decode(self._data["image/png"])

    @property
    def words(self):
        """The description of the picture that is seen."""
        return self._data["text/plain"]

    def show(self, widget, still=None):
        """None; `widget`, which holds this screen, is shown; where no kernel is, the picture.

        still: a figure that tells more without a kernel than the picture, or None.
        Both are one output: a page without a kernel takes the next best thing in it.
        """
        data, metadata = bundle(still) if still is not None else (self._data, self._metadata)
        publish({**data, VIEW: widget._repr_mimebundle_()[VIEW]}, metadata)


def _shape(figure):
    """What the room for the axes depends on: the figure's size, its axes, their tick labels."""
    labels = [[len(number(end, 2)) for end in ax.get_ylim()] for ax in figure.axes]
    return tuple(figure.get_size_inches()), labels


def attempt(screen, draw):
    """None; what `draw()` returns is put on the screen, or the error that it raised.

    An exception in a widget's callback reaches no cell and would be lost.
    """
    try:
        screen.put(draw())
    except Exception as error:
        screen.fail(error)
