"""Settings of all tests, those in tests/ and the notebooks of lessons/ and solutions/."""

from course import bootstrap

# Before NumPy and matplotlib are imported: they read their settings then.
bootstrap.isolate()

pytest_plugins = ["course.nbval_plugin"]
