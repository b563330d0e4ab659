"""Dense layers: forward and backward, side by side."""

from functools import lru_cache

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.checks import array, choose, whole

ones = lru_cache(np.ones)  # kept: to make them anew takes longer than the sum they stand for


class Dense:
    """A layer a = g(z) with z = a_prev W + b (lessons 01 and 04).

    input_dim is n_in and output_dim n_out: W is (n_in, n_out), b (n_out,), a_prev (m, n_in), z and
    a (m, n_out). `init` names the spread of the random starting weights ("glorot", "he", "normal"
    for 0.1; None takes "he" for relu and "glorot" else), biases then start at 0; or it gives the
    arrays (W, b). A network takes a copy of the layer and gives it `W` and `b`; a forward pass
    leaves `z` and `a`, a backward pass `dW` = ∂L/∂W and `db` = ∂L/∂b.
    Raises ValueError for sizes below 1 and unknown activations; the network that takes the layer,
    for unknown names of `init` and arrays that do not fit.
    """

    def __init__(self, input_dim, output_dim, activation="identity", init=None):
        self.n_in, self.n_out = whole("input_dim", input_dim), whole("output_dim", output_dim)
        self.g, self.g_backward = choose("activation", activation, ACTIVATIONS)
        self.activation, self.init = activation, init

    def start(self, rng):
        """Return the starting values of W and b in one flat vector, given or drawn from rng."""
        n_in, n_out, init = self.n_in, self.n_out, self.init
        if isinstance(init, tuple | list) and len(init) == 2:
            return np.append(array("W", init[0], (n_in, n_out)), array("b", init[1], (n_out,)))
        # Glorot & Bengio 2010, He et al. 2015
        variances = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "normal": 0.01}
        default = "he" if self.activation == "relu" else "glorot"
        spread = choose("init", default if init is None else init, variances) ** 0.5
        return np.append(rng.normal(0, spread, n_in * n_out), np.zeros(n_out))

    def __reduce__(self):  # a copy or a pickle is made anew, without what a pass left behind
        return type(self), (self.n_in, self.n_out, self.activation, self.init)

    def forward(self, a_prev):
        """Return a = g(z), z = a_prev W + b, for a_prev (m, n_in)."""
        self.a_prev, self.z = a_prev, a_prev.dot(self.W) + self.b  # @ is slower on small ones
        self.a = self.g(self.z)
        return self.a

    def backward(self, delta):
        """Set dW = a_prevᵀ δ and db = the column sums of δ (m, n_out)."""
        self.a_prev.T.dot(delta, out=self.dW)
        ones(len(delta), delta.dtype).dot(delta, out=self.db)  # on small batches a third of sum

    def error_term(self, grad_a):
        """Return δ = ∂L/∂z from ∂L/∂a, both (m, n_out): through an activation, `*`."""
        return self.g_backward(grad_a, self.z, self.a)

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out}, {self.activation!r})"
