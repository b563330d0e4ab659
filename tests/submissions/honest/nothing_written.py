# marks: 0 0 0
# %%
def weight_gradient(a_prev, delta): ...


# %%
def bias_gradient(delta):
    """The sum over the examples."""
    ...  # your code here


# %%
def hidden_delta(delta_next, W_next, z):
    raise NotImplementedError
