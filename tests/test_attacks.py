"""A hostile visitor: every address and every form, as each kind of person, with bad input.

Nothing may answer with a fault of ours (500), whatever is asked or sent.
"""

import datetime as dt
import random
import sys
import uuid
from html.parser import HTMLParser
from itertools import product
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.core.signals import got_request_exception
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cfp.letters import confirm_path
from cfp.models import ApiToken, Talk
from checkin.models import Badge, CheckIn, PrintJob, Scan
from registration.models import CancellationRequest, CompChoice, VisaRequest
from registration.views.acts import ACTS
from scale.accounts import AccountAdapter
from scale.codes import digest
from scale.logs import redact_links
from scale.models import Role
from scale.text import render_markdown  # noqa: F401
from schedule.models import ScheduleImport
from sponsors import actions as deals
from tests.factories import cfp, checkin, invoices, leads, registration, schedule, sponsors
from tests.factories import scale as make
from tests.test_access import ours

HUGE = "9" * 5000
NUMBERS = ["-1", "0", "9223372036854775808", HUGE, "1e400", "NaN", "٣", "0x10", "1" * 30]
TEXTS = [
    *("", " ", "\x00", "a\x00b", "\r\nBcc: everyone@example.org", "\u202egnp.exe", "\ud7ff\uffff"),
    *("🐧" * 300, "'\"><script>alert(1)</script>", "%s%n{{7*7}}${7*7}", "../../etc/passwd"),
    *("é" * 70_000, "\u0000\u0001\u0002\x7f\x1b[31m", "//evil.example", "javascript:alert(1)"),
]
DATES = [
    *("0001-01-01", "9999-12-31", "0000-00-00", "2027-02-30", "-1-01-01", "10000-01-01"),
    *("24:61", "23:59:60", "00:00", "0001-01-01T00:00", "9999-12-31T23:59"),
]
HOSTILE = NUMBERS + TEXTS + DATES
PATHS = ["%00", "%ff%fe", "%ed%a0%80", "..%2f..%2f", "%252e", "%0d%0aX: y", "🐧", "a" * 3000, HUGE]


