class Backend:
    def go(self):
        return "beta"
