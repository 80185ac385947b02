# run: pytest
"""A function in a test that uses its `self`: the class goes along, the marks on its tests are put there by its statement."""
import pytest

from clustrix import cluster


class TestModel:
    factor = 3

    def scaled(self, x):
        return self.factor * x

    @pytest.mark.parametrize("n", [2])
    def test_scaled(self, n):
        @cluster(environment=None)
        def run(x):
            return self.scaled(x) + n, type(self).__name__

        print("RESULT", run(1))

    @pytest.mark.filterwarnings("ignore")
    def test_other(self):
        @cluster(environment=None)
        def run(x):
            return self.factor + x

        print("RESULT", run(2))
