"""“How was it?”: who may rate a talk, when, once, and who reads it."""

import csv
import datetime as dt
import io

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cfp.models import Talk
from registration import actions as shop
from scale import editions, outputs, privacy
from scale.models import AuditEntry, Conference, Role
from schedule import actions, ratings
from schedule.actions import CannotRate, RatedAlready, rate_talk
from schedule.models import Rating
from schedule.tallies import scores
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.registration.crowd import at_once

GOOD = {"stars": "5", "comment": "I <b>laughed</b>."}


@pytest.fixture
def conference(db):
    """Today is its second day."""
    zone = make_scale.conference().zone
    today = timezone.now().astimezone(zone).date()
    return make_scale.conference(starts_on=today - dt.timedelta(days=1))


def ago(**time):
    return timezone.now() - dt.timedelta(**time)


@pytest.fixture
def talk(conference):
    made = make.confirmed(conference, title="Locks")
    make.slot(conference, talk=made, starts_at=ago(hours=1))
    return made


@pytest.fixture
def bo(as_role, conference):
    """Signed in, with a paid ticket."""
    client = as_role()
    client.ticket = make.ticket(conference, attendee_email=client.user.email)
    return client


def page(talk):
    return f"/{talk.conference.slug}/talks/{talk.named_code}/rate/"


def link(ticket, talk=None):
    conference = ticket.conference
    base = f"/{conference.slug}/t/{ticket.code}/{ticket.secret}/talks/"
    return f"{base}{talk.code}/" if talk else base


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


# --- who rates -------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_a_holder_rates_with_the_account_once(talk, bo):
    assert "How was it?" in text_of(bo.get(page(talk)))
    assert bo.post(page(talk), GOOD).url == talk.get_absolute_url()
    rating = Rating.objects.get()
    assert (rating.talk, rating.ticket, rating.stars) == (talk, bo.ticket, 5)
    again = text_of(bo.get(page(talk)))
    assert "I &lt;b&gt;laughed&lt;/b&gt;." in again
    assert "<form method" not in again.partition("<main")[2].partition("</main")[0]
    answer = bo.post(page(talk), {"stars": "1", "comment": "No, bad"})
    assert "You said" in text_of(answer)
    assert list(Rating.objects.values_list("stars", flat=True)) == [5]


def test_a_holder_rates_with_the_ticket_link_without_an_account(talk, conference):
    ticket = make.ticket(conference)
    nobody = Client()
    assert "How was it?" in text_of(nobody.get(link(ticket, talk)))
    answer = nobody.post(link(ticket, talk), GOOD)
    assert answer.url == link(ticket)
    assert answer["Cache-Control"] == "no-store"
    assert "5 of 5 stars" in text_of(nobody.get(link(ticket)))
    assert "You said" in text_of(nobody.get(link(ticket, talk)))


def test_the_account_sees_what_its_ticket_said_by_link(talk, bo):
    Client().post(link(bo.ticket, talk), GOOD)
    assert "You said" in text_of(bo.get(page(talk)))
    assert "You said" in text_of(bo.post(page(talk), GOOD))
    assert Rating.objects.count() == 1


def test_two_tickets_of_one_account_are_one_vote(talk, bo, conference):
    make.ticket(conference, attendee_email=bo.user.email)
    bo.post(page(talk), GOOD)
    bo.post(page(talk), GOOD)
    assert Rating.objects.count() == 1


def test_who_is_not_signed_in_is_told_the_way(talk):
    says = text_of(Client().get(page(talk)))
    assert f"/account/login/?next={page(talk)}" in says
    assert "link in its mail" in says
    assert "How was it?" not in says
    Client().post(page(talk), GOOD)
    assert not Rating.objects.exists()


@pytest.mark.parametrize("case", ["none", "other edition", "unpaid", "cancelled", "unproven"])
def test_without_a_paid_ticket_of_this_edition_nobody_rates(talk, as_role, conference, case):
    client = as_role()
    mine = {"attendee_email": client.user.email}
    if case == "other edition":
        make.ticket(make_scale.conference(), **mine)
    elif case == "unpaid":
        ticket = make.ticket(conference, **mine)
        type(ticket.order).objects.update(status="pending", expires_at=ago(minutes=-30))
    elif case == "cancelled":
        make.ticket(conference, status="cancelled", **mine)
    elif case == "unproven":
        make.ticket(conference, **mine)
        client.user.emailaddress_set.update(verified=False)
    assert "None of your proven addresses holds one" in text_of(client.get(page(talk)))
    client.post(page(talk), GOOD)
    assert not Rating.objects.exists()


