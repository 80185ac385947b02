from registry import steps
import more_steps
def apply(x):
    for step in steps: x = step(x)
    return x
