"""The admin's common base: one sees, chooses and changes rows of one's own, open editions only."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from cfp.models import Track, TrackRole
from scale import editions
from scale.admin import EditionAdmin
from scale.auth import OURS
from scale.models import AuditEntry, Conference, OutgoingEmail, Role, StaffRole, User
from scale.models.audit import edition_of, leads_to_edition
from tests.factories import cfp
from tests.factories import registration as reg
from tests.factories import scale as make

Status = OutgoingEmail.Status


def at(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def errors_of(response):
    return response.context["adminform"].form.errors


OUR_TABLES = [
    model_admin
    for model, model_admin in admin.site._registry.items()
    if model._meta.app_label in OURS
]


@pytest.mark.parametrize("table", OUR_TABLES, ids=lambda table: table.opts.label)
def test_every_table_with_an_edition_is_limited_by_it(table):
    model = table.model
    has_edition = hasattr(model, "conference_id") or any(
        leads_to_edition(field, 2) and not field.null for field in model._meta.concrete_fields
    )
    if model is User:
        assert not isinstance(table, EditionAdmin)
    else:
        assert isinstance(table, EditionAdmin)
        assert bool(table.edition_path) == (has_edition or model is Conference)


@pytest.mark.parametrize("table", OUR_TABLES, ids=lambda table: table.opts.label)
def test_a_forged_edition_is_refused_in_every_table(conference, chair, table):
    other = make.conference()
    before = edition_rows(table, other)
    response = chair.post(at(table.model, "add"), {"conference": other.pk})
    if response.status_code == 200 and "conference" in response.context["adminform"].form.fields:
        assert "conference" in errors_of(response)
    assert edition_rows(table, other) == before


def edition_rows(table, edition):
    if not isinstance(table, EditionAdmin) or table.edition_path in (None, "pk"):
        return []
    return list(table.model.objects.filter(**{table.edition_path: edition}))


def track_fields(conference, **fields):
    return {
        "conference": conference.pk,
        "name": "Security",
        "code": "security",
        "colour": "#0e7490",
        "position": 1,
        "description": "",
    } | fields


def test_a_complete_forged_row_is_refused_and_a_right_one_taken(conference, chair):
    other = make.conference()
    response = chair.post(at(Track, "add"), track_fields(other))
    assert "conference" in errors_of(response)
    assert Track.objects.count() == 0
    assert chair.post(at(Track, "add"), track_fields(conference)).status_code == 302
    assert Track.objects.get().conference == conference


def test_a_row_cannot_be_moved_into_another_edition(conference, chair):
    other, track = make.conference(), cfp.track(conference)
    response = chair.post(at(Track, "change", track.pk), track_fields(other))
    assert "conference" in errors_of(response)
    track.refresh_from_db()
    assert track.conference == conference


def test_rows_of_another_edition_are_not_there(conference, chair):
    theirs = cfp.track(make.conference(), name="Theirs alone")
    assert "Theirs alone" not in chair.get(at(Track, "changelist")).content.decode()
    for page in ("change", "delete", "history"):
        assert chair.get(at(Track, page, theirs.pk), follow=True).status_code in (200, 404)
        answer = chair.post(at(Track, page, theirs.pk), track_fields(conference) | {"post": "yes"})
        assert answer.status_code in (302, 403, 404, 405)
    theirs.refresh_from_db()
    assert theirs.name == "Theirs alone"


def test_bulk_actions_reach_only_ones_own_rows(conference, chair):
    mine, theirs = cfp.track(conference), cfp.track(make.conference())
    data = {"action": "delete_selected", "_selected_action": [mine.pk, theirs.pk], "post": "yes"}
    chair.post(at(Track, "changelist"), data)
    assert list(Track.objects.all()) == [theirs]


def test_choices_show_ones_own_editions_only(conference, chair):
    other, closed = make.conference(), make.conference(closed_at=timezone.now())
    make.staff_role(chair.user, closed, Role.CHAIR)
    field = chair.get(at(Track, "add")).context["adminform"].form.fields["conference"]
    assert list(field.queryset) == [conference]
    page = chair.get(at(Track, "changelist")).content.decode()
    assert other.name not in page


def test_choices_of_related_rows_are_limited_too(conference, chair):
    mine, theirs = cfp.track(conference), cfp.track(make.conference())
    field = chair.get(at(TrackRole, "add")).context["adminform"].form.fields["track"]
    assert list(field.queryset) == [mine]
    data = {"track": theirs.pk, "role": "chair", "person": chair.user.email}
    assert "track" in errors_of(chair.post(at(TrackRole, "add"), data))
    assert TrackRole.objects.count() == 0


def test_search_boxes_find_only_what_one_may_see(conference, chair, as_role):
    cfp.speaker(name="Ada Lovelace")
    query = {
        "app_label": "cfp",
        "model_name": "talkspeaker",
        "field_name": "speaker",
        "term": "ada",
    }
    assert chair.get(reverse("admin:autocomplete"), query).status_code == 200
    assert as_role(Role.DOOR).get(reverse("admin:autocomplete"), query).status_code == 403


def test_nobody_but_who_runs_the_site_reads_the_list_of_people(conference, as_role):
    for role in Role:
        client = as_role(role)
        assert client.get(at(User, "changelist")).status_code == 403
        assert client.get(at(User, "change", client.user.pk)).status_code == 403
        for label, field in (("scale", "user"), ("cfp", "user")):
            model = {"scale": "staffrole", "cfp": "trackrole"}[label]
            query = {"app_label": label, "model_name": model, "field_name": field, "term": "a"}
            assert client.get(reverse("admin:autocomplete"), query).status_code == 403


@pytest.mark.parametrize("label", ["account_emailaddress", "mfa_authenticator"])
def test_tables_of_libraries_are_for_who_runs_the_site(conference, chair, as_superuser, label):
    assert chair.get(reverse(f"admin:{label}_changelist")).status_code == 403
    assert as_superuser.get(reverse(f"admin:{label}_changelist")).status_code == 200


def test_the_secret_of_a_second_factor_is_shown_to_nobody(as_superuser):
    factor = Authenticator.objects.first()
    page = as_superuser.get(at(Authenticator, "change", factor.pk)).content.decode()
    assert factor.data["secret"] not in page
    answer = as_superuser.post(at(Authenticator, "delete", factor.pk), {"post": "yes"})
    assert answer.status_code == 302


@pytest.fixture
def as_superuser(conference, as_role):
    client = as_role(Role.CHAIR)
    User.objects.filter(pk=client.user.pk).update(is_superuser=True)
    return client


# --- closed editions --------------------------------------------------------------------------


def test_a_closed_edition_can_only_be_read(conference, chair):
    track = cfp.track(conference, name="Kept")
    editions.close(conference)
    page = chair.get(at(Track, "change", track.pk))
    assert page.status_code == 200
    assert not page.context["has_change_permission"]
    assert chair.post(at(Track, "change", track.pk), track_fields(conference)).status_code == 403
    assert chair.post(at(Track, "delete", track.pk), {"post": "yes"}).status_code == 403
    assert "conference" in errors_of(chair.post(at(Track, "add"), track_fields(conference)))
    assert "conference" in errors_of(chair.post(at(StaffRole, "add"), role_fields(conference)))
    data = {"action": "delete_selected", "_selected_action": [track.pk], "post": "yes"}
    chair.post(at(Track, "changelist"), data)
    assert Track.objects.get().name == "Kept"


def role_fields(conference):
    return {"conference": conference.pk, "role": "door", "email": "a@example.org", "name": ""}


def test_a_closed_edition_is_read_only_for_who_runs_the_site_too(conference, as_superuser):
    track = cfp.track(conference)
    editions.close(conference)
    fields = track_fields(conference)
    assert as_superuser.post(at(Track, "change", track.pk), fields).status_code == 403
    assert "closed" in str(errors_of(as_superuser.post(at(Track, "add"), fields)))


# --- the edition itself -----------------------------------------------------------------------


def edition_fields(conference, **fields):
    names = [
        *("name", "series", "slug", "tagline", "introduction", "starts_on", "ends_on"),
        *("time_zone", "venue_name", "venue_address", "currency", "accent", "accent_dark"),
        *("conduct_url", "conduct_phone", "conduct_email"),
    ]
    return {name: getattr(conference, name) for name in names} | {"is_public": "on"} | fields


def test_a_chair_changes_the_edition_and_its_pages_are_new(conference, chair):
    before = Conference.objects.get().version
    fields = edition_fields(conference, name="SCALE 99x", venue_name="Elsewhere", slug="other")
    answer = chair.post(at(Conference, "change", conference.pk), fields)
    assert answer.status_code == 302
    after = Conference.objects.get()
    assert (after.name, after.venue_name) == ("SCALE 99x", "Elsewhere")
    assert after.slug == conference.slug, "addresses that were handed out stay"
    assert after.version > before


@pytest.mark.parametrize(
    "fields",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"ends_on": "2027-03-01"},
        {"starts_on": "yesterday"},
        {"accent": "red; } body { display: none"},
        {"currency": "XXX"},
        {"name": ""},
        {"name": "n" * 1_000_000},
        {"name": "a\x00b"},
        {"conduct_url": "javascript:alert(1)"},
        {"conduct_email": "nobody"},
    ],
)
def test_a_wrong_edition_is_refused_beside_the_field(conference, chair, fields):
    answer = chair.post(
        at(Conference, "change", conference.pk), edition_fields(conference, **fields)
    )
    assert answer.status_code == 200
    assert errors_of(answer)


def test_editions_are_made_and_deleted_by_nobody_but_who_runs_the_site(conference, chair):
    assert chair.get(at(Conference, "add")).status_code == 403
    assert chair.post(at(Conference, "delete", conference.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("slug", ["admin", "static", "24 x", "24X", "-x", "a" * 21, "24x/..", "ä"])
def test_an_address_that_is_none_is_refused(conference, as_superuser, slug):
    answer = as_superuser.post(
        at(Conference, "change", conference.pk), edition_fields(conference, slug=slug)
    )
    assert "slug" in errors_of(answer)


# --- mails and the trail ----------------------------------------------------------------------


def test_a_mail_in_the_admin_opens_nothing(conference, as_role):
    secret = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105
    mail = make.outgoing_email(
        conference=conference, text=f"Look: https://x.example/24x/orders/ABCD/{secret}/ <b>\nBye"
    )
    page = as_role(Role.COMMUNICATIONS).get(at(OutgoingEmail, "change", mail.pk)).content.decode()
    assert secret not in page
    assert "https://x.example/24x/orders/ABCD/…/ &lt;b&gt;<br>Bye" in page


def test_mails_are_decided_on_in_the_admin(conference, as_role):
    rows = [make.outgoing_email(conference=conference, status=s) for s in ("in_doubt", "sent")]
    theirs = make.outgoing_email(conference=make.conference(), status="failed")
    data = {"action": "send_again", "_selected_action": [*(row.pk for row in rows), theirs.pk]}
    as_role(Role.COMMUNICATIONS).post(at(OutgoingEmail, "changelist"), data)
    states = list(OutgoingEmail.objects.order_by("pk").values_list("status", flat=True))
    assert states == [Status.QUEUED, Status.SENT, Status.FAILED]


def test_the_trail_says_who_changed_what(conference, chair):
    track = cfp.track(conference, name="Before")
    chair.post(at(Track, "change", track.pk), track_fields(conference, name="After"))
    entry = AuditEntry.objects.get_for_object(track).first()
    assert (entry.actor, entry.conference) == (chair.user, conference)
    assert entry.changes["name"] == ["Before", "After"]
    assert "name: Before → After" in entry.says()
    assert len(entry.cid) == 32


def test_the_trail_is_read_by_the_editions_chair_alone(conference, chair, as_role):
    theirs = make.conference()
    cfp.track(conference, name="Ours"), cfp.track(theirs, name="Theirs")
    page = chair.get(at(AuditEntry, "changelist"), {"q": "urs"}).content.decode()
    assert "Ours" in page
    assert "Theirs" not in page
    entry = AuditEntry.objects.filter(conference=conference).first()
    assert chair.get(at(AuditEntry, "change", entry.pk)).status_code == 200
    assert chair.post(at(AuditEntry, "delete", entry.pk), {"post": "yes"}).status_code == 403
    for role in set(Role) - {Role.CHAIR}:
        assert as_role(role).get(at(AuditEntry, "changelist")).status_code == 403


def test_the_trail_costs_the_same_however_long(conference, chair, django_assert_max_num_queries):
    for _ in range(3):
        cfp.track(conference)
        with django_assert_max_num_queries(22):
            chair.get(at(AuditEntry, "changelist"))


def test_the_trail_knows_the_edition_of_what_hangs_on_a_row(conference):
    role = TrackRole.objects.create(
        track=cfp.track(conference), user=make.user(), role=TrackRole.Role.CHAIR
    )
    assert edition_of(role) == conference.pk
    assert AuditEntry.objects.get_for_object(role).first().conference == conference


def test_reading_writes_nothing_into_the_trail(conference, chair):
    before = AuditEntry.objects.count()
    chair.get(at(Track, "changelist"))
    assert AuditEntry.objects.count() == before


def test_passwords_and_addresses_are_not_in_the_trail(db):
    user = make.user(email="ada@example.org", password="correct horse battery")
    user.email = "lovelace@example.org"
    user.save()
    written = str(list(AuditEntry.objects.values()))
    assert "lovelace@" not in written
    assert user.password not in written


# --- whose clocks ------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles"])
def test_times_say_whose_clocks_they_are_on(conference, chair, zone):
    type(conference).objects.filter(pk=conference.pk).update(time_zone=zone)
    kind = reg.ticket_type(conference)
    page = chair.get(at(kind, "change", kind.pk)).content.decode()
    # Below its own two times, and twice in the sign above the column of those of its prices.
    assert page.count(f"On the clocks of the conference ({zone}).") == 4
    page = chair.get(at(kind, "add")).content.decode()
    assert page.count("On the clocks of the conference.") == 4
    assert f"({zone})" not in page
