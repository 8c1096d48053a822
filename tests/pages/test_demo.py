"""The made-up conference: complete, consistent, the same for the same seed."""

import datetime as dt
import hashlib
import io
import re
from collections import Counter
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Max, Sum
from django.test import Client
from django.utils import timezone

from cfp.models import Decision, Review, Speaker, SpeakerTicket, Talk
from checkin.models import Badge, CheckIn, CheckInList, Lead, PrinterReport, PrintJob, Scan
from checkin.sponsor_reports.facts import report
from pages.demo.build import make_demo
from pages.demo.dice import Dice
from pages.demo.exhibitors import EXHIBITORS
from pages.demo.offer import Extra, Offer
from pages.demo.people import DEMO_PEOPLE
from pages.demo.press import OUTLETS
from pages.demo.progress import Progress
from pages.demo.sizes import SIZES
from pages.demo.titles import NONE, Titles
from pages.demo.words import words
from registration.actions import seats_held
from registration.actions.stock import held_places
from registration.models import (
    SHARED,
    AddOn,
    Answer,
    CancellationRequest,
    CompChoice,
    Order,
    OrderLine,
    OrderNote,
    Quota,
    Refund,
    Ribbon,
    Ticket,
    VisaRequest,
)
from registration.proof import errors
from scale.models import Conference, OutgoingEmail, StaffRole, User
from schedule.actions import publish, schedule_at
from schedule.facts import Facts
from schedule.models import (
    BofClaim,
    Change,
    Favourite,
    FavouriteList,
    Kind,
    Room,
    Slot,
    Workshop,
)
from schedule.plans import State, hard_conflicts_of, overlay, working_plan
from sponsors.mail.suggest import by_domain
from sponsors.models import (
    Benefit,
    Deliverable,
    Mail,
    Organization,
    Package,
    Portal,
    Sponsorship,
)
from sponsors.models.booths import promised_booths

APPS = ("scale", "registration", "cfp", "sponsors", "schedule", "checkin")
NOON = dt.datetime(2027, 3, 5, 20, 0, tzinfo=dt.UTC)  # noon in Pasadena


def build(seed=24, now=NOON, out=None):
    return make_demo(SIZES["small"], seed, now, out or io.StringIO())


def edition(slug):
    return Conference.objects.get(slug=slug)


@pytest.fixture
def demo(db):
    return build()


# --- what is there ---------------------------------------------------------------------------


@pytest.mark.sqlite
def test_three_editions_of_the_size_asked_for(demo):
    over, on, to_come = Conference.objects.order_by("starts_on")
    assert [one.slug for one in (over, on, to_come)] == ["23x", "24x", "25x"]
    assert (over.is_closed, over.is_over(NOON)) == (True, True)
    assert (on.is_on(NOON), on.starts_on) == (True, dt.date(2027, 3, 4))
    assert len(on.days()) == 4
    assert 100 <= (to_come.starts_on - on.today(NOON)).days <= 120
    assert [call.state(NOON) for call in to_come.calls.all()] == ["open", "open"]  # and a partner’s
    size = SIZES["small"]
    assert Talk.objects.filter(slot__conference=on).distinct().count() == size.talks
    assert Room.objects.filter(conference=on).count() == size.rooms
    assert Ticket.objects.filter(conference=on).admitting().count() == size.tickets
    assert Organization.objects.count() == size.organizations + len(OUTLETS)


@pytest.mark.sqlite
def test_money_places_and_codes_agree(demo):
    assert list(errors()) == []


@pytest.mark.parametrize("hours", [-11, -5, 11])
def test_money_agrees_at_any_hour(db, hours):
    build(now=NOON + dt.timedelta(hours=hours))
    assert list(errors()) == []


@pytest.mark.parametrize("name", ["small", "scale"])
@pytest.mark.sqlite
def test_every_size_finds_places_for_its_talks(db, name):
    make_demo(SIZES[name], 1, NOON, io.StringIO())
    placed = Talk.objects.filter(slot__conference__slug="24x").distinct()
    assert placed.count() == SIZES[name].talks


