from ..models import make
def work(x): return [make("w").name] * x
