"""Whatever is wrong in a content file is told with its file and line, all at once."""

import pytest

# one case a line can be compared with its neighbors

QUESTION = "question_bank/questions/basics/number.yaml"
COURSE = "courses/basics/course.yaml"
LESSON = "courses/basics/01-phones.en.md"
PAPER = "question_bank/papers/basics.yaml"
CURRICULA = "courses/curricula.yaml"
COMPETENCIES = "courses/competencies.yaml"
FIGURE = "courses/basics/media/shape.svg"


def test_a_folder_in_order_has_no_mistakes(mistakes):
    assert mistakes() == []


def test_every_mistake_is_told_at_once_in_the_order_of_files_and_lines(mistakes, replace):
    replace(QUESTION, "kind: single_choice", "kind: single_choice\ncolor: red")
    replace(QUESTION, "    why: {zh: 少一位, en: A digit is missing}", "    why: {zh: 少一位}")
    replace(PAPER, "minutes: 15", "minutes: soon")
    replace(COMPETENCIES, "code: DQ", "code: dq")

    places = [mistake.split(": ")[0:2] for mistake in mistakes()]

    assert places == [
        [f"{COMPETENCIES}:5", "competencies[0].code"],
        [f"{PAPER}:6", "minutes"],
        [f"{QUESTION}:3", "color"],
        [f"{QUESTION}:15", "options[2].why.en"],
    ]


