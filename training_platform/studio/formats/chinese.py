"""The text layout of Chinese question banks, read: 题干, A. B. C. D., 答案：, 解析：. Pure.

The same layout with English labels (Answer:, Explanation:) is read alike.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from training_platform.studio.formats import labels
from training_platform.studio.formats.bytes_in import expect_short_lines
from training_platform.studio.formats.chinese_value import IN_STEM, NEAR_THE_END, value_of
from training_platform.studio.formats.results import Found, Refusal, RefusedError

#: Nobody writes a label into a line as long as this.
LONG = 5_000
_NAMES = {name.casefold(): code for code, names in labels.LABELS.items() for name in names}
_LABEL = re.compile(
    r"\s*[【\[]?\s*("
    + "|".join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True))
    + r")\s*(?:[】\]]\s*[:：]?|[:：])\s*(.*)",
    re.IGNORECASE,
)
_OPTION = re.compile(r"\s*(?:[（(]\s*([A-Ha-h])\s*[）)]|([A-Ha-h])\s*[.．、)）:：])\s*(.*)")
#: Several options on one line, as prints save paper: A. 对  B. 错
_NEXT_ON_LINE = re.compile(r"(?<=\S)(?:\s{2,}|\t+|\u3000+)(?=(?:[（(]?[B-Hb-h][.．、)）]))")
_WHY = re.compile(
    r"\s*(?:([A-H])\s*(?:项|选项)?\s*(?:解析|错因)|Why\s+([A-H]))\s*[:：]\s*(.*)", re.IGNORECASE
)
_NUMBER = re.compile(r"\s*(?:第\s*)?([0-9]{1,5})\s*(?:题\s*)?[.．、)）:：]\s*(?![0-9])(.*)")
#: 一、单选题（每题 2 分）
_HEADING = re.compile(
    r"\s*[（(]?[一二三四五六七八九十]{1,3}[）)]?\s*[、.．:：]?\s*(\S{2,8}题)"
    r"(?:\s*[（(：:，,].*)?"
)
_KIND_IN_STEM = re.compile(r"\s*[【\[（(]\s*(\S{2,6}题)\s*[】\]）)]\s*")
_HAS_ANSWER = re.compile(
    r"^[ \t\u3000]*[【\[]?[ \t]*(?:答案|正确答案|参考答案|标准答案|answer)\s*(?:[】\]]|[:：])",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass
class Part:
    """The lines of one question, sorted by what they are."""

    start: int
    kind: str | None = None
    number: int | None = None
    has_answer: bool = False
    lines: list[str] = field(default_factory=list)
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    whys: dict[int, str] = field(default_factory=dict)
    _last: tuple[str, int | str] = ("stem", 0)

    @property
    def text(self) -> str:
        """Return the source, whole."""
        return "\n".join(self.lines)

    @property
    def is_title(self) -> bool:
        """Tell that nothing here is part of a question: no number, option or label."""
        return self.number is None and not any(
            _LABEL.match(line[:LONG]) or _option(line[:LONG], 0) is not None for line in self.lines
        )

    def add(self, line: str) -> None:
        """Take one more line of the source."""
        self.lines.append(line)
        head, tail = line[:200], line[-NEAR_THE_END:]
        self.has_answer = self.has_answer or bool(_HAS_ANSWER.match(head) or IN_STEM.search(tail))

    @property
    def is_answered(self) -> bool:
        """Tell that the question's own text is over."""
        return bool(self.labels.keys() & {"answer", "explanation"})

    def take(self, line: str) -> None:
        """Sort a line in."""
        if found := _WHY.fullmatch(line):
            at = "ABCDEFGH".index((found[1] or found[2]).upper())
            self.whys[at] = found[3]
            self._last = ("why", at)
        elif found := _LABEL.fullmatch(line):
            self._label(_NAMES[found[1].casefold()], found[2])
        elif not self.is_answered and (option := _option(line, len(self.options))) is not None:
            self.options.append(option)
            self._last = ("option", len(self.options) - 1)
        else:
            self._go_on(line)

    def _label(self, name: str, said: str) -> None:
        if name in self.labels and name != "wrong":
            raise RefusedError("bad_syntax", problem=labels.LABELS[name][0])
        kept = self.labels.get(name)
        self.labels[name] = said if kept is None else f"{kept}\n{said}"
        is_above = name in {"id", "kind", "difficulty", "skills", "lesson"} and not self.options
        self._last = ("stem", 0) if is_above and not self.is_answered else ("label", name)

    def _go_on(self, line: str) -> None:
        """Add a line to what the line before it belongs to."""
        sort, key = self._last
        if sort == "stem":
            self.stem.append(line)
        elif sort == "option":
            self.options[int(key)] += f"\n{line}"
        elif sort == "why":
            self.whys[int(key)] += f"\n{line}"
        else:
            self.labels[str(key)] += f"\n{line}"


