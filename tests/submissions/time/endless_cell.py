# marks: 2 3 5 (the endless cell holds no answer)
# %%
def weight_gradient(a_prev, delta):
    return a_prev.T @ delta


# %%
while True:
    pass