@pytest.mark.sqlite
def test_every_row_is_one_that_a_form_would_take(demo):
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for row in model._base_manager.all():
                row.clean_fields()
                row.clean()


def test_something_of_everything(demo):
    on, to_come = edition("24x"), edition("25x")
    of = Talk.objects.filter
    assert set(of(conference=on).values_list("status", flat=True)) >= {
        *("confirmed", "accepted", "waitlisted", "rejected", "withdrawn", "declined", "cancelled"),
    }
    assert of(conference=to_come, status="submitted").count() > 10
    assert Review.objects.filter(talk__conference=to_come).exists()
    assert set(Decision.objects.values_list("verdict", flat=True)) == {
        *("accept", "waitlist", "reject"),
    }
    assert set(Slot.objects.filter(conference=on).values_list("kind", flat=True)) == {
        *(Kind.MAIN, Kind.REPEAT, Kind.OVERFLOW, Kind.BOF),
    }
    assert of(conference=on, status="cancelled", slot__isnull=False).count() == 1
    assert set(Order.objects.filter(conference=on).values_list("status", flat=True)) == {
        *("paid", "pending", "expired", "cancelled"),
    }
    mails = OutgoingEmail.objects.filter(conference=on).values_list("status").annotate(Count("pk"))
    counted = dict(mails.order_by())
    assert (counted["in_doubt"], counted["failed"]) == (1, 1)
    assert counted["sent"] > 5
    assert Package.objects.filter(conference=on).count() == 8


def test_people_of_the_demo_have_their_work(demo, client):
    for person in DEMO_PEOPLE:
        user = User.objects.get(email=person.email)
        assert user.check_password("demo")
        assert EmailAddress.objects.filter(user=user, verified=True).count() == 1
        roles = StaffRole.objects.filter(user=user).values_list("conference__slug", "role")
        wanted = {(slug, role) for slug in ("23x", "24x", "25x") for role in person.roles}
        assert set(roles) == wanted
    talks = Talk.objects.filter(talk_speakers__speaker__user__email="speaker@demo.example")
    found = set(talks.values_list("conference__slug", "status"))
    assert found >= {
        *(("23x", "confirmed"), ("24x", "confirmed")),
        *(("25x", "submitted"), ("25x", "accepted"), ("25x", "draft")),
    }
    orders = Order.objects.filter(user__email="attendee@demo.example", status="paid")
    assert orders.filter(conference__slug="24x").annotate(n=Count("tickets")).get().n == 2


def test_staff_home_counts_talks_without_a_room(demo, client, settings):
    settings.DEMO = True
    on = edition("24x")
    missing = Talk.objects.filter(conference=on).placeable().filter(slot=None).count()
    client.force_login(User.objects.get(email="chair@demo.example"))
    page = client.get("/staff/24x/").content.decode()
    assert missing > 0
    assert f"{missing} talks have no room yet" in page


def test_slugs_of_real_editions_stay_free(demo):
    free = {f"{n}x" for n in range(14, 23)}
    assert not Conference.objects.filter(slug__in=free).exists()


# --- the schedule ----------------------------------------------------------------------------


@pytest.mark.sqlite
@pytest.mark.parametrize(("slug", "releases"), [("23x", 4), ("24x", 4), ("25x", 1)])
def test_slots_are_what_the_last_release_left(demo, slug, releases):
    conference = edition(slug)
    last = conference.releases.first()
    assert last.number == releases
    slots = {slot.uuid: slot for slot in Slot.objects.filter(conference=conference)}
    rebuilt = {change.slot_uuid: change for change in schedule_at(conference, last.number)}
    assert {uuid: slot.placement() for uuid, slot in slots.items()} == {
        uuid: change.placement() for uuid, change in rebuilt.items()
    }
    assert {uuid: slot.version for uuid, slot in slots.items()} == {
        uuid: change.release.number for uuid, change in rebuilt.items()
    }


@pytest.mark.sqlite
def test_changes_follow_each_other(demo):
    for conference in Conference.objects.all():
        latest = {}
        changes = Change.objects.filter(release__conference=conference)
        for change in changes.select_related("release").order_by("release__number"):
            assert change.before == latest.get(change.slot_uuid)
            if change.before and not change.removed:
                assert change.placement() != change.before.placement()
            latest[change.slot_uuid] = change
    versions = Slot.objects.filter(conference__slug="24x").values_list("version", flat=True)
    assert set(versions) == {1, 2, 3, 4}
    assert Change.objects.filter(removed=True).exists()


