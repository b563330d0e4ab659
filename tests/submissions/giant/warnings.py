# marks: 2 3 5
# %%
import warnings


def weight_gradient(a_prev, delta):
    for number in range(5000):
        warnings.warn(f"{number}" * 100, stacklevel=2)
    return a_prev.T @ delta
