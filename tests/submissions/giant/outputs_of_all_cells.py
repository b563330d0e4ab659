# marks: 2 3 5
# %%
for number in range(20):
    get_ipython().run_cell("")
text = "<b>" * 6_000
# %%
_ = [print(text) for _ in range(20)]
# %%
_ = [display({"text/plain": text}, raw=True) for _ in range(50)]
# %%
_ = [display({"text/plain": text}, raw=True) for _ in range(50)]
# %%
_ = [display({"text/plain": text}, raw=True) for _ in range(50)]
# %%
_ = [display({"text/plain": text}, raw=True) for _ in range(50)]
# %%
_ = [display({"text/plain": text}, raw=True) for _ in range(50)]
# %%
_ = [display({"text/plain": text}, raw=True) for _ in range(50)]
# %%
_ = [display({"text/plain": text}, raw=True) for _ in range(50)]
# %%
_ = [display({"text/plain": text}, raw=True) for _ in range(50)]
