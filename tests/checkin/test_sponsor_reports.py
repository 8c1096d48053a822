"""What sponsors are told after the show: counted from the rows, sent once, seen by its own."""

import datetime as dt
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from checkin.models import CheckIn
from checkin.sponsor_reports import actions
from checkin.sponsor_reports.facts import report
from scale import editions
from scale.logs import redact_links
from scale.models import OutgoingEmail, Role
from schedule.models import HeadCount
from sponsors import actions as sponsors
from sponsors.actions import Refused
from sponsors.models import Portal, Sponsorship
from tests.factories import cfp, leads, schedule
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale
from tests.factories import sponsors as sell

pytestmark = pytest.mark.django_db
YESTERDAY = dt.date.today() - dt.timedelta(days=2)  # noqa: DTZ011  two days: every zone agrees


@pytest.fixture
def conference(db):
    """It ended the day before yesterday."""
    return make_scale.conference(starts_on=YESTERDAY - dt.timedelta(days=3), ends_on=YESTERDAY)


@pytest.fixture
def guest(conference):
    quota = reg.quota(conference, size=50)
    return reg.ticket_type(conference, name="Guest", price=None, quotas=[quota])


@pytest.fixture
def deal(conference, guest):
    package = sell.package(conference=conference, passes=3, pass_type=guest, name="Gold")
    firm = sell.organization(name="Harbor DB")
    return sell.sponsorship(package=package, organization=firm, status="signed")


def named(deal, number, came=0):
    """So many passes have a name; the first of them came in on two days."""
    entry = make.checkin_list(deal.conference, name="Entry")
    for n in range(number):
        address = f"p{n}@example.org"
        ticket = sponsors.give_pass(deal.pk, name=f"P {n}", email=address, role="sponsor", by=None)
        for day in range(2 * (n < came)):
            at = schedule.at(deal.conference, 9, day=day)
            CheckIn.objects.create(
                checkin_list=entry, ticket=ticket, at=at, day=deal.conference.today(at)
            )


def talk_of(deal, email, title="Streaming at scale", heads=(), **fields):
    """Somebody at the sponsor speaks; each of `heads` was counted in a slot of its own."""
    person = cfp.speaker(email=email, name="Ada Example")
    talk = schedule.confirmed(deal.conference, title=title, speakers=[person], **fields)
    for n, people in enumerate(heads):
        slot = schedule.slot(
            deal.conference, talk=talk, starts_at=schedule.at(deal.conference, 10 + n)
        )
        for count in (1, people):  # the last count of a place counts
            HeadCount.objects.create(
                conference=deal.conference,
                slot_uuid=slot.uuid,
                talk=talk,
                room=slot.room,
                people=count,
                counted_at=slot.starts_at,
            )
    return talk


def scanned(deal, days):
    phone = leads.phone(deal.conference, deal.organization)
    for day in days:
        badge = leads.badge(deal.conference, "name")
        leads.lead(badge, phone.station, scanned_at=schedule.at(deal.conference, 12, day=day))


def staff_url(name, deal, *args):
    return reverse(f"checkin:sponsor-report{name}", args=[deal.conference.slug, *args])


def own_url(portal, name="portal-report"):
    return reverse(
        f"checkin:{name}", args=[portal.deal.conference.slug, portal.code, portal.secret]
    )


# --- what it counts ----------------------------------------------------------------------------


def test_passes_promised_named_and_used_at_the_door(deal):
    named(deal, 2, came=1)
    found = report(deal)
    (line,) = found.passes
    assert (line.name, line.promised, line.named, line.used) == ("Guest", 3, 2, 1)
    assert dict(found.sums)["passes used"] == "1 of 3"


def test_without_a_door_nothing_is_said_of_who_came(deal):
    assert "passes used" not in dict(report(deal).sums)
    assert report(deal).at_door is False


def test_promises_of_ours_and_what_came_from_them(deal):
    kept, late = (sell.deliverable(deal, name=name) for name in ("Banner", "Advert"))
    waived = sell.deliverable(deal, name="Bag insert")
    theirs = sell.deliverable(deal, wanted="text", name="Words")
    sponsors.prove(kept.pk, words="On every stage", link="")
    sponsors.settle(waived.pk, "waived", why="No bags this year")
    sponsors.receive(theirs.pk, text="We love databases")
    found = report(deal)
    said = {row.name: row.look["word"] for row in [*found.ours, *found.theirs]}
    assert said[kept.name] == "done"
    assert said[late.name] == "still open"
    assert said[waived.name] == "not needed any more"
    assert said[theirs.name] == "arrived"
    assert dict(found.sums)["promises kept"] == "2 of 3"  # the passes can be used


