# marks: 2 3 5
# %%
def weight_gradient(a_prev, delta):
    return a_prev.T @ delta


# %%
def weight_gradient(a_prev, delta):  # noqa: F811
    ...  # your code here
