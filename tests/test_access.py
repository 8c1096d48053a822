"""Every address × every role, the admin included. A new address without a line here fails."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from scale.models import Role
from tests.factories import cfp
from tests.factories import scale as make
from tests.factories import sponsors as sell
from tests.sponsors.rights import SPONSORS

R = Role
ANYONE = "anyone"  # the public; forms and feeds
SIGNED_IN = "signed in"  # one's own things
SECRET = "secret"  # noqa: S105  a link that carries its own right: a wrong one is not there
BEARER = "bearer"  # the owner of an API token; a session is none
STATION = "station"  # a paired device
DEMO = "demo"  # not there outside DEMO
TOKEN = "token"  # noqa: S105  a bearer token, else not there
NAMED = "named"  # people named one by one; no role opens it
STAFF = "staff"  # any role in the edition

RIGHTS = {
    "healthz": ANYONE,
    "robots": ANYONE,
    "metrics": TOKEN,
    "pages:root": ANYONE,
    "pages:front": ANYONE,
    "pages:edition-css": ANYONE,
    "pages:staff": STAFF,
    "pages:staff-home": STAFF,
    "pages:after-login": SIGNED_IN,
    "pages:dev-login": DEMO,
    "scale:dev-mail": DEMO,
    "scale:dev-mail-one": DEMO,
    "scale:dev-mail-part": DEMO,
    "scale:setup": {R.COMMUNICATIONS},
    "scale:health": set(),
    "scale:next-edition": set(),
    "scale:close-edition": set(),
    "scale:reopen-edition": set(),
    "scale:person": set(),
    "scale:mail-doubts": {R.COMMUNICATIONS},
    "scale:mail-decide": {R.COMMUNICATIONS},
    "schedule:schedule": ANYONE,
    "schedule:day": ANYONE,
    "schedule:now": ANYONE,
    "schedule:worker": ANYONE,
    "schedule:manifest": ANYONE,
    "schedule:picture": ANYONE,
    "schedule:my-schedule": ANYONE,
    "schedule:chosen": ANYONE,
    "schedule:sync": ANYONE,
    "schedule:my-link": ANYONE,
    "schedule:my-calendar": SECRET,
    "schedule:changes": ANYONE,
    "schedule:sign": ANYONE,
    "schedule:hall": ANYONE,
    "schedule:ics": ANYONE,
    "schedule:signs": ANYONE,
    "schedule:track-ics": ANYONE,
    "schedule:room-ics": ANYONE,
    "schedule:speaker-ics": ANYONE,
    "schedule:xml": ANYONE,
    "schedule:json": ANYONE,
    "schedule:guidebook": ANYONE,
    "schedule:app": ANYONE,
    "schedule:old-signs": ANYONE,
    "schedule:old-app": ANYONE,
    "schedule:tracks-feed": ANYONE,
    "schedule:old-tracks-feed": ANYONE,
    "schedule:api-rooms": ANYONE,
    "schedule:api-room": ANYONE,
    "schedule:api-slots": ANYONE,
    "schedule:api-slot": ANYONE,
    "schedule:api-favourites": BEARER,
    "schedule:talk": ANYONE,
    "schedule:speakers": ANYONE,
    "schedule:speaker": ANYONE,
    "schedule:announced": ANYONE,
    "schedule:track": ANYONE,
    "schedule:rooms": ANYONE,
    "schedule:room": ANYONE,
    "schedule:photo": ANYONE,
    "schedule:room-map": ANYONE,
    "schedule:rate": ANYONE,
    "schedule:ticket-talks": SECRET,
    "schedule:ticket-rate": SECRET,
    "schedule:after": SIGNED_IN,
    "schedule:crew-links": {R.PROGRAM, R.CREW},
    "schedule:crew-link": {R.PROGRAM, R.CREW},
    "schedule:ratings": {R.PROGRAM},
    "schedule:ratings-file": {R.PROGRAM},
    "schedule:rating-comments": {R.PROGRAM},
    "schedule:talk-ratings": {R.PROGRAM},
    "schedule:rating-hide": {R.PROGRAM},
    "schedule:plan": {R.PROGRAM},
    "schedule:place": {R.PROGRAM},
    "schedule:change-move": {R.PROGRAM},
    "schedule:board": {R.PROGRAM},
    "schedule:board-data": {R.PROGRAM},
    "schedule:board-edit": {R.PROGRAM},
    "schedule:plans": {R.PROGRAM},
    "schedule:count": SECRET,
    "schedule:crew": {R.PROGRAM, R.CREW},
    "schedule:crew-speakers": {R.PROGRAM, R.CREW},
    "schedule:head-counts": {R.PROGRAM, R.CREW},
    "schedule:crew-sheet": {R.PROGRAM, R.CREW},
    "schedule:crew-sheet-pdf": {R.PROGRAM, R.CREW},
    "schedule:crew-workshops": {R.PROGRAM, R.CREW, R.REGISTRATION},
    "schedule:workshops": {R.PROGRAM, R.REGISTRATION, R.FINANCE},
    "schedule:workshop": {R.PROGRAM},
    "schedule:seat-list": {R.PROGRAM, R.CREW, R.REGISTRATION},
    "schedule:seat-file": {R.PROGRAM, R.CREW, R.REGISTRATION},
    "schedule:bofs": ANYONE,
    "schedule:bof-start": ANYONE,
    "schedule:ticket-bof": SECRET,
    "schedule:bof-withdraw": SECRET,
    "schedule:bof-claims": {R.PROGRAM},
    "schedule:bof-claim": {R.PROGRAM},
    "schedule:bof-approve": {R.PROGRAM},
    "schedule:bof-places": {R.PROGRAM},
    "schedule:bof-close": {R.PROGRAM},
    "schedule:compare": {R.PROGRAM},
    "schedule:publish": {R.PROGRAM},
    "schedule:plan-change": {R.PROGRAM},
    "schedule:import": {R.PROGRAM},
    "schedule:import-report": {R.PROGRAM},
    "schedule:releases": {R.PROGRAM, R.CREW},
    "schedule:release": {R.PROGRAM, R.CREW},
    "schedule:releases-compare": {R.PROGRAM, R.CREW},
    "schedule:rebuilt": {R.PROGRAM, R.CREW},
    "schedule:revert": {R.PROGRAM},
    "registration:tickets": ANYONE,
    "registration:checkout": ANYONE,
    "registration:reserve": ANYONE,
    "registration:resume": ANYONE,
    "registration:terms": ANYONE,
    "registration:group": ANYONE,
    "registration:details": SECRET,
    "registration:sums": SECRET,
    "registration:extend": SECRET,
    "registration:drop": SECRET,
    "registration:payment-notice": ANYONE,
    "registration:order": SECRET,
    "registration:pay": SECRET,
    "registration:came-back": SECRET,
    "registration:demo-card": SECRET,
    "registration:ticket-qr": SECRET,
    "registration:comp-choice": SECRET,
    "registration:sale": {R.REGISTRATION},
    "registration:needs": NAMED,
    "registration:receipt": SECRET,
    "registration:order-data": SECRET,
    "registration:drop-upgrade": SECRET,
    "registration:ticket": SECRET,
    "registration:holder-qr": SECRET,
    "registration:ticket-pdf": SECRET,
    "registration:ticket-calendar": SECRET,
    "registration:ticket-correct": SECRET,
    "registration:ticket-send": SECRET,
    "registration:ticket-pass-on": SECRET,
    "registration:ticket-upgrade": SECRET,
    "registration:ticket-give-back": SECRET,
    "registration:ticket-keep": SECRET,
    "registration:ticket-letter": SECRET,
    "registration:letter-withdraw": SECRET,
    "registration:letter-pdf": SECRET,
    "registration:ticket-wait": SECRET,
    "registration:ticket-wait-leave": SECRET,
    "registration:seat": ANYONE,
    "registration:waiting": SECRET,
    "registration:waiting-leave": SECRET,
    "registration:passed-on": ANYONE,
    "registration:wait": ANYONE,
    "registration:my-orders": SIGNED_IN,
    "registration:my-ticket-qr": SIGNED_IN,
    "registration:money": {R.REGISTRATION, R.FINANCE},
    "registration:refund-send": {R.REGISTRATION, R.FINANCE},
    "registration:staff-tickets": {R.REGISTRATION, R.FINANCE},
    "registration:dashboard": {R.REGISTRATION, R.FINANCE},
    "registration:exports": {R.REGISTRATION, R.FINANCE, R.COMMUNICATIONS},
    "registration:export": {R.REGISTRATION, R.FINANCE},
    "registration:export-file": {R.REGISTRATION, R.FINANCE},
    "registration:requests": {R.REGISTRATION},
    "registration:request": {R.REGISTRATION},
    "registration:bulk": {R.REGISTRATION},
    "registration:bulk-sheet": {R.REGISTRATION},
    "registration:staff-desk": {R.REGISTRATION, R.FINANCE},
    "registration:attendees": {R.REGISTRATION, R.FINANCE},
    "registration:sell": {R.REGISTRATION},
    "registration:sale-sum": {R.REGISTRATION},
    "registration:sold": {R.REGISTRATION},
    "registration:print": {R.REGISTRATION},
    "registration:staff-order": {R.REGISTRATION, R.FINANCE},
    "registration:staff-act": {R.REGISTRATION, R.FINANCE},
    "registration:staff-ticket": {R.REGISTRATION, R.FINANCE},
    "registration:correct-ticket": {R.REGISTRATION},
    "registration:move-given": {R.REGISTRATION},
    "registration:add-extra": {R.REGISTRATION},
    "registration:take-back": {R.REGISTRATION},
    "registration:give": {R.REGISTRATION},
    "registration:drawers": {R.REGISTRATION, R.FINANCE},
    "registration:drawer": {R.REGISTRATION, R.FINANCE},
    "registration:drawer-close": {R.REGISTRATION, R.FINANCE},
    "cfp:call": ANYONE,
    "cfp:submit": SIGNED_IN,
    "cfp:confirm": SECRET,
    "cfp:my-talks": SIGNED_IN,
    "cfp:claim": SIGNED_IN,
    "cfp:talk-edit": SIGNED_IN,
    "cfp:resume": SIGNED_IN,
    "cfp:feedback": SIGNED_IN,
    "cfp:needs": SIGNED_IN,
    "cfp:you": SIGNED_IN,
    "cfp:check": SIGNED_IN,
    "cfp:withdraw": SIGNED_IN,
    "cfp:profile": SIGNED_IN,
    "cfp:availability": SIGNED_IN,
    "cfp:preview": SIGNED_IN,
    "cfp:speakers": SIGNED_IN,
    "cfp:invite": SIGNED_IN,
    "cfp:order": SIGNED_IN,
    "cfp:drop-out": SIGNED_IN,
    "cfp:drop-invitation": SIGNED_IN,
    "cfp:invitation": SECRET,
    "cfp:change": SIGNED_IN,
    "cfp:changes": {R.PROGRAM},
    "cfp:change-answer": {R.PROGRAM},
    "cfp:files": SIGNED_IN,
    "cfp:file": SIGNED_IN,
    "cfp:file-remove": SIGNED_IN,
    "cfp:talk-file": {R.REVIEWER, R.PROGRAM},
    "cfp:photo": SIGNED_IN,
    "cfp:reviews": {R.REVIEWER, R.PROGRAM},
    "cfp:review": {R.REVIEWER, R.PROGRAM},
    "cfp:api": ANYONE,
    "cfp:api-schema": ANYONE,
    "cfp:api-talks": ANYONE,
    "cfp:api-talk": ANYONE,
    "cfp:api-speakers": ANYONE,
    "cfp:api-speaker": ANYONE,
    "cfp:api-tracks": ANYONE,
    "cfp:api-track": ANYONE,
    "cfp:api-submissions": BEARER,
    "cfp:api-submission": BEARER,
    "cfp:api-reviews": BEARER,
    "cfp:my-tokens": SIGNED_IN,
    "cfp:token-revoke-own": SIGNED_IN,
    "cfp:tokens": set(),
    "cfp:token-revoke": set(),
    "cfp:enter": {R.PROGRAM},
    "cfp:enter-file": {R.PROGRAM},
    "cfp:tracks": {R.PROGRAM},
    "cfp:track-edit": {R.PROGRAM},
    "cfp:track-logo": ANYONE,
    "cfp:conflict": {R.REVIEWER, R.PROGRAM},
    "cfp:suggest-track": {R.REVIEWER, R.PROGRAM},
    "cfp:redact": {R.PROGRAM},
    "cfp:assignments": {R.PROGRAM},
    "cfp:spread": {R.PROGRAM},
    "cfp:assign": {R.PROGRAM},
    "cfp:assign-lines": {R.PROGRAM},
    "cfp:take-back": {R.PROGRAM},
    "cfp:suggestions": {R.PROGRAM},
    "cfp:answer-track": {R.PROGRAM},
    "cfp:talks": {R.PROGRAM},
    "cfp:talk": {R.PROGRAM},
    "cfp:decide": {R.PROGRAM},
    "cfp:cancel": {R.PROGRAM},
    "cfp:rename": {R.PROGRAM},
    "cfp:put-back": {R.PROGRAM},
    "cfp:row": {R.PROGRAM},
    "cfp:track-call": {R.PROGRAM},
    "cfp:track-questions": {R.PROGRAM},
    "cfp:track-question": {R.PROGRAM},
    "cfp:write": {R.PROGRAM},
    "cfp:written": {R.PROGRAM},
    "cfp:step-aside": {R.PROGRAM},
    "cfp:decision-take-back": {R.PROGRAM},
    "cfp:promote": {R.PROGRAM},
    "cfp:bulk": {R.PROGRAM},
    "cfp:save-view": {R.PROGRAM},
    "cfp:forget-view": {R.PROGRAM},
    "cfp:compare": {R.PROGRAM},
    "cfp:doubles": {R.PROGRAM},
    "cfp:sheets": {R.PROGRAM},
    "cfp:talks-file": {R.PROGRAM},
    "cfp:statistics": {R.PROGRAM},
    "cfp:decisions": {R.PROGRAM},
    "cfp:release": {R.PROGRAM},
    "cfp:sent": {R.PROGRAM},
    "cfp:speaker-tickets": {R.PROGRAM, R.REGISTRATION},
    "cfp:give-missing": {R.PROGRAM, R.REGISTRATION},
    **SPONSORS,
    "checkin:door": STATION,
    "checkin:scan": STATION,
    "checkin:scans": STATION,
    "checkin:tickets": STATION,
    "checkin:search": STATION,
    "checkin:undo": STATION,
    "checkin:state": STATION,
    "checkin:desk": STATION,
    "checkin:desk-shift": STATION,
    "checkin:desk-drawer": STATION,
    "checkin:desk-sell": STATION,
    "checkin:desk-sale-sum": STATION,
    "checkin:desk-sold": STATION,
    "checkin:desk-print-sold": STATION,
    "checkin:desk-cash": STATION,
    "checkin:desk-give-up": STATION,
    "checkin:desk-ticket": STATION,
    "checkin:desk-let-in": STATION,
    "checkin:desk-undo": STATION,
    "checkin:desk-correct": STATION,
    "checkin:desk-upgrade": STATION,
    "checkin:desk-print": STATION,
    "checkin:desk-reprint": STATION,
    "checkin:desk-paper": STATION,
    "checkin:desk-paper-svg": STATION,
    "checkin:desk-paper-pdf": STATION,
    "checkin:worker": ANYONE,
    "checkin:manifest": ANYONE,
    "checkin:pair": ANYONE,
    "checkin:pair-by-hand": ANYONE,
    "checkin:stations": {R.REGISTRATION, R.DOOR},
    "checkin:station": {R.REGISTRATION, R.DOOR},
    "checkin:station-pair": {R.REGISTRATION, R.DOOR},
    "checkin:station-revoke": {R.REGISTRATION, R.DOOR},
    "checkin:station-drawer": {R.REGISTRATION, R.FINANCE},
    "checkin:live": {R.REGISTRATION, R.DOOR},
    "checkin:wall": {R.REGISTRATION, R.DOOR},
    "checkin:failed-scans": {R.REGISTRATION, R.DOOR},
    "checkin:speakers-soon": {R.REGISTRATION, R.DOOR, R.PROGRAM, R.CREW},
    "checkin:leftovers": {R.REGISTRATION},
    "checkin:report": {R.REGISTRATION, R.FINANCE},
    "checkin:report-csv": {R.REGISTRATION, R.FINANCE},
    "checkin:report-pdf": {R.REGISTRATION, R.FINANCE},
    "checkin:admission": {R.REGISTRATION, R.DOOR},
    "checkin:take-out": {R.REGISTRATION, R.DOOR},
    "checkin:paper": {R.REGISTRATION, R.DOOR},
    "checkin:paper-pdf": {R.REGISTRATION, R.DOOR},
    "checkin:paper-enter": {R.REGISTRATION, R.DOOR},
    "checkin:conflicts": {R.REGISTRATION, R.DOOR},
    "checkin:settle": {R.REGISTRATION, R.DOOR},
    "checkin:kiosk-begin": STATION,
    "checkin:kiosk-scan": STATION,
    "checkin:kiosk-stop": STATION,
    "checkin:kiosk-find": STATION,
    "checkin:kiosk-choose": STATION,
    "checkin:kiosk-ticket": STATION,
    "checkin:kiosk-badge": STATION,
    "checkin:kiosk-correct": STATION,
    "checkin:kiosk-print": STATION,
    "checkin:kiosk-printing": STATION,
    "checkin:kiosk-buy": STATION,
    "checkin:kiosk-buy-one": STATION,
    "checkin:kiosk-upgrade": STATION,
    "checkin:kiosk-pay": STATION,
    "checkin:kiosk-pay-svg": STATION,
    "checkin:kiosk-drop": STATION,
    "checkin:leads": STATION,
    "checkin:lead": STATION,
    "checkin:lead-scan": STATION,
    "checkin:leads-send": STATION,
    "checkin:leads-file": STATION,
    "checkin:ticket-exhibitors": SECRET,
    "checkin:lead-take-back": SECRET,
    "checkin:lead-again": SECRET,
    "checkin:exhibitors": {R.SPONSORSHIP},
    "checkin:exhibitor-file": {R.SPONSORSHIP},
    "checkin:sponsor-reports": {R.SPONSORSHIP, R.COMMUNITY},
    "checkin:sponsor-report": {R.SPONSORSHIP, R.COMMUNITY},
    "checkin:sponsor-report-pdf": {R.SPONSORSHIP, R.COMMUNITY},
    "checkin:sponsor-report-send": {R.SPONSORSHIP},
    "checkin:sponsor-reports-send": {R.SPONSORSHIP},
    "checkin:portal-report": SECRET,
    "checkin:portal-report-pdf": SECRET,
    "checkin:lists": {R.REGISTRATION},
    "checkin:list-new": {R.REGISTRATION},
    "checkin:list-edit": {R.REGISTRATION},
    "checkin:list-remove": {R.REGISTRATION},
    "checkin:printer": STATION,
    "checkin:print-claim": STATION,
    "checkin:print-here": STATION,
    "checkin:print-hold": STATION,
    "checkin:print-page-size": STATION,
    "checkin:print-pdf": STATION,
    "checkin:print-svg": STATION,
    "checkin:print-report": STATION,
    "checkin:badges": {R.REGISTRATION, R.DOOR},
    "checkin:badges-print": {R.REGISTRATION, R.DOOR},
    "checkin:badge-layout": {R.REGISTRATION},
    "checkin:badge-layout-svg": {R.REGISTRATION},
    "checkin:badge-layout-pdf": {R.REGISTRATION},
    "checkin:badge-run": {R.REGISTRATION, R.DOOR},
    "checkin:badge-run-pdf": {R.REGISTRATION, R.DOOR},
    "checkin:badge": {R.REGISTRATION, R.DOOR},
    "checkin:badge-svg": {R.REGISTRATION, R.DOOR},
    "checkin:badge-pdf": {R.REGISTRATION, R.DOOR},
    "checkin:printers": {R.REGISTRATION, R.DOOR},
    "checkin:print-again": {R.REGISTRATION, R.DOOR},
    "checkin:print-drop": {R.REGISTRATION, R.DOOR},
}
KWARGS = {
    "code": "ZZZZZZ",
    "uuid": "00000000-0000-0000-0000-000000000001",
    "ticket": "ZZZZZZ",
    "talk": "ZZZZZZ",
    "secret": "f" * 40,
    "pk": 999_999,
    "file": 999_999,
    "number": 999_999,
    "day": "2027-03-04",
    "name": "nothing",
    "provider": "demo",
    "table": "attendees",
    "kind": "csv",
    "sheet": "attendees",
    "act": "note",
    "group": "NOSUCHCODE",
    "run": "00000000-0000-0000-0000-000000000001",
    "lead": "00000000-0000-0000-0000-000000000001",
    "attempt": 1,
    "other": 999_998,
    "refund": 999_999,
    "remedy": "owner",
}
# django-allauth's own pages: the library decides, our tests of accounts look at them.
FOREIGN = ("account_", "mfa_", "socialaccount_", "admin:")


def named_patterns(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield f"{namespace}{pattern.name}", pattern
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_patterns(pattern.url_patterns, inner)


def ours():
    return {
        name: pattern
        for name, pattern in named_patterns(get_resolver().url_patterns)
        if not name.startswith(FOREIGN)
    }


def test_every_address_has_its_line():
    assert set(ours()) == set(RIGHTS)


@pytest.fixture
def people(conference):
    """A client for each role, for nobody, for an attendee, for another edition's chair."""
    other = make.conference()
    clients = {"nobody": Client(), "attendee": signed_in(), "foreign": signed_in(other, R.CHAIR)}
    return clients | {role: signed_in(conference, role) for role in Role}


