"""Which random numbers calls draw that are made one after another, or at once."""

import random

import pytest

from clustrix import random_streams as at_home
from clustrix_remote import random_streams


@pytest.fixture(autouse=True)
def seeded():
    before = random.getstate()
    random.seed(5)
    at_home.come_home(at_home.unmoved(states()))  # whatever was given before
    yield
    random.setstate(before)


def call(states):
    """What a job does with the states that it was given: draws one number."""
    here = random.getstate()
    random_streams.begin(states)
    number, told = random.random(), random_streams.after(states)
    random.setstate(here)
    return number, told


def states():
    return {"random": random_streams.state("random")}


def plainly(count):
    drawn = random.Random(5)
    return [drawn.random() for _ in range(count)]


def test_calls_one_after_another_go_on_where_the_one_before_ended():
    drawn = []
    for _ in range(3):
        number, told = call(at_home.states_for_call(states()))
        at_home.come_home(told)
        drawn.append(number)
    assert drawn == plainly(3)


def test_calls_that_are_made_at_once_each_draw_from_a_stream_of_their_own_and_the_same_next_time():
    drawn = []
    for _ in range(2):
        drawn.append([call(at_home.states_for_call(states()))[0] for _ in range(3)])
        at_home.come_home({"random": [random_streams.mark(random_streams.state("random")), None]})
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 3
    assert drawn[0][0] == plainly(1)[0]


def test_what_was_drawn_here_meanwhile_counts():
    _, told = call(at_home.states_for_call(states()))
    random.random()
    at_home.come_home(told)
    assert random.random() == plainly(2)[1]


def test_a_call_that_draws_nothing_leaves_its_numbers_to_the_next():
    given = at_home.states_for_call(states())
    at_home.come_home(random_streams.after(given) if given == states() else {})
    assert at_home.states_for_call(states()) == states()


def test_a_call_that_ends_without_a_word_leaves_its_numbers_to_the_next():
    given = at_home.states_for_call(states())
    at_home.come_home(at_home.unmoved(given))
    assert at_home.states_for_call(states()) == states()


def test_numpy_and_torch_that_are_not_there_are_left_out(monkeypatch):
    monkeypatch.setitem(random_streams._WRITE, "numpy", lambda value: __import__("no_numpy_here"))
    random_streams.begin({"numpy": []})
    monkeypatch.setitem(random_streams._READ, "numpy", lambda: __import__("no_numpy_here"))
    assert random_streams.after({"numpy": []}) == {}
