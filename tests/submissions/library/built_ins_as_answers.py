# marks: 0 0 0
# %%
import numpy as np

weight_gradient = np.matmul
bias_gradient = max
hidden_delta = type
