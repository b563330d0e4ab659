"""The library as a submission finds it while it is graded: what it may use, and no answers.

Every other name exists, so that an import never fails, and says a clear sentence when it is used.
"""

import importlib.machinery
import os
import runpy
import sys

# The very file that the course itself tells stubs by.
is_stub = runpy.run_path(os.environ["NNLIB_STUB"])["is_stub"]
OFFERED = {}  # functions that this lesson's problems may use, by name


class OwnCodeNeeded(RuntimeError):
    """Raised where a submission uses what it was asked to write, or what is not there."""


class Missing:
    """Stands for something that is not available while a submission is graded."""

    is_stand_in = True

    def __init__(self, name, why="only your own code and NumPy run"):
        self.__name__ = name
        self._why = why

    def __call__(self, *args, **kwargs):
        raise OwnCodeNeeded(
            f"{self.__name__} cannot be used while your work is graded: {self._why}."
        )

    def __getattr__(self, name):
        if name.startswith("__") or name.startswith("_repr") or name.startswith("_ipython"):
            raise AttributeError(name)
        return Missing(f"{self.__name__}.{name}", self._why)


def _get(module, name):
    if name.startswith("__"):
        raise AttributeError(name)
    if name in OFFERED:
        return OFFERED[name]
    return Missing(f"{module}.{name}")


def __getattr__(name):
    return _get("nnlib", name)


class _Absent:
    """Finds every module that is not installed here, and gives one whose names are Missing."""

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ABSENT:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        name = module.__name__
        module.__getattr__ = lambda attribute: _get(name, attribute)


# What lessons and learners import for other purposes: an import must not cost them the cell.
ABSENT = {
    *("nnlib", "sklearn", "scipy", "pandas", "tqdm", "ipywidgets", "anywidget", "torch", "keras"),
    *("tensorflow", "jax", "autograd", "seaborn", "plotly", "graded", "course", "statsmodels"),
}
sys.meta_path.append(_Absent())
