import sys


class _Conf:
    rate = 4

    def double(self):
        return self.rate * 2


sys.modules[__name__] = _Conf()
