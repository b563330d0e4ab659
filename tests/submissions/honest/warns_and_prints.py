# marks: 2 3 5
# %%
import sys
import warnings

import numpy as np


def weight_gradient(a_prev, delta):
    print("shape", a_prev.shape)
    print("on the other stream", file=sys.stderr)
    warnings.warn("careful", stacklevel=2)
    np.log(np.zeros(1))
    return a_prev.T @ delta
