# marks: 0 3 5
# %%
import inspect


def weight_gradient(a_prev, delta):
    return delta


names = [inspect.Parameter(f"p{i}", 3) for i in range(5_000)]
weight_gradient.__signature__ = inspect.Signature(names)
