"""The digits network 64-15-10 as others write it: what the speed benchmark compares nnlib with.

Every function trains sigmoid hidden units and softmax outputs on X (m, 64), labels (m,) by plain
mini-batch gradient descent and returns a function X → labels.
"""

import numpy as np


def starting_parameters(seed):
    """Return W1, b1, W2, b2 of a 64-15-10 network."""
    rng = np.random.default_rng(seed)
    W1, W2 = rng.normal(0, 64**-0.5, (64, 15)), rng.normal(0, 15**-0.5, (15, 10))
    return W1, np.zeros(15), W2, np.zeros(10)


def sigmoid(z):
    """Return the textbook sigmoid."""
    return 1 / (1 + np.exp(-z))


def softmax(z):
    """Return the rows' softmax."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def plain_vectorised(X, labels, epochs, batch_size, rate, seed):
    """Train as a textbook's vectorised loop does: batch by batch, one layer like the other."""
    W1, b1, W2, b2 = starting_parameters(seed)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        losses = []
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            a0, y = X[rows], np.eye(10)[labels[rows]]
            a1 = sigmoid(a0 @ W1 + b1)
            p = softmax(a1 @ W2 + b2)
            losses.append(-np.mean(np.sum(y * np.log(p + 1e-12), axis=1)))
            delta2 = (p - y) / len(rows)
            dW2, db2 = a1.T @ delta2, delta2.sum(axis=0)
            delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
            dW1, db1 = a0.T @ delta1, delta1.sum(axis=0)
            W1 -= rate * dW1
            b1 -= rate * db1
            W2 -= rate * dW2
            b2 -= rate * db2
    return lambda X: np.argmax(sigmoid(X @ W1 + b1) @ W2 + b2, axis=1)


def per_example(X, labels, epochs, batch_size, rate, seed):
    """Train as a first program does: one example after the other, gradients added up per batch."""
    W1, b1, W2, b2 = starting_parameters(seed)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = [np.zeros_like(parameter) for parameter in (W1, b1, W2, b2)]
            for i in rows:
                a1 = sigmoid(X[i] @ W1 + b1)
                delta2 = softmax((a1 @ W2 + b2)[None, :])[0]
                delta2[labels[i]] -= 1
                delta1 = (W2 @ delta2) * a1 * (1 - a1)
                terms = np.outer(X[i], delta1), delta1, np.outer(a1, delta2), delta2
                for grad, term in zip(grads, terms, strict=True):
                    grad += term
            for parameter, grad in zip((W1, b1, W2, b2), grads, strict=True):
                parameter -= rate * grad / len(rows)
    return lambda X: np.argmax(sigmoid(X @ W1 + b1) @ W2 + b2, axis=1)


def scikit_learn(X, labels, epochs, batch_size, rate, seed):
    """Train scikit-learn's MLPClassifier with the same sizes, batches, epochs and rate."""
    import warnings

    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        (15,), activation="logistic", solver="sgd", alpha=0, batch_size=batch_size,
        learning_rate_init=rate, momentum=0, max_iter=epochs, tol=0, n_iter_no_change=epochs,
        random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that 50 epochs are not convergence is the point
        return model.fit(X, labels).predict
