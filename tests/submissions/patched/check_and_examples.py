# marks: 0 3 5
# %%
def check(f, exercise=None):
    return f


def examples(*args):
    return None


def grade(*args):
    return None


class NotRight(Exception):
    pass


def weight_gradient(a_prev, delta):
    return a_prev
