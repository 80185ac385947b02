"""``%%cluster`` in a real kernel: cells that run elsewhere, and what they bring back."""

from __future__ import annotations

import re
import sys


def test_a_cell_runs_in_another_process_and_brings_back_the_names_that_it_assigns(kernel):
    kernel.run("start, total = 3, 10")

    ran = kernel.run(
        "%%cluster cores=1\nimport os\ntotal = total + start\nfor i in range(3):\n    total += i\npid = os.getpid()"
    )

    assert (ran.status, ran.stderr, ran.error) == ("ok", "", "")
    assert kernel.json("[total, i, pid != os.getpid()]") == [16, 2, True]


def test_what_it_prints_and_its_last_expression_appear_in_the_cell(kernel):
    ran = kernel.run("%%cluster\nprint('adding')\n6 * 7")

    assert (ran.stdout, ran.text) == ("adding\n", "42")


def test_a_semicolon_hides_the_last_value_as_ever(kernel):
    assert kernel.run("%%cluster\n6 * 7;").text == ""


def test_functions_of_other_cells_see_what_the_cell_assigns(kernel):
    kernel.run("threshold = 1\ndef above(x):\n    return x > threshold")

    ran = kernel.run("%%cluster\nthreshold = 100\nabove(50), above(500)")

    assert ran.text == "(False, True)"
    assert kernel.json("threshold") == 100


def test_functions_and_classes_that_it_defines_are_used_here_and_in_the_next_cell(kernel):
    cell = """%%cluster
from dataclasses import dataclass, field
WIDTH = 2
@dataclass
class Point:
    x: float
    y: float = WIDTH
    tags: list = field(default_factory=list)
    def norm(self):
        return scaled(self.x)
class Named(Point):
    kind: Point = None
def scaled(x):
    return WIDTH * x
p, q = Point(3), Named(4)
"""
    assert kernel.run(cell).error == ""

    assert kernel.json("[p.norm(), q.norm(), p == Point(3), isinstance(q, Point), scaled(1), p.y]") == [
        6,
        8,
        True,
        True,
        2,
        2,
    ]
    again = kernel.run("%%cluster\nr = Point(p.x + 1)\nisinstance(p, Point), r.norm(), scaled(5)")
    assert again.text == "(True, 8, 10)"
    assert kernel.json("type(r) is Point") is True


def test_an_error_is_told_with_the_lines_of_the_cell_and_nothing_of_ours(kernel):
    ran = kernel.run("%%cluster\ndef halve(x):\n    return x / 0\n\nkept = 1\nhalve(3)")

    assert ran.status == "error"
    assert re.findall(r'File "<cluster cell \d+>", line (\d+)', ran.error) == ["6", "3"]
    assert "return x / 0" in ran.error
    assert "ZeroDivisionError: division by zero" in ran.error
    assert "clustrix logs cell-" in ran.error
    assert ".py" not in ran.error


def test_what_cannot_travel_stays_and_the_rest_comes(kernel):
    ran = kernel.run("%%cluster\nimport threading\nlock, number = threading.Lock(), 5\n(n for n in range(3))")

    assert "lock stayed on the cluster, as it cannot travel" in ran.stdout
    assert ran.text.startswith("<generator object")
    assert kernel.json("[number, 'lock' in globals(), threading.__name__]") == [5, False, "threading"]


def test_what_no_cell_for_the_cluster_can_have_is_told_before_anything_is_sent(kernel):
    command = kernel.run("%%cluster\nx = 1\n!ls")
    no_python = kernel.run("%%cluster\nx = (")
    returning = kernel.run("%%cluster\nx = 1\nreturn x")
    word = kernel.run("%%cluster core=2\n1")

    assert "line 3 of the cell" in command.error
    assert "line 2: x = (" in no_python.error
    assert "'return' outside function" in returning.error
    assert "did you mean cores?" in word.error
    assert "Traceback" not in command.error + no_python.error + returning.error + word.error


def test_lines_of_texts_stay_as_they_are(kernel):
    ran = kernel.run('%%cluster\nif True:\n    text = """a\n  b\nc"""\ntext')

    assert ran.text == r"'a\n  b\nc'"


def test_only_what_is_read_before_it_is_assigned_travels(kernel):
    kernel.run("import threading\nstale = threading.Lock()")

    ran = kernel.run("%%cluster\nstale = 3\nstale + 1")

    assert (ran.text, ran.error) == ("4", "")


