"""Optimizers (SGD with momentum, Adam) and the learning rate's schedules over the epochs.

An optimizer changes the flat vector of all parameters in place. A schedule is a number, which
stays, or a function of (epoch, epochs), epoch counted from 0, that returns the learning rate.
"""

import numpy as np

from nnlib.checks import number, whole


def step(rate, factor=0.5, every=10):
    """Return a schedule that multiplies rate by factor after every `every` epochs."""
    rate, factor, every = number("rate", rate), number("factor", factor), whole("every", every)
    return lambda epoch, epochs: rate * factor ** (epoch // every)


def cosine(rate, final=0.0):
    """Return a schedule that falls from rate towards final along half a cosine.

    Source: Loshchilov & Hutter 2017, without restarts. Raises ValueError for rates below 0.
    """
    rate, final = number("rate", rate), number("final", final)
    return lambda epoch, epochs: final + (rate - final) * (1 + np.cos(np.pi * epoch / epochs)) / 2


class SGD:
    """Gradient descent on mini-batches (lesson 05), with momentum (Polyak 1964).

    velocity = momentum · velocity + learning_rate · gradient; parameters -= velocity.
    The learning rate is a number or a schedule. `fit` works on a copy: a run
    leaves the optimizer as it was.
    Raises ValueError for a learning rate below 0 or a momentum outside [0, 1).
    """

    def __init__(self, learning_rate=0.1, momentum=0.0):
        self.schedule, self.velocity = learning_rate, 0.0
        self.momentum = number("momentum", momentum, 0, 1)
        self.start_epoch(0, 100)  # as many as a run has unless it is told otherwise

    def start_epoch(self, epoch, epochs):
        """Set the learning rate of an epoch; ValueError if it is not a number of at least 0."""
        rate = self.schedule(epoch, epochs) if callable(self.schedule) else self.schedule
        self.learning_rate = number("learning_rate", rate)

    def update(self, parameters, gradients):
        """Change parameters (n,) in place, one step along gradients (n,)."""
        change = self.learning_rate * gradients
        self.velocity = change + self.momentum * self.velocity if self.momentum else change
        parameters -= self.velocity


class Adam(SGD):
    """SGD with steps scaled by running means of the gradient and its square (Kingma & Ba 2015).

    Raises ValueError for a learning rate below 0 or a beta outside [0, 1).
    """

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        super().__init__(learning_rate)
        self.beta1, self.beta2 = number("beta1", beta1, 0, 1), number("beta2", beta2, 0, 1)
        self.epsilon, self.mean, self.square, self.steps = number("epsilon", epsilon), 0.0, 0.0, 0

    def update(self, parameters, gradients):
        """Change parameters (n,) in place, one step along gradients (n,)."""
        self.steps += 1
        self.mean = self.beta1 * self.mean + (1 - self.beta1) * gradients
        self.square = self.beta2 * self.square + (1 - self.beta2) * gradients**2
        mean = self.mean / (1 - self.beta1**self.steps)
        square = self.square / (1 - self.beta2**self.steps)
        parameters -= self.learning_rate * mean / (np.sqrt(square) + self.epsilon)
