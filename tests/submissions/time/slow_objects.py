# marks: 0 3 5
# %%
import numpy as np


class Slow(np.ndarray):
    def __array_finalize__(self, obj):
        while True:
            pass


def weight_gradient(a_prev, delta):
    return (a_prev.T @ delta).view(Slow)
