"""Settings of all tests, those in tests/ and the notebooks of lessons/ and solutions/."""

import os

# Before NumPy is imported: the tests run in parallel, and two threads each would get in the way.
os.environ.setdefault("OMP_NUM_THREADS", "1")

pytest_plugins = ["course.nbval_plugin"]
