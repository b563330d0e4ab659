# marks: 0 3 5
# %%
import numpy as np


def weight_gradient(a_prev, delta):
    return np.zeros(30_000_000)
