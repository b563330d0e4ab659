"""The one door through which a figure reaches the reader: small PNG, description, both together."""

import base64
import html
import io
import struct

from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from nnlib.plots.style import house_style


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


def image_tag(picture, description):
    """The bytes of a PNG file as an HTML image with its alternative text."""
    # Width and height stand in the file's header; without them the page jumps, and without the
    # synchronous decoding the picture blinks, whenever a widget draws it anew.
    width, height = struct.unpack(">II", picture[16:24])
    return (
        f'<img alt="{html.escape(description)}" width="{width}" height="{height}" '
        f'decoding="sync" style="max-width:100%;height:auto" '
        f'src="data:image/png;base64,{base64.b64encode(picture).decode()}">'
    )


def bundle(figure, description=None):
    """What a front end is sent, (data, metadata): the picture, its alternative text, the text.

    Raises ValueError if neither the argument nor the figure has a description.
    """
    description = (description or getattr(figure, "description", "") or "").strip()
    if not description:
        raise ValueError("A figure needs a description: show(figure, 'What is seen.').")
    picture = png(figure)
    data = {
        # JupyterLab, nbconvert and Sphinx drop the alternative text that the metadata hold for
        # a PNG, and prefer HTML, which carries it to the page, with or without a kernel.
        "text/html": image_tag(picture, description),
        "image/png": base64.b64encode(picture).decode(),
        "text/plain": description,
    }
    return data, {"image/png": {"alt": description}}


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
    """None; the bundle goes to the front end; without one, its text is printed."""
    try:
        from IPython import get_ipython
        from IPython.display import publish_display_data
    except ImportError:
        get_ipython = bool
    if get_ipython():
        publish_display_data(data, metadata)
    else:
        print(data["text/plain"])


def _close(figure):
    """pyplot keeps its figures, and the notebook would show them a second time."""
    number = getattr(figure, "number", None)
    if number is not None:
        from matplotlib import pyplot

        pyplot.close(figure)
