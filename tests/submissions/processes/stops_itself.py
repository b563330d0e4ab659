# marks: 0 3 5
# %%
import os
import signal


def weight_gradient(a_prev, delta):
    os.kill(os.getpid(), signal.SIGSTOP)
    return a_prev.T @ delta
