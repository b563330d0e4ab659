# marks: 0 3 5
# %%
def weight_gradient(a_prev, delta):
    return "x" * 500_000_000