def signed_in(conference=None, role=None):
    user = make.user()
    client = Client()
    if role:
        make.staff_role(user, conference, role)
        make.second_factor(user)
    client.force_login(user)
    return client


def ask(client, path):
    """GET, or POST where only that is taken: the status, and where it sends one."""
    response = client.get(path)
    if response.status_code == 405:
        response = client.post(path)
    if response.get("Location", "").startswith("/admin/login/"):
        response = client.get(response["Location"])
    return response.status_code, response.get("Location", "")


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_address_opens_for_whom_it_should(conference, people, name):
    pattern = ours()[name].pattern
    values = KWARGS | {"slug": conference.slug}
    kwargs = {key: values[key] for key in pattern.converters}
    path = reverse(name, kwargs=kwargs)
    rule = RIGHTS[name]
    for who, client in people.items():
        status, location = ask(client, path)
        told = (name, who, status, location)
        to_login = status == 302 and location.startswith("/account/login/")
        assert status < 500, told
        if rule in (SECRET, DEMO, TOKEN):
            assert status == 404, told
        elif rule == BEARER:
            assert status == 401, told
        elif rule == STATION:
            assert status == 403, told
        elif rule == ANYONE:
            assert status != 403, told
            assert not to_login, told
        elif who == "nobody":
            assert to_login, told
        elif rule == SIGNED_IN or may(rule, who, name):
            assert status != 403, told
            assert not to_login, told
        else:
            assert status == 403, told


