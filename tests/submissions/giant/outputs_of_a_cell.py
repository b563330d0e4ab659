# marks: 2 3 5
# %%
from IPython.display import display

for number in range(3000):
    print("x" * 1000)
    display("y" * 1000)


# %%
def weight_gradient(a_prev, delta):
    return a_prev.T @ delta
