# marks: 0 0 0
# %%
import numpy as np


def weight_gradient(a_prev, delta):
    return np.full((a_prev.shape[1], delta.shape[1]), np.nan)


def bias_gradient(delta):
    return np.full(delta.shape[1], np.inf)


def hidden_delta(delta_next, W_next, z):
    return np.full(z.shape, None)
