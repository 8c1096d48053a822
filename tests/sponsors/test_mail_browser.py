"""Sorting the shared mailbox by keys, and foreign HTML in its frame; axe finds nothing."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sponsors.models import IgnoredSender, Mail
from tests.browser.steps import look
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("LOOK")  # a folder for pictures of the pages
LOOKS = [(w, h, scheme) for w, h in ((1440, 900), (390, 844)) for scheme in ("light", "dark")]
SPY = "https://spy.example/pixel.gif"
HTML = f"""<style>body {{ background: url({SPY}) }}</style><script>document.title = "mine"</script>
<h2>Season’s offer</h2><p>Two <b>banners</b> for <i>one</i>.<img src="{SPY}" onerror="alert(1)"></p>
<table><tr><th>Size</th><th>Price</th></tr><tr><td>3 m</td><td>$90</td></tr></table>
<p><a href="https://ads.example/buy">Buy now</a></p><iframe src="{SPY}"></iframe>
<form action="{SPY}"><input name="password"><button>Go</button></form>"""


@pytest.fixture
def conference(transactional_db):
    return make.conference()


@pytest.fixture
def inbox(page, live_server, conference, as_role, settings):
    """The list, with three mails that wait: the newest is an advertisement in HTML."""
    account = type("Account", (), {"address": "sponsors@conference.example", "name": "shared"})()
    settings.MAILBOXES = (account,)
    harbor = sell.organization(name="Harbor DB", website="https://harbor.example")
    sell.conversation(organization=harbor, conference=conference, subject="Booth for March")
    sell.mail(subject="Power at the booth", text="We need 20 A.", party_name="Lin Park",
              party_address="lin@harbor.example")  # fmt: skip
    sell.mail(subject="A table for our project", text="We are new here.", party_name="Ada Quintero",
              party_address="ada@maps.example")  # fmt: skip
    ad = sell.mail(subject="Banners, half price", text="Two banners for one.", html=HTML,
                   party_name="Printo", party_address="sales@ads.example",
                   sender="Printo <sales@ads.example>",
                   recipients="sponsors@conference.example")  # fmt: skip
    sell.mail_file(ad)
    sell.mail_file(ad, name="setup.exe", file="", refused="a kind of file that we do not take")
    name = settings.SESSION_COOKIE_NAME
    value = as_role("sponsorship").cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(live_server.url + reverse("sponsors:mails", args=[conference.slug]))
    return page


def seen(page, name):
    """As everybody sees it: at both sizes, light and dark."""
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        look(page)
        if PICTURES:
            path = Path(PICTURES) / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


def here(page):
    return page.locator("[data-here] [data-open]")


def test_mail_is_sorted_with_keys_alone(inbox):
    page = inbox
    expect(page.get_by_role("heading", level=1)).to_have_text("Mail 3")
    seen(page, "mails")
    for key, subject in (("j", "Banners"), ("j", "A table"), ("k", "Banners"), ("k", "Banners")):
        page.keyboard.press(key)
        expect(here(page)).to_contain_text(subject)
        expect(here(page)).to_be_focused()
    page.keyboard.press("i")
    expect(page.locator("main")).to_contain_text("Mail of sales@ads.example is ignored from now on")
    page.wait_for_load_state()  # what listens to keys is the last of a page
    page.keyboard.press("u")
    expect(page.locator("body")).to_contain_text("Mail of sales@ads.example is to be sorted again")
    page.wait_for_load_state()
    assert not IgnoredSender.objects.exists()
    for key in "jj":
        page.keyboard.press(key)
    page.keyboard.press("c")
    expect(page.get_by_role("heading", level=1)).to_have_text("New contact")
    expect(page.get_by_label("E-mail")).to_have_value("ada@maps.example")
    seen(page, "mail-contact")
    page.get_by_label("At which organization").fill("Map Commons")
    page.get_by_role("button", name="Add contact").click()
    expect(page.locator("body")).to_contain_text("Ada Quintero is a contact of Map Commons now")
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where does it belong?")
    seen(page, "mail-attach")
    page.get_by_role("button", name="Booth for March").click()
    expect(page.locator("body")).to_contain_text("stands in “Booth for March” now")
    left = Mail.objects.exclude(status="attached")
    assert list(left.values_list("subject", flat=True)) == ["Banners, half price"]


def test_a_foreign_mail_runs_fetches_and_sends_nothing(inbox):
    page, asked = inbox, []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=2)).to_have_text("Season’s offer")
    expect(frame.get_by_role("link", name="Buy now")).to_have_attribute("target", "_blank")
    for tag in ("img", "script", "style", "iframe", "form", "input", "button"):
        expect(frame.locator(tag)).to_have_count(0)
    expect(frame.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(frame.locator("body")).not_to_contain_text("Go")
    expect(page.locator("main")).to_contain_text("1 picture in it is not shown.")
    seen(page, "mail")
    assert not [url for url in asked if "127.0.0.1" not in url and "localhost" not in url]
    assert page.locator("iframe").get_attribute("sandbox") == (
        "allow-popups allow-popups-to-escape-sandbox"
    )