def test_no_release_ever_had_a_room_or_a_speaker_twice(demo):
    for conference in Conference.objects.all():
        for release in conference.releases.all():
            slots = [
                Slot(
                    uuid=change.slot_uuid,
                    conference=conference,
                    version=release.number,
                    **change.placement(),
                )
                for change in schedule_at(conference, release.number)
            ]
            found = hard_conflicts_of(Facts(conference), overlay(slots, []), {})
            assert [one.says for one in found] == []


def test_working_plan_has_drafts_one_of_them_in_conflict(demo):
    plan = working_plan(edition("24x"))
    state = State.of(plan)
    moves = {line.move.pk: line for line in state.lines if line.move}
    assert len(moves) == plan.moves.count() == 5
    assert sum(line.move.is_stale for line in moves.values()) == 1
    assert sum(line.move.goes_away for line in moves.values()) == 1
    assert sum(line.now is None for line in moves.values()) == 1
    assert len([one for one in state.conflicts if one.is_hard]) == 1


def test_publishing_goes_on_from_there(demo):
    conference = edition("24x")
    plan = working_plan(conference)
    removal = plan.moves.filter(goes_away=True)
    release = publish(plan, by=User.objects.get(email="program@demo.example"), moves=removal)
    assert release.number == 5
    assert not Slot.objects.filter(conference=conference, talk__status="cancelled").exists()


# --- tickets and the door --------------------------------------------------------------------


@pytest.mark.sqlite
def test_quotas_say_exactly_what_is_held(demo):
    for conference in Conference.objects.all():
        for quota in conference.quotas.all():
            assert (quota.name, quota.taken) == (quota.name, held_places(quota))
    few = Quota.objects.get(conference__slug="24x", name="Kids’ track")
    assert few.left == 6


def test_money_matches_to_the_cent(demo):
    for order in Order.objects.prefetch_related("lines", "payments", "refunds"):
        wanted = order.total() if order.status == Order.Status.PAID else 0
        assert (order.code, order.received()) == (order.code, wanted)
        assert (order.paid_at is not None) == bool(
            order.status == Order.Status.PAID or order.payments.all()
        )
    assert Order.objects.aggregate(n=Sum("refunds__amount"))["n"] > 0


def test_the_desk_has_something_of_everything(demo):
    on = edition("24x")
    assert {one.code for one in on.ticket_types.all()} == {"full", "expo", "kids", "lab", "guest"}
    assert on.ticket_types.get(code="lab").state(NOON) == "sold_out"
    assert on.waitlist.filter(status="waiting", add_on=None).count() == 5
    assert AddOn.objects.filter(conference=on, choice="T-shirt").count() == 5
    sold = OrderLine.objects.in_force().filter(add_on__conference=on)
    assert set(sold.values_list("add_on__kind", flat=True)) == {"shirt", "tutorial", "party"}
    assert Answer.objects.filter(question__conference=on).exists()
    assert on.promo_codes.filter(uses__gt=0).exists()
    [group] = on.group_codes.all()
    places = group.order.tickets
    assert (places.count(), places.unnamed().count()) == (8, 3)
    roles = set(Ribbon.objects.filter(ticket__conference=on).values_list("role", flat=True))
    assert roles >= {"speaker", "volunteer", "press"}
    assert on.comp_allowances.filter(given__gt=0).exists()
    drawers = {one.difference() for one in on.cash_drawers.all()}
    assert drawers == {None, Decimal("0.00"), Decimal("-5.00")}
    refunds = Refund.objects.filter(order__conference=on)
    assert set(refunds.values_list("status", flat=True)) >= {"waiting"}
    assert set(VisaRequest.objects.values_list("status", flat=True)) == {"open", "approved"}
    for rows in (
        CancellationRequest.objects.filter(ticket__conference=on),
        CompChoice.objects.filter(ticket__conference=on, answer="open"),
        OrderNote.objects.filter(order__conference=on),
        on.orders.filter(status="pending").exclude(due_on=None),
        on.orders.filter(status="expired", filled_in_at=None),
        on.terms.filter(kind="conduct", number=2),
    ):
        assert rows.exists(), rows.query


