"""The script deletes from a class that has a metaclass, and renames and documents a function of a module."""
import models
from clustrix import cluster

del models.Model.temporary
del models.Model.old
models.volume.__name__ = "renamed"
models.area.__doc__ = "written later"


@cluster
def look():
    kind = models.Model
    return [hasattr(kind, "temporary"), hasattr(kind, "old"), kind.kept, list(kind), models.volume.__name__, models.volume.__doc__,
            models.area.__name__, models.area.__doc__]


if __name__ == "__main__":
    print(look())
