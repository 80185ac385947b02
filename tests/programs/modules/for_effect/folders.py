import platformdirs
class Folders(platformdirs.PlatformDirs):
    root = "data"
def move(to): Folders.root = to