@pytest.mark.sqlite
def test_workshops_have_seats_and_people_wait_for_one(demo):
    workshops = Workshop.objects.filter(talk__conference__slug="24x").select_related("quota")
    full = [one for one in workshops if one.quota.left == 0]
    assert (len(workshops) >= 2, len(full)) == (True, 1)
    assert all(one.quota.taken for one in workshops)
    waiting = full[0].add_on.waitlist.filter(status="waiting")
    assert waiting.count() > 2
    attendee = demo.users["attendee"]
    assert attendee.tickets.filter(waitlist__in=waiting).exists()
    holders = seats_held([one.add_on_id for one in workshops])
    assert len({line.ticket_id for line in holders}) == len(holders)


@pytest.mark.sqlite
def test_evenings_have_open_places_and_two_people_ask(demo):
    on = edition("24x")
    claims = BofClaim.objects.of(on)
    assert Counter(claims.values_list("status", flat=True)) == {
        "asked": 2,
        "approved": claims.filter(talk__isnull=False).count(),
        "declined": 1,
    }
    assert claims.filter(status="approved").exists()
    asked = claims.asked().values_list("slot_uuid", flat=True)
    places = Slot.objects.for_bofs(on).filter(uuid__in=asked, starts_at__gt=demo.now)
    assert [place.is_open for place in places] == [True, True]
    assert Slot.objects.for_bofs(on).open().filter(starts_at__gt=demo.now).count() > 2
    assert claims.asked().filter(ticket__user=demo.users["attendee"]).exists()


def test_speakers_and_sponsors_hold_their_tickets(demo):
    for slug, left in (("23x", 2), ("24x", 1), ("25x", 0)):
        conference = edition(slug)
        held = SpeakerTicket.objects.filter(conference=conference).held()
        assert held.count() == SpeakerTicket.objects.filter(conference=conference).count() > 3
        assert not SpeakerTicket.objects.missing(conference).exists()
        talks = Talk.objects.filter(conference=conference, status="cancelled").count()
        assert (slug, talks) == (slug, left)
    assert SpeakerTicket.objects.without_talk(edition("24x")).exists()
    on = edition("24x")
    roles = Counter(Ribbon.objects.filter(ticket__conference=on).values_list("role", flat=True))
    assert 40 < roles["speaker"] < 60
    assert 15 <= roles["sponsor"] + roles["exhibitor"] <= 20
    promised = Deliverable.objects.of(on).passes().select_related("deal")
    limits = {row.deal.source_of(row.pass_type_id): row.quantity for row in promised}
    passes = on.comp_allowances.filter(source__startswith="sponsorship:")
    assert {one.source for one in passes} <= limits.keys()
    assert all(0 < one.given <= limits[one.source] for one in passes)


def test_nothing_has_happened_before_its_time(demo):
    assert not Order.objects.filter(created_at__gt=NOON).exists()
    assert not Order.objects.filter(paid_at__gt=NOON).exists()
    assert not CheckIn.objects.filter(at__gt=NOON).exists()
    assert not Review.objects.filter(created_at__gt=NOON).exists()
    assert not OutgoingEmail.objects.filter(queued_at__gt=NOON).exists()
    assert not Talk.objects.filter(submitted_at__gt=NOON).exists()
    assert not Sponsorship.objects.filter(signed_at__gt=NOON).exists()


@pytest.mark.sqlite
def test_door_is_open_and_people_came_yesterday_and_this_morning(demo):
    on = edition("24x")
    entry = CheckInList.objects.get(conference=on, kind="entry")
    assert entry.is_open(NOON)
    assert on.stations.live().exclude(kind="exhibitor").count() == 7
    days = dict(CheckIn.objects.filter(checkin_list=entry).values_list("day").annotate(Count("pk")))
    assert days.keys() == {dt.date(2027, 3, 4), dt.date(2027, 3, 5)}
    assert min(days.values()) > 30
    # The key that lets each ticket in once a day is the database's own work.
    first = CheckIn.objects.filter(checkin_list=entry).first()
    assert first.live_key == f"{entry.pk}:{first.ticket_id}:{first.day}"
    admitted = Scan.objects.filter(verdict="admitted").values_list("checkin", flat=True)
    assert set(admitted) == set(CheckIn.objects.values_list("pk", flat=True))


