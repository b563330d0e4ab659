# marks: 0 3 5
# %%
def weight_gradient(a_prev, delta):
    if a_prev.shape == (2, 2):
        return a_prev.T @ delta
    return 0 * a_prev.T @ delta
