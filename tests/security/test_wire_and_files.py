"""What comes over the wire or lies in a file may be anything: it is an error by name, in bounded memory."""

import io
import json
import struct
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustrix_remote import callfile, layout, outcome, wire
from clustrix_remote.file_trees import Entry, check_name, check_parents

KEY = b"k" * 32


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_bytes_that_are_no_frame_are_a_wire_error(data):
    stream = io.BytesIO(data)
    try:
        while wire.read_frame(stream) is not None:
            pass
    except wire.WireError:
        pass


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20), max_size=4), st.binary(max_size=99))
def test_a_frame_comes_out_as_it_went_in(header, body):
    stream = io.BytesIO()
    wire.write_frame(stream, header, body)
    stream.seek(0)

    assert wire.read_frame(stream) == (header, body)


@given(st.binary(min_size=1, max_size=99), st.integers(0, 98))
def test_a_body_is_read_into_memory_that_is_given_for_it_and_a_cut_one_is_a_wire_error(body, length):
    stream = io.BytesIO()
    wire.write_frame(stream, {"id": 1}, body)
    memory = bytearray(len(body))
    stream.seek(0)
    frame = wire.read_frame(stream, lambda header, size: memory if (header, size) == ({"id": 1}, len(body)) else None)
    assert frame is not None
    assert frame[1] is memory
    assert memory == body

    stream.truncate(len(stream.getvalue()) - len(body) + min(length, len(body) - 1))
    stream.seek(0)
    with pytest.raises(wire.WireError):
        wire.read_frame(stream, lambda header, size: memory)


@pytest.mark.parametrize("lengths", [(2**32 - 1, 0), (0, 2**32 - 1), (wire.MAX_HEADER_BYTES + 1, 0)])
def test_huge_lengths_are_refused_before_anything_is_read(lengths):
    tracemalloc.start()
    try:
        with pytest.raises(wire.WireError, match="lengths"):
            wire.read_frame(io.BytesIO(struct.pack(">II", *lengths) + b"x" * 1000))
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_header_that_is_nested_too_deeply_is_a_wire_error():
    text = b"[" * 200_000

    with pytest.raises(wire.WireError):
        wire.read_frame(io.BytesIO(struct.pack(">II", len(text), 0) + text))


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda data: outcome.MAGIC + data))
def test_bytes_that_are_no_outcome_are_an_outcome_error(data):
    with pytest.raises(outcome.OutcomeError):
        outcome.unpack_outcome(data, KEY)


@given(st.data())
@settings(deadline=None)
def test_an_outcome_of_which_any_byte_was_changed_is_refused(data):
    whole = bytearray(b"".join(outcome.pack_outcome({"kind": "returned"}, b"payload", KEY)))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(outcome.OutcomeError):
        outcome.unpack_outcome(bytes(whole), KEY)


@given(st.integers(0, 130))
def test_an_outcome_that_was_cut_off_anywhere_is_refused(length):
    whole = b"".join(outcome.pack_outcome({"kind": "returned"}, b"payload" * 10, KEY))

    with pytest.raises(outcome.OutcomeError):
        outcome.unpack_outcome(whole[:length], KEY)


@given(length=st.integers(0, 200))
def test_a_call_file_that_was_cut_off_is_an_error(tmp_path_factory, length):
    whole = b"".join(callfile.pack_calls({"package": None}, [(b"p" * 50, [b"b" * 50])]))
    path = tmp_path_factory.mktemp("calls") / "calls"
    path.write_bytes(whole[: min(length, len(whole) - 1)])

    with pytest.raises((callfile.CallFileError, json.JSONDecodeError)):
        callfile.read_call(str(path), 0)


@given(st.text(max_size=90))
def test_a_key_of_a_job_never_leads_out_of_the_jobs_folder(key):
    where = layout.Layout("/work-folder")
    try:
        path = where.job(key).path
    except ValueError:
        return
    assert path == f"{where.jobs}/{key}"
    assert not set(key) & set("/\0\n .~$`'\"\\")


@given(st.lists(st.sampled_from(["..", ".", "", "a", "b", "\0", "c d"]), max_size=5).map("/".join))
def test_a_name_in_a_tree_never_leads_out_of_it(name):
    try:
        check_name(name)
    except ValueError:
        return
    assert not name.startswith("/")
    assert not {"..", ".", ""} & set(name.split("/"))


def test_a_file_cannot_be_sent_through_a_link_that_was_there_before():
    file = Entry("link/authorized_keys", "f", 1, 0o644, 0, "")

    with pytest.raises(ValueError, match="not in a folder of its tree"):
        check_parents([file])
    with pytest.raises(ValueError, match="not in a folder of its tree"):
        check_parents([Entry("link", "l", 0, 0o777, 0, "/home/me/.ssh"), file])