class Forms(HTMLParser):
    """The forms of a page: (action, method, {name: value}, names of file fields)."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.open, self.select = [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.open = (attrs.get("action") or "", (attrs.get("method") or "get").lower(), {})
            self.forms.append(self.open)
        elif self.open and tag in ("input", "textarea", "select", "button") and attrs.get("name"):
            if attrs.get("type") in ("checkbox", "radio") and attrs["name"] in self.open[2]:
                return
            self.open[2][attrs["name"]] = attrs.get("value") or ""
            self.select = attrs["name"] if tag == "select" else None
        elif self.open and tag == "option" and self.select and "selected" in attrs:
            self.open[2][self.select] = attrs.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None


# Pages of a speaker's own talk.
OWN_TALKS = ("talk-edit", "withdraw", "files", "file", "file-remove", "speakers", "invite")
OWN_TALKS += ("order", "drop-out", "drop-invitation", "change", "resume", "needs", "you", "check")
OWN_TALKS += ("feedback",)


def furnish_promises(edition):
    deal = sponsors.sponsorship(conference=edition, status="signed")
    promise = sponsors.deliverable(deal, kind="logo", wanted="picture")
    extra = sponsors.extra(deal)
    conflict = sponsors.conflict(extra.benefit, promise.benefit)
    asked = ("promises", "release", "take-back", "extra-add")
    return {
        **{f"sponsors:{name}": {"pk": deal.pk} for name in asked},
        "sponsors:benefit": {"pk": promise.benefit_id},
        "sponsors:extra-remove": {"pk": extra.pk},
        "sponsors:conflict-remove": {"pk": conflict.pk},
        "sponsors:deliverable": {"pk": promise.pk},
    }


def furnish(edition, user):
    """One row of everything that has an address: {url name or app: {keyword: value}}."""
    n = edition.slug
    track, kind, thing = cfp.track(edition), cfp.kind(edition), cfp.equipment(edition)
    cfp.call(edition)
    cfp.call(edition, track=track)
    slot = schedule.slot(edition)
    own = cfp.talk_of(user, edition, status=Talk.Status.SUBMITTED, track=track, kind=kind)
    link = own.talk_speakers.create(speaker=cfp.speaker(), position=1)
    waiting = cfp.talk(edition, track=track, kind=kind, status=Talk.Status.ACCEPTED)
    waiting.equipment.add(thing)
    invited = cfp.invitation(own, by=user)
    asked_here = cfp.question(edition, tracks=[track])
    cfp.question(edition, kind="choice", choices="a\nb", is_required=True)
    cfp.review(waiting)
    judged = furnish_reviews(edition, track)
    cfp.decision(waiting)
    cfp.decision(cfp.talk(edition, track=track, kind=kind), released_at=None)
    cfp.budget(edition, track=track, slots=3)
    view = cfp.saved_view(user, edition)
    plan = schedule.move(slot, starts_at=schedule.at(edition, 12)).plan
    stars = schedule.favourites(edition, slot.talk, user=user)
    package = sponsors.package(conference=edition)
    firm = sponsors.organization(name=f"Firm of {n}")
    person = sponsors.contact(organization=firm)
    twin = sponsors.contact()
    paper = sponsors.organization_file(organization=firm)
    thread = sponsors.conversation(organization=firm, conference=edition, owner=user)
    note = sponsors.note(conversation=thread, author=user)
    step = sponsors.follow_up(conversation=thread, owner=user)
    deal = sponsors.sponsorship(conference=edition, package=package, organization=firm)
    promised = furnish_promises(edition)
    places = registration.quota(edition)
    kind_of_ticket = registration.ticket_type(edition, code="full", quotas=[places])
    order = registration.order(edition, types=[kind_of_ticket])
    pending = registration.pending_order(edition, types=[kind_of_ticket])
    group = registration.group_code(edition, types=[kind_of_ticket])
    registration.terms(edition)
    extra = registration.add_on(edition, choice="T-shirt")
    for asked in ("text", "several", "choice"):
        registration.question(edition, kind=asked, choices="a\nb", add_ons=[extra])
    cart = registration.cart(edition, types=[kind_of_ticket] * 2)
    reserved = {"code": cart.code, "secret": cart.secret}
    held = order.tickets.first()
    for row in (held, kind_of_ticket):
        row.conference = edition
    station, credential = checkin.paired(edition)
    run = ScheduleImport.objects.create(
        conference=edition, by=user, file_name="x", status="done", changed_at=timezone.now()
    )
    return {
        "cfp": {"code": waiting.code},
        "own": {"code": own.code, "pk": cfp.talk_file(own).pk},
        "cfp:drop-out": {"pk": link.pk},
        "cfp:drop-invitation": {"pk": invited.pk},
        **furnish_answers(edition, user),
        "cfp:invitation": {"code": invited.code, "secret": invited.secret},
        "cfp:change-answer": {"pk": cfp.change(waiting).pk},
        "cfp:track-question": {"pk": asked_here.pk},
        "cfp:talk-file": {"pk": cfp.talk_file(waiting).pk},
        **judged,
        "cfp:talks-file": {"kind": "csv"},
        "cfp:forget-view": {"pk": view.pk},
        "cfp:written": {"code": cfp.speaker_mail(waiting).code},
        **furnish_partners(edition, user, track),
        "registration": {
            "code": order.code,
            "secret": order.secret,
            "ticket": order.tickets.first().code,
            "provider": "demo",
            "table": "attendees",
            "kind": "csv",
            "sheet": "attendees",
            "group": group.code,
        },
        "registration:details": reserved,
        "registration:sums": reserved,
        "registration:extend": reserved,
        "registration:terms": {"kind": "conduct", "number": 1},
        "registration:pay": {"code": pending.code, "secret": pending.secret},
        **furnish_holders(edition, kind_of_ticket, held),
        "registration:ticket-qr": {"code": order.code, "secret": order.secret},
        "schedule:talk": {"code": slot.talk.named_code},
        "schedule:speaker": {"code": slot.talk.speakers()[0].named_code},
        "schedule:photo": {"code": slot.talk.speakers()[0].code},
        "schedule:room": {"code": slot.room.code},
        "schedule:room-map": {"name": "x.png"},
        "schedule:speaker-ics": {"code": slot.talk.speakers()[0].code},
        "schedule:api-room": {"code": slot.room.code},
        "schedule:api-slot": {"uuid": slot.uuid},
        "schedule:picture": {"code": slot.talk.code},
        "schedule:sign": {"code": slot.room.code},
        "schedule:my-calendar": {"code": stars.code, "secret": stars.secret},
        "schedule:day": {"day": edition.starts_on.isoformat()},
        "schedule:count": {"code": slot.room.code, "secret": slot.room.count_secret},
        **dict.fromkeys(
            ("schedule:crew-sheet", "schedule:crew-sheet-pdf"),
            {"code": slot.room.code, "day": edition.starts_on.isoformat()},
        ),
        "schedule:release": {"number": 1},
        "schedule:rebuilt": {"number": 1},
        "schedule:revert": {"number": 1},
        **dict.fromkeys(
            ("schedule:compare", "schedule:publish", "schedule:plan-change"), {"pk": plan.pk}
        ),
        "schedule:import-report": {"number": run.pk},
        **furnish_seats(edition, held),
        **furnish_ratings(edition, held, user),
        **furnish_bofs(edition),
        "slot": slot,
        "sponsors": {"pk": firm.pk},
        "sponsors:contact-edit": {"pk": person.pk},
        "sponsors:contact-merge": {"pk": person.pk, "other": twin.pk},
        "sponsors:contact-": {"pk": person.pk},
        "sponsors:merge": {"pk": firm.pk, "other": twin.organization_id},
        "sponsors:merge-with": {"pk": firm.pk},
        "sponsors:upkeep-fix": {"remedy": "owner"},
        "sponsors:organization-import": {"pk": sponsors.organization_import(edition).pk},
        "sponsors:organization-file": {"pk": paper.pk},
        "sponsors:file-remove": {"pk": paper.pk},
        "sponsors:note-edit": {"pk": note.pk},
        "sponsors:conversation": {"pk": thread.pk},
        "sponsors:note-add": {"pk": thread.pk},
        "sponsors:note-file": {"pk": sponsors.note_file(note=note, by=user).pk},
        "sponsors:follow-up-new": {"pk": thread.pk},
        "sponsors:follow-up": {"pk": step.pk},
        "sponsors:deal-edit": {"pk": deal.pk},
        "sponsors:sign": {"pk": deal.pk},
        **furnish_portal(edition, user, kind_of_ticket),
        "sponsors:portal-act": {"pk": deal.pk},
        "sponsors:lost": {"pk": deal.pk},
        "sponsors:contract": {"pk": deal.pk},
        "sponsors:contract-file": {"pk": deal.contracts.get().pk},
        "sponsors:give-pass": {"pk": deal.pk},
        "sponsors:move": {"pk": deal.pk},
        "sponsors:logo": {"name": "x.png"},
        **promised,
        **furnish_invoices(edition, deal),
        **furnish_mail(thread, person),
        **furnish_booths(edition),
        **furnish_press(edition),
        "checkin": {"pk": station.pk, "secret": "ABCDEFGHJK"},
        **furnish_badges(edition, held),
        **furnish_admissions(station, held),
        **furnish_leads(edition),
        "credential": credential,
    }


def furnish_invoices(edition, deal):
    """An open invoice with a payment, behind its link too, and a draft."""
    row = invoices.issued(deal)
    invoices.pay(row, 5)
    drafted = invoices.draft(deal)
    refund = invoices.card_refund(invoices.card_payment(row, 5), 1)
    return {
        "sponsors:invoice": {"pk": row.pk},
        "sponsors:invoice-refund-ask": {"pk": row.pk, "refund": refund.pk},
        "sponsors:invoice-new": {"pk": deal.pk},
        **dict.fromkeys(
            ("sponsors:invoice-edit", "sponsors:invoice-drop", "sponsors:invoice-issue"),
            {"pk": drafted.pk},
        ),
        "sponsors:bill": {"code": row.code, "secret": row.secret},
    }


def furnish_mail(thread, person):
    """A mail that waits, one of a conversation with a file, and a sender whom nobody hears."""
    known = sponsors.mail(conversation=thread, contact=person, html="<p>Hello</p>")
    file = sponsors.mail_file(known)
    return {
        "sponsors:conversation-mail": {"pk": thread.pk},
        "sponsors:organization-mail": {"pk": thread.organization_id},
        "sponsors:mail": {"pk": sponsors.mail().pk},
        "sponsors:mail-file": {"pk": known.pk, "file": file.pk},
        "sponsors:mail-reply": {"pk": known.pk},
        "sponsors:mail-ignored-undo": {"pk": sponsors.ignored_sender().pk},
    }


def furnish_booths(edition):
    """A plan with a booth that is taken, and a project that asks for one."""
    sponsors.booth_call(conference=edition)
    asked = sponsors.booth_application(conference=edition)
    taken = sponsors.booth(sponsorship=sponsors.sponsorship(conference=edition, status="signed"))
    return {
        "sponsors:exhibitor": {"code": taken.sponsorship.organization.named_code},
        "sponsors:application": {"pk": asked.pk, "secret": asked.secret},
        "sponsors:plan-picture": {"name": taken.plan.file_name},
        **{f"sponsors:plan{name}": {"pk": taken.plan_id} for name in ("", "-change", "-remove")},
        "sponsors:plan-drawing": {"pk": taken.plan_id},
        **{f"sponsors:booth{name}": {"pk": taken.pk} for name in ("", "-swap", "-free", "-remove")},
    }


def furnish_press(edition):
    """Somebody who asks, somebody who has a pass, what was announced and what was published."""
    sponsors.press_call(conference=edition)
    outlet = sponsors.organization(kinds=["media"])
    asked = sponsors.press_request(conference=edition, organization=outlet)
    approved = sponsors.press_request(conference=edition, status="approved")
    draft = sponsors.announcement(conference=edition)
    public = sponsors.announcement(conference=edition, status="sent")
    mine = {"pk": asked.pk, "secret": asked.secret}
    return {
        **{f"sponsors:press-{name}": mine for name in ("request", "mine", "withdraw", "news")},
        "sponsors:press-end": {"pk": approved.pk},
        "sponsors:announcement": {"code": public.named_code},
        **{f"sponsors:announcement-{name}": {"pk": draft.pk} for name in ("edit", "send", "pull")},
        "sponsors:coverage-new": {"pk": outlet.pk},
        "sponsors:coverage-remove": {"pk": sponsors.coverage(outlet, edition).pk},
    }


def furnish_seats(edition, ticket):
    """A workshop with seats, and the ticket that may take one."""
    workshop = schedule.workshop(edition, starts_at=schedule.at(edition, 16))
    code = {"code": workshop.talk.code}
    wait = {"code": ticket.code, "secret": ticket.secret, "pk": workshop.add_on_id}
    return {
        **dict.fromkeys(("schedule:workshop", "schedule:seat-list"), code),
        "schedule:seat-file": {**code, "kind": "csv"},
        "registration:seat": {"pk": workshop.add_on_id},
        "registration:ticket-wait": wait,
    }


def furnish_ratings(edition, ticket, user):
    """A talk that is on, one that was rated, and one of the person's own."""
    an_hour_ago = timezone.now() - dt.timedelta(hours=1)
    talks = [schedule.slot(edition, starts_at=an_hour_ago).talk for _ in range(2)]
    own = cfp.talk_of(user, edition, status=Talk.Status.CONFIRMED)
    schedule.slot(edition, talk=own, starts_at=an_hour_ago)
    said = schedule.rating(talks[1], comment="Good")
    link = {"code": ticket.code, "secret": ticket.secret}
    return {
        "schedule:rate": {"code": talks[0].named_code},
        "schedule:ticket-talks": link,
        "schedule:ticket-rate": {**link, "talk": talks[0].code},
        "schedule:after": {"code": own.code},
        "schedule:crew-link": {"code": talks[0].code},
        "schedule:talk-ratings": {"code": talks[1].code},
        "schedule:rating-hide": {"pk": said.pk},
    }


