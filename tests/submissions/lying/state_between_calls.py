# marks: 0 3 5
# %%
calls = []


def weight_gradient(a_prev, delta, seen=[]):  # noqa: B006
    seen.append(1)
    calls.append((a_prev, delta))
    return a_prev.T @ delta * (1 if len(seen) % 2 else 1.001)
