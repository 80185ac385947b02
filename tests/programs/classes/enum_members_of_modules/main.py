import kinds
from clustrix import cluster


@cluster
def told(level):
    level.see("there")
    return kinds.Level.LOW.seen, level.seen, level.words, level is kinds.Level.HIGH, level.number, getattr(kinds.Plain.A, "nick", None)


if __name__ == "__main__":
    kinds.Level.LOW.see("here")
    kinds.Level.HIGH.see("here")
    kinds.Plain.A.nick = "first"
    print(told(kinds.Level.HIGH))
