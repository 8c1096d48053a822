import datetime as dt
import re

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from scale import outputs
from scale.models import Conference
from sponsors import actions
from sponsors.models import Organization
from tests.factories import cfp
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def wall(conference, client=None):
    return (client or Client()).get(reverse("sponsors:sponsors", args=[conference.slug]))


def with_logo(**fields):
    logo = ContentFile(sell.picture(), name="a1b2c3.png")
    row = sell.organization(**fields)
    row.logo.save(logo.name, logo)
    return row


def test_wall_names_packages_and_sponsors_in_order(conference):
    gold = sell.package(conference=conference, name="Gold", position=1)
    silver = sell.package(conference=conference, name="Silver", position=2)
    for name, package in (("Pinetree", silver), ("Loomstack", gold), ("Harbor DB", gold)):
        sell.sponsorship(
            package=package, organization=sell.organization(name=name), status="signed"
        )
    sell.sponsorship(package=gold, organization=sell.organization(name="Not Yet"))
    page = wall(conference).content.decode()
    shown = re.findall(r"<bdi>(.*?)</bdi>|<h2[^>]*>(.*?)</h2>|<li class=\"(.*?)\">", page)
    assert ["".join(found) for found in shown] == [
        *("Gold", "tier-1", "Harbor DB", "tier-1", "Loomstack"),
        *("Silver", "tier-2", "Pinetree"),
    ]
    assert "Not Yet" not in page


def test_wall_leads_to_their_page_here_which_leads_on(conference):
    row = with_logo(name="Harbor DB", website="https://harbor.example/")
    sell.sponsorship(conference=conference, organization=row, status="paid")
    page = wall(conference).content.decode()
    own = reverse("sponsors:exhibitor", args=[conference.slug, row.named_code])
    assert f'<a class="panel picture" href="{own}">' in page
    assert "https://harbor.example/" not in page
    there = Client().get(own).content.decode()
    assert 'href="https://harbor.example/" rel="sponsored noopener"' in there
    assert f'<img src="/files/{row.logo.name}" alt="Harbor DB"' in page


def own_page(deal):
    page = reverse("sponsors:exhibitor", args=[deal.conference.slug, deal.organization.named_code])
    return Client().get(page).content.decode()


def test_their_page_has_their_words_once_we_looked_at_them(conference):
    deal = sell.sponsorship(conference=conference, status="signed")
    text = sell.deliverable(deal, kind="text", wanted="text")
    actions.receive(text.pk, text="We <b>love</b> databases")
    assert "love" not in own_page(deal)
    actions.settle(text.pk, "done")
    assert "We &lt;b&gt;love&lt;/b&gt; databases" in own_page(deal)


def test_their_page_has_the_confirmed_talks_of_who_is_there(conference):
    deal = sell.sponsorship(conference=conference, status="signed")
    there = sell.contact(organization=deal.organization)
    gone = sell.contact(organization=deal.organization, left_on=dt.date(2027, 1, 1))
    here, away = (cfp.speaker(email=one.email) for one in (there, gone))
    talks = [
        cfp.talk(conference, title=title, status=status, speakers=[person])
        for title, status, person in (
            ("Streaming at scale", "confirmed", here),
            ("Not certain yet", "accepted", here),
            ("Somewhere else now", "confirmed", away),
        )
    ]
    page = own_page(deal)
    assert f'href="{talks[0].get_absolute_url()}"' in page
    assert "Not certain yet" not in page
    assert "Somewhere else now" not in page
    talks[0].title = "Streaming, renamed"
    talks[0].save()
    assert "Streaming, renamed" in own_page(deal)
    talks[0].move_to("cancelled")
    talks[0].save()
    assert "Their talk" not in own_page(deal)


def test_their_page_stands_in_the_registry_of_outputs(conference):
    deal = sell.sponsorship(conference=conference, status="signed")
    sell.sponsorship(conference=conference)
    paths = outputs.REGISTERED["sponsor's page"].paths(conference)
    assert paths == [
        reverse("sponsors:exhibitor", args=[conference.slug, deal.organization.named_code])
    ]


@pytest.mark.parametrize("much", [1, 3])
def test_their_page_asks_the_same_however_much(conference, much, django_assert_num_queries):
    deal = sell.sponsorship(conference=conference, status="signed")
    for _ in range(much):
        one = sell.contact(organization=deal.organization)
        cfp.talk(conference, status="confirmed", speakers=[cfp.speaker(email=one.email)])
        sell.booth(sponsorship=deal)
        words = sell.deliverable(deal, kind="text", wanted="text")
        actions.receive(words.pk, text="Hello")
        actions.settle(words.pk, "done")
    with django_assert_num_queries(10):
        own_page(deal)