def furnish_bofs(edition):
    """An open place, one that somebody asks for, and a ticket that may ask."""
    schedule.bof_place(edition)
    claim = schedule.bof_claim(schedule.bof_place(edition, starts_at=schedule.at(edition, 21)))
    free = schedule.ticket(edition)
    return {
        "schedule:ticket-bof": {"code": free.code, "secret": free.secret},
        "schedule:bof-withdraw": {
            "code": claim.ticket.code,
            "secret": claim.ticket.secret,
            "pk": claim.pk,
        },
        "schedule:bof-claim": {"pk": claim.pk},
        "schedule:bof-approve": {"pk": claim.pk},
    }


def furnish_badges(edition, held):
    badge = Badge.objects.create(
        ticket=held, holder=held.nonce, run=uuid.uuid4(), printed_at=timezone.now()
    )
    job = PrintJob.objects.create(conference=edition, badge=badge)
    names = ("print-pdf", "print-svg", "print-report", "print-hold")
    return {
        **dict.fromkeys((f"checkin:{name}" for name in names), {"pk": job.pk, "attempt": 1}),
        **dict.fromkeys(("checkin:badge-run", "checkin:badge-run-pdf"), {"run": badge.run}),
        **dict.fromkeys(
            ("checkin:badge", "checkin:badge-svg", "checkin:badge-pdf"), {"code": held.code}
        ),
        "checkin:print-again": {"pk": job.pk},
        "checkin:print-drop": {"pk": job.pk},
    }


