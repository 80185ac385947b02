"""What looks through the program's own module finds there what stands beside the function."""
import doctest
import io
import json
import unittest

from clustrix import cluster


def double(x):
    """
    >>> double(2)
    4
    """
    return 2 * x


class TestDouble(unittest.TestCase):
    def test_two(self):
        self.assertEqual(double(2), 4)

    def test_fails(self):
        self.assertEqual(double(2), 5)


def told(result):
    return result.testsRun, len(result.failures), len(result.errors)


@cluster
def by_main():
    quiet = unittest.TextTestRunner(stream=io.StringIO())
    return told(unittest.main(argv=["tests"], exit=False, testRunner=quiet).result)


@cluster
def by_module():
    import __main__

    suite = unittest.defaultTestLoader.loadTestsFromModule(__main__)
    return told(unittest.TextTestRunner(stream=io.StringIO()).run(suite))


@cluster
def by_text():
    return doctest.testmod().attempted


if __name__ == "__main__":
    print(json.dumps([by_main(), by_module(), by_text()]))
