# marks: 0 0 5
# %%
def weight_gradient(a_prev, delta):
    result = a_prev.T @ delta
    a_prev *= 0
    delta *= 0
    return result


def bias_gradient(delta):
    result = delta.sum(axis=0)
    delta.resize((10**6,), refcheck=False)
    return result
