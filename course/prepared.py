"""What a forked kernel finds imported already: see forked.py."""

# ruff: noqa: E402, F401
import gc
import os
import sys

sys.modules["debugpy"] = None  # nobody debugs these kernels, and it takes as long as NumPy
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as in every kernel

import ipykernel.debugger
import ipykernel.ipkernel
import ipykernel.kernelapp
import IPython.core.completerlib
import IPython.core.debugger
import IPython.extensions.storemagic
import tornado.platform.asyncio

import nnlib.datasets
import nnlib.exercises
import nnlib.plots
import nnlib.widgets

nnlib.exercises.exercises()  # their files are imported only when a name is looked up
gc.freeze()  # a kernel need not look through all this for what is no longer used
