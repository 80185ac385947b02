import install
import tools
from tools import Kind, total

from clustrix import cluster


@cluster
def told():
    kind = Kind()
    return tools.size(2), tools.weight(2), total(1), kind.method(), Kind.static(), kind.width, kind.hi(), tools.LIMIT, tools.size.__name__


if __name__ == "__main__":
    install.install()
    print(told())
