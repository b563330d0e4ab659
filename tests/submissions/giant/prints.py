# marks: 0 3 5
# %%
def weight_gradient(a_prev, delta):
    while True:
        print("x" * 1_000_000)
