def name():
    return "top-level util"
