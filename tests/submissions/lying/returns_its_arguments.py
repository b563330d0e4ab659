# marks: 0 0 0
# %%
def weight_gradient(a_prev, delta):
    return a_prev, delta


def bias_gradient(delta):
    return delta


def hidden_delta(delta_next, W_next, z):
    return globals()
