"""The committee's pages of organizations in a real browser; axe finds nothing."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from sponsors import actions, imports
from sponsors.models import Organization, OrganizationImport
from tests.browser.steps import look
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("LOOK")  # a folder for pictures of the pages


@pytest.fixture
def conference(transactional_db):
    return make.conference()


@pytest.fixture
def harbor(conference):
    row = sell.organization(
        name="Harbor DB",
        kinds=["company", "media"],
        tags=["local", "hiring"],
        website="https://harbor.example",
        address="Pier 5\nPasadena, CA",
    )
    ada = sell.contact(organization=row, name="Ada Lindqvist", roles=["primary", "billing"])
    bea = sell.contact(organization=row, name="Bea Osei", roles=["press"])
    there = sell.organization(name="Loomstack")
    by = make.user(name="Sam")
    facts = {"email": "bea@loom.example", "phone": ""}
    actions.move_contact(conference, bea, there, left_on=conference.today(), **facts)
    thread = sell.conversation(organization=row, conference=conference, owner=by, subject="Booth")
    for words in ("They want the corner again", "Sent the prospectus", "Asked for power"):
        sell.note(conversation=thread, text=words, contact=ada, author=by)
    sell.follow_up(conversation=thread, owner=by, what="Ask whether the board agreed")
    package = sell.package(conference=conference, name="Gold")
    sell.sponsorship(organization=row, package=package, owner=by)
    sell.sponsorship(organization=row, conference=make.conference(), status="paid")
    sell.organization_file(organization=row, by=by)
    sell.organization(name="Harbor DB Inc")
    return row


@pytest.fixture
def page(browser, live_server, as_role):
    client = as_role("sponsorship")
    context = browser.new_context(base_url=live_server.url)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def test_organizations_are_found_while_one_types(page, conference, harbor):
    page.goto(at("organizations", conference))
    rows = page.locator("table.organizations tbody tr")
    expect(rows).to_have_count(3)
    page.get_by_label("Name, contact, tag or website").press_sequentially("lindq")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Harbor DB")
    expect(page.locator("[data-told]")).to_have_text("One organization")
    assert page.url.endswith("?q=lindq")
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_label("Name, contact, tag or website").fill("nothing like it")
    expect(page.get_by_text("No organization fits your search")).to_be_visible()


def test_axe_finds_nothing_on_the_pages_of_organizations(page, conference, harbor):
    text = "Company,Type\nHarbor Data B,company\nHarbour DB,company\nPenguins,project\nX,cartel\n"
    run, tried = (sell.organization_import(conference, text) for _ in range(2))
    OrganizationImport.objects.filter(pk=tried.pk).update(status="waiting")
    imports.work(tried.pk)
    other = Organization.objects.get(name="Harbor DB Inc").pk
    addresses = {
        "list": at("organizations", conference),
        "one": at("organization", conference, harbor.pk),
        "history": at("contact-history", conference, harbor.contacts.first().pk),
        "move": at("contact-move", conference, harbor.contacts.first().pk),
        "edit": at("organization-edit", conference, harbor.pk),
        "merge-with": at("merge-with", conference, harbor.pk),
        "merge": at("merge", conference, harbor.pk, other),
        "upkeep": at("upkeep", conference),
        "imports": at("organization-imports", conference),
        "columns": at("organization-import", conference, run.pk),
        "tried": at("organization-import", conference, tried.pk),
    }
    for name, address in addresses.items():
        for width, height, scheme in ((390, 844, "dark"), (1440, 900, "light")):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            look(page)
            if PICTURES:
                path = Path(PICTURES) / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
