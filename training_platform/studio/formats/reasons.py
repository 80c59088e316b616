"""Why a question is refused, noted, or not held by a format: one code each, and its text."""


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Whole files.
_FILES = {
    "empty_file": _("The file is empty."),
    "too_large_file": _("The file is larger than 20 MB. Send it in parts."),
    "too_many": _("The file has more than 10,000 questions. Send it in parts."),
    "not_text": _("This is no text in UTF-8 or GB18030, and no spreadsheet."),
    "cut_off": _("The file ends in the middle: it seems to be cut off."),
    "unknown_format": _("No question could be recognized. Take one of the templates."),
    "wrong_format": _("The file is named .%(ending)s but is something else."),
    "not_xml": _("This is no XML that can be read: %(problem)s."),
    "doctype": _("The XML declares a document type or entities. Remove the declaration."),
    "not_moodle": _("The XML is no Moodle quiz: it begins with “%(tag)s”, not with “quiz”."),
    "not_xlsx": _("This spreadsheet cannot be read. Save it as XLSX again, or as CSV."),
    "old_excel": _("This is the old XLS format. Save the list as XLSX or as CSV."),
    "macros": _("The spreadsheet holds macros. Save it as XLSX without them."),
    "bomb": _("Unpacked, the spreadsheet would be too large. Save only the list, as CSV."),
    "no_table": _("This table cannot be read: %(problem)s"),
    "no_stem_column": _("There is no column for the question. Use the headers of the template."),
    "not_yaml": _("This is no YAML that can be read: %(problem)s."),
}
#: Single questions.
_QUESTIONS = {
    "no_answer": _("No answer is marked as right."),
    "unknown_answer": _("The answer “%(answer)s” is none of the options."),
    "several_answers": _("More than one answer is right, but the question allows only one."),
    "all_right": _("Every option is right: at least one must be wrong."),
    "weights_sum": _("The weights of the right answers make %(sum)s %%, not 100 %%."),
    "weights_unequal": _("The right answers weigh differently; here each counts the same."),
    "weights_partial": _("An answer that is only partly right cannot be kept."),
    "unknown_type": _("Questions of the type “%(type)s” cannot be kept."),
    "too_few": _("There are %(count)s options or items; at least %(least)s are needed."),
    "too_many_options": _("There are %(count)s options or items; at most %(most)s are possible."),
    "doubled": _("The text “%(said)s” stands twice: nobody could tell the two apart."),
    "double_question": _("The same question stands in the file twice, first at %(first)s."),
    "double_id": _("The id “%(id)s” stands in the file twice, first at %(first)s."),
    "empty_stem": _("The question has no text."),
    "empty_option": _("An option has no text."),
    "too_long": _("A line has %(count)s characters; at most %(most)s are possible."),
    "too_long_text": _("A text has %(count)s characters; at most %(most)s are possible."),
    "control": _("A text holds control characters."),
    "picture": _("It needs a picture, a sound or a video, which a question cannot hold."),
    "active": _("It holds a script, a form or an embedded page."),
    "table": _("It holds a table or a formula, which would lose its meaning as plain text."),
    "script_letters": _("It holds raised or lowered letters that plain text cannot show."),
    "unfinished": _("The question breaks off: a bracket or a quotation mark is never closed."),
    "bad_syntax": _("This cannot be read as a question: %(problem)s"),
    "not_a_number": _("“%(said)s” is no number that can be kept."),
    "several_numbers": _("Several numbers are right; only one, with a tolerance, can be kept."),
    "wildcard": _("The answer “%(said)s” holds a wildcard, which cannot be kept."),
    "long_answer": _("The answer is a whole text: people would have to score it."),
    "gaps_differ": _("There are %(gaps)s gaps but answers for %(answers)s."),
    "unknown_value": _("“%(value)s” is not known as %(key)s."),
    "refused_by_check": _("%(key)s: the content check refuses it (%(problem)s)."),
}
_NOTES = {
    "picture_left": _("Its picture is a file of its own and stayed behind: add it in the form."),
    "formatting": _("Bold, italics or colors were left out; the words are kept."),
    "links": _("Links are kept as text."),
    "weights": _("Wrong choices cost as much as right ones bring, whatever the file says."),
    "feedback": _("Remarks that belong to no option were left out."),
    "shared": _("Texts without a mark of their language are taken for both."),
    "case": _("Capital letters do not matter when answers are compared."),
}
_EXPORT = {
    "not_held": _("%(slug)s: “%(key)s” does not fit into this format."),
    "question_not_held": _("%(slug)s cannot be written in this format."),
    "choices_not_held": _("%(slug)s: gaps with choices cannot be written in this format."),
    "kind_not_held": _("%(slug)s: this format has no questions of the kind “%(key)s”."),
}
TEXTS: dict[str, str] = {**_FILES, **_QUESTIONS, **_NOTES, **_EXPORT}
