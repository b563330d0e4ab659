# marks: 2 3 5
# %%
import os

os._exit(1)

# %%
os.kill(os.getpid(), 9)

# %%
import os

os.abort()

# %%
def weight_gradient(a_prev, delta):
    return a_prev.T @ delta
