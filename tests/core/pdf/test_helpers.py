"""What templates of documents ask while they are drawn."""

from training_platform.core import pdf


def test_fit_chooses_the_largest_size_of_one_line() -> None:
    assert pdf.fit("王玥", 480, 42, 21) == 42
    assert pdf.fit("王" * 20, 480, 42, 21) == 24
    assert pdf.fit("王" * 40, 480, 42, 21) == 21
    assert pdf.fit("", 480, 42, 21) == 42


def test_balance_narrows_only_what_breaks() -> None:
    assert pdf.balance("王" * 10, 480, 20) == 480
    assert 290 <= pdf.balance("王" * 28, 480, 20) <= 320


def test_an_svg_gets_what_print_does_not_pass_on() -> None:
    svg = (
        '<svg viewBox="0 0 9 9"><path fill="var(--fig-accent, #00f)" stroke="currentColor"/></svg>'
    )
    drawn = pdf.svg_for_pdf(svg, {"--fig-accent": "#123456"}, "Noto Sans SC", "#654321")
    assert 'fill="#123456"' in drawn
    assert 'stroke="#654321"' in drawn
    assert 'font-family="Noto Sans SC"' in drawn
    assert 'fill="#00f"' in pdf.svg_for_pdf(svg, {}, "Noto Sans SC")


def test_a_qr_code_is_an_inline_svg_with_a_title() -> None:
    drawn = pdf.qr_svg("https://example.com/verify/aB", "Verify <here>")
    assert drawn.startswith("<svg ")
    assert "<title>Verify &lt;here&gt;</title>" in drawn
    assert drawn != pdf.qr_svg("https://example.com/verify/AB", "Verify <here>")
