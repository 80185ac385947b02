import settings
from settings import SCALE as FACTOR

CHOSEN = settings.BACKEND
FAST = CHOSEN == "fast"
LIMITS = [FACTOR * i for i in range(3)]

if settings.BACKEND == "fast":
    def run(x):
        return ["fast", x * FACTOR]
else:
    def run(x):
        return ["slow", x * FACTOR]
