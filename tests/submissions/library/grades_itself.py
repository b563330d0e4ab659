# marks: 0 0 0
# %%
from graded import grade
from nnlib.exercises import check, diagnose

weight_gradient = check(lambda a_prev, delta: a_prev, exercise="weight_gradient")
bias_gradient = grade
hidden_delta = diagnose
