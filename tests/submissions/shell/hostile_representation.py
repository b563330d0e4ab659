# marks: 2 3 5
# %%
def weight_gradient(a_prev, delta):
    return a_prev.T @ delta


# %%
class Hostile:
    def __getattr__(self, name):
        raise SystemExit

    def __repr__(self):
        raise KeyboardInterrupt


Hostile()
