"""Set-up, mail, people and editions: the pages of the chair and of communications."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scale import health
from scale.models import Conference, OutgoingEmail, Role, User
from tests.factories import scale as make

Status = OutgoingEmail.Status


def at(conference, name):
    return reverse(f"scale:{name}", args=[conference.slug])


def text(response):
    return response.content.decode()


@pytest.fixture
def communications(as_role):
    return as_role(Role.COMMUNICATIONS)


@pytest.fixture
def boss(conference, chair):
    User.objects.filter(pk=chair.user.pk).update(is_superuser=True)
    return chair


# --- set-up, health ---------------------------------------------------------------------------


def test_set_up_shows_each_what_they_may_open(conference, chair, communications):
    page = text(chair.get(at(conference, "setup")))
    for name in ("mail-doubts", "person", "next-edition", "close-edition", "health"):
        assert at(conference, name) in page
    assert reverse("admin:scale_conference_change", args=[conference.pk]) in page
    page = text(communications.get(at(conference, "setup")))
    assert at(conference, "mail-doubts") in page
    assert at(conference, "person") not in page


def test_every_card_of_the_set_up_page_opens(conference, chair):
    for card in chair.get(at(conference, "setup")).context["cards"]:
        assert chair.get(card["url"]).status_code == 200, card["label"]


def test_health_says_what_is_wrong_in_words(conference, chair):
    page = text(chair.get(at(conference, "health")))
    assert "Something needs a look" in page
    assert "no worker has reported yet" in page
    health.note_heartbeat()
    make.outgoing_email(not_before=timezone.now() - dt.timedelta(hours=3))
    page = text(chair.get(at(conference, "health")))
    assert "a mail has been waiting for 3 hours" in page
    OutgoingEmail.objects.all().delete()
    assert "Everything is running" in text(chair.get(at(conference, "health")))


# --- mail -------------------------------------------------------------------------------------


def test_without_doubts_the_page_says_so(conference, communications):
    make.outgoing_email(conference=conference, status=Status.SENT)
    page = text(communications.get(at(conference, "mail-doubts")))
    assert "No mail is in doubt" in page
    assert "Send again" not in page


def test_only_what_waits_for_a_word_is_listed(conference, communications):
    shown = [make.outgoing_email(conference=conference, status=s) for s in ("in_doubt", "failed")]
    for status in ("queued", "sending", "sent", "dropped"):
        make.outgoing_email(conference=conference, status=status)
    make.outgoing_email(conference=make.conference(), status="failed")
    make.outgoing_email(conference=None, status="failed")
    page = communications.get(at(conference, "mail-doubts"))
    assert set(page.context["page"]) == set(shown)
    assert (page.context["sent"], page.context["waiting"], page.context["undecided"]) == (1, 2, 2)


def test_mails_of_no_edition_are_for_who_runs_the_site(conference, boss):
    mail = make.outgoing_email(conference=None, status="failed")
    page = boss.get(at(conference, "mail-doubts"))
    assert list(page.context["page"]) == [mail]
    assert "of the site itself" in text(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "ADA"}, ["Ada"]),
        ({"q": "bob@example"}, ["Bob"]),
        ({"q": "Your ticket"}, ["Ada", "Bob"]),
        ({"status": "failed"}, ["Bob"]),
        ({"q": "ada", "status": "failed"}, []),
        ({"q": "100%"}, []),
        ({"q": "x" * 1_000}, []),
        ({"q": "a\x00b"}, []),
        ({"status": "flying"}, []),
        ({"page": "-1"}, ["Ada", "Bob"]),
        ({"page": "9" * 30}, ["Ada", "Bob"]),
    ],
)
def test_search_finds_by_name_address_subject_and_state(conference, communications, query, found):
    for name, status in (("Ada", "in_doubt"), ("Bob", "failed")):
        address = f"{name.lower()}@example.org"
        fields = {"to_name": name, "to_address": address, "status": status}
        make.outgoing_email(conference=conference, subject="Your ticket", **fields)
    if "\x00" in query.get("q", ""):
        assert communications.get(at(conference, "mail-doubts"), query).status_code == 400
        return
    page = communications.get(at(conference, "mail-doubts"), query)
    assert sorted(mail.to_name for mail in page.context["page"]) == found
    if not found:
        assert "No mail fits your search" in text(page)


def test_names_and_errors_are_shown_as_text(conference, communications):
    nasty = {"to_name": "<b>x", "subject": "<script>alert(1)", "last_error": "<i>550"}
    make.outgoing_email(conference=conference, status="failed", **nasty)
    page = text(communications.get(at(conference, "mail-doubts")))
    assert "<script>alert" not in page
    assert "&lt;b&gt;x" in page


def test_many_are_paged_and_cost_the_same(conference, communications):
    costs = []
    for count in (1, 120):
        for _ in range(count):
            make.outgoing_email(conference=conference, status="failed")
        with CaptureQueriesContext(connection) as queries:
            page = communications.get(at(conference, "mail-doubts"))
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert len(page.context["page"]) == 50
    assert "page 1 of 3" in text(page)


def decide(client, conference, **data):
    return client.post(at(conference, "mail-decide"), data, follow=True)


def test_the_ticked_are_sent_again(conference, communications):
    first, second, third = (
        make.outgoing_email(conference=conference, status="in_doubt") for _ in range(3)
    )
    page = decide(communications, conference, mail=[first.pk, second.pk], decision="again")
    assert "2 mails: will be sent again." in text(page)
    assert OutgoingEmail.objects.get(pk=third.pk).status == Status.IN_DOUBT
    assert OutgoingEmail.objects.filter(status=Status.QUEUED).count() == 2


def test_the_ticked_are_left(conference, communications):
    mail = make.outgoing_email(conference=conference, status="failed")
    page = decide(communications, conference, mail=mail.pk, decision="leave")
    assert "1 mail: stay as they are" in text(page)
    assert OutgoingEmail.objects.get().status == Status.DROPPED


def test_all_that_a_search_found_are_decided_at_once(conference, communications):
    for n in range(60):
        make.outgoing_email(conference=conference, status="failed", subject=f"Ticket {n}")
    other = make.outgoing_email(conference=conference, status="failed", subject="Invoice")
    decide(communications, conference, all="1", q="Ticket", decision="again")
    assert OutgoingEmail.objects.filter(status=Status.QUEUED).count() == 60
    assert OutgoingEmail.objects.get(pk=other.pk).status == Status.FAILED


@pytest.mark.parametrize("ticked", ["", "x", "-1", "9" * 40, "1 OR 1=1"])
def test_a_decision_on_nothing_changes_nothing(conference, communications, ticked):
    make.outgoing_email(conference=conference, status="failed")
    page = decide(communications, conference, mail=ticked, decision="again")
    assert page.status_code == 200
    assert "No mail was ticked, or someone has decided already." in text(page)
    assert OutgoingEmail.objects.get().status == Status.FAILED


def test_mails_of_others_are_not_decided_on(conference, communications):
    theirs = make.outgoing_email(conference=make.conference(), status="failed")
    of_the_site = make.outgoing_email(conference=None, status="failed")
    decide(communications, conference, mail=[theirs.pk, of_the_site.pk], decision="again")
    decide(communications, conference, all="1", decision="again")
    assert OutgoingEmail.objects.filter(status=Status.FAILED).count() == 2


def test_a_double_click_decides_once(conference, communications):
    mail = make.outgoing_email(conference=conference, status="in_doubt")
    decide(communications, conference, mail=mail.pk, decision="again")
    page = decide(communications, conference, mail=mail.pk, decision="leave")
    assert "someone has decided already" in text(page)
    assert OutgoingEmail.objects.get().status == Status.QUEUED


# --- people -----------------------------------------------------------------------------------


def test_a_chair_sees_what_is_stored_and_erases_nothing(conference, chair):
    user = make.user(email="ada@example.org", name="Ada")
    make.outgoing_email(conference=conference, to_address=user.email, subject="Hello Ada")
    page = text(chair.post(at(conference, "person"), {"email": " ADA@example.org"}))
    assert "Account “Ada”" in page
    assert "Hello Ada" in page
    assert "Erase for good" not in page
    data = {"email": "ada@example.org", "word": "erase"}
    assert chair.post(at(conference, "person"), data).status_code == 403
    user.refresh_from_db()
    assert user.name == "Ada"


def test_who_runs_the_site_erases_with_the_word_typed(conference, boss):
    make.user(email="ada@example.org", name="Ada")
    page = text(boss.post(at(conference, "person"), {"email": "ada@example.org"}))
    assert "Erase for good" in page
    data = {"email": "ada@example.org", "word": "delete"}
    page = text(boss.post(at(conference, "person"), data))
    assert "This is not erase." in page
    assert User.objects.filter(email="ada@example.org").exists()
    answer = boss.post(at(conference, "person"), data | {"word": "erase"}, follow=True)
    assert "rows were erased" in text(answer)
    assert not User.objects.filter(email="ada@example.org").exists()


@pytest.mark.parametrize("email", ["", "nobody", "a\x00@example.org", "x" * 1_000_000, "🎉@x.org"])
def test_what_is_no_address_is_told_beside_the_field(conference, chair, email):
    answer = chair.post(at(conference, "person"), {"email": email})
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_nothing_stored_is_said(conference, chair):
    page = text(chair.post(at(conference, "person"), {"email": "nobody@example.org"}))
    assert "Nothing is stored under this address" in page


# --- editions ---------------------------------------------------------------------------------

NEXT = {"name": "SCALE next", "slug": "nextx", "starts_on": "2028-03-02"}


def test_a_chair_makes_the_next_edition_and_is_its_chair(conference, chair):
    answer = chair.post(at(conference, "next-edition"), NEXT)
    made = Conference.objects.get(slug="nextx")
    assert answer.url == reverse("pages:staff-home", args=["nextx"])
    assert (made.starts_on, made.ends_on) == (dt.date(2028, 3, 2), dt.date(2028, 3, 5))
    assert (made.venue_name, made.is_public, made.version) == (conference.venue_name, False, 2)
    assert [role.user for role in made.staff_roles.all()] == [chair.user]
    assert made.closed_at is None


@pytest.mark.parametrize(
    "fields",
    [
        {"slug": "admin"},
        {"slug": "NEXT"},
        {"slug": "ne xt"},
        {"slug": "n" * 21},
        {"slug": "nächste"},
        {"slug": ""},
        {"name": ""},
        {"name": "n" * 1_000_000},
        {"name": "a\x00b"},
        {"starts_on": "soon"},
        {"starts_on": "0001-01-01"},
        {"starts_on": "9999-12-31"},
        {"starts_on": "2028-02-30"},
        {"starts_on": ""},
    ],
)
def test_a_wrong_next_edition_is_refused_and_what_was_typed_stays(conference, chair, fields):
    answer = chair.post(at(conference, "next-edition"), NEXT | fields)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == fields.keys()
    assert Conference.objects.count() == 1
    if fields.keys() != {"name"}:
        assert 'value="SCALE next"' in text(answer)


def test_an_address_that_is_taken_is_refused(conference, chair):
    make.conference(slug="nextx")
    answer = chair.post(at(conference, "next-edition"), NEXT)
    assert "already" in str(answer.context["form"].errors["slug"])


def test_closing_wants_the_word_and_a_day_to_come(conference, chair):
    page = at(conference, "close-edition")
    past = {"word": conference.slug, "erase_on": "2020-01-01"}
    for data in ({"word": "close"}, {"word": ""}, past, past | {"erase_on": "x"}):
        answer = chair.post(page, data)
        assert answer.context["form"].errors
    assert not Conference.objects.get().is_closed
    answer = chair.post(page, {"word": conference.slug, "erase_on": "2030-01-01"}, follow=True)
    assert "is closed" in text(answer)
    closed = Conference.objects.get()
    assert closed.is_closed
    assert closed.erase_personal_data_on == dt.date(2030, 1, 1)
    assert closed.version > conference.version


def test_a_closed_edition_keeps_its_pages_and_gets_another_day(conference, chair, client):
    chair.post(at(conference, "close-edition"), {"word": conference.slug})
    chair.post(at(conference, "close-edition"), {"erase_on": "2031-01-01"})
    assert Conference.objects.get().erase_personal_data_on == dt.date(2031, 1, 1)
    page = client.get(reverse("pages:front", args=[conference.slug]))
    assert page.status_code == 200
    assert "This edition is over" in text(page)


def test_a_closed_edition_opens_again_until_its_people_are_erased(conference, chair):
    chair.post(at(conference, "close-edition"), {"word": conference.slug})
    page = chair.post(at(conference, "reopen-edition"), follow=True)
    assert "is open again" in text(page)
    assert not Conference.objects.get().is_closed
    Conference.objects.update(closed_at=timezone.now(), erased_at=timezone.now())
    page = chair.post(at(conference, "reopen-edition"), follow=True)
    assert "cannot be opened again" in text(page)
    assert "is closed for good" in text(page)
    assert Conference.objects.get().is_closed


def test_staff_pages_are_kept_by_no_cache(conference, chair):
    for name in ("setup", "person", "mail-doubts"):
        assert "no-store" in chair.get(at(conference, name))["Cache-Control"]
