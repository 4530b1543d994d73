from knowledge.words import terms
from support_bot.answering.checking.slots import Slot, joined_in, slots_in


def test_a_slot_is_a_subject_and_what_it_can_do() -> None:
    assert slots_in("Only **admins** can invite people. Write keys can also view them.") == (
        Slot("admin", "", "only", ("can", "invit")),
        Slot("key", "writ", "", ("can", "view")),
    )


def test_a_slot_is_filled_by_the_same_word_and_displaced_by_another() -> None:
    [admins] = slots_in("Only admins can invite people.")
    [members] = slots_in("Only members can invite people.")
    [view] = slots_in("Members can view people.")
    assert admins.fills(admins)
    assert members.displaces(admins)
    assert not members.fills(admins)
    assert not view.displaces(admins)


def test_a_kind_of_a_thing_is_displaced_by_another_kind() -> None:
    [write], [read], [any_] = map(
        slots_in, ("Write keys can change it.", "Read keys can change it.", "Keys can change it.")
    )
    assert write.displaces(read)
    assert not write.displaces(any_)
    assert any_.fills(write)


def test_what_can_be_done_by_one_alone_is_done_by_nobody_else() -> None:
    [owners] = slots_in("Only owners can invite guests.")
    [everybody] = slots_in("All members can invite guests.")
    assert owners.displaces(everybody)
    assert not everybody.displaces(owners)


def test_what_a_chinese_copula_joins_stands_in_one_clause() -> None:
    joined = joined_in("文昌盃男子冠軍是王大明。")
    assert joined is not None
    assert joined.stands_in(terms("王大明奪得冠軍"))
    assert not joined.stands_in(terms("王大明參加文昌盃"))


def test_a_former_holder_of_a_rank_is_not_its_holder() -> None:
    joined = joined_in("這家公司的執行長是王大明。")
    assert joined is not None
    assert joined.stands_in(terms("副執行長王大明調任執行長"))
    assert not joined.stands_in(terms("前執行長王大明出席"))
    assert joined_in("請到設定頁面。") is None
