from table import Row
def double(x): return 2 * x
def main():
    """What only this module as a script comes to needs Python 3.10."""
    print([Row(a, b).shown() for a, b in zip([1], [2], strict=True)])
if __name__ == "__main__":
    main()
