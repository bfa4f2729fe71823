from loadr_core.metrics.tags import FOLDED, TagBudget, TagTable, tag_pairs


def test_a_tag_set_has_one_form_whatever_its_order():
    assert tag_pairs({"b": "2", "a": "1", "empty": ""}) == (("a", "1"), ("b", "2"))


def test_equal_tag_sets_have_equal_numbers_and_are_reported_once():
    table = TagTable(TagBudget())
    assert [table.intern({"a": "1"}), table.intern({"a": "2"}), table.intern({"a": "1"})] == [0, 1, 0]
    assert table.take_new() == ((("a", "1"),), (("a", "2"),))
    assert table.intern({"a": "3"}) == 2
    assert table.take_new() == ((("a", "3"),),)
    assert table.take_new() == ()


def test_values_beyond_the_budget_are_folded_and_the_tag_is_named():
    budget = TagBudget(limit=2)
    folded = [budget.apply((("name", value),))[0][1] for value in ("/1", "/2", "/3", "/1", "/4")]
    assert folded == ["/1", "/2", FOLDED, "/1", FOLDED]
    assert budget.folded == {"name"}


def test_a_value_that_a_threshold_names_is_never_folded():
    budget = TagBudget(kept=[("name", "/kept")], limit=1)
    assert [budget.apply((("name", value),))[0][1] for value in ("/1", "/2", "/kept")] == [
        "/1",
        FOLDED,
        "/kept",
    ]


def test_each_tag_has_a_budget_of_its_own():
    budget = TagBudget(limit=1)
    assert budget.apply((("a", "1"), ("b", "1"))) == (("a", "1"), ("b", "1"))
    assert budget.apply((("a", "2"), ("b", "1"))) == (("a", FOLDED), ("b", "1"))
    assert budget.folded == {"a"}
