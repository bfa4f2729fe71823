import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_outputs.delivery import Parcel, Spool


def parcel(number, size=10):
    return Parcel(number, samples=1, size=size)


def contents(parcels):
    return [parcel.content for parcel in parcels]


@settings(max_examples=200)
@given(st.lists(st.one_of(st.just("put"), st.integers(1, 5)), max_size=60), st.integers(0, 50))
def test_parcels_come_out_in_the_order_they_went_in(actions, memory_limit):
    spool = Spool(memory_limit=memory_limit)
    put, taken = 0, []
    for action in actions:
        if action == "put":
            assert spool.put(parcel(put))
            put += 1
        else:
            taken += contents(spool.take(action, 0.0))
    spool.close()
    taken += contents(spool.take(10_000, 0.0))
    assert taken == list(range(put))
    assert spool.is_drained
    assert spool.refused == 0


def test_beyond_memory_parcels_go_to_disk_and_beyond_both_they_are_refused():
    spool = Spool(memory_limit=20, disk_limit=2_000)
    sizes = [spool.put(Parcel(bytes(500), samples=7, size=10)) for _ in range(8)]
    assert sizes == [True] * 5 + [False] * 3
    assert spool.refused == 21
    assert "waited for delivery" in spool.problem
    assert repr(spool).startswith("<Spool 2 parcels in memory, ")
    assert spool.discard() == 35


def test_an_emptied_file_takes_no_room():
    spool = Spool(memory_limit=0, disk_limit=3_000)
    for _ in range(20):
        assert spool.put(Parcel(bytes(1_000), 1, 1_000))
        assert spool.put(Parcel(bytes(1_000), 1, 1_000))
        assert len(spool.take(9, 0.0)) == 2
    assert spool.refused == 0


def test_a_disk_that_fails_refuses_with_its_reason(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    spool = Spool(memory_limit=0)
    assert not spool.put(parcel(1))
    assert spool.problem.startswith("the spool on disk cannot be written: ")


def test_taking_waits_for_a_parcel_and_for_the_end():
    spool = Spool()
    taken = []
    thread = threading.Thread(target=lambda: taken.extend([spool.take(1, 60.0), spool.take(1, 60.0)]))
    thread.start()
    spool.put(parcel(1))
    spool.close()
    thread.join(30.0)
    assert [contents(parcels) for parcels in taken] == [[1], []]


def test_discarding_counts_what_is_thrown_away():
    spool = Spool(memory_limit=15)
    for number in range(4):
        spool.put(Parcel(number, samples=5, size=10))
    assert spool.discard() == 20
    spool.close()
    assert spool.is_drained
