"""Files that are larger than the platform takes: their form comes back and names the limit."""

import pytest

from tests.factories.people import make_employee
from training_platform.core.permissions import Right

MEGABYTE = 1024 * 1024


def send(client, path: str, size: int = 50 * MEGABYTE):
    """Announce a form with a file of this size; its beginning is enough to refuse it."""
    return client.post(
        path,
        data=b"only the beginning came",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(size)},
    )


@pytest.mark.parametrize(
    ("path", "field", "limit"),
    [("/admin/imports", "file", 2), ("/account/picture", "picture", 20)],
)
@pytest.mark.parametrize(
    ("language", "words"), [("en", "at most {} MB"), ("zh", "最大 {} MB")], ids=["en", "zh"]
)
def test_form_comes_back_with_the_limit_beside_its_file(
    client, session, path, field, limit, language, words
):
    client.sign_in(make_employee(session, rights=(Right.ADMIN,)))

    response = send(client, f"{path}?lang={language}")

    assert response.status_code == 413
    assert f'id="{field}-error"' in response.text
    assert words.format(limit) in response.text.split(f'id="{field}-error"')[1].split("</p>")[0]


def test_limit_is_that_of_the_setting(app, client, session):
    app.config["MAX_CONTENT_LENGTH"] = 6 * MEGABYTE
    client.sign_in(make_employee(session))

    page = send(client, "/account/picture?lang=en", 7 * MEGABYTE).text

    assert "at most 5 MB" in page  # the form around the file needs some room too


def test_page_without_a_file_says_how_much_goes_at_once(client, session):
    client.sign_in(make_employee(session))

    response = send(client, "/account/?lang=en")

    assert response.status_code == 413
    assert "at most 21 MB" in response.text
    assert "What to do" in response.text


def test_text_that_is_too_long_is_told_its_own_limit(client, session):
    client.sign_in(make_employee(session))

    head = b'--x\r\nContent-Disposition: form-data; name="timezone"\r\n\r\n'
    body = head + b"x" * (2 * MEGABYTE) + b"\r\n--x--\r\n"
    response = client.post(
        "/account/?lang=en", data=body, content_type="multipart/form-data; boundary=x"
    )

    assert response.status_code == 413
    assert "at most 1 MB of text" in response.text


def test_who_may_not_send_a_file_does_not_see_its_form(client, session):
    client.sign_in(make_employee(session))
    assert send(client, "/admin/imports").status_code == 403

    client.post("/logout")
    response = send(client, "/admin/imports")
    assert response.status_code in {303, 401}
    assert 'name="file"' not in response.text


def test_form_without_its_token_gets_the_limit_too_and_nothing_else(app, client, session):
    client.sign_in(make_employee(session))
    app.config["WTF_CSRF_ENABLED"] = True

    response = send(client, "/account/picture?lang=en")

    assert response.status_code == 413
    assert "at most 20 MB" in response.text
