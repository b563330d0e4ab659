# marks: 0 3 5
# %%
import gc
import json
import struct

SHAPES = [[-1], [2**40], [10**12, 0], [1e3], ["3"], [[1]], None, [2**62, 2**62], 40 * [1]]


def weight_gradient(a_prev, delta, turn=[0]):  # noqa: B006
    agent = next(o for o in gc.get_objects() if type(o).__name__ == "Agent")
    shape = SHAPES[turn[0] % len(SHAPES)]
    turn[0] += 1
    told = {"array": ["<f8", shape, 0]}
    text = json.dumps({"dict": [["result", told]]}).encode()
    agent.replies.write(struct.pack("<II", len(text), 64) + text + bytes(64))
    agent.replies.flush()
    agent.replies = open("/dev/null", "wb")