def test_a_wrong_secret_is_not_there(talk, conference):
    ticket = make.ticket(conference)
    wrong = link(ticket, talk).replace(ticket.secret, "0" * 40)
    assert Client().get(wrong).status_code == 404
    assert Client().post(wrong, GOOD).status_code == 404
    assert not Rating.objects.exists()


def test_a_ticket_rates_no_talk_of_another_edition(conference):
    other = make.slot(make_scale.conference(starts_on=conference.starts_on), starts_at=ago(hours=1))
    ticket = make.ticket(conference)
    assert Client().post(link(ticket, other.talk), GOOD).status_code == 404
    with pytest.raises(CannotRate):
        rate_talk(other.talk, ticket, stars=5)


def test_a_cancelled_ticket_leads_back_to_its_page(talk, conference):
    ticket = make.ticket(conference, status="cancelled")
    assert Client().post(link(ticket, talk), GOOD).url == ticket.get_absolute_url()


def test_nobody_rates_a_talk_of_their_own(conference, bo):
    own = make_cfp.talk_of(bo.user, conference, status=Talk.Status.CONFIRMED)
    make.slot(conference, talk=own, starts_at=ago(hours=1))
    assert "a talk of your own" in text_of(bo.get(page(own)))
    bo.post(page(own), GOOD)
    Client().post(link(bo.ticket, own), GOOD)
    with pytest.raises(CannotRate):
        rate_talk(own, bo.ticket, stars=5)
    assert not Rating.objects.exists()


def test_stars_are_needed_and_words_have_an_end(talk, bo):
    for wrong in ({}, {"stars": "0"}, {"stars": "6"}, {"stars": "x"}):
        answer = bo.post(page(talk), {"comment": "Words that stay", **wrong})
        assert "stars" in answer.context["form"].errors
        assert "Words that stay" in text_of(answer)
    answer = bo.post(page(talk), {"stars": "5", "comment": "x" * 1001})
    assert "comment" in answer.context["form"].errors
    assert not Rating.objects.exists()


@pytest.mark.sqlite
def test_the_database_knows_no_six_stars(talk):
    rating = make.rating(talk)
    with pytest.raises(IntegrityError):
        Rating.objects.filter(pk=rating.pk).update(stars=6)


def test_the_database_refuses_the_same_ticket(talk):
    rating = make.rating(talk)
    with pytest.raises(IntegrityError):
        make.rating(talk, rating.ticket)


@pytest.mark.django_db(transaction=True)
def test_the_same_ticket_six_times_at_once_is_one_rating():
    first = timezone.now().date() - dt.timedelta(days=1)
    conference = make_scale.conference(starts_on=first)
    talk = make.slot(conference, starts_at=ago(hours=1)).talk
    ticket = make.ticket(conference)

    def rate(number):
        try:
            return rate_talk(talk, ticket, stars=number % 5 + 1).stars
        except RatedAlready as error:
            return f"no, {error.earlier.stars}"

    said = at_once(rate, 6)
    stars = Rating.objects.get().stars
    assert sorted(map(str, said)) == sorted([str(stars), *[f"no, {stars}"] * 5])


def test_words_of_before_a_ticket_was_passed_on_are_not_shown(talk, conference):
    ticket = make.ticket(conference, attendee_name="Ada")
    rate_talk(talk, ticket, stars=1, comment="Secret words")
    passed = shop.pass_on(ticket, name="Bo", email="bo@example.org")
    says = text_of(Client().get(link(passed, talk)))
    assert "before it was yours" in says
    assert "Secret words" not in says
    with pytest.raises(RatedAlready):
        rate_talk(talk, passed, stars=5)


# --- when ------------------------------------------------------------------------------------


def test_not_before_it_has_begun(conference, bo):
    talk = make.slot(conference, starts_at=ago(minutes=-5)).talk
    public = f"/{conference.slug}/talks/{talk.named_code}/"
    assert "You can rate it here once it has begun" in text_of(bo.get(page(talk)))
    assert page(talk) not in text_of(Client().get(public))
    bo.post(page(talk), GOOD)
    with pytest.raises(CannotRate, match="not begun"):
        rate_talk(talk, bo.ticket, stars=5)
    assert not Rating.objects.exists()


