"""The course editor in a browser: from a new course to a lesson that shows a picture and asks."""

import io
import re
import secrets

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import NewDevice


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), "#7d2b5f").save(out, "JPEG")
    return out.getvalue()


def test_a_course_gets_lessons_a_picture_and_a_question_by_keyboard(new_device: NewDevice) -> None:
    author = new_device("en", 1280)
    author.sign_in("trainer")
    page, slug = author.page, f"talk-{secrets.token_hex(4)}"
    page.goto(f"/studio/new?kind=course&slug={slug}")
    author.press("Begin")
    page.wait_for_url(re.compile(r"/studio/drafts/\d+$"))
    draft = page.url

    page.goto(f"{draft}/outline/new")
    page.get_by_label("Title in Chinese").fill("先听")
    page.get_by_label("Title in English").press_sequentially("Listen First")
    expect(page.get_by_label("Id", exact=True)).to_have_value("listen-first")
    author.press("Add the lesson")

    up = page.locator("#up-listen-first")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#outline-said")).to_have_text("Listen First is now lesson 1 of 2.")
    expect(page.locator(".outline-rows > li").first).to_have_id("lesson-listen-first")
    expect(up).to_be_focused()
    page.locator("#lesson-first-lesson [data-grip]").drag_to(page.locator("#lesson-listen-first"))
    expect(page.locator(".outline-rows > li").first).to_have_id("lesson-first-lesson")
    expect(page.locator("#outline-said")).to_contain_text("is now lesson 1 of 2.")

    page.locator("#lesson-listen-first a.rows-title").click()
    around = page.locator("#around-pictures")
    around.locator("summary").press("Enter")
    author.follow("Add a picture")
    page.get_by_label("The picture", exact=True).set_input_files(
        {"name": "My Desk.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_label("What one sees, in Chinese").fill("一张桌子")
    page.get_by_label("What one sees, in English").fill("A desk")
    author.press("Add the picture")
    expect(page.locator("#text-zh")).to_have_value(re.compile(r":::figure my-desk 一张桌子\n:::"))
    around.locator("summary").press("Enter")
    page.locator("#text-en").focus()
    page.get_by_label("Insert: my-desk").press("Enter")
    expect(page.locator("#text-en")).to_have_value(
        re.compile(r"(:::figure my-desk A desk\n:::\s*){2}")
    )

    question = page.locator("#around-check")
    question.locator("summary").press("Enter")
    question.get_by_role("searchbox").fill("phone")
    question.get_by_role("searchbox").press("Enter")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    question.get_by_role("button", name=re.compile("^Ask this one")).first.press("Enter")
    expect(question.locator("summary")).not_to_contain_text("none yet")

    pane = page.locator("[data-preview]").last
    picture = pane.get_by_role("img", name="A desk").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 640)
    page.get_by_role("button", name="Phone").press("Enter")
    expect(pane).to_have_css("inline-size", "390px")
    light = pane.evaluate("pane => getComputedStyle(pane).backgroundColor")
    page.get_by_role("button", name="Dark", exact=True).press("Enter")
    expect(pane).not_to_have_css("background-color", light)
