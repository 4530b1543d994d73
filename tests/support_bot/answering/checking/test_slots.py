from support_bot.answering.checking.slots import Slot, slots_in


def test_a_slot_is_a_subject_and_what_it_can_do() -> None:
    assert slots_in("Only **admins** can invite people. Members can't view them.") == (
        Slot("admin", "only", ("can", "invit")),
        Slot("member", "", ("can't", "view")),
    )


def test_a_slot_is_filled_by_the_same_word_and_displaced_by_another() -> None:
    [admins] = slots_in("Only admins can invite people.")
    [members] = slots_in("Only members can invite people.")
    [view] = slots_in("Members can view people.")
    assert admins.fills(admins)
    assert members.displaces(admins)
    assert not members.fills(admins)
    assert not view.displaces(admins)
