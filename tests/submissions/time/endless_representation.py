# marks: 0 3 5
# %%
class Endless(Exception):
    def __str__(self):
        while True:
            pass


def weight_gradient(a_prev, delta):
    raise Endless
