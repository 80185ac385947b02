"""Code that lies in files: plugins loaded by their paths, recipes that are run or executed; packages that list their own folder."""

import json

from clustrix import cluster
import forms
from loading import executed, listed, loaded, run


@cluster(cores=1)
def all_of_them(name):
    return loaded(), listed(), run(name), executed(name)


@cluster(cores=1)
def by_star():
    import later_user

    return forms.sides(), later_user.names(), forms.circle.Circle.sides


if __name__ == "__main__":
    print(json.dumps([all_of_them("short"), by_star()]))
