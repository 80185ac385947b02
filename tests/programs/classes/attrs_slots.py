# needs attr
import attr

from clustrix import cluster


@attr.s(auto_attribs=True)
class Step:
    name: str
    weight: float = attr.ib(default=1.0, validator=attr.validators.instance_of(float))
    words: dict = attr.Factory(dict)
    @weight.validator
    def _positive(self, attribute, value):
        if value < 0:
            raise ValueError("negative")


@attr.s(frozen=True, slots=True)
class Key:
    a = attr.ib()
    b = attr.ib(converter=int, default="3")


@cluster
def run(steps, key):
    try:
        Step("x", -1.0)
    except ValueError as error:
        return [attr.evolve(steps[0], weight=2.0), *steps], {key: 1, Key(1): 2}, str(error)


if __name__ == "__main__":
    print(run([Step("a", words={"p": 1}), Step("b")], Key(1, "3")))
