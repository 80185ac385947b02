"""A function that looks at itself: its annotations, its documentation."""
import typing

from clustrix import cluster


class Movie(dict):
    pass


@cluster
def run(movie: "typing.Optional[Movie]" = None, *, times: int = 2) -> typing.List[str]:
    """Told by itself."""
    hints = typing.get_type_hints(run)
    return sorted(hints), hints["movie"] == typing.Optional[Movie], hints["times"], run.__annotations__["times"], run.__doc__, run.__name__, run.__module__


if __name__ == "__main__":
    print(run(Movie()))