@pytest.mark.parametrize(
    "case",
    [
        # YAML itself
        (QUESTION, "difficulty: f", "\tdifficulty: f", ":5: file: has a tab, expected two spaces"),
        (QUESTION, "kind: single_choice", "kind: [", ": file: "),
        (QUESTION, "lesson:", "kind: numeric\nlesson:", ":4: kind: stands twice, first on line 2"),
        (QUESTION, "stem: {zh: 哪", "stem: &a {zh: 哪", None),
        (QUESTION, "explanation: {zh: 因为, en: Because}", "explanation: *nothing", ":7: file: "),
        (
            QUESTION,
            "lesson: basics",
            "lesson: !!python/object:os.system basics",
            ":4: lesson: has a",
        ),
        (QUESTION, "Which one?", "Which\x07one?", ":6: file: has a control character"),
        # a question
        (QUESTION, "id: basics/number", "id: basics/other", ":1: id: is 'basics/other', expected"),
        (QUESTION, "kind: single_choice", "kind: essay", ":2: kind: is 'essay', expected one of"),
        (QUESTION, "kind: single_choice\n", "", ":1: kind: is missing, expected one of"),
        (QUESTION, "stem: {zh: 哪一个?, en: Which one?}\n", "", ":1: stem: is missing"),
        (QUESTION, "en: Which one?", 'en: "  "', ":6: stem.en: is blank, expected a text"),
        (QUESTION, "stem: {zh: 哪一个?, en: Which one?}", "stem: 24", ":6: stem: is no text"),
        (QUESTION, "    correct: true\n", "", "options[0]: is wrong without saying why"),
        (QUESTION, "    why: {zh: 有横线, en: It has hyphens}", "    correct: true", "2 correct"),
        (QUESTION, '"1640000732"', '"164-0000-7326"', ":13: options[2]: repeats '164-0000-7326'"),
        (QUESTION, "[data-quality]", "[charm]", ":3: skills[0]: charm is no competency"),
        (QUESTION, "basics/phones", "basics/gone", ":4: lesson: basics/gone is no lesson"),
        (QUESTION, "difficulty: foundation", "difficulty: easy", ":5: difficulty: is not right"),
        # a course
        (COURSE, "id: basics", "id: Basics", ":1: id: "),
        (COURSE, "minutes: 4", "minutes: 40", ":10: lessons[0].minutes: is not right"),
        (COURSE, "minutes: 4", "minutes: 4.5", ":10: lessons[0].minutes: is not a whole number"),
        (
            COURSE,
            "basics/number",
            "basics/gone",
            ":11: lessons[0].check: basics/gone is no question",
        ),
        (COURSE, "[specialist]", "[pilot]", ":6: job_roles[0]: pilot is no job role"),
        (COURSE, "{data-quality: 2}", "{charm: 2}", ":7: competencies.charm: is no competency"),
        (COURSE, "{data-quality: 2}", "{data-quality: 5}", ":7: competencies.data-quality: "),
        (COURSE, "paper: basics", "paper: gone", ":14: complete_when[1].paper: gone is no paper"),
        (
            COURSE,
            "  - paper: basics",
            "  - exam: basics",
            ":14: complete_when[1].exam: is not known",
        ),
        (COURSE, "slug: phones", "slug: faxes", ":9: lessons[0].slug: has no text in zh"),
        # a lesson
        (LESSON, "title: Phones\n", "", ":2: title: is missing"),
        (LESSON, "---\ntitle", "title", ":1: file: has no front matter"),
        (LESSON, "summary: In short", "summary: In short\nminutes: 4", ":5: minutes: is not known"),
        (LESSON, "First", "# Big\n\nFirst", ":6: heading: is of the first level"),
        (LESSON, "First", "<b>First</b>", ":6: html: is raw HTML"),
        (LESSON, "First", "<script>alert(1)</script>\n\nFirst", ":6: html: is raw HTML"),
        (LESSON, "First", "![x](https://example.com/x.png)", ":6: picture: is a Markdown picture"),
        (LESSON, "lesson:basics/phones", "http://example.com", ":15: link: leads to 'http://"),
        (LESSON, "lesson:basics/phones", "javascript:alert(1)", ":15: link: leads to 'javascript:"),
        (
            LESSON,
            "lesson:basics/phones",
            "lesson:basics/gone",
            ":15: link: leads to lesson:basics/go",
        ),
        (
            LESSON,
            ":::figure shape An",
            ":::figure gone An",
            ":8: :::figure: shows 'gone', which is",
        ),
        (LESSON, " An arrow that points up", "", ":8: :::: figure lacks words"),
        (LESSON, "The caption.\n:::\n", "The caption.\n", ":11: :::: opens within another block"),
        (LESSON, ":::check\n:::\n", ":::check\n", ":12: :::: is not closed"),
        (LESSON, ":::check\n:::", ":::check\nWhat?\n:::", ":12: :::check: has a body"),
        (LESSON, ":::check\n:::", ":::quiz\n:::", ":12: :::: 'quiz' is no block"),
        (LESSON, "Last", ":::\n\nLast", ":15: :::: closes nothing"),
        (LESSON, "Last", "- :::trap A\n\nLast", ":15: :::: stands inside a list"),
        (LESSON, "Last", ":::steps How\nNo list.\n:::\n\nLast", ":15: :::steps: is something else"),
        (LESSON, "Last", ":::example fine A\nx\n:::\n\nLast", ":15: :::: example is 'fine'"),
        (LESSON, "Last", ":::try Now\n:::\n\nLast", ":15: :::try: is empty"),
        (
            LESSON,
            "Last",
            ":::video talk.mp4 A talk\nx\n:::\n\nLast",
            ":15: :::video: shows 'talk.mp4'",
        ),
        # a figure
        (FIGURE, ' viewBox="0 0 320 100"', "", ":1: viewBox: is missing"),
        (FIGURE, "<title>", "<script>x()</script><title>", ":2: script: may not stand in a figure"),
        (FIGURE, 'id="shaft"', 'id="shaft" onclick="x()"', ":3: path onclick: may not stand"),
        (
            FIGURE,
            'href="#shaft"',
            'href="https://x.example/a.svg#b"',
            ":4: use href: points outside",
        ),
        (FIGURE, "</svg>", "", "is no XML; is the file cut off?"),
        # a paper
        (PAPER, "count: 1", "count: 2", ":11: sections[0].draw.count: is 2, expected at most 1"),
        (PAPER, "course: basics", "course: gone", ":5: course: gone is no course"),
        (
            PAPER,
            "  - draw: {topic: basics, count: 1}",
            "  - questions: [basics/gone]",
            "is no quest",
        ),
        (PAPER, "distinction_percent: 95", "distinction_percent: 60", "is below pass_percent"),
        (PAPER, "pass_percent: 80", "pass_percent: 120", ":7: pass_percent: is not right"),
        # curricula and competencies
        (CURRICULA, "course: basics", "course: gone", ":9: curricula[0].phases[0].items[0].course"),
        (CURRICULA, "after: []", "after: [basics]", "basics does not come before"),
        (
            CURRICULA,
            "job_role: specialist",
            "job_role: pilot",
            ":2: curricula[0].job_role: pilot is",
        ),
        (
            COMPETENCIES,
            "      - {zh: 四, en: four}\n",
            "",
            ":7: competencies[0].levels: is not right",
        ),
        (COMPETENCIES, "targets: {specialist", "targets: {pilot", "targets.pilot: is no job role"),
    ],
)
def test_a_mistake_names_its_file_line_and_key(mistakes, replace, case):
    name, old, new, told = case
    replace(name, old, new)

    found = [mistake for mistake in mistakes() if mistake.startswith(name)]

    if told is None:  # an anchor alone does no harm
        assert found == []
    else:
        assert any(told in mistake for mistake in found), "\n".join(mistakes())


