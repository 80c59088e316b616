"""An imported question is the text of a file: what is missing in it is what the check misses."""

from pathlib import Path

import pytest

from training_platform.assessment.content_kinds import QuestionKind, path_of
from training_platform.assessment.pictures import folder_of
from training_platform.config import ROOT
from training_platform.core.kinds import Draft
from training_platform.core.yaml_files import Document
from training_platform.studio.formats import shape
from training_platform.studio.formats.building import mistakes_of
from training_platform.studio.formats.file_text import file_text
from training_platform.studio.formats.reading import read_questions

FILES = Path(__file__).parent / "files"
READ = [
    ("features.gift", "zh"),
    ("features.xml", "zh"),
    ("layout-gb18030.txt", "zh"),
    ("aiken.txt", "en"),
]


@pytest.mark.parametrize(("name", "locale"), READ)
def test_the_check_misses_exactly_what_drafts_say_is_missing(name, locale):
    found = read_questions(name, (FILES / name).read_bytes(), topic="t", locale=locale)

    for question in found.questions:
        mistakes = mistakes_of(question.slug, question.file_text)
        told = {mistake.key for mistake in mistakes}
        named = {f"{each.key}.{each.language}".rstrip(".") for each in question.missing}
        # An option without its reason is a mistake of the option.
        owners = {key.removesuffix(".why") for key in named if key.endswith(".why")}
        assert told <= named | owners
        # Where a text is missing, the check stops before it asks an option for its reason.
        assert {key for key in named if not key.endswith(".why")} <= told
        assert question.is_draft
        assert {mistake.problem for mistake in mistakes} <= {
            "is missing",
            "is wrong without saying why",
        }


def test_a_draft_with_everything_missing_written_in_is_accepted():
    found = read_questions(
        "x.gift", "问？{=一 ~二#错 ~三#错####因为}".encode(), topic="t", locale="zh"
    )
    question = dict(found.questions[0].value)
    for _place, text in shape.texts_of(question):
        text["en"] = f"English {text['zh']}"
    question |= {"skills": ["data-quality"], "difficulty": "foundation"}

    assert {each.language for each in found.questions[0].missing} == {"", "en"}
    assert not mistakes_of(question["id"], file_text(question))


def test_skills_and_difficulty_of_the_upload_stand_in_where_none_are_named():
    raw = "// [tag:difficulty:advanced]\n::a::一？{T}\n\n::b::二？{T}\n"
    found = read_questions(
        "x.gift", raw.encode(), topic="t", locale="zh", skills=["listening"], difficulty="applied"
    )

    assert [each.value["difficulty"] for each in found.questions] == ["advanced", "applied"]
    assert all(each.value["skills"] == ["listening"] for each in found.questions)


def test_every_file_of_the_bank_is_read_and_written_back_with_the_same_meaning():
    paths = sorted((ROOT / "question_bank" / "questions").glob("*/*.yaml"))
    joined = b"---\n".join(path.read_bytes() for path in paths)
    found = read_questions("bank.yaml", joined, topic="t", locale="zh")

    assert (len(found.questions), found.refused) == (len(paths), ())
    for path, question in zip(paths, found.questions, strict=True):
        assert not question.missing
        whole = parsed(question.slug, path.read_text("utf-8"), path.parent / "media")
        had_picture = whole.pop("picture", None) and whole.pop("drawn")
        assert [note.code for note in question.notes] == ["picture_left"] * bool(had_picture)
        assert parsed(question.slug, question.file_text) == whole


def parsed(slug: str, text: str, media: Path | None = None) -> dict:
    name = slug.partition("/")[2]
    shown = {
        f"{folder_of(slug)}{path.name}": path.read_bytes()
        for path in (media.glob(f"{name}.*") if media else ())
    }
    draft = Draft("question", slug, {path_of(slug): text.encode(), **shown})
    data = QuestionKind().parse(draft)
    assert not draft.mistakes
    return data


@pytest.mark.parametrize(
    "text",
    [
        'quote " and \\ slash',
        "# no comment",
        "- no list",
        "true",
        "1e3",
        "{{1}}: x",
        "\u2028\x85",
        "🙂",
        "a\nb",
    ],
)
def test_no_text_can_become_anything_but_a_text_in_a_file(text):
    value = {
        "id": "a/b",
        "stem": {"zh": text, "en": f"{text}!"},
        "items": [{"zh": text, "en": text}],
    }
    read = Document(file_text(value)).value

    assert read == {**value, "items": [text]}


def test_ids_are_those_of_the_source_or_made_of_the_question_and_always_the_same():
    raw = (
        "::given-id::一？{T}\n\n::other/topic-id::二？{T}\n\n::Short Name 3::三？{T}\n\n"
        "四是对的吗？{T}\n\n四是对的吗，还是五？{T}\n\n！！！{T}\n"
    )
    slugs = [
        question.slug
        for question in read_questions("x.gift", raw.encode(), topic="t", locale="zh").questions
    ]
    moved = "\n\n".join(reversed(raw.strip().split("\n\n")))
    again = read_questions("x.gift", moved.encode(), topic="t", locale="zh").questions

    assert slugs[:3] == ["t/given-id", "other/topic-id", "t/short-name-3"]
    assert slugs[3].startswith("t/si-shi-dui-de-ma-")
    assert slugs[5].startswith("t/q-")
    assert len(set(slugs)) == 6
    assert sorted(slugs) == sorted(question.slug for question in again)
