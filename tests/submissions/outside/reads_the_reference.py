# marks: 0 3 5
# %%
import runpy
import sys

sys.path[:0] = ["@COURSE@", "@COURSE@/solutions", "@COURSE@/nnlib/exercises"]


def weight_gradient(a_prev, delta):
    module = runpy.run_path("@COURSE@/nnlib/exercises/lesson04.py")
    return module["weight_gradient"](a_prev, delta)
