# marks: 0 3 5
# %%
import autograd.numpy as anp
import torch
from sklearn.neural_network import MLPRegressor


def weight_gradient(a_prev, delta):
    return torch.autograd.grad(MLPRegressor(), anp.zeros(1))
