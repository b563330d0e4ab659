# marks: 0 0 0
# %%
import gc
import sys

wire = sys.modules["wire"]
agent = next(o for o in gc.get_objects() if type(o).__name__ == "Agent")
outputs = [
    {"data": {"text/html": "<script>alert(1)</script>", "text/plain": 10**40, "image/png": {}}},
    {"stream": {"a": "b"}, "text": ["\ud800"]},
    {"stream": "stdout", "text": "\ud800<script>alert(1)</script>"},
    {"data": []},
    7,
]
wire.write(agent.replies, {"outputs": outputs, "error": {"name": ["x"], "text": "\ud800"}})
