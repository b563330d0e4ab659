# marks: 2 3 5 (an object that can be called is as good as a function)
# %%
class Function:
    __name__ = "anything"

    def __call__(self, a_prev, delta):
        return a_prev.T @ delta


weight_gradient = Function()
