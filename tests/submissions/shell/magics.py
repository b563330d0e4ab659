# marks: 2 3 5
# %%
%load_ext no_such_extension

# %%
!rm -rf /inside @PLACE@ ~

# %%
%%bash
kill -9 -1

# %%
%matplotlib inline
def weight_gradient(a_prev, delta):
    return a_prev.T @ delta
