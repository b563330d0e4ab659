# marks: 2 3 5
# %%
import numpy as np


def weight_gradient(a_prev, delta):
    result = np.zeros((a_prev.shape[1], delta.shape[1]))
    for i in range(a_prev.shape[1]):
        for j in range(delta.shape[1]):
            result[i, j] = sum(a_prev[k, i] * delta[k, j] for k in range(len(delta)))
    return result
