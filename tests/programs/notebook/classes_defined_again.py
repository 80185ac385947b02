# run: notebook
# %%
import enum, json
from clustrix import cluster
# %%
class Color(enum.Enum):
    RED = 1
# %%
class Limits:
    low, high = 1, 2
    top = 10
# %%
red, old = Color.RED, Limits
# %%
class Color(enum.Enum):
    RED = "r"
# %%
class Limits:
    top = 20
# %%
@cluster
def f(color, limits): return [color.value, Color.RED.value, color is Color.RED, limits.top, Limits.top, hasattr(Limits, "low")]
print("RESULT", json.dumps(f(red, old)))