DESK_OF_TICKETS = [
    *("ticket", "let-in", "undo", "correct", "upgrade", "print", "reprint"),
    *("paper", "paper-svg", "paper-pdf"),
]
DESK_OF_ORDERS = ["sold", "print-sold", "cash", "give-up"]


def furnish_admissions(station, held):
    """Somebody who is in, and somebody whom a phone let in by mistake."""
    common = {"station": station, "checkin_list": station.checkin_list, "ticket": held}
    inside = CheckIn.objects.create(**common, at=timezone.now())
    scan = Scan.objects.create(
        **common, verdict="not_paid", said="admitted", scanned_at=timezone.now()
    )
    return {
        "checkin:admission": {"code": held.code},
        "checkin:take-out": {"pk": inside.pk},
        "checkin:settle": {"pk": scan.pk},
        **dict.fromkeys((f"checkin:desk-{name}" for name in DESK_OF_TICKETS), {"code": held.code}),
        **dict.fromkeys(
            (f"checkin:desk-{name}" for name in DESK_OF_ORDERS), {"code": held.order.code}
        ),
        "checkin:paper": {"pk": station.checkin_list_id},
        **dict.fromkeys(
            ("checkin:leftovers", "checkin:paper-pdf", "checkin:paper-enter"),
            {"pk": station.checkin_list_id},
        ),
    }