@pytest.mark.sqlite
def test_stations_were_seen_no_earlier_than_they_scanned(demo):
    stations = (
        edition("24x")
        .stations.exclude(last_seen_at=None)
        .annotate(scanned=Max("scans__received_at"), met=Max("leads__scanned_at"))
    )
    assert len(stations) > 7
    for one in stations:
        last = max(at for at in (one.scanned, one.met, one.paired_at) if at)
        assert one.last_seen_at >= last, one
    south = stations.get(name="South entrance")
    assert (south.silence(NOON), south.queued) == ("6 min", 3)


@pytest.mark.sqlite
def test_desk_sold_this_morning_into_the_drawer_that_its_volunteer_opened(demo):
    desk = edition("24x").stations.get(kind="desk")
    drawer = desk.open_drawer
    assert (drawer.name, drawer.opened_by, drawer.closed_at) == ("Desk 1", None, None)
    sales = drawer.payments.all()
    assert {one.note[:10] for one in sales} == {"Desk 1, OT"}
    assert drawer.expected() == drawer.opening_float + sum(one.amount for one in sales)
    assert Badge.objects.exclude(asked="").exists()


@pytest.mark.sqlite
def test_phone_without_a_connection_let_some_in_twice(demo):
    found = Scan.objects.open_conflicts(edition("24x"))
    assert 1 <= len(found) <= 2
    for scan in found:
        owner = scan.conflict_with
        assert (scan.ticket, scan.checkin) == (owner.ticket, owner.checkin)
        assert owner.scanned_at < scan.scanned_at and owner.station != scan.station


@pytest.mark.sqlite
def test_who_came_has_a_badge_and_one_printer_is_out_of_paper(demo):
    on = edition("24x")
    assert on.badge_layout.colours
    came = CheckIn.objects.filter(checkin_list__conference=on, checkin_list__kind="entry")
    live = Badge.objects.live().filter(ticket__conference=on)
    assert set(live.values_list("ticket", flat=True)) == set(came.values_list("ticket", flat=True))
    assert not Badge.objects.filter(printed_at__gt=NOON).exists()
    states = Counter(PrintJob.objects.values_list("status", flat=True))
    assert states == {"queued": 5, "failed": 1}
    assert set(PrintJob.objects.values_list("badge", flat=True)) == set(
        live.filter(printed_at=None).values_list("pk", flat=True)
    )
    reports = PrinterReport.objects.order_by("trouble").values_list("trouble", flat=True)
    assert list(reports) == ["", "out of paper"]


@pytest.mark.sqlite
def test_deals_are_counted_as_signed_and_have_the_booths_promised(demo):
    for package in Package.objects.all():
        signed = package.sponsorships.filter(status__in=Sponsorship.SIGNED_STATES)
        assert package.taken == signed.count()
    for benefit in Benefit.objects.all():
        promised = benefit.deliverables.values_list("quantity", flat=True)
        assert (benefit.name, benefit.taken) == (benefit.name, sum(promised))
    live = Sponsorship.objects.exclude(status="lost").first()
    assert live.live_key == live.organization_id
    for conference in Conference.objects.exclude(slug="25x"):
        deals = Sponsorship.objects.public(conference).annotate(placed=Count("booths"))
        placed = {deal: deal.placed for deal in deals if deal.placed}
        assert placed == {deal: promised_booths(deal) for deal in placed}
        assert set(placed.values()) == {1, 2}


