"""Templates with words of their own: the pattern is made there, in the words of that Python, unless it was set."""

import re
import string

from clustrix import cluster


class At(string.Template):
    delimiter = "@"


class Upper(string.Template):
    delimiter = "%"
    idpattern = "[A-Z]+"
    flags = 0


class Own(string.Template):
    pattern = r"""
    <(?:(?P<escaped><)|(?P<named>[a-z]+)>|(?P<braced>x^)|(?P<invalid>))
    """


class Changed(string.Template):
    delimiter = "#"


Changed.pattern = re.compile(r"!(?:(?P<escaped>!)|(?P<named>[a-z]+)|(?P<braced>x^)|(?P<invalid>))")


@cluster(cores=1)
def fill(*given):
    made = [At("@x @@ $x"), Upper("%X %% x"), Own("<x> x"), Changed("!x #x")]
    return [one.substitute(x=1, X=2) for one in [*given, *made]], made


if __name__ == "__main__":
    texts, back = fill(At("@{x}"), Upper("%X"), Own("<x>"), Changed("!x"))
    print(texts, [one.substitute(x=3, X=4) for one in back], [type(one).__name__ for one in back])
