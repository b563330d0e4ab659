"""The core stands on NumPy alone, and no file of it knows the layers above it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "nnlib"
CORE = [
    "__init__", "activations", "checks", "gradients", "layers", "losses", "metrics", "network",
    "optimizers", "training",
]  # fmt: skip
OPTIONAL = ("matplotlib", "ipywidgets", "IPython", "sklearn", "scipy", "pandas")
# tqdm shows the bar of a long run: imported when a network is trained, if it is installed.
ALLOWED = {"numpy", "tqdm"}

LOADED = """
import sys, numpy.random
before = set(sys.modules)
import nnlib
assert "tqdm" not in sys.modules
net = nnlib.Network([nnlib.Dense(2, 2, "softmax")]).fit([[0, 1], [1, 0]], [0, 1], epochs=2)
nnlib.check_gradients(net, [[0, 1]], [1])
print(*{name.split(".")[0] for name in set(sys.modules) - before})
"""


def test_importing_and_training_load_little_besides_numpy():
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "nnlib" in loaded
    assert not loaded & set(OPTIONAL)
    assert loaded - {"__mp_main__"} <= {"nnlib", *ALLOWED} | set(sys.stdlib_module_names)
    assert done.stderr == ""


def imported(path):
    """Return the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out in full"
            yield node.module


@pytest.mark.parametrize("name", CORE)
def test_a_core_file_imports_the_core_numpy_and_the_standard_library_alone(name):
    for module in imported(PACKAGE / f"{name}.py"):
        top, _, inside = module.partition(".")
        if top == "nnlib":
            assert inside in CORE
        else:
            assert top in ALLOWED | set(sys.stdlib_module_names)