def test_the_first_of_several_slots_counts(conference, bo):
    talk = make.slot(conference, starts_at=ago(hours=-3)).talk
    make.slot(conference, talk=talk, starts_at=ago(hours=2), kind="part")
    assert bo.post(page(talk), GOOD).status_code == 302


def test_cancelled_talks_and_talks_without_a_place_are_not_rated(conference, talk, bo):
    loose = make.confirmed(conference)
    assert "It has no time yet" in text_of(bo.get(page(loose)))
    talk.move_to(Talk.Status.CANCELLED)
    talk.save()
    assert "What did not take place is not rated" in text_of(bo.get(page(talk)))
    for one in (talk, loose):
        bo.post(page(one), GOOD)
        with pytest.raises(CannotRate):
            rate_talk(one, bo.ticket, stars=5)
    assert not Rating.objects.exists()
    assert Client().get(page(make_cfp.talk(conference))).status_code == 404


@pytest.mark.parametrize(("days", "state"), [(ratings.DAYS, "open"), (ratings.DAYS + 1, "over")])
def test_until_thirty_days_after_the_last_day(conference, talk, bo, days, state):
    last = conference.today() - dt.timedelta(days=days)
    Conference.objects.filter(pk=conference.pk).update(
        starts_on=last - dt.timedelta(days=3), ends_on=last
    )
    talk.conference.refresh_from_db()
    assert ratings.window(talk).state() == state
    assert ("How was it?" in text_of(bo.get(page(talk)))) == (state == "open")
    bo.post(page(talk), GOOD)
    assert Rating.objects.count() == (state == "open")


def test_not_in_a_closed_edition(conference, talk, bo):
    editions.close(conference)
    assert "Ratings are over" in text_of(bo.get(page(talk)))
    bo.post(page(talk), GOOD)
    assert page(talk) not in text_of(Client().get(talk.get_absolute_url()))
    with pytest.raises(editions.EditionClosed):
        conference.refresh_from_db()
        talk.conference = conference
        rate_talk(talk, bo.ticket, stars=5)


def test_the_public_page_has_a_plain_link_from_the_minute_it_begins(conference, talk, bo):
    """The page is kept; a new copy begins with each five minutes, as talks do."""
    public = f"/{conference.slug}/talks/{talk.named_code}/"
    for client in (Client(), bo):
        answer = client.get(public)
        assert page(talk) in text_of(answer)
    assert "s-maxage" in Client().get(public)["Cache-Control"]
    assert Client().get(page(talk))["Cache-Control"] == "private, no-store"


def test_the_link_comes_when_the_clock_passes_the_start(conference, monkeypatch):
    begins = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    talk = make.slot(conference, starts_at=begins).talk
    public = f"/{conference.slug}/talks/{talk.named_code}/"
    for moment, is_there in ((begins - dt.timedelta(seconds=1), False), (begins, True)):
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
        monkeypatch.setattr("scale.cache.time.time", lambda moment=moment: moment.timestamp())
        assert (page(talk) in text_of(Client().get(public))) == is_there


# --- the list behind a ticket's link ----------------------------------------------------------


def test_the_ticket_lists_what_has_begun(conference, talk):
    ticket = make.ticket(conference)
    make.slot(
        conference, talk=make.confirmed(conference, title="Tomorrow"), starts_at=ago(hours=-9)
    )
    off = make.confirmed(conference, title="Off")
    make.slot(conference, talk=off, starts_at=ago(hours=2))
    off.move_to(Talk.Status.CANCELLED)
    off.save()
    titles = lambda query="": [t.title for t in Client().get(link(ticket) + query).context["page"]]  # noqa: E731
    assert titles() == ["Locks"]
    assert (titles("?q=lock"), titles("?q=xyz")) == (["Locks"], [])
    assert "No talk fits" in text_of(Client().get(f"{link(ticket)}?q=xyz"))
    assert link(ticket) in text_of(Client().get(ticket.get_absolute_url()))


def test_before_the_first_talk_the_list_says_so(conference):
    assert "No talk has begun yet" in text_of(Client().get(link(make.ticket(conference))))


def test_the_list_of_a_ticket_takes_the_same_statements(conference, talk):
    ticket = make.ticket(conference)

    def statements():
        with CaptureQueriesContext(connection) as queries:
            text_of(Client().get(link(ticket)))
        return len(queries)

    statements()  # what is asked once a process
    one = statements()
    for hour in (2, 3):
        rated = make.slot(conference, starts_at=ago(hours=hour)).talk
        make.rating(rated, ticket)
    assert statements() == one


# --- who reads it ----------------------------------------------------------------------------


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


