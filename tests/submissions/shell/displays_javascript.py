# marks: 2 3 5
# %%
from IPython.display import HTML, SVG, Javascript, Markdown, display

display(Javascript("alert(1)"), HTML("<script>alert(1)</script>"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>"))
display(Markdown("<img src=x onerror=alert(1)>"))
display({"text/plain": "<script>alert(1)</script>"}, raw=True)
print("\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07 <script>alert(1)</script>")


def weight_gradient(a_prev, delta):
    return a_prev.T @ delta
