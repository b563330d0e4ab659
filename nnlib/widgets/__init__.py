"""Interactive figures: sliders that redraw a picture; the picture alone where no kernel is."""

from nnlib.widgets.explorer import explore

__all__ = ["explore"]
