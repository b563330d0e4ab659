# marks: 0 3 5
# %%
def weight_gradient(a_prev, delta):
    a = []
    for _ in range(50):
        a = [a, a, a]
    return a
