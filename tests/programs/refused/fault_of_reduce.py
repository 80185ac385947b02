# refused: argument a: Angry cannot be sent
# refused: fault_of_reduce.py", line 9, in __reduce__
import traceback
from clustrix import cluster


class Angry:
    def __reduce__(self):
        raise ValueError("not me")


@cluster
def take(a):
    return a


if __name__ == "__main__":
    try:
        take(Angry())
    except Exception as error:
        told = traceback.format_exc()
        assert "clustrix/capture" not in told, told
        raise
