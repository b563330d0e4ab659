"""Dense layers: forward and backward, side by side."""

from numbers import Integral

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.checks import array, choose, number

# Standard deviation of the normal starting weights: Glorot & Bengio 2010, He et al. 2015.
INITIALISERS = {
    "glorot": lambda n_in, n_out: (2 / (n_in + n_out)) ** 0.5,
    "he": lambda n_in, n_out: (2 / n_in) ** 0.5,
    "normal": lambda n_in, n_out: 0.1,
}


class Dense:
    """A layer a = g(z) with z = a_prev W + b (lessons 01 and 04).

    W is (n_in, n_out), b (n_out,), a_prev (m, n_in), z and a (m, n_out). `init` names the spread
    of the random starting weights ("glorot", "he", "normal" for 0.1; None takes "he" for relu and
    "glorot" else), biases then start at 0; or it gives the arrays (W, b). A forward pass leaves
    `z` and `a`, a backward pass `dW` = ∂L/∂W and `db` = ∂L/∂b.
    Raises ValueError for sizes below 1, unknown names, and arrays that do not fit.
    """

    def __init__(self, n_in, n_out, activation="identity", init=None):
        self.n_in, self.n_out = n_in, n_out
        for name in ("n_in", "n_out"):
            number(name, getattr(self, name), 1, kind=Integral)
        self.activation, self.g = activation, choose("activation", activation, ACTIVATIONS)
        self.init = ("he" if activation == "relu" else "glorot") if init is None else init
        self.size = (n_in + 1) * n_out
        self.W = None  # until a network binds the layer
        if not isinstance(self.init, tuple):
            choose("initialisation", self.init, INITIALISERS)
        elif [np.shape(given) for given in self.init] != [(n_in, n_out), (n_out,)]:
            shapes = [np.shape(given) for given in self.init]
            raise ValueError(f"init has shapes {shapes}: expected {[(n_in, n_out), (n_out,)]}")

    def bind(self, parameters, gradients, rng):
        """Make W, b, dW, db views of two flat vectors of `size` entries, and set W and b."""
        if self.W is not None:
            raise ValueError(f"{self!r} is part of a network already: expected a new Dense")
        shape, split = (self.n_in, self.n_out), self.n_in * self.n_out
        self.W, self.b = parameters[:split].reshape(shape), parameters[split:]
        self.dW, self.db = gradients[:split].reshape(shape), gradients[split:]
        if isinstance(self.init, tuple):
            self.W[:], self.b[:] = array("W", self.init[0]), array("b", self.init[1])
        else:
            self.W[:] = rng.normal(0, INITIALISERS[self.init](*shape), shape)

    def forward(self, a_prev):
        """Return a = g(z), z = a_prev W + b, for a_prev (m, n_in)."""
        z = a_prev.dot(self.W)  # the same as @, with half its overhead on small matrices
        z += self.b
        self.a_prev, self.z, self.a = a_prev, z, self.g.forward(z)
        return self.a

    def backward(self, delta):
        """Set dW = a_prevᵀ δ and db = the column sums of δ (m, n_out)."""
        self.a_prev.T.dot(delta, out=self.dW)
        np.add.reduce(delta, axis=0, out=self.db)

    def input_gradient(self, delta):
        """Return ∂L/∂a_prev = δ Wᵀ, shape (m, n_in): through a layer of weights, `@`."""
        return delta.dot(self.W.T)

    def error_term(self, grad_a):
        """Return δ = ∂L/∂z from ∂L/∂a, both (m, n_out): through an activation, `*`."""
        return self.g.backward(grad_a, self.z, self.a)

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out}, {self.activation!r})"