def furnish_leads(edition):
    """An exhibitor's phone, and what somebody let it have."""
    phone = leads.phone(edition)
    lead = leads.lead(leads.badge(edition, "name"), phone.station)
    held = lead.ticket
    named = {"code": held.code, "secret": held.secret, "lead": lead.lead_id}
    spare = checkin.checkin_list(edition, name="Spare")
    return {
        "checkin:lead": named,
        "checkin:ticket-exhibitors": named,
        "checkin:exhibitor-file": {"pk": lead.exhibitor_id},
        "checkin:list-": {"pk": spare.pk},
        "exhibitor": phone.cookies["station"].value,
    }


def furnish_partners(edition, user, track):
    """What is read by programs, and a partner's track."""
    sure = cfp.talk(edition, track=track, status=Talk.Status.CONFIRMED)
    token = ApiToken.objects.create(
        user=user, label="Signs", scope="committee", digest=digest(edition.slug)
    )
    return {
        "cfp:api-talk": {"code": sure.code},
        "cfp:api-speaker": {"code": sure.speakers()[0].code},
        "cfp:api-track": {"code": track.code},
        "cfp:track": {"name": track.code},
        "cfp:track-logo": {"name": "x.png"},
        "cfp:token-revoke": {"pk": token.pk},
        "schedule:track": {"code": track.code},
    }


def furnish_answers(edition, user):
    """A talk that waits for its speaker's yes, and one whose call is over."""
    closed = cfp.track(edition)
    now = timezone.now()
    cfp.call(edition, track=closed, closes_at=now, opens_at=now - dt.timedelta(days=9))
    asked = cfp.talk_of(user, edition, track=closed)
    yes = cfp.talk_of(user, edition, track=closed, status=Talk.Status.ACCEPTED)
    secret = confirm_path(yes).strip("/").split("/")[-1]
    return {
        "cfp:change": {"code": asked.code},
        "cfp:confirm": {"code": yes.code, "secret": secret},
    }


def furnish_reviews(edition, track):
    """A talk in review with everything that hangs on it."""
    cfp.review_rules(edition, is_anonymous=True, others="always")
    talk = cfp.talk(edition, track=track)
    cfp.review_tag(edition)
    cfp.review(talk, score=None)
    someone = make.user()
    cfp.track_role(someone, track, "reviewer")
    cfp.assignment(talk, someone)
    suggestion = cfp.suggestion(talk)
    return {
        "cfp:review": {"code": talk.code},
        "cfp:conflict": {"code": talk.code},
        "cfp:suggest-track": {"code": talk.code},
        "cfp:redact": {"code": talk.code},
        "cfp:take-back": {"pk": someone.pk},
        "cfp:answer-track": {"pk": suggestion.pk},
    }


