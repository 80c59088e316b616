"""Questions from and for other programs. A pure library: bytes in, questions or refusals out.

`reading.read_questions()`, `writing.write_questions()` and `template_files.template()` are its
doors; `docs/question-formats.md` says what each format holds.
"""
