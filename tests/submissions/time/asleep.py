# marks: 0 3 5
# %%
import time


def weight_gradient(a_prev, delta):
    time.sleep(10**6)
