from conf import paths
import conf.paths as other
def job():
    return paths["data"], paths.mode, other is paths