def furnish_holders(edition, kind, held):
    """What hangs on tickets: links of their holders, requests, choices, the desk's drawers."""
    registration.sale_rules(edition, offers_visa_letters=True)
    guest = registration.ticket(kind, attendee_email="guest@example.org", why_free="Press")
    upgraded = registration.order(edition, types=[kind])
    asked = upgraded.tickets.get()
    wished = CancellationRequest.objects.create(ticket=asked)
    letter = VisaRequest.objects.create(ticket=asked, status="approved", full_name="Ada")
    choice = CompChoice.objects.create(ticket=asked, role="speaker")
    wish = registration.waiting(kind)
    drawer = registration.drawer(edition)
    link = {"code": held.code, "secret": held.secret}
    decided = choice.get_absolute_url().strip("/").split("/")
    return {
        "registration:ticket": link,
        "registration:tickets": {},
        "registration:holder": link,
        "registration:letter": {"code": asked.code, "secret": letter.ticket.secret},
        "registration:comp-choice": {"code": asked.code, "secret": decided[-1]},
        "registration:waiting": {"pk": wish.pk, "secret": wish.secret},
        "registration:wait": {"name": kind.code},
        "registration:drawer": {"pk": drawer.pk},
        "registration:request": {"kind": "cancel", "pk": wished.pk},
        "registration:staff-ticket": {"code": guest.code},
        "registration:correct-ticket": {"code": guest.code},
        "registration:move-given": {"code": guest.code},
        "registration:add-extra": {"code": guest.code},
        "registration:take-back": {"code": guest.code},
    }


def furnish_portal(edition, user, kind):
    """A sponsor's own page with something of everything on it."""
    package = sponsors.package(conference=edition, passes=2, pass_type=kind)
    deal = sponsors.sponsorship(package=package, status="signed")
    page = deals.open_portal(deal.pk, by=user)
    ticket = deals.give_pass(deal.pk, name="Ada", email="a@example.org", role="sponsor", by=None)
    sent = sponsors.deliverable(deal, kind="text", wanted="text")
    sponsors.benefit(edition, price=5)
    link = {"code": page.code, "secret": page.secret, "ticket": ticket.code}
    person = sponsors.contact(organization=deal.organization)
    return {
        "sponsors:portal": {**link, "pk": sent.pk},
        "checkin:portal-report": link,
        "checkin:sponsor-report": {"pk": deal.pk},
        "sponsors:portal-contact": {**link, "pk": person.pk},
        "sponsors:portal-pass": {**link, "pk": kind.pk},
        "sponsors:portal-pass-code": {**link, "pk": kind.pk},
    }


def address(name, pattern, edition, rows):
    """The address of a view, of this edition and for rows of the given ones."""
    known = {"slug": edition.slug, "pk": 1, "code": "ZZZZZZ", "secret": "f" * 40, "name": "x"}
    known["talk"] = "ZZZZZZ"
    for key in sorted((k for k in rows if name.startswith(k)), key=len):
        known |= rows[key]
    if name.removeprefix("cfp:") in OWN_TALKS:
        known |= {**rows["own"], **rows.get(name, {})}
    return reverse(name, kwargs={key: known[key] for key in pattern.pattern.converters})


@pytest.fixture
def faults():
    """What views raised: the client turns them into answers with status 500."""
    found = []

    def note(sender, request, **kwargs):
        found.append((request.method, request.get_full_path()[:200], repr(sys.exc_info()[1])[:200]))

    got_request_exception.connect(note)
    yield found
    got_request_exception.disconnect(note)


def chair_of(edition):
    user = make.user()
    make.staff_role(user, edition, Role.CHAIR)
    make.second_factor(user)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def chair(conference, settings):
    settings.PAYMENT_PROVIDERS = ["demo"]
    return chair_of(conference)


def addresses(edition, rows):
    for name, pattern in sorted(ours().items()):
        if not name.startswith(("scale:dev", "pages:dev")):
            for act in ACTS if "act" in pattern.pattern.converters else [""]:
                known = {**rows, name: {**rows.get(name, {}), "act": act}}
                yield name, address(name, pattern, edition, known)


def hostile_addresses(path, words=()):
    """`words`: parts of the address to leave as they are."""
    query = (
        f"page={HUGE}&q={quote('🐧' * 50)}&slot=1&slot=2&talk=x&state=x&sort=x&next=//evil.example"
    )
    yield f"{path}?{query}"
    yield f"/{path}"
    yield f"{path}/"
    parts = path.split("/")
    for n, part in enumerate(parts):
        if part and part not in words:
            for hostile in random.Random(path).sample(PATHS, 3):
                yield "/".join([*parts[:n], hostile, *parts[n + 1 :]])