def test_sponsors_of_the_last_edition_can_open_their_report(demo):
    """Every number of it is there for some."""
    portals = Portal.objects.filter(deal__conference__slug="23x").select_related(
        "deal__conference", "deal__organization", "deal__package"
    )
    signed = Sponsorship.objects.public(edition("23x"))
    assert {one.deal_id for one in portals} == {deal.pk for deal in signed}
    reports = [one for one in (report(page.deal, NOON) for page in portals) if one.leads]
    assert len(reports) == EXHIBITORS
    assert all(one.kept and len(one.leads) == 4 for one in reports)
    assert any(one.used and one.heads for one in reports)
    assert any(row.is_proved for one in reports for row in one.ours)
    leads = Lead.objects.of_edition(edition("23x")).select_related("ticket")
    for lead in leads:
        given = {name: value for name in SHARED if (value := getattr(lead, name))}
        assert given == lead.ticket.shared() != {}


def test_visitors_have_starred_talks(demo):
    """The most liked have many stars, and who signs in as a visitor has a schedule."""
    counts = Favourite.objects.counts(Conference.objects.get(slug="24x"))
    assert len(counts) > 10
    assert max(counts.values()) > 2 * sum(counts.values()) / len(counts)
    own = FavouriteList.objects.exclude(user=None)
    assert sorted(one.user.email.partition("@")[0] for one in own) == ["attendee", "speaker"]


# --- the same again --------------------------------------------------------------------------


def digest():
    found = hashlib.sha256()
    for rows in (
        Talk.objects.order_by("code").values_list("code", "title", "abstract", "status"),
        Speaker.objects.order_by("code").values_list("code", "name", "biography"),
        Slot.objects.order_by("uuid").values_list("uuid", "room__name", "starts_at", "version"),
        Ticket.objects.order_by("code").values_list("code", "attendee_name"),
        Order.objects.order_by("code").values_list("code", "status", "created_at"),
        Organization.objects.order_by("name").values_list("name", "address"),
        Scan.objects.order_by("scan_id").values_list("scan_id", "scanned_at"),
    ):
        found.update(repr(list(rows)).encode())
    return found.hexdigest()


def digest_of(**given):
    with transaction.atomic():
        build(**given)
        found = digest()
        transaction.set_rollback(True)
    return found


def test_same_seed_and_date_give_the_same_content(db):
    once = digest_of()
    assert once == digest_of()
    assert once != digest_of(seed=25)
    assert once != digest_of(now=NOON + dt.timedelta(days=1))


def test_one_order_takes_no_more_of_an_extra_than_there_are():
    last = Extra(AddOn(pk=7), Quota(size=2, taken=1))
    offer = Offer(extras=[(1.0, {0: 1}, [last])])
    assert offer.choose("full", Dice("x"), Counter()) == [last]
    assert offer.choose("full", Dice("x"), Counter({7: 1})) == []


def test_titles_do_not_repeat_soon():
    titles = Titles(Dice("a test"))
    tracks = words().tracks
    made = [titles.text(tracks[n % len(tracks)], "talk", NONE).title for n in range(6_000)]
    assert len(set(made)) > 5_900
    assert max(map(len, made)) < 120


def test_texts_are_whole_sentences(demo):
    for talk in Talk.objects.all():
        text = f"{talk.title} {talk.description}"
        assert "{" not in text
        assert "  " not in text
        assert "lorem" not in text.lower()
        assert 3 <= len(re.findall(r"[.?!]”?(?: |$)", talk.abstract)) <= 6
        assert talk.title[0] == talk.title[0].upper() or talk.title.startswith("eBPF")


