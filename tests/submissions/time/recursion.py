# marks: 0 3 5
# %%
import sys

sys.setrecursionlimit(10**9)


def weight_gradient(a_prev, delta):
    return weight_gradient(a_prev, delta)
