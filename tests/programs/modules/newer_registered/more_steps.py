"""Its import would be missed: without it the value is another one."""
from registry import step
Number = int | float
@step
def double(x): return 2 * x
