# marks: 0 3 5
# %%
from nnlib import SGD, Dense, Network


def weight_gradient(a_prev, delta):
    net = Network([Dense(a_prev.shape[1], delta.shape[1])], loss="mse")
    net.fit(a_prev, delta, optimizer=SGD(0.1))
    return net.layers[0].dW
