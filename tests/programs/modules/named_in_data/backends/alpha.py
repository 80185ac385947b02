class Backend:
    def go(self):
        return "alpha"