def test_no_address_is_too_strange(conference, chair, faults):
    rows, tried = furnish(conference, chair.user), set()
    chair.cookies["station"] = rows["credential"]
    for name, path in addresses(conference, rows):
        for ask in (chair.get, chair.head, chair.post):
            ask(path)
        words = set(str(ours()[name].pattern).split("/"))
        for strange in hostile_addresses(path, words & tried):
            chair.get(strange)
        tried |= words  # once each is enough for what no view ever sees
    assert not faults


def test_no_exhibitor_asks_too_strangely(conference, chair, faults):
    rows = furnish(conference, chair.user)
    phone = Client(raise_request_exception=False)
    phone.cookies["station"] = rows["exhibitor"]
    for name, path in addresses(conference, rows):
        if name.startswith(("checkin:lead", "checkin:door", "checkin:state")):
            for ask in (phone.get, phone.head, phone.post):
                ask(path)
            for strange in hostile_addresses(path):
                phone.get(strange)
            for value in HOSTILE:
                fields = ("code", "note", "was", "lead_id", "q", "only")
                phone.post(path, dict.fromkeys(fields, value))
    entries = [None, 1, [], {}, {"id": uuid.uuid4().hex}] + [
        {"id": str(uuid.uuid4()), "at": value, "code": value, "note": value, "was": value}
        # As long as several of them fit into one call.
        for value in [*(text[:9000] for text in HOSTILE), 1, None, {}, [HUGE]]
    ]
    for n in range(0, len(entries), 10):
        part = entries[n : n + 10]
        body = {"scans": part, "notes": part, "device": {"clock": HUGE}}
        answer = phone.post("/door/leads/send/", body, content_type="application/json")
        assert len(answer.json()["answers"]) == len(answer.json()["noted"]) == len(part)
    for body in ([], {"notes": 1}, {"scans": {"a": 1}}, {"notes": ["x"] * 51}):
        answer = phone.post("/door/leads/send/", body, content_type="application/json")
        assert answer.status_code == 400
    assert not faults


def tries(fields, rng):
    """What is sent: everything hostile at once, then one field after the other."""
    names = [name for name in fields if name != "csrfmiddlewaretoken"]
    for value in rng.sample(HOSTILE, 3):
        yield dict.fromkeys(names, value)
    for name in names:
        yield {**fields, name: rng.choice(HOSTILE)}
    if names:
        yield {**fields, rng.choice(names): ["a", "b"]}


