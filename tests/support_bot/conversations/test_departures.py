from support_bot.conversations.departures import Departures


def test_who_was_there_a_moment_ago_is_not_asked_about_again() -> None:
    now = [0.0]
    departures = Departures(now=lambda: now[0])
    assert departures.known("visitor:1") is None
    departures.note("visitor:1", has_left=False)
    now[0] = 3.9
    assert departures.known("visitor:1") is False
    now[0] = 4.1
    assert departures.known("visitor:1") is None


def test_who_has_left_stays_away_whatever_was_read_before_they_did() -> None:
    departures = Departures()
    departures.note("visitor:1", has_left=True)
    departures.note("visitor:1", has_left=False)  # read before they left, told after
    assert departures.known("visitor:1") is True
    assert departures.known("visitor:2") is None


def test_only_so_many_are_remembered() -> None:
    departures = Departures()
    for number in range(10_001):
        departures.note(f"visitor:{number}", has_left=True)
    assert departures.known("visitor:0") is None
    assert departures.known("visitor:1") is True
