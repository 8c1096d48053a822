"""What people do on single pages, and the mails they get: one place for each."""

import email
import email.policy
import re
import time
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, expect

PATIENCE = 60  # seconds; a busy machine is no fault


def go(page, url):
    """Open it, once more where the page before was just loading itself anew."""
    try:
        return page.goto(url)
    except Error as error:
        if "ERR_ABORTED" not in str(error):
            raise
        return page.goto(url)


def look(page):
    """axe finds nothing, and nothing scrolls sideways."""
    found, fits = examine(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert fits, page.url


def examine(page):
    """(axe's findings, whether it fits the width) of a page that may still be on its way.

    A click returns before the next page is there, so the page may be swapped under axe's feet.
    """
    give_up = time.monotonic() + PATIENCE
    while True:
        page.wait_for_load_state()
        try:
            fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            return Axe().run(page), fits
        except Error:
            if time.monotonic() > give_up:
                raise
            page.wait_for_timeout(100)


class Mails:
    """The folder into which a worker puts every mail."""

    def __init__(self, folder):
        self.folder = folder

    def to(self, address):
        """[(subject, text)] of what has come so far, oldest first."""
        found = []
        for path in sorted(self.folder.glob("*.eml")):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if address in [one.addr_spec for one in mail["To"].addresses]:
                text = mail.get_body(preferencelist=("plain",)).get_content()
                found.append((str(mail["Subject"]), text))
        return found

    def wait(self, address, subject):
        """The text of the newest mail with such a subject, as soon as there is one."""
        give_up = time.monotonic() + PATIENCE
        while True:
            texts = [text for said, text in self.to(address) if re.search(subject, said)]
            if texts:
                return texts[-1]
            assert time.monotonic() < give_up, (address, subject, self.to(address))
            time.sleep(0.1)


def link_in(text, pattern):
    """The path and query of the first address in a mail that fits."""
    parts = urlsplit(re.search(rf"https?://\S*{pattern}\S*", text).group(0))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def type_code(page, mails, address):
    """From the mail with the code to being signed in."""
    text = mails.wait(address, "code|confirm|Confirm")
    page.get_by_label("Code", exact=False).fill(
        re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", text).group(0)
    )
    page.get_by_role("button", name="Go on").click()


def sign_up(page, mails, name, address):
    """On a page for who is signed in; it goes on there."""
    page.get_by_role("link", name="Create an account").click()
    look(page)
    page.get_by_label("Your name").fill(name)
    page.get_by_label(re.compile("e-?mail", re.I)).first.fill(address)
    page.get_by_label("Password", exact=False).first.fill("a long way to Pasadena")
    page.get_by_role("button", name="Create the account").click()
    page.wait_for_url("**/confirm-email/**")
    look(page)
    type_code(page, mails, address)


def submit_talk(page, *, title, track, kind, biography=""):
    """From the call's page through the steps to one's talks; `biography` with the first talk."""
    page.goto("/24x/call/")
    page.get_by_role("link", name="Submit a talk").click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Short abstract").fill(f"{title}, in two sentences.")
    page.get_by_label("Full description").fill(f"**{title}**, at length.")
    page.get_by_label("Track*", exact=True).select_option(track)
    kinds = page.get_by_label("Kind")
    kinds.select_option(kinds.locator("option", has_text=kind).get_attribute("value"))
    go_on(page, "Save and go on", "Needs")
    page.get_by_label("Notes to the committee").fill(f"{title}, with a power outlet.")
    go_on(page, "Save and go on", "You")
    if biography:
        page.get_by_label("Biography").fill(biography)
    go_on(page, "Save and go on", "Speakers")
    go_on(page, "Go on", "Files")
    go_on(page, "Go on", "Check")
    expect(page.locator("main")).to_contain_text(f"{title}, in two sentences.")
    look(page)
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My talks")
    expect(page.locator("main")).to_contain_text(title)


def go_on(page, button, step):
    """From a step to the next one."""
    look(page)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("[aria-current=step]")).to_contain_text(step)


def invite_co_speaker(page, *, title, address, name):
    page.goto("/my/talks/")
    page.get_by_role("link", name=f"Edit {title}").click()
    steps_of_talk = page.get_by_role("navigation", name="Steps")
    steps_of_talk.get_by_role("link", name="Speakers").click()
    page.get_by_label("E-mail address of the co-speaker").fill(address)
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Invite").click()
    expect(page.locator("main")).to_contain_text(f"{name} {address} · invited")
    look(page)


def review_everything(page, scores):
    """With the keyboard alone: a score and a comment for each talk, until none is left."""
    page.goto("/staff/24x/reviews/")
    look(page)
    page.get_by_role("link", name="Review the next talk").click()
    for _ in scores:
        title = page.get_by_role("heading", level=1).inner_text()
        look(page)
        page.keyboard.press(str(scores[title]))
        page.keyboard.press("c")
        page.keyboard.type(f"My opinion of {title}.")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", level=1)).not_to_have_text(title)
    expect(page.locator("body")).to_contain_text("You have reviewed everything there is.")
    look(page)


def decide(page, title, verdict, why):
    page.goto("/staff/24x/talks/")
    page.get_by_role("link", name=title).first.click()
    page.get_by_label("Why?").fill(why)
    page.get_by_role("button", name=verdict).click()
    expect(page.locator("body")).to_contain_text("Decided.")
    look(page)


def confirm(page, path, *, phone, licence, shirts):
    """By the link of the mail, without signing in."""
    page.goto(path)
    look(page)
    page.get_by_label("Phone for the day").fill(phone)
    page.get_by_label("My talk may be recorded and published").check()
    page.get_by_label("Licence of the recording").select_option(licence)
    for name, size in shirts.items():
        page.get_by_label(f"Shirt size of {name}").select_option(size)
    page.get_by_role("button", name="Confirm: I will be there").click()
    expect(page.locator("main")).to_contain_text("Confirmed")
    look(page)


def decline(page, path, reason):
    page.goto(path)
    page.get_by_text("I cannot come").click()
    page.get_by_label("Why? (if you like)").fill(reason)
    look(page)
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You declined this talk")
    look(page)


def enter_talk(page, *, title, name, address):
    """A partner's ready-made talk."""
    page.goto("/staff/24x/talks/enter/")
    look(page)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Speaker’s name").fill(name)
    page.get_by_label("Speaker’s e-mail address").fill(address)
    page.get_by_label("Short abstract").fill(f"{title}, in two sentences.")
    page.get_by_role("button", name="Enter the talk").click()
    expect(page.locator("body")).to_contain_text("The speakers are asked by mail to confirm.")
    look(page)