def test_a_file_that_is_no_utf8_is_named_with_the_line_of_the_first_bad_byte(mistakes, folder):
    (folder / LESSON).write_bytes("---\ntitle: 电话\n".encode("gb18030"))
    assert f"{LESSON}:2: file: is not UTF-8, expected a file saved as UTF-8" in mistakes()


@pytest.mark.parametrize("percent", range(0, 95, 5))
@pytest.mark.parametrize("name", [QUESTION, LESSON, FIGURE])
def test_a_file_cut_off_anywhere_is_named(mistakes, folder, name, percent):
    path = folder / name
    whole = path.read_bytes()
    rest = whole[: len(whole) * percent // 100]
    path.write_bytes(rest)
    told = mistakes()
    if not (name == LESSON and rest.endswith(b":::\n")):  # that could be the end
        assert any(mistake.startswith(name) for mistake in told), told


def test_deep_nesting_and_large_files_are_refused(mistakes, folder):
    (folder / QUESTION).write_text("[" * 5_000, encoding="utf-8")
    (folder / PAPER).write_text("# " + "x" * 300_000, encoding="utf-8")
    told = "\n".join(mistakes())
    assert f"{QUESTION}:1: file: " in told
    assert f"{PAPER}:1: file: is too large" in told


def test_one_broken_file_does_not_make_others_look_broken(mistakes, replace):
    replace(COMPETENCIES, "competencies:", "competences:")
    assert {mistake.split(":")[0] for mistake in mistakes()} == {COMPETENCIES}


def test_files_that_belong_nowhere_are_named(mistakes, folder):
    (folder / "courses/basics/notes.txt").write_text("x", encoding="utf-8")
    (folder / "courses/basics/02-faxes.en.md").write_text("x", encoding="utf-8")
    (folder / "courses/basics/media/unused.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "courses/empty").mkdir()
    (folder / "courses/lost").mkdir()
    (folder / "courses/lost/01-x.zh.md").write_text("x", encoding="utf-8")
    told = "\n".join(mistakes())
    assert "notes.txt:1: file: does not belong here" in told
    assert "02-faxes.en.md:1: file: faxes is no lesson" in told
    assert "unused.svg:1: file: is shown nowhere" in told
    assert "courses/lost/course.yaml:1: file: is missing" in told
    assert "courses/empty" not in told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("kind: numeric\nanswer: many", "answer: is not"),
        ("kind: numeric\nanswer: 3\ntolerance: -1", "tolerance: is not right"),
        ("kind: true_false\nanswer: yes please\nwhy: x", "answer: is neither true nor false"),
        ("kind: true_false\nanswer: true", "why: is missing"),
        ("kind: short_answer\naccepted: {zh: [等]}", "accepted.en: is missing"),
        ("kind: ordering\nitems: [a, b]", "items: is not right"),
        ("kind: ordering\nitems: [a, b, a]", "items[2]: repeats 'a'"),
        ("kind: matching\npairs:\n  - {left: a, right: b}", "pairs: is not right"),
        (
            "kind: matching\npairs:\n  - {left: a, right: x}\n  - {left: b, right: y}\n"
            "  - {left: c, right: z}\nextra: [x]",
            "extra[0]: repeats 'x'",
        ),
        ("kind: gap_text\ntext: A {{1}} b\ngaps:\n  - {}", "gaps[0]: needs one way to answer"),
        (
            "kind: gap_text\ntext: {zh: '{{1}}', en: '{{1}} {{1}}'}\n"
            "gaps:\n  - accepted: {zh: [x], en: [y]}",
            "text.en: has the gaps {{1}}, {{1}}, expected {{1}} to {{1}}, each once",
        ),
        (
            "kind: multiple_choice\noptions:\n  - {text: a, correct: true}\n"
            "  - {text: b, why: w}\n  - {text: c, why: w}",
            "has 1 correct of 3 options",
        ),
    ],
)
def test_each_kind_of_question_tells_its_own_mistakes(mistakes, folder, body, told):
    head = (
        "id: basics/number\nskills: [data-quality]\ndifficulty: foundation\n"
        "stem: {zh: 问, en: Ask}\nexplanation: {zh: 因, en: Why}\n"
    )
    (folder / QUESTION).write_text(head + body + "\n", encoding="utf-8")
    found = mistakes()
    assert any(mistake.startswith(QUESTION) and told in mistake for mistake in found), found
