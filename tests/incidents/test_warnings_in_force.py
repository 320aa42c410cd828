"""Which warnings are in force: by number, by time, by bulletin, and whatever the order in which they came."""

from hypothesis import given
from hypothesis import strategies as st

from hanbada.incidents.warnings import NOTHING, Notice, in_force, key_of, notice, received, standing, unheard
from hanbada.share.formats.warning_facts import facts_of

HOUR = 3_600_000_000
T0 = 1_795_000_000_000_000


def key(number, series="NAVAREA XI"):
    return (series, number, 2026)


def at(hours, number=None, **more):
    return Notice(known_at=T0 + hours * HOUR, key=None if number is None else key(number), **more)


def states(hours, *notices):
    found = standing(received(NOTHING, notices), T0 + hours * HOUR)
    return {one.key[1]: one.state for one in found}


def test_a_warning_is_in_force_from_its_issue_until_a_later_message_cancels_it():
    one, two = at(0, 1), at(5, 2, cancels=(key(1),))
    assert states(-1, one, two) == {}
    assert states(4, one, two) == {1: "in_force"}
    assert states(5, one, two) == {1: "cancelled", 2: "in_force"}


def test_what_ended_it_is_named():
    found = standing(received(NOTHING, [at(0, 1), at(5, 2, cancels=(key(1),))]), T0 + 6 * HOUR)
    assert (found[0].by, found[0].since_at) == (key(2), T0 + 5 * HOUR)


def test_a_cancellation_without_a_number_cancels_too():
    assert states(2, at(0, 1), at(1, cancels=(key(1),))) == {1: "cancelled"}


def test_a_cancellation_of_before_a_warning_was_issued_again_does_not_end_it():
    again = at(5, 1, text="again")
    assert states(6, at(0, 1), at(3, 2, cancels=(key(1),)), again) == {1: "in_force", 2: "in_force"}


def test_a_warning_cancels_itself_at_its_time_even_if_what_it_announces_is_over_before():
    one = at(0, 1, until_at=T0 + 2 * HOUR, cancelled_at=T0 + 3 * HOUR)
    assert states(2.5, one) == {1: "in_force"}
    assert states(3, one) == {1: "cancelled"}


def test_a_warning_without_a_cancel_line_ends_with_what_it_announces():
    assert states(3, at(0, 1, until_at=T0 + 2 * HOUR)) == {1: "over"}


def test_a_bulletin_ends_what_it_leaves_out_and_names_what_never_came():
    bulletin = at(10, 50, listed=(key(1), key(7)))
    board = received(NOTHING, [at(0, 1), at(0, 2), at(11, 3), bulletin])
    assert {one.key[1]: one.state for one in standing(board, T0 + 12 * HOUR)} == {
        1: "in_force",
        2: "left_out",
        3: "in_force",
    }
    assert unheard(board, T0 + 12 * HOUR) == (key(7),)
    assert unheard(board, T0 + 9 * HOUR) == ()


def test_a_bulletin_of_another_series_says_nothing_of_it():
    bulletin = Notice(known_at=T0 + HOUR, key=key(1, "NAVAREA I"), listed=())
    assert states(2, at(0, 1), bulletin) == {1: "in_force"}


numbers = st.integers(1, 4)
messages = st.builds(
    lambda hour, number, cancels, ends, listed: at(hour, number, cancels=tuple(sorted({key(one) for one in cancels})), cancelled_at=None if ends is None else T0 + ends * HOUR, listed=None if listed is None else tuple(sorted({key(one) for one in listed}))),
    st.integers(0, 9), st.none() | numbers, st.lists(numbers, max_size=2), st.none() | st.integers(0, 12), st.none() | st.lists(numbers, max_size=2),
)  # fmt: skip


@given(st.lists(messages, max_size=7), st.randoms(use_true_random=False), st.integers(0, 12))
def test_order_and_repetition_do_not_matter(sent, dice, hour):
    mixed = [*sent, *sent[:3]]
    dice.shuffle(mixed)
    board = NOTHING
    for one in mixed:
        board = received(board, [one])
    assert standing(board, T0 + hour * HOUR) == standing(received(NOTHING, sent), T0 + hour * HOUR)


def test_words_become_messages_that_end_each_other():
    first = notice(
        facts_of("NAVAREA XI 0501/26\n240100 UTC NOV 26\nMISSILE FIRING.\nCANCEL THIS MSG 250800 UTC NOV 26."), T0
    )
    second = notice(facts_of("NAVAREA XI 0502/26\n240200 UTC NOV 26\nBUOY UNLIT.\nCANCEL NAVAREA XI 0501/26."), T0)
    bulletin = notice(
        facts_of("NAVAREA XI 0600/26\nNAVAREA XI WARNINGS IN FORCE 301200 UTC NOV 26: 0502, 0599."),
        first.known_at + 200 * HOUR,
    )
    board = received(NOTHING, [bulletin, second, first])
    assert [one.key for one in in_force(board, first.known_at)] == [key(501)]
    assert [one.key for one in in_force(board, second.known_at)] == [key(502)]
    assert unheard(board, bulletin.known_at) == (key(599),)


def test_two_spellings_of_a_series_are_one():
    assert key_of({"series": "Navarea  xi", "number": 1, "year": 2026}) == key(1)
