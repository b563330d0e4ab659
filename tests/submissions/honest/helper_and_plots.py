# marks: 2 3 5
# %%
import matplotlib.pyplot as plt
import numpy as np
from nnlib import plots
from nnlib.exercises import check, keep

SCALE = 1.0

# %%
plt.plot(np.arange(3))
plt.show()
plots.curve(np.arange(3))


# %%
def _transposed(a):
    return a.T * SCALE


def weight_gradient(a_prev, delta):
    return _transposed(a_prev) @ delta


# %%
weight_gradient = check(weight_gradient)
keep(weight_gradient)