CHAIRED = """
answer-track assign assign-lines assignments bulk cancel change-answer changes compare conflict
decide decision-take-back decisions doubles enter enter-file forget-view promote put-back redact
release rename review reviews row save-view sent sheets spread statistics step-aside suggest-track
suggestions take-back talk talk-file talks talks-file track-call track-edit track-question
track-questions tracks write written
"""
# What the chair of a track opens among the staff's pages; they have no role in the edition.
# (schedule:place opens with a talk of theirs: tests/schedule/test_track_chair.py.)
TRACK_CHAIR = {
    *(f"cfp:{name}" for name in CHAIRED.split()),
    *("schedule:board", "schedule:board-data", "schedule:board-edit", "schedule:plan"),
    *("schedule:change-move", "schedule:plans", "schedule:compare"),
    *("schedule:releases", "schedule:release", "schedule:releases-compare", "schedule:rebuilt"),
    *("schedule:ratings", "schedule:ratings-file", "schedule:rating-comments"),
    *("schedule:talk-ratings", "schedule:rating-hide"),
}


def test_chair_of_a_track_opens_what_they_need_and_nothing_else(conference):
    user, client = make.user(), Client()
    make.second_factor(user)
    cfp.track_role(user, cfp.track(conference), "chair")
    client.force_login(user)
    opened = set()
    for name, rule in RIGHTS.items():
        if isinstance(rule, set) or rule in (STAFF, NAMED):
            pattern = ours()[name].pattern
            values = KWARGS | {"slug": conference.slug}
            path = reverse(name, kwargs={key: values[key] for key in pattern.converters})
            status, _ = ask(client, path)
            if status != 403:
                opened.add(name)
    assert sorted(opened ^ TRACK_CHAIR) == []


