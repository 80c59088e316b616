"""A figure can hold shapes and text, and nothing that acts or reaches out."""

import pytest

from training_platform.content import figures

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 9 9">'
)
HOSTILE = [
    f"{HEAD}<script>alert(1)</script></svg>",
    f"{HEAD}<style>*{{fill:red}}</style></svg>",
    f'{HEAD}<path onload="alert(1)" d="M0 0"/></svg>',
    f'{HEAD}<path style="fill:red" d="M0 0"/></svg>',
    f'{HEAD}<a href="https://evil.example"><text>x</text></a></svg>',
    f'{HEAD}<image href="https://evil.example/x.png"/></svg>',
    f'{HEAD}<use href="https://evil.example/x.svg#a"/></svg>',
    f'{HEAD}<use xlink:href="data:image/svg+xml;base64,AA"/></svg>',
    f'{HEAD}<path href="#a" d="M0 0"/></svg>',
    f'{HEAD}<rect fill="url(https://evil.example/#a)"/></svg>',
    f'{HEAD}<rect fill="url( &quot;//evil.example&quot; )"/></svg>',
    f'{HEAD}<rect fill="u\\72l(x)"/></svg>',
    f"{HEAD}<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject></svg>",
    f'{HEAD}<animate attributeName="href" to="javascript:alert(1)"/></svg>',
    f'{HEAD}<set attributeName="onclick" to="alert(1)"/></svg>',
    f"{HEAD}<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script></svg>",
    f"{HEAD}<text xmlns='http://www.w3.org/1999/xhtml'>x</text></svg>",
    f"{HEAD}<?xml-stylesheet href='https://evil.example/x.css'?></svg>",
    f'<!DOCTYPE svg [<!ENTITY a "b">]>{HEAD}<text>&a;</text></svg>',
    '<svg viewBox="0 0 9 9"><path d="M0 0"/></svg>',
    '<html xmlns="http://www.w3.org/1999/xhtml"/>',
    "<svg",
    "",
    f"{HEAD}{'<g>' * 300}",
]


@pytest.mark.parametrize("svg", HOSTILE)
def test_a_hostile_or_broken_figure_is_told_and_not_drawn(svg):
    flaws = figures.examine(svg.encode("utf-8"))
    assert flaws
    assert all(flaw.line >= 1 for flaw in flaws)
    assert figures.draw(svg.encode("utf-8"), "alt", "p-") == ""


def test_text_between_tags_stays_text():
    svg = f"{HEAD}<text>&lt;/svg&gt;&lt;script&gt;</text></svg>"
    drawn = figures.draw(svg.encode("utf-8"), "alt", "p-")
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_every_id_and_every_reference_gets_the_prefix():
    svg = (
        f'{HEAD}<defs><linearGradient id="g"><stop stop-color="#fff"/></linearGradient></defs>'
        '<rect id="r" fill="url(#g)" class="button"/><use xlink:href="#r"/></svg>'
    )
    assert figures.examine(svg.encode("utf-8")) == []
    drawn = figures.draw(svg.encode("utf-8"), "alt", "p-")
    assert 'id="p-g"' in drawn
    assert 'fill="url(#p-g)"' in drawn
    assert 'href="#p-r"' in drawn
    assert "button" not in drawn


def test_a_huge_figure_is_refused():
    svg = f"{HEAD}<path d='{'M0 0' * 50_000}'/></svg>"
    assert [flaw.problem for flaw in figures.examine(svg.encode("utf-8"))] == ["is too large"]


def test_the_smallest_text_is_measured_on_a_width_of_320():
    svg = HEAD.replace("0 0 9 9", "0 0 640 9") + '<text font-size="20">x</text></svg>'
    assert figures.smallest_text(svg.encode("utf-8")) == 10
