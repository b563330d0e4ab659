# marks: 0 3 5
# %%
def weight_gradient(a_prev, delta):
    return [[] for _ in range(2_000_000)]
