"""Neural networks from scratch in NumPy: the reference library of the course."""
# ruff: noqa: F401 - imported for the user

from nnlib.gradients import check_gradients, numerical_gradient
from nnlib.layers import Dense
from nnlib.network import Network
from nnlib.optimizers import SGD, Adam, cosine, step