# Who opens a media outlet's page, and reads there how requests of the press were decided.
OUTLET = {R.CHAIR: True, R.PRESS: True, R.SPONSORSHIP: False, R.COMMUNITY: False}


def test_decisions_about_the_press_are_read_by_chair_and_press_team_alone(conference, people):
    outlet = sell.organization(kinds=["media"])
    facts = {"conference": conference, "organization": outlet, "name": "Ada Lovelace"}
    sell.press_request(**facts, status="declined", words="Too few readers")
    sell.coverage(outlet, conference, title="A fine show")
    path = reverse("sponsors:organization", args=[conference.slug, outlet.pk])
    for who, client in people.items():
        answer = client.get(path)
        page = answer.content.decode()
        assert (who, "A fine show" in page) == (who, who in OUTLET)
        read = (who, "declined" in page, "Ada Lovelace" in page)
        assert read == (who, *[OUTLET.get(who, False)] * 2)
        if who in OUTLET:
            assert (who, bool(answer.context["press"]["earlier"])) == (who, OUTLET[who])


def may(rule, who, name):
    if rule == NAMED:
        return False
    if who == "foreign":
        return name == "pages:staff"
    if who == "attendee":
        return False
    return rule == STAFF or who == R.CHAIR or who in rule


# --- the admin: role → app → tables one sees, and whether one may change them -----------------

