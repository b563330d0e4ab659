# marks: 0 0 0
# %%
import numpy as np


def weight_gradient(a_prev, delta):
    return np.empty((0, 0))


def bias_gradient(delta):
    return np.empty((10**9, 0))


def hidden_delta(delta_next, W_next, z):
    return []
