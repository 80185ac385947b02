def names():
    import later_star

    return later_star.names()
