import re

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from scale.models import Conference
from sponsors import actions
from sponsors.models import Organization
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


def test_wall_links_the_website_and_shows_the_logo(conference):
    row = with_logo(name="Harbor DB", website="https://harbor.example/")
    sell.sponsorship(conference=conference, organization=row, status="paid")
    page = wall(conference).content.decode()
    assert '<a class="panel picture" href="https://harbor.example/" rel="noopener">' in page
    assert f'<img src="/files/{row.logo.name}" alt="Harbor DB"' in page


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
