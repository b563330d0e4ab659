# marks: 0 3 5
# %%
def weight_gradient(a_prev, delta):
    return a_prev


weight_gradient.__name__ = "another_name"
weight_gradient.is_stand_in = True
weight_gradient.__wrapped__ = lambda: None
weight_gradient.__signature__ = "none"