def looks_like(text: str) -> bool:
    """Tell whether a text is in this layout: it names answers."""
    return bool(_HAS_ANSWER.search(text))


def read(text: str, locale: str = "zh") -> Iterator[Found | Refusal]:
    """Yield every question, or why it is refused."""
    for part in _parts(text):
        try:
            expect_short_lines(part.lines, part.start)
            yield _question(part, locale)
        except RefusedError as error:
            yield error.at(part.start, part.text)


def _question(part: Part, locale: str) -> Found:
    for line in part.lines:
        for piece in _NEXT_ON_LINE.split(line) if _option(line, 0) is not None else [line]:
            part.take(piece)
    if part.stem and (number := _NUMBER.fullmatch(part.stem[0])):
        part.stem[0] = number[2]
    if part.stem and (kind := _KIND_IN_STEM.match(part.stem[0])):
        part.kind = kind[1]
        part.stem[0] = part.stem[0][kind.end() :]
    part.kind = part.labels.pop("kind", None) or part.kind
    notes: list[str] = []
    name, value = value_of(part, locale, notes)
    return Found(part.start, name, value, part.text, notes)


def _parts(text: str) -> Iterator[Part]:
    """Cut the text into questions.

    A question begins with the next number, or with the first line after an empty one once the
    question before it has its answer. What stands above the first question is a title.
    """
    heading: str | None = None
    part: Part | None = None
    is_first = True
    after_blank = False
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line:
            after_blank = True
            continue
        found = _heading(line)
        if part and (found or _begins(line, part, after_blank)):
            if not (is_first and part.is_title):
                yield part
            is_first, part = False, None
        heading = found or heading
        if not found:
            part = part or Part(number, heading, number=_number_of(line))
            part.add(line)
        after_blank = False
    if part:
        yield part


def _heading(line: str) -> str | None:
    found = _HEADING.fullmatch(line) if len(line) < 200 else None
    return found[1] if found and not line.rstrip().endswith(("？", "?")) else None


def _begins(line: str, part: Part, after_blank: bool) -> bool:
    if len(line) < LONG and (_LABEL.fullmatch(line) or _WHY.fullmatch(line)):
        # 编号 and 题型 may stand above the question that they belong to.
        return part.has_answer and after_blank and _belongs_below(line)
    number = _number_of(line)
    if number is not None and (part.has_answer or number == (part.number or 0) + 1):
        return True
    return after_blank and (part.has_answer or part.is_title)


def _number_of(line: str) -> int | None:
    """Return the number that a line begins with."""
    found = _NUMBER.match(line[:40])
    return int(found[1]) if found else None


def _belongs_below(line: str) -> bool:
    found = _LABEL.fullmatch(line)
    name = _NAMES[found[1].casefold()] if found else ""
    return name in {"id", "kind"}


def _option(line: str, at: int) -> str | None:
    """Return an option's text if the line is the next option."""
    if not (found := _OPTION.fullmatch(line)):
        return None
    letter = (found[1] or found[2]).upper()
    return str(found[3]) if letter == "ABCDEFGH"[at : at + 1] else None
