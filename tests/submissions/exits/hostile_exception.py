# marks: 0 3 5
# %%
class Hostile(Exception):
    def __str__(self):
        raise SystemExit

    __repr__ = __str__

    @property
    def args(self):
        raise SystemExit


def weight_gradient(a_prev, delta):
    raise Hostile