def test_talks_of_its_people_and_those_promised_with_the_heads(deal):
    sell.contact(organization=deal.organization, email="ada@example.org")
    gone = sell.contact(
        organization=deal.organization, email="bob@example.org", left_on=dt.date(2027, 1, 1)
    )
    talk_of(deal, "ada@example.org", heads=(80, 44))
    talk_of(deal, gone.email, title="Of who has left")
    promised = sell.deliverable(deal, kind="talk", name="A talk").talks.get()
    assert [line.talk.title for line in report(deal).talks] == ["Streaming at scale"]
    type(promised).objects.filter(pk=promised.pk).update(status="confirmed", title="The keynote")
    found = {line.talk.title: line.heads for line in report(deal).talks}
    assert found == {"Streaming at scale": 124, "The keynote": None}


def test_leads_by_day_without_those_taken_back(deal):
    scanned(deal, [0, 0, 2])
    other = sell.sponsorship(conference=deal.conference, status="signed")
    scanned(other, [1])
    first = deal.organization.leads.order_by("pk").first()
    type(first).objects.filter(pk=first.pk).update(name="", taken_back_at=timezone.now())
    found = report(deal)
    assert [n for _, n in found.leads] == [1, 0, 1, 0]
    assert (found.leads_total, found.scans) == (2, True)


@pytest.mark.parametrize("much", [1, 3])
def test_it_asks_the_same_however_much(deal, much, django_assert_num_queries):
    named(deal, much, came=much)
    for n in range(much):
        one = sell.contact(organization=deal.organization)
        sponsors.prove(sell.deliverable(deal, name=f"Banner {n}").pk, words="Seen", link="")
        talk_of(deal, one.email, title=f"Talk {n}", heads=(10,))
    scanned(deal, range(much))
    deal = Sponsorship.objects.public(deal.conference).select_related("conference").get(pk=deal.pk)
    with django_assert_num_queries(12):
        report(deal)


# --- who sees it -------------------------------------------------------------------------------


def test_page_and_paper_say_the_same(as_role, deal):
    named(deal, 1, came=1)
    proved = sell.deliverable(deal, name="Banner")
    sponsors.prove(proved.pk, words="On every stage", link="https://a.example/p")
    scanned(deal, [0])
    client = as_role(Role.COMMUNITY)
    page = client.get(staff_url("", deal, deal.pk)).content.decode()
    sheets = PdfReader(io.BytesIO(client.get(staff_url("-pdf", deal, deal.pk)).content)).pages
    paper = " ".join("".join(sheet.extract_text() for sheet in sheets).split())
    for words in ("Harbor DB", "Banner", "On every stage", "https://a.example/p", "Guest"):
        assert words in page
        assert words in paper
    assert "5,000" not in page + paper  # what they paid is for nobody to read here


def test_a_report_of_nothing_says_so(as_role, conference):
    deal = sell.sponsorship(conference=conference, status="signed")
    page = as_role(Role.SPONSORSHIP).get(staff_url("", deal, deal.pk)).content.decode()
    for words in ("promised nothing beyond", "No passes came", "No phone of yours scanned"):
        assert words in page


def test_the_sponsor_sees_it_after_the_last_day(deal, conference):
    portal = sponsors.open_portal(deal.pk, by=make_scale.user())
    client = Client()
    page = client.get(own_url(portal))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert "No proof yet" not in page.content.decode()
    assert client.get(own_url(portal, "portal-report-pdf")).content[:5] == b"%PDF-"
    assert own_url(portal) in client.get(portal.get_absolute_url()).content.decode()
    assert portal.secret not in redact_links(own_url(portal))
    type(conference).objects.update(ends_on=dt.date(2099, 1, 1))
    assert client.get(own_url(portal)).status_code == 404
    assert own_url(portal) not in client.get(portal.get_absolute_url()).content.decode()


def test_a_wrong_or_closed_link_and_a_lost_deal_show_nothing(deal):
    portal = sponsors.open_portal(deal.pk, by=make_scale.user())
    path = own_url(portal)
    assert Client().get(path.replace(portal.secret, "f" * len(portal.secret))).status_code == 404
    Sponsorship.objects.update(status="lost", lost_why="price", signed_at=None)
    assert Client().get(path).status_code == 404
    Sponsorship.objects.update(status="signed", lost_why="", signed_at=timezone.now())
    sponsors.revoke_portal(deal.pk)
    assert Client().get(path).status_code == 404


