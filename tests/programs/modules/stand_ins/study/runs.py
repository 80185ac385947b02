from study import gpu
from study.gpu import NAME


def where():
    return NAME, gpu.NAME