ODD_BODIES = [
    (b'{"a": 1}', "application/json"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    (b"a=%ff%fe&b=%ed%a0%80", "application/x-www-form-urlencoded"),
    (b"&".join(b"f%d=1" % n for n in range(3000)), "application/x-www-form-urlencoded"),
    (b"a=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
]


def test_no_form_is_filled_in_too_strangely(conference, chair, faults):
    rows, rng = furnish(conference, chair.user), random.Random(1)
    chair.cookies["station"] = rows["credential"]
    sent = 0
    for name, path in addresses(conference, rows):
        path += "?full=2" if name == "registration:checkout" else ""
        page = chair.get(path)
        if page.status_code != 200 or "html" not in page.get("Content-Type", ""):
            continue
        for action, method, fields in Forms(page.content.decode()).forms:
            goal = action.partition("#")[0] or path
            if goal.startswith("/") and "logout" not in goal and fields:
                for data in tries(fields, rng):
                    getattr(chair, method)(goal, data)
                    sent += 1
                body, kind = rng.choice(ODD_BODIES)
                chair.post(goal, body, content_type=kind)
    assert sent > 200
    assert not faults


# Organizations, their people and what was said with them belong to all editions.
SHARED = ("sponsors:organization", "sponsors:contact", "sponsors:note", "sponsors:conversation")
SHARED += ("sponsors:follow-up", "sponsors:logo-change", "sponsors:deal-new", "sponsors:mail")
SHARED += ("sponsors:merge", "sponsors:upkeep", "sponsors:file", "sponsors:coverage-new")


# What is named in these addresses is the same in every edition: a day, a number, a kind of file.
NO_ROW = ("schedule:day", "schedule:release", "registration:export", "registration:export-file")
NO_ROW += ("registration:bulk-sheet", "cfp:talks-file", "schedule:rebuilt", "schedule:revert")


def test_rows_of_another_edition_are_not_there(conference, chair):
    other = make.conference()
    rows = furnish(other, chair_of(other).user)
    for name, path in addresses(conference, rows):
        converters = ours()[name].pattern.converters
        if name in NO_ROW or name.startswith(SHARED):
            continue
        if "slug" in converters and len(converters) > 1:
            statuses = {chair.get(path).status_code, chair.post(path, {}).status_code}
            no_token = {401} if name.startswith("cfp:api-submission") else set()
            assert statuses <= {404, 405} | no_token, (name, statuses)


def test_only_pages_without_anyone_in_them_may_be_shared(conference, chair):
    rows = furnish(conference, chair.user)
    chair.cookies["station"] = rows["credential"]
    nobody = Client()
    for name, path in addresses(conference, rows):
        for client in (chair, nobody):
            answer = client.get(path)
            shared = "s-maxage" in answer.get("Cache-Control", "")
            assert not (shared and client is chair), name
            assert not (shared and (answer.cookies or b"csrfmiddleware" in answer.content)), name
            assert not shared or "Cookie" in answer["Vary"], name
            if "html" in answer.get("Content-Type", ""):
                assert answer["X-Frame-Options"] == "DENY", name
                assert "script-src" not in answer["Content-Security-Policy"] or (
                    "unsafe-inline" not in answer["Content-Security-Policy"]
                ), name
    refused = nobody.get("/%00/")
    assert refused.status_code == 400
    assert "Content-Security-Policy" in refused


def test_logs_hold_no_ticket_code():
    path = f"/24x/orders/ABCDEF/{'f' * 40}/ABCDEFGHJKLM.svg"
    assert redact_links(path) == "/24x/orders/ABCDEF/…/….svg"
    assert redact_links("GET /my/tickets/ABCDEFGHJKLM.svg") == "GET /my/tickets/….svg"
    assert redact_links("/static/icon.svg") == "/static/icon.svg"


ODD_IDS = ["x", "-1", "٣", "", "9223372036854775808", HUGE, "é" * 70_000]


@pytest.fixture
def owner(conference):
    """Who runs the site and sees every table."""
    client = chair_of(conference)
    client.user.is_superuser = True
    client.user.save()
    return client


def test_no_id_in_the_admin_is_too_strange(conference, owner, faults):
    furnish(conference, owner.user)
    tables = [(model._meta.app_label, model._meta.model_name) for model in admin.site._registry]
    for (app, name), odd in product(tables, ODD_IDS):
        page = reverse(f"admin:{app}_{name}_changelist")
        chosen = {"_selected_action": odd, "action": "delete_selected", "index": odd}
        forms = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": odd, "_save": "1"}
        assert owner.post(page, chosen | {"post": "yes"}).status_code < 500
        owner.post(page, forms)
        owner.get(f"{page}{quote(odd[:6000])}/change/")
    assert not faults


def test_no_search_in_the_admin_is_too_strange(conference, owner, faults):
    furnish(conference, owner.user)
    for model in admin.site._registry:
        for field in model._meta.get_fields():
            asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
            asked["field_name"] = field.name
            for more in ({}, {"term": HUGE, "page": HUGE}):
                owner.get("/admin/autocomplete/", asked | more)
    for asked in ({}, {"app_label": "x" * 5000}, {"app_label": "cfp", "model_name": "🐧"}):
        owner.get("/admin/autocomplete/", asked | {"field_name": "x"})
    assert not faults


PASSKEYS = [
    HUGE,
    f'{{"id": {HUGE}}}',
    f'{{"response": {{"userHandle": {HUGE}}}}}',
    "[" * 100_000,
    "null",
    '"x"',
    "[1]",
    "{}",
    '{"response": 1}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"userHandle": "eA"}}',
    "NaN",
    "1e999",
]


@pytest.mark.parametrize("credential", PASSKEYS, ids=lambda value: value[:40])
def test_no_passkey_is_too_strange(conference, owner, faults, credential, monkeypatch):
    monkeypatch.setattr(AccountAdapter, "is_reauthentication_required", lambda self, app: False)
    assert owner.get("/account/2fa/webauthn/add/").status_code == 200
    for client in (Client(raise_request_exception=False), owner):
        client.get("/account/2fa/webauthn/login/")
        for path in ("login/", "reauthenticate/", "add/"):
            client.post(f"/account/2fa/webauthn/{path}", {"credential": credential, "name": "x"})
        for path in ("2fa/authenticate/", "2fa/reauthenticate/", "reauthenticate/"):
            client.post(f"/account/{path}", {"credential": credential, "code": HUGE})
    assert not faults