def test_from_future_and_star_imports_work_as_in_a_cell(kernel):
    ran = kernel.run(
        "%%cluster\nfrom __future__ import annotations\nfrom math import *\ndef f(x: NoSuchName): return x\nf(floor(2.5))"
    )

    assert (ran.text, ran.error) == ("2", "")
    assert kernel.json("ceil(0.5)") == 1


def test_while_a_cell_runs_a_line_tells_where(kernel):
    ran = kernel.run("%%cluster memory=2GB\nimport time\nprint('begun', flush=True)\ntime.sleep(3.2)")

    assert any(re.fullmatch(r"cell: job \d+ running on \S+  00:0\d", text) for text in ran.shown), ran.shown
    assert re.match(r"cell: done on \S+, peak .* of 2 GB  00:0\d", ran.shown[-1])
    assert "memory=" in ran.shown[-1]
    assert ran.stdout == "begun\n"


def test_interrupting_leaves_the_job_and_says_how_to_return(kernel, tmp_path):
    mark = tmp_path / "go on"
    interrupted: list[bool] = []

    def interrupt(output):
        if "begun" in output.stdout and not interrupted:
            interrupted.append(True)
            kernel.interrupt()

    cell = f"%%cluster\nimport os, time\nprint('begun', flush=True)\nwhile not os.path.exists({str(mark)!r}):\n    time.sleep(0.02)\nfound = 'the end'"
    ran = kernel.run(cell, on_message=interrupt)

    assert ran.status == "error"
    (key,) = set(re.findall(r"%cluster attach (cell-[0-9a-f]{10})", ran.error))
    assert f"clustrix cancel {key}" in ran.error
    assert "Traceback" not in ran.error
    assert kernel.json("'found' in globals()") is False
    mark.touch()
    # What was interrupted shall neither take the value nor remove the folder.
    waited = kernel.run(f"!{sys.executable} -m clustrix wait {key}")
    assert "done" in waited.stdout
    back = kernel.run(f"%cluster attach {key}")
    assert (back.stdout, back.error) == ("begun\n", "")
    assert kernel.json("found") == "the end"


def test_jobs_maps_and_the_table_of_jobs_have_a_picture(kernel):
    kernel.run(
        "from clustrix import cluster\n@cluster(cleanup_on_success=False)\ndef add(x): return x + 1\nfuture = add.submit(1)\nvalues = add.map(range(5))"
    )
    kernel.run("list(values), future.result()")

    future, values, table = kernel.run("future"), kernel.run("values"), kernel.run("%cluster")

    assert "done on" in future.html
    assert "5 calls: 5 done" in values.html
    assert values.html.count('title="done"') == 5
    assert table.html.count("<tr>") >= 3
    assert "add-" in table.text


def test_a_blocking_call_in_a_cell_prints_and_tells_and_its_error_has_the_cells_lines(kernel):
    kernel.run(
        "from clustrix import cluster\n@cluster\ndef slow():\n    import time\n    print('begun', flush=True)\n    time.sleep(1.2)\n    return 1 / 0"
    )

    ran = kernel.run("slow()")

    assert ran.stdout == "begun\n"
    assert any("slow: job" in text and "running on" in text for text in ran.shown), ran.shown
    assert "return 1 / 0" in ran.error
    assert "executor.py" not in ran.error
    wrong = kernel.run("slow(1)")
    assert "takes 0 positional arguments but 1 was given" in wrong.error
    assert "binding.py" not in wrong.error


def test_while_a_map_runs_a_picture_tells_how_far_it_is(kernel):
    kernel.run("from clustrix import cluster\n@cluster\ndef pause(x):\n    import time\n    time.sleep(0.8)")

    ran = kernel.run("_ = list(pause.map(range(4), chunksize=4))")

    assert any(re.match("[1-3] of 4 done, 1 running", text) for text in ran.shown), ran.shown
    assert ran.shown[-1].startswith("4 of 4 done")


def test_errors_name_the_cell_by_its_number_and_tell_nothing_of_how_a_call_is_packed(kernel):
    kernel.run("import threading\nfrom clustrix import cluster\nlock = threading.Lock()")
    number = kernel.json("len(In) - 1") + 1

    refused = kernel.run("@cluster\ndef hold():\n    return lock.locked()\nhold()")
    raised = kernel.run("@cluster\ndef divide(a):\n    return a / 0\ndivide(1)")

    assert f"global lock used by hold(), Cell In[{number}] line 3: _thread.lock" in refused.error
    assert "direct cause" not in refused.error
    assert f"Cell In[{number + 1}], line 3, in divide" in raised.error
    assert "ipykernel" not in refused.error + raised.error
