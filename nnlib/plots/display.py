"""The one door through which a figure reaches the reader: small PNG, description, both together."""

import base64
import html
import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from nnlib.plots.style import house_style

# JupyterLab gives an <img> no alternative text and offers no way to ask for it, so the words
# follow the picture, out of sight. Its cleaning of unrun notebooks keeps these properties.
HIDDEN = "position:absolute;width:1px;height:1px;overflow:hidden;white-space:nowrap;margin:0"


def png(figure):
    """The figure as the bytes of a PNG file (at most 256 colours): same figure, same bytes."""
    with house_style():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
    picture = picture.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=0)
    file = io.BytesIO()
    picture.save(file, "png")
    return file.getvalue()


def bundle(figure, description=None):
    """What a front end is sent: (data, metadata), the PNG with its alternative text, and the text.

    Raises ValueError if neither the argument nor the figure has a description.
    """
    description = (description or getattr(figure, "description", "") or "").strip()
    if not description:
        raise ValueError("A figure needs a description: show(figure, 'One sentence on what is seen.').")
    data = {"image/png": base64.b64encode(png(figure)).decode(), "text/plain": description}
    return data, {"image/png": {"alt": description}}


def hidden_text(description):
    """The description as HTML that is read aloud and not seen."""
    return f'<p style="{HIDDEN}">{html.escape(description)}</p>'


def show(figure, description=None):
    """None; the figure is shown once, with its description as alternative text.

    figure: a Picture, or any matplotlib figure (one made by pyplot is closed).
    description: what is seen, in a sentence or two; None takes the picture's own.
    Outside a notebook the description is printed. Raises ValueError if there is none.
    """
    data, metadata = bundle(figure, description)
    _close(figure)
    publish(data, metadata)


def publish(data, metadata):
    """None; the bundle goes to the front end, its words after it for those who cannot see it."""
    try:
        from IPython import get_ipython
        from IPython.display import publish_display_data
    except ImportError:
        get_ipython = bool
    if not get_ipython():
        print(data["text/plain"])
        return
    publish_display_data(data, metadata)
    if hasattr(get_ipython(), "kernel"):
        publish_display_data({"text/html": hidden_text(data["text/plain"])})


def _close(figure):
    """pyplot keeps its figures, and the notebook would show them a second time."""
    number = getattr(figure, "number", None)
    if number is not None:
        from matplotlib import pyplot

        pyplot.close(figure)
