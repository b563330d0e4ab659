# marks: 0 3 5
# %%
class Shown:
    def _repr_html_(self):
        return "<script>alert(document.cookie)</script>"

    def _repr_mimebundle_(self, *args, **kwargs):
        script = "<script>alert(1)</script>"
        return {
            "text/html": script,
            "text/plain": script,
            "image/svg+xml": f"<svg onload='alert(1)'>{script}</svg>",
            "application/javascript": "alert(1)",
            "application/vnd.jupyter.widget-view+json": {"model_id": "x"},
            "image/png": 'iVBORw0KGgo="><script>alert(1)</script>',
            "text/latex": "$\\href{javascript:alert(1)}{x}$",
        }


def weight_gradient(a_prev, delta):
    return Shown()


Shown()