def staff(conference, rest=""):
    return f"/staff/{conference.slug}/ratings/{rest}"


def test_speakers_read_stars_and_words_without_names(conference, as_role):
    ana = as_role()
    own = make_cfp.talk_of(ana.user, conference, status=Talk.Status.CONFIRMED)
    make.slot(conference, talk=own, starts_at=ago(hours=1))
    path = f"/my/talks/{own.code}/after/"
    assert "Nobody has rated it yet" in text_of(ana.get(path))
    who = make.ticket(conference, attendee_name="Wilhelmina Slater")
    make.rating(own, who, stars=4, comment="Too <fast>")
    make.rating(own, stars=1, comment="You idiot", is_hidden=True)
    says = text_of(ana.get(path))
    assert "Too &lt;fast&gt;" in says
    assert "Slater" not in says
    assert who.code not in says
    assert "You idiot" not in says
    assert ana.get(path).context["tally"].counts == [1, 0, 0, 1, 0]
    assert as_role().get(path).status_code == 404


def test_nothing_public_tells_of_ratings(conference, talk):
    make.rating(talk, stars=2, comment="Zanzibar words")
    for output in outputs.REGISTERED.values():
        for path in output.paths(conference) if output.is_public else ():
            body = Client().get(path).content
            assert b"Zanzibar" not in body, path
            assert b"of 5" not in body, path


def test_the_committee_reads_every_talk_sorts_and_searches(conference, talk, program):
    other = make.slot(conference, talk=make.confirmed(conference, title="Queues")).talk
    for stars in (5, 5, 5, 5, 4, 5, 5, 4):
        make.rating(talk, stars=stars)
    make.rating(other, stars=5, comment="My friend spoke")
    make.rating(make.slot(conference).talk, stars=1)
    page = program.get(staff(conference))
    assert [row[1] for row in page.context["rows"]][:2] == ["Locks", "Queues"]
    assert [row[1] for row in program.get(staff(conference, "?sort=mean")).context["rows"]][0] == (
        "Queues"
    )
    assert [row[1] for row in program.get(staff(conference, "?q=queue")).context["rows"]] == [
        "Queues"
    ]
    for sort in ("weighed", "-weighed", "-mean", "number", "words", "title", "-title", "x"):
        rows = program.get(staff(conference, f"?sort={sort}")).context["rows"]
        assert len(rows) == 3
    assert "No talk fits" in text_of(program.get(staff(conference, "?q=xyz")))
    assert sum(bar.n for bar in page.context["averages"]) == 3
    says = text_of(program.get(staff(conference, f"{other.code}/")))
    assert "My friend spoke" in says
    assert "My friend spoke" in text_of(program.get(staff(conference, "comments/")))
    assert "Nothing fits" in text_of(program.get(staff(conference, "comments/?q=xyz")))


def test_weighed_by_hand(conference, talk):
    for stars in (5, 3):
        make.rating(talk, stars=stars)
    other = make.slot(conference).talk
    make.rating(other, stars=1)
    found = scores(Rating.objects.all())
    assert (found[talk.pk].number, found[talk.pk].mean) == (2, 4.0)
    assert found[talk.pk].weighed == pytest.approx((5 * 3 + 8) / 7)
    assert found[other.pk].weighed == pytest.approx((5 * 3 + 1) / 6)
    assert scores(Rating.objects.none()) == {}


def test_empty_pages_say_what_comes(conference, program):
    assert "Nobody has rated a talk yet" in text_of(program.get(staff(conference)))
    assert "Nobody has written anything yet" in text_of(program.get(staff(conference, "comments/")))


def test_words_are_kept_from_the_speakers_and_given_back(conference, talk, program):
    rating = make.rating(talk, stars=1, comment="You idiot")
    path = staff(conference, f"{rating.pk}/hide/")
    assert program.post(path, {"hide": "yes"}).url == staff(conference, f"{talk.code}/")
    rating.refresh_from_db()
    assert (rating.is_hidden, rating.hidden_by) == (True, program.user)
    assert not Rating.objects.heard().exists()
    assert "kept from the speakers" in text_of(program.get(staff(conference, f"{talk.code}/")))
    answer = program.post(path, {"hide": "no", "from": "comments"})
    assert answer.url == staff(conference, "comments/")
    rating.refresh_from_db()
    assert (rating.is_hidden, rating.hidden_by) == (False, None)
    editions.close(conference)
    program.post(path, {"hide": "yes"})
    assert Rating.objects.heard().exists()


