# marks: 0 3 5
# %%
name = "me"

# %%
name = input("Your name? ")


# %%
def weight_gradient(a_prev, delta):
    factor = float(input("Which factor? "))
    return factor * a_prev.T @ delta
