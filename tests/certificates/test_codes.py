"""What the check letter promises."""

from hypothesis import given
from hypothesis import strategies as st

from training_platform.certificates import codes

characters = st.sampled_from(codes.ALPHABET)
bodies = st.text(characters, min_size=codes.DATA_LENGTH, max_size=codes.DATA_LENGTH)


@given(bodies)
def test_every_single_changed_character_is_refused(body):
    code = body + codes.check_letter(body)

    assert codes.is_whole(code)
    for at, right in enumerate(code):
        for wrong in codes.ALPHABET:
            if wrong != right:
                assert not codes.is_whole(code[:at] + wrong + code[at + 1 :])


@given(bodies, st.sampled_from("01OI"), st.integers(0, codes.LENGTH - 1))
def test_a_character_outside_the_alphabet_is_refused(body, wrong, at):
    code = body + codes.check_letter(body)

    assert codes.parse(code[:at] + wrong + code[at + 1 :]) is None


@given(bodies, st.integers(0, codes.LENGTH - 1))
def test_a_missing_character_is_refused(body, at):
    code = body + codes.check_letter(body)

    assert codes.parse(code[:at] + code[at + 1 :]) is None


def test_a_new_code_is_whole_and_in_groups():
    code = codes.new_code()

    assert codes.parse(code) == code
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4, 4, 4, 3]


def test_spaces_case_width_and_odd_hyphens_do_not_matter():
    code = codes.new_code()
    wide = "".join(chr(ord(c) + 0xFEE0) if c != "-" else "—" for c in code)

    assert codes.parse(f"  {code.lower().replace('-', ' ')} ") == code
    assert codes.parse(wide) == code


def test_codes_carry_128_bits():
    firsts = {codes.new_code()[0] for _ in range(2000)}

    assert len({codes.new_code() for _ in range(2000)}) == 2000
    assert firsts <= set(codes.ALPHABET[:8])  # 26 characters hold 130 bits: two stay empty
