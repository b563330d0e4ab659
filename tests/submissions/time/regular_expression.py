# marks: 0 3 5
# %%
import re


def weight_gradient(a_prev, delta):
    return re.match("(a+)+b", 40 * "a")
