"""The book of rendezvous against a naive model, and by its table."""

from hypothesis import given
from hypothesis import strategies as st

from loadr_core.meetings import MeetingBook, Release


def test_the_table():
    book = MeetingBook()
    assert repr(book) == "<MeetingBook empty>"
    assert book.next_deadline is None
    assert book.arrive("gate", 3, "a", deadline=10) is None
    assert book.arrive("gate", 3, "b", deadline=7) is None
    assert book.arrive("door", 2, "x", deadline=9) is None
    assert repr(book) == "<MeetingBook 2 at 'gate', 1 at 'door'>"
    assert book.next_deadline == 7
    book.leave("gate", "b")
    book.leave("gate", "nobody")
    book.leave("nowhere", "a")
    assert (book.waiting_at("gate"), book.next_deadline) == (1, 9)
    assert book.arrive("gate", 3, "c", deadline=20) is None
    assert book.arrive("gate", 3, "d", deadline=20) == Release("gate", ("a", "c", "d"), met=True)
    assert book.waiting_at("gate") == 0
    assert book.expire(8) == []
    assert book.expire(9) == [Release("door", ("x",), met=False)]
    assert book.next_deadline is None


def test_the_first_whose_patience_ends_takes_all_with_it():
    book = MeetingBook()
    for number in range(3):
        book.arrive("gate", 4, number, deadline=10 + number)
    assert book.expire(10) == [Release("gate", (0, 1, 2), met=False)]


def test_one_user_waits_for_nobody():
    assert MeetingBook().arrive("gate", 1, "a", deadline=0) == Release("gate", ("a",), met=True)


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.sampled_from("pq"), st.integers(0, 20)),
        st.tuples(st.just("leave"), st.sampled_from("pq"), st.integers(0, 20)),
        st.tuples(st.just("expire"), st.just(""), st.integers(0, 30)),
    ),
    max_size=40,
)


@given(EVENTS, st.integers(1, 4))
def test_everybody_who_arrives_goes_on_once_or_leaves_or_waits(events, users):
    book = MeetingBook()
    outside, inside, gone = set(range(1000)), {}, []
    for number, (event, name, value) in enumerate(events):
        if event == "arrive":
            outside.discard(number)
            inside[number] = (name, value)
            release = book.arrive(name, users, number, deadline=value)
            releases = [] if release is None else [release]
            assert all(len(each.guests) == users and each.met for each in releases)
        elif event == "leave":
            if inside.get(value, ("",))[0] == name:
                del inside[value]
            book.leave(name, value)
            releases = []
        else:
            releases = book.expire(value)
            assert all(not each.met for each in releases)
            assert all(min(inside[guest][1] for guest in each.guests) <= value for each in releases)
        for each in releases:
            assert list(each.guests) == sorted(g for g, (place, _) in inside.items() if place == each.name)
            gone.extend(each.guests)
            for guest in each.guests:
                del inside[guest]
    assert len(gone) == len(set(gone))
    for name in "pq":
        waiting = [deadline for place, deadline in inside.values() if place == name]
        assert book.waiting_at(name) == len(waiting) < users
    assert book.next_deadline == min((deadline for _, deadline in inside.values()), default=None)
