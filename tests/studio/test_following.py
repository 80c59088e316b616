"""A draft that follows what was published since: lessons are the same under another number."""

from training_platform.studio.following import clashes, followed

ONE, TWO, NEW = "one", "two", "new"


def lessons(*slugs, **texts):
    """Files of lessons in this order, each with its text."""
    return {
        f"courses/c/{number:02}-{slug}.en.md": texts.get(slug, slug).encode()
        for number, slug in enumerate(slugs, 1)
    }


def after(was, theirs, mine, keep=()):
    changes = followed(was, theirs, mine, frozenset(keep))
    result = {path: raw for path, raw in (mine | changes).items() if raw is not None}
    return dict(sorted(result.items()))


def test_a_lesson_that_only_got_another_number_is_neither_asked_about_nor_doubled():
    was, theirs = lessons(ONE, TWO), lessons(NEW, ONE, TWO)
    mine = lessons(ONE, TWO, two="mine")

    assert clashes(was, theirs, mine) == []
    assert after(was, theirs, mine) == lessons(NEW, ONE, TWO, two="mine")


def test_both_sides_wrote_in_a_lesson_that_was_renumbered_and_one_is_chosen():
    was, theirs = lessons(ONE, TWO), lessons(TWO, ONE, two="theirs")
    mine = lessons(ONE, TWO, two="mine")
    path = "courses/c/02-two.en.md"

    assert clashes(was, theirs, mine) == [path]
    assert after(was, theirs, mine, {path}) == lessons(TWO, ONE, two="mine")
    assert after(was, theirs, mine) == lessons(TWO, ONE, two="theirs")


def test_the_order_of_the_draft_stays_where_only_the_draft_changed_it():
    was, theirs = lessons(ONE, TWO), lessons(ONE, TWO, one="theirs")

    assert after(was, theirs, lessons(TWO, ONE)) == lessons(TWO, ONE, one="theirs")


def test_a_lesson_that_both_added_at_one_place_gets_a_number_of_its_own():
    was, theirs, mine = lessons(ONE), lessons(ONE, TWO), lessons(ONE, NEW)

    assert after(was, theirs, mine) == lessons(ONE, TWO, NEW)


def test_a_lesson_taken_out_by_them_goes_and_the_gap_closes_as_they_closed_it():
    assert after(lessons(ONE, TWO), lessons(TWO), lessons(ONE, TWO, two="m")) == lessons(
        TWO, two="m"
    )