# --- sending -----------------------------------------------------------------------------------


def mails():
    return list(OutgoingEmail.objects.filter(kind=actions.KIND).order_by("pk"))


def test_it_goes_to_the_primary_contact_once_a_day(as_role, deal):
    sell.contact(organization=deal.organization, roles=(), email="abe@example.org", name="Abe")
    sell.contact(organization=deal.organization, email="pat@example.org", name="Pat")
    client = as_role(Role.SPONSORSHIP)
    for _ in range(2):
        client.post(staff_url("-send", deal, deal.pk))
    (mail,) = mails()
    portal = Portal.objects.get(deal=deal)
    assert (mail.to_address, mail.about) == ("pat@example.org", portal.code)
    assert own_url(portal) in mail.text
    assert "promises kept: 1 of 1" in mail.text


def test_it_is_refused_where_it_would_reach_nobody(deal, conference):
    with pytest.raises(Refused, match="Nobody at Harbor DB has an e-mail address"):
        actions.send_report(deal.pk, by=None)
    journalist = sell.contact(organization=deal.organization, roles=["press"])
    with pytest.raises(Refused, match="Nobody at Harbor DB"):  # the link is not for the press
        actions.send_report(deal.pk, by=None)
    type(journalist).objects.filter(pk=journalist.pk).update(is_billing=True)
    sponsors.open_portal(deal.pk, by=make_scale.user())
    sponsors.revoke_portal(deal.pk)
    with pytest.raises(Refused, match="is closed: open it with a new link"):
        actions.send_report(deal.pk, by=None)
    type(conference).objects.update(ends_on=dt.date(2099, 1, 1))
    with pytest.raises(Refused, match="is not over yet"):
        actions.send_report(deal.pk, by=None)
    editions.close(conference)
    with pytest.raises(editions.EditionClosed):
        actions.send_report(deal.pk, by=None)
    assert mails() == []


def test_all_at_once_reaches_who_has_not_had_it(
    as_role, deal, conference, django_capture_on_commit_callbacks
):
    sell.contact(organization=deal.organization)
    actions.send_report(deal.pk, by=None)
    with pytest.raises(Refused, match="has had it"):
        actions.send_report(deal.pk, by=None, again=False)
    other = sell.sponsorship(conference=conference, status="signed")
    sell.contact(organization=other.organization, email="kim@example.org")
    sell.sponsorship(conference=conference, status="signed")  # nobody there
    client = as_role(Role.SPONSORSHIP)
    page = client.get(staff_url("s", deal)).content.decode()
    assert "Send it to the other 1<" in page
    assert "1 cannot get it" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(staff_url("s-send", deal))
    assert [mail.to_address for mail in mails()][1:] == ["kim@example.org"]
    assert actions.send_reports(conference, by=None) == 0


# --- the list ----------------------------------------------------------------------------------


@pytest.mark.parametrize("sponsors_", [1, 3])
def test_the_list_asks_the_same_however_many(
    as_role, conference, sponsors_, django_assert_num_queries
):
    for _ in range(sponsors_):
        row = sell.sponsorship(conference=conference, status="signed")
        sell.contact(organization=row.organization)
        sell.deliverable(row)
        actions.send_report(row.pk, by=None)
    client = as_role(Role.COMMUNITY)
    client.get(staff_url("s", row))
    with django_assert_num_queries(12):
        client.get(staff_url("s", row))


def test_the_list_is_narrowed_and_says_when_nothing_is_left(as_role, deal):
    sell.contact(organization=deal.organization)
    client = as_role(Role.SPONSORSHIP)
    path = staff_url("s", deal)

    def shown(**query):
        return [row.pk for row in client.get(path, query).context["page"]]

    assert shown(show="waiting", sort="name") == [deal.pk]
    assert shown(q="harb") == [deal.pk]
    assert "No sponsor fits this" in client.get(path, {"show": "sent"}).content.decode()
    actions.send_report(deal.pk, by=None)
    assert shown(show="sent") == [deal.pk]
    assert shown(show="waiting") == []


def test_before_anybody_signed_the_list_says_so(as_role, conference):
    path = reverse("checkin:sponsor-reports", args=[conference.slug])
    assert "No sponsor has signed yet" in as_role(Role.SPONSORSHIP).get(path).content.decode()