def test_the_menu_leads_to_exhibitors_once_there_are_any(conference):
    def sheet():
        return Client().get(reverse("pages:edition-css", args=[conference.slug])).content.decode()

    link = reverse("sponsors:exhibitors", args=[conference.slug])
    assert f'<a class="if-exhibitors" href="{link}"' in wall(conference).content.decode()
    assert ".if-exhibitors" not in sheet()
    deal = sell.sponsorship(conference=conference, status="signed")
    actions.give_booth(sell.booth(conference=conference), deal)
    assert ".if-exhibitors { display: inline; }" in sheet()


def test_wall_without_sponsors_says_so(conference):
    assert "No sponsor has signed yet" in wall(conference).content.decode()


def test_wall_escapes_what_people_typed(conference):
    row = sell.organization(name="<script>alert(1)</script>", website="https://x.example/?a='\">")
    sell.sponsorship(conference=conference, organization=row, status="signed")
    page = wall(conference).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_wall_follows_every_change_at_once(conference):
    deal = sell.sponsorship(conference=conference, organization=sell.organization(name="Harbor DB"))
    assert b"Harbor DB" not in wall(conference).content
    actions.sign_sponsorship(deal.pk, signed_by="Jo")
    assert b"Harbor DB" in wall(conference).content
    actions.change(conference, Organization.objects.get(), name="Harbor SQL")
    assert b"Harbor SQL" in wall(conference).content
    deal.package.refresh_from_db()
    deal.package.name = "Platinum"
    deal.package.save()
    assert b"Platinum" in wall(conference).content
    actions.move_sponsorship(deal.pk, "lost", lost_why="price")
    assert b"Harbor SQL" not in wall(conference).content


def test_wall_is_cached_and_answers_conditional_requests(conference, django_assert_num_queries):
    sell.sponsorship(conference=conference, status="signed")
    first = wall(conference)
    with django_assert_num_queries(1):
        again = Client().get(first.wsgi_request.path, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("sponsors", [1, 3])
def test_wall_asks_the_same_however_many_sponsors(conference, sponsors, django_assert_num_queries):
    for _ in range(sponsors):
        sell.sponsorship(conference=conference, status="signed")
    with django_assert_num_queries(4):  # version, edition, sponsors, their words
        wall(conference)


def test_wall_of_a_hidden_edition_is_for_its_staff(conference, as_role):
    sell.sponsorship(conference=conference, status="signed")
    Conference.objects.update(is_public=False)
    assert wall(conference).status_code == 404
    assert wall(conference, as_role("press")).status_code == 200


def test_wall_takes_no_posts(conference):
    page = reverse("sponsors:sponsors", args=[conference.slug])
    assert Client().post(page).status_code == 405


# --- logos -----------------------------------------------------------------------------------


def test_logo_of_a_sponsor_is_served_as_a_picture_and_nothing_else(conference):
    row = with_logo()
    sell.sponsorship(conference=conference, organization=row, status="signed")
    answer = Client().get(row.logo_url)
    assert answer.status_code == 200
    assert answer.getvalue() == sell.picture()
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "public, max-age=604800, immutable"


@pytest.mark.parametrize("status", ["lead", "contract", "lost"])
def test_logo_of_who_has_not_signed_is_not_there(conference, status):
    row = with_logo()
    sell.sponsorship(conference=conference, organization=row, status=status)
    assert Client().get(row.logo_url).status_code == 404


def test_logo_is_not_there_without_a_deal_or_in_a_hidden_edition(conference, chair):
    row = with_logo()
    assert Client().get(row.logo_url).status_code == 404
    sell.sponsorship(conference=conference, organization=row, status="signed")
    Conference.objects.update(is_public=False)
    assert Client().get(row.logo_url).status_code == 404
    assert chair.get(row.logo_url).status_code == 404


def test_other_files_are_not_reachable_through_logos(conference, settings):
    row = with_logo()
    sell.sponsorship(conference=conference, organization=row, status="signed")
    (settings.MEDIA_ROOT / "secret.txt").write_text("secret")
    for name in (
        "../secret.txt",
        "%2e%2e%2fsecret.txt",
        "..%2Fsecret.txt",
        "secret.txt",
        "x" * 9000,
    ):
        assert Client().get(f"/files/logos/{name}").status_code == 404


def test_logo_whose_file_is_gone_is_not_there(conference):
    row = with_logo()
    sell.sponsorship(conference=conference, organization=row, status="signed")
    row.logo.storage.delete(row.logo.name)
    assert Client().get(row.logo_url).status_code == 404