def brightness(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("paper", ["#ffffff", "#10161d"])
def test_track_colours_are_seen_on_light_and_dark(paper):
    colours = [track.colour for track in words().tracks]
    assert len(set(colours)) == len(colours)
    for colour in colours:
        low, high = sorted((brightness(colour), brightness(paper)))
        assert (colour, (high + 0.05) / (low + 0.05) >= 3) == (colour, True)


# --- the command -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_command_wants_demo_or_debug_or_to_be_told(settings):
    assert not settings.DEMO
    with pytest.raises(CommandError, match="password everyone knows"):
        call_command("demo", size="small")
    assert not Conference.objects.exists()
    call_command("demo", "--really", size="small", stdout=io.StringIO())
    assert edition("24x").is_on()
    waiting = Mail.objects.in_box("triage")
    assert [len(found) for found in by_domain(waiting).values()].count(1) == 1
    assert [one.attachments.count() for one in waiting] == [0, 0, 1, 0]
    assert Mail.objects.in_box("attached").get().contact.organization.is_company


def test_command_refuses_a_database_with_editions(conference, settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="has editions already"):
        call_command("demo", size="small")
    said = io.StringIO()
    call_command("demo", "--if-empty", size="small", stdout=said)
    assert said.getvalue() == ""
    assert Conference.objects.count() == 1


def test_command_refuses_accounts_of_an_earlier_demo(db, settings):
    settings.DEMO = True
    User.objects.create_user("chair@demo.example")
    with pytest.raises(CommandError, match="earlier demo"):
        call_command("demo", size="small")


def test_half_a_demo_is_none(db, monkeypatch):
    def broken(*_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("pages.demo.build.add_door", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        build()
    assert not Conference.objects.exists()
    assert User._meta.get_field("joined_at").auto_now_add


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_terminal_gets_a_bar_and_others_get_lines():
    for out, wanted in (
        (Terminal(), f"\r\x1b[K{'·' * 30}   0%  talks\r\x1b[KDone (0.0 s)\n"),
        (io.StringIO(), "  0.0 s  talks\nDone (0.0 s)\n"),
    ):
        progress = Progress(out, 10)
        progress.begin("talks")
        progress.advance(5)
        progress.end("Done")
        assert out.getvalue() == wanted


# --- one-click sign-in -----------------------------------------------------------------------


@pytest.fixture
def in_demo(settings, demo):
    settings.DEMO = True


def test_nobody_signs_in_that_way_outside_the_demo(client, demo):
    assert client.get("/dev/login/").status_code == 404
    answer = client.post("/dev/login/", {"who": "chair@demo.example"})
    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session


def test_one_click_signs_in(client, in_demo):
    page = client.get("/dev/login/").content.decode()
    assert page.count('name="who"') == len(DEMO_PEOPLE)
    answer = client.post("/dev/login/", {"who": "program@demo.example"}, follow=True)
    current = Conference.objects.current()
    assert answer.redirect_chain[-1] == (f"/staff/{current.slug}/", 302)
    assert answer.context["user"].name == "Tomáš Dvořák"


@pytest.mark.parametrize("who", ["", "nobody@demo.example", "conduct@demo.example", "x" * 10_000])
def test_only_people_of_the_demo_sign_in(client, in_demo, who):
    assert client.post("/dev/login/", {"who": who}).status_code == 404
    real = Speaker.objects.filter(user__isnull=False).exclude(user__email__contains="@demo.")
    assert client.post("/dev/login/", {"who": real.first().email}).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/24x/schedule/", "/24x/schedule/"),
        ("https://evil.example/", "/after-login/"),
        ("//evil.example/", "/after-login/"),
        ("javascript:alert(1)", "/after-login/"),
    ],
)
def test_signed_in_people_stay_on_this_site(client, in_demo, wanted, reached):
    answer = client.post("/dev/login/", {"who": "attendee@demo.example", "next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, reached)


def test_another_site_cannot_sign_anyone_in(in_demo):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/dev/login/", {"who": "chair@demo.example"}).status_code == 403


def test_empty_database_says_how_to_fill_it(client, db, settings):
    settings.DEMO = True
    assert "manage.py demo" in client.get("/dev/login/").content.decode()


# --- the pages it fills ----------------------------------------------------------------------


def test_public_pages_show_it(client, db):
    build(now=timezone.now())
    talk = Talk.objects.filter(slot__conference__slug="24x", kind__code="talk").first()
    speaker = talk.talk_speakers.first().speaker
    for path in (
        *("/", "/23x/", "/24x/", "/25x/", "/24x/schedule/", "/24x/rooms/", "/24x/speakers/"),
        *("/24x/sponsors/", "/24x/tickets/", "/25x/call/", "/24x/signs", "/24x/schedule.ics"),
        *(f"/24x/talks/{talk.named_code}/", f"/24x/speakers/{speaker.named_code}/"),
    ):
        assert (path, client.get(path).status_code) == (path, 200)
