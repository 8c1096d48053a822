"""Lists on paper, and entering afterwards what was ticked on them."""

import datetime as dt
import io
import time
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from checkin import actions
from checkin.models import CheckIn, Scan
from registration.models import Ticket
from scale import editions
from scale.models import Role
from scale.time import local
from tests.checkin.test_races import at_once
from tests.factories import checkin as make
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(as_role):
    return as_role(Role.REGISTRATION)


@pytest.fixture
def entry(conference):
    return make.checkin_list(conference, name="Entry")


def url(name, checkin_list, conference=None):
    slug = (conference or checkin_list.conference).slug
    return reverse(f"checkin:{name}", args=[slug, checkin_list.pk])


def said(checkin_list, **fields):
    now = local(timezone.now(), checkin_list.conference)
    return {"at": f"{now:%Y-%m-%dT%H:%M}", "ticked_by": "Jo", "go": "enter"} | fields


def words(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


# --- the list to print -------------------------------------------------------------------------


def test_printed_list_has_letters_pages_and_the_time(team, conference, entry):
    for n in range(90):
        make.ticket(conference, attendee_name=f"Ana Abel{n}")
    inside = make.ticket(conference, attendee_name="Zoë Zeta", is_minor=True)
    CheckIn.objects.create(checkin_list=entry, ticket=inside, at=timezone.now())
    answer = team.get(url("paper-pdf", entry))
    assert answer["Content-Type"] == "application/pdf"
    text = words(answer.content)
    now = local(timezone.now(), conference)
    for part in (
        "Page 1 of 2",
        "Page 2 of 2",
        "91 people",
        f"as of {now:%a %-d %B}",
        conference.name,
    ):
        assert part in text, part
    lines = text.splitlines()
    assert "A" in lines and "Z" in lines and "minor: guardian signs" in text
    assert f"…{inside.code[-4:]}" in text and inside.code not in text


def test_list_once_a_day_is_printed_for_a_day(team, conference):
    daily = make.checkin_list(conference, name="Entry", once_a_day=True)
    second = conference.starts_on + dt.timedelta(days=1)
    only = make.ticket_type(conference, name="First day", admits_until=conference.starts_on)
    make.ticket(conference, ticket_type=only, attendee_name="Ida First")
    both = make.ticket(
        conference, attendee_name="Bo Both", ticket_type=make.ticket_type(conference)
    )
    CheckIn.objects.create(
        checkin_list=daily, ticket=both, at=timezone.now(), day=conference.starts_on
    )
    first_page = words(team.get(url("paper-pdf", daily)).content)
    other = words(team.get(url("paper-pdf", daily) + f"?day={second}").content)
    assert "Ida First" in first_page and " in " in first_page
    assert "Ida First" not in other and "Bo Both" in other and f"{second:%A}" in other
    assert "Ida First" in team.get(url("paper", daily) + "?day=nonsense").content.decode()


def test_page_shows_some_and_prints_all(team, conference, entry):
    kind = make.ticket_type(conference)
    Ticket.objects.bulk_create(
        Ticket(conference=conference, ticket_type=kind, attendee_name=name)
        for name in [*(f"Ana Abel{n:03}" for n in range(120)), "Per Åkesson", "Bo Zeta", "Di 4ever"]
    )
    first = team.get(url("paper", entry))
    text = first.content.decode()
    assert len(first.context["page"]) == 100 and "Print all 123 (PDF)" in text
    assert list(first.context["letters"]) == ["#", "A", "Z"]
    of_a = team.get(url("paper", entry) + "?letter=A&page=2").context
    assert [letter for letter, _ in of_a["blocks"]] == ["A"]
    assert len(of_a["page"]) == 21 and "Per Åkesson" in [t.attendee_name for t in of_a["page"]]
    for asked, name in (("letter=%23", "Di 4ever"), ("letter=Z", "Bo Zeta"), ("q=zet", "Bo Zeta")):
        found = team.get(url("paper", entry) + f"?{asked}").context["page"]
        assert [one.attendee_name for one in found] == [name]
    nobody = team.get(url("paper", entry) + "?q=nobody").content.decode()
    assert "Nobody is called that" in nobody
    for nonsense in ("letter=ZZ", "page=x", "q="):
        assert len(team.get(url("paper", entry) + f"?{nonsense}").context["page"]) == 100
    printed = words(team.get(url("paper-pdf", entry) + "?letter=Z&page=2").content)
    assert "123 people" in printed and "Abel000" in printed and "Di 4ever" in printed
    assert printed.splitlines().count("A") == 1


def test_short_list_has_neither_letters_nor_search(team, conference, entry):
    make.ticket(conference, attendee_name="Ana Ruiz")
    text = team.get(url("paper", entry)).content.decode()
    assert "Ana Ruiz" in text and 'aria-label="Letters"' not in text and 'type="search"' not in text


def test_empty_list_prints_too(team, entry):
    assert "0 people" in words(team.get(url("paper-pdf", entry)).content)


# --- entering ----------------------------------------------------------------------------------


def test_ticked_names_are_in_as_if_staff_had_let_them_in(team, conference, entry):
    tickets = [make.ticket(conference, attendee_name=f"Ana Abel{n}") for n in range(3)]
    data = said(
        entry, ticket=[tickets[0].pk, tickets[2].pk], shown=" ".join(str(t.pk) for t in tickets)
    )
    look = team.post(url("paper-enter", entry), data | {"go": "look"})
    assert "2</span> will be entered" in look.content.decode() and not CheckIn.objects.exists()
    data = said(entry, kept=f"{tickets[0].pk} {tickets[2].pk}")
    assert team.post(url("paper-enter", entry), data).url == url("paper-enter", entry)
    assert set(CheckIn.objects.live().values_list("ticket", flat=True)) == {
        tickets[0].pk,
        tickets[2].pk,
    }
    for scan in Scan.objects.select_related("checkin"):
        assert (scan.verdict, scan.why, scan.volunteer) == ("admitted", "from paper", "Jo")
        assert (scan.by, scan.station, scan.checkin.ticket_id) == (team.user, None, scan.ticket_id)
        assert scan.scanned_at == scan.checkin.at


def test_sent_twice_enters_once_and_says_so_beside_the_row(team, conference, entry):
    held = make.ticket(conference, attendee_name="Ana Ruiz")
    data = said(entry, kept=str(held.pk))
    team.post(url("paper-enter", entry), data)
    again = team.post(url("paper-enter", entry), data)
    text = again.content.decode()
    assert "Already in since" in text and "entered by staff" in text and "0 entered" in text
    assert (CheckIn.objects.count(), Scan.objects.count()) == (1, 1)


def test_one_who_is_in_stands_in_nobodys_way(team, conference, entry):
    inside, other = make.ticket(conference), make.ticket(conference)
    CheckIn.objects.create(checkin_list=entry, ticket=inside, at=timezone.now())
    answer = team.post(url("paper-enter", entry), said(entry, kept=f"{inside.pk} {other.pk}"))
    assert [row.ticket for row in answer.context["rows"]] == [inside]
    assert CheckIn.objects.filter(ticket=other).exists()


def test_ticket_that_is_on_the_list_no_more_is_not_entered(team, conference, entry):
    gone = make.ticket(conference, attendee_name="Gone Away", status=Ticket.Status.CANCELLED)
    answer = team.post(url("paper-enter", entry), said(entry, kept=str(gone.pk)))
    assert "not on this list any more" in answer.content.decode()
    assert not CheckIn.objects.exists()


def test_list_once_a_day_takes_the_day_of_the_time(team, conference):
    daily = make.checkin_list(conference, once_a_day=True)
    held = make.ticket(conference)
    now = timezone.now()
    for hours in (0, 24):
        wall = local(now - dt.timedelta(hours=hours), conference)
        data = said(daily, kept=str(held.pk), at=f"{wall:%Y-%m-%dT%H:%M}")
        answer = team.post(url("paper-enter", daily), data)
        assert answer.status_code == (302 if hours == 0 or CheckIn.objects.count() == 2 else 200)
    days = set(CheckIn.objects.values_list("day", flat=True))
    assert conference.today(now) in days


def test_ticks_stay_over_pages_and_searches(team, conference, entry):
    tickets = [make.ticket(conference, attendee_name=f"Ana Abel{n:03}") for n in range(101)]
    page = team.get(url("paper-enter", entry))
    shown = page.context["shown"]
    assert str(tickets[100].pk) not in shown.split()
    data = {"shown": shown, "ticket": [tickets[0].pk, tickets[1].pk], "go": "page:2"}
    second = team.post(url("paper-enter", entry), data)
    assert [one.pk for one in second.context["page"]] == [tickets[100].pk]
    data = {"kept": second.context["kept"], "shown": second.context["shown"], "go": "search"}
    found = team.post(
        url("paper-enter", entry), data | {"ticket": [tickets[100].pk], "q": "abel001"}
    )
    assert [(one.pk, one.is_ticked) for one in found.context["page"]] == [(tickets[1].pk, True)]
    # Unticked on the page that shows it.
    data = {"kept": found.context["kept"], "shown": found.context["shown"], "go": "look"}
    look = team.post(url("paper-enter", entry), said(entry) | data)
    assert [row.ticket.pk for row in look.context["rows"]] == [tickets[0].pk, tickets[100].pk]


def test_search_finds_the_end_of_the_code(team, conference, entry):
    held, _ = make.ticket(conference), make.ticket(conference)
    found = team.post(url("paper-enter", entry), {"go": "search", "q": held.code[-4:].lower()})
    assert [one.pk for one in found.context["page"]] == [held.pk]
    text = team.post(url("paper-enter", entry), {"go": "search", "q": "nobody"}).content.decode()
    assert "Nobody is called that" in text and "Say who ticked" not in text


@pytest.mark.parametrize(
    "fields, field, error",
    [
        ({"ticked_by": ""}, "ticked_by", "Say who ticked them."),
        ({"ticked_by": "x" * 41}, "ticked_by", "at most 40"),
        ({"at": ""}, "at", "Say when"),
        ({"at": "noon"}, "at", "That is no day and time."),
        ({"at": "2001-03-04T10:00"}, "at", "before the conference"),
        ({"at": "2096-03-04T10:00"}, "at", "still to come"),
        ({"at": "9999-12-31T23:59"}, "at", "did not show"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_ticks_are_kept(
    team, conference, entry, fields, field, error
):
    held = make.ticket(conference)
    answer = team.post(url("paper-enter", entry), said(entry, ticket=[held.pk], **fields))
    assert error in " ".join(answer.context["form"].errors[field])
    text = answer.content.decode()
    assert answer.context["kept"] == str(held.pk) and "checked" in text
    # Also above a hundred names, with a way down to the field.
    assert text.index(f'href="#id_{field}"') < text.index('name="ticket"')
    assert not CheckIn.objects.exists()


def test_nobody_ticked_and_nonsense(team, conference, entry):
    foreign = make.ticket(make_scale.conference())
    assert (
        "Nobody is ticked yet" in team.post(url("paper-enter", entry), said(entry)).content.decode()
    )
    for kept in (str(foreign.pk), "9" * 18):
        team.post(url("paper-enter", entry), said(entry, kept=kept))
    answer = team.post(url("paper-enter", entry), said(entry, kept="x ² 99999999999999999999 -1"))
    assert "Nobody is ticked yet" in answer.content.decode()
    assert not CheckIn.objects.exists()


def test_who_may_not(as_role, team, conference, entry):
    for role in (Role.PROGRAM, Role.FINANCE):
        for name in ("paper", "paper-pdf", "paper-enter"):
            assert as_role(role).get(url(name, entry)).status_code == 403
    foreign = make.checkin_list(make_scale.conference())
    assert team.post(url("paper-enter", foreign, conference), said(foreign)).status_code == 404
    held = make.ticket(conference)
    editions.close(conference)
    answer = team.post(url("paper-enter", entry), said(entry, kept=str(held.pk)))
    assert answer.status_code == 200 and not CheckIn.objects.exists()


def test_statements_are_the_same_for_one_and_three(
    team, conference, entry, django_assert_num_queries
):
    kept = []
    for rows in (1, 2):
        kept += [str(make.ticket(conference).pk) for _ in range(rows)]
        data = said(entry, kept=" ".join(kept), go="look")
        team.get(url("paper-enter", entry))
        with django_assert_num_queries(11):
            team.get(url("paper", entry))
        with django_assert_num_queries(11):
            team.get(url("paper-enter", entry))
        with django_assert_num_queries(10):
            team.post(url("paper-enter", entry), data)


def test_a_thousand_names_take_seconds(team, conference, entry):
    kind = make.ticket_type(conference)
    made = Ticket.objects.bulk_create(
        Ticket(conference=conference, ticket_type=kind, attendee_name=f"Ana Abel{n}")
        for n in range(1000)
    )
    kept = " ".join(str(one.pk) for one in made)
    begun = time.monotonic()
    assert team.post(url("paper-enter", entry), said(entry, kept=kept)).status_code == 302
    assert time.monotonic() - begun < 10  # on a busy machine; alone it is one or two
    assert CheckIn.objects.count() == Scan.objects.filter(checkin__isnull=False).count() == 1000


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_at_once_enter_it_once():
    conference = make_scale.conference()
    entry, by = make.checkin_list(conference), make_scale.user()
    tickets = [make.ticket(conference) for _ in range(40)]
    call = partial(
        actions.enter_from_paper,
        entry,
        [one.pk for one in tickets],
        at=timezone.now(),
        by=by,
        ticked_by="Jo",
    )
    results = at_once(*[call] * 4)
    assert sorted(entered for entered, _ in results) == [0, 0, 0, 40]
    assert CheckIn.objects.count() == Scan.objects.count() == 40