def test_of_their_own_talks_the_committee_reads_as_speakers(conference, program):
    own = make_cfp.talk_of(program.user, conference, status=Talk.Status.CONFIRMED)
    make.slot(conference, talk=own, starts_at=ago(hours=1))
    rating = make.rating(own, comment="You idiot", is_hidden=True)
    assert program.get(staff(conference)).context["rows"] == []
    assert program.get(staff(conference, f"{own.code}/")).status_code == 404
    assert "You idiot" not in text_of(program.get(staff(conference, "comments/")))
    assert b"You idiot" not in program.get(f"/staff/{conference.slug}/ratings.csv").content
    path = staff(conference, f"{rating.pk}/hide/")
    assert program.post(path, {"hide": "no"}).status_code == 404


def test_a_chair_of_a_track_reads_that_track(conference, talk, as_role):
    track = make_cfp.track(conference)
    mine = make.confirmed(conference, track=track, title="Mine")
    make.slot(conference, talk=mine, starts_at=ago(hours=1))
    make.rating(talk)
    make.rating(mine)
    chair = as_role()
    make_cfp.track_role(chair.user, track, "chair")
    make_scale.second_factor(chair.user)
    assert [row[1] for row in chair.get(staff(conference)).context["rows"]] == ["Mine"]
    assert chair.get(staff(conference, f"{talk.code}/")).status_code == 404


def test_the_file_has_every_rating_and_nobodys_name(conference, talk, program):
    who = make.ticket(conference, attendee_name="Wilhelmina Slater")
    make.rating(talk, who, stars=2, comment="=cmd()|evil")
    make.rating(talk, stars=5, is_hidden=True)
    answer = program.get(f"/staff/{conference.slug}/ratings.csv")
    assert answer["Cache-Control"] == "private, no-store"
    body = answer.content.decode("utf-8-sig")
    assert "Slater" not in body
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(row["Talk"], row["Stars"], row["Comment"]) for row in rows] == [
        ("Locks", "5", ""),
        ("Locks", "2", "'=cmd()|evil"),
    ]
    assert [row["Kept from the speakers"] for row in rows] == ["yes", ""]


@pytest.mark.parametrize("rest", ["", "comments/", "{code}/", "csv"])
def test_pages_of_the_committee_take_the_same_statements(conference, talk, program, rest):
    path = staff(conference, rest.format(code=talk.code))
    path = f"/staff/{conference.slug}/ratings.csv" if rest == "csv" else path

    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert program.get(path).status_code == 200
        return len(queries)

    make.rating(talk, comment="One")
    one = statements()
    for hour in (2, 3):
        make.rating(make.slot(conference, starts_at=ago(hours=hour)).talk, comment="More")
        make.rating(talk, comment="More")
    assert statements() == one


# --- what is kept ----------------------------------------------------------------------------


@pytest.mark.sqlite
@pytest.mark.parametrize("how", ["address", "account"])
def test_a_person_is_shown_and_erased_with_their_words(talk, bo, how):
    if how == "account":
        bo.ticket.attendee_email, bo.ticket.user = "", bo.user
        bo.ticket.save()
    bo.post(page(talk), {"stars": "2", "comment": "Mine alone"})
    other = make.rating(talk, comment="Somebody else’s")
    assert privacy.show(bo.user.email)["Ratings of talks"] == [
        "Rating of “Locks”: 2 of 5, “Mine alone”"
    ]
    privacy.erase(bo.user.email)
    assert sorted(Rating.objects.values_list("stars", "comment")) == [
        (2, ""),
        (4, "Somebody else’s"),
    ]
    assert "Ratings of talks" not in privacy.show(bo.user.email)
    other.refresh_from_db()
    assert other.holder


def test_an_erased_edition_keeps_the_stars(conference, talk):
    make.rating(talk, comment="Words")
    editions.erase_personal_data(conference)
    assert list(Rating.objects.values_list("stars", "comment", "holder")) == [(4, "", "")]


def test_the_trail_does_not_name_who_rated(talk, bo):
    before = AuditEntry.objects.count()
    bo.post(page(talk), GOOD)
    assert AuditEntry.objects.count() == before


def test_hiding_asks_for_an_open_edition(conference, talk, program):
    rating = make.rating(talk)
    editions.close(conference)
    rating.talk.conference.refresh_from_db()
    with pytest.raises(editions.EditionClosed):
        actions.hide_rating(rating, by=program.user, is_hidden=True)