ADMIN = {
    R.REGISTRATION: {"registration", "checkin"},
    R.PROGRAM: {"cfp", "schedule"},
    R.SPONSORSHIP: {"sponsors"},
    R.COMMUNITY: {
        f"sponsors.{table}"
        for table in (
            *("organization", "contact", "conversation", "note", "tag", "othername"),
            *("notefile",),
            *("mail", "ignoredsender", "mailbox"),
            *("floorplan", "booth", "boothapplication", "boothcall", "deliverable"),
        )
    },
    R.PRESS: {"sponsors.organization", "sponsors.contact"},
    R.FINANCE: {
        "registration",
        *(f"sponsors.{table}" for table in ("biller", "invoice", "invoicepayment")),
    },
    R.COMMUNICATIONS: {"scale.outgoingemail"},
}
TABLES = sorted(
    (model._meta.app_label, model._meta.model_name)
    for model in admin.site._registry
    if model._meta.app_label
    in ("scale", "registration", "cfp", "sponsors", "schedule", "checkin", "pages")
)


@pytest.mark.parametrize(("app", "table"), TABLES)
def test_admin_table_opens_for_whom_it_should(conference, people, app, table):
    path = reverse(f"admin:{app}_{table}_changelist")
    for who, client in people.items():
        status, location = ask(client, path)
        told = (app, table, who, status, location)
        if who == "nobody":
            assert location.startswith("/account/login/"), told
        elif may_see(who, app, table):
            assert status == 200, told
        else:
            assert status == 403, told


def may_see(who, app, table):
    if who in ("attendee", "nobody"):
        return False
    if who in ("foreign", R.CHAIR):
        return (app, table) != ("scale", "user")
    granted = ADMIN.get(who, set())
    return app in granted or f"{app}.{table}" in granted


@pytest.mark.parametrize(("app", "table"), TABLES)
def test_admin_adds_nothing_for_who_may_not_see_or_only_reads(conference, people, app, table):
    readers = [role for role in Role if not may_see(role, app, table)] + [R.PRESS, R.FINANCE]
    for who in readers:
        status, _ = ask(people[who], reverse(f"admin:{app}_{table}_add"))
        assert status == 403, (app, table, who)
