"""Role × permission, and the gates in front of staff pages."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from scale.auth import editions_for
from scale.models import OutgoingEmail, Role
from tests.factories import scale as make

SAMPLE = [
    *("registration.view_order", "registration.change_order", "checkin.change_station"),
    *("cfp.view_talk", "cfp.change_talk", "schedule.add_room"),
    *("sponsors.view_organization", "sponsors.add_note", "sponsors.change_sponsorship"),
    *("scale.view_outgoingemail", "scale.add_staffrole", "scale.view_auditentry"),
    *("scale.change_conference", "scale.add_conference", "scale.delete_conference"),
    *("scale.view_user", "scale.change_user", "auth.change_permission"),
    *("account.view_emailaddress", "mfa.delete_authenticator", "sessions.view_session"),
]
MAY = {
    Role.CHAIR: set(SAMPLE[:13]),
    Role.REGISTRATION: set(SAMPLE[:3]),
    Role.PROGRAM: set(SAMPLE[3:6]),
    Role.SPONSORSHIP: set(SAMPLE[6:9]),
    Role.COMMUNITY: {"sponsors.view_organization", "sponsors.add_note"},
    Role.PRESS: {"sponsors.view_organization"},
    Role.FINANCE: {"registration.view_order"},
    Role.COMMUNICATIONS: {"scale.view_outgoingemail"},
    Role.REVIEWER: set(),
    Role.CREW: set(),
    Role.DOOR: set(),
    Role.EDITOR: set(),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.sqlite
def test_role_may_what_it_should_and_nothing_else(conference, role):
    user = make.user()
    make.staff_role(user, conference, role)
    assert {perm for perm in SAMPLE if user.has_perm(perm)} == MAY[role]


def test_nobody_may_anything(db):
    user = make.user()
    assert [perm for perm in SAMPLE if user.has_perm(perm)] == []
    assert not user.is_staff


def test_who_runs_the_site_may_everything(db):
    user = make.user(is_superuser=True)
    assert [perm for perm in SAMPLE if not user.has_perm(perm)] == []
    assert editions_for(user, "scale.change_user") is None


@pytest.mark.parametrize("perm", ["cfp.view_talk", "scale.change_conference", "cfp.change_talk"])
def test_a_right_ends_at_the_border_of_the_edition(conference, perm):
    other = make.conference()
    user = make.user()
    make.staff_role(user, conference, Role.CHAIR)
    assert user.has_perm(perm, conference)
    assert not user.has_perm(perm, other)


def test_a_right_ends_at_what_hangs_on_another_edition(conference):
    """Attachments have no edition of their own; they hang on a mail that has one."""
    other = make.conference()
    user = make.user()
    make.staff_role(user, conference, Role.CHAIR)
    for edition, may in ((conference, True), (other, False)):
        mail = make.outgoing_email(conference=edition)
        part = mail.attachments.create(name="x", content_type="text/plain", content=b"")
        assert user.has_perm("scale.view_emailattachment", part) is may


def test_permissions_of_django_itself_count_for_nothing(db):
    user = make.user()
    user.user_permissions.add(*Permission.objects.all())
    assert [perm for perm in SAMPLE if user.has_perm(perm)] == []


def test_an_inactive_account_may_nothing(conference):
    user = make.user(is_active=False)
    make.staff_role(user, conference, Role.CHAIR)
    assert [perm for perm in SAMPLE if user.has_perm(perm)] == []


def test_roles_are_read_once(conference, django_assert_num_queries):
    user = make.user()
    make.staff_role(user, conference, Role.DOOR)
    with django_assert_num_queries(1):
        assert user.is_staff
        assert user.has_role(conference, Role.DOOR)
        assert not user.has_role(conference, Role.FINANCE)


# --- the gate ---------------------------------------------------------------------------------


def staff_client(conference, *, factor):
    user = make.user()
    make.staff_role(user, conference, Role.COMMUNICATIONS)
    if factor:
        make.second_factor(user)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def test_staff_without_second_factor_set_one_up_first_and_are_led_back(conference):
    page = reverse("scale:mail-doubts", args=[conference.slug]) + "?q=ada"
    client = staff_client(conference, factor=False)
    response = client.get(page)
    assert (response.status_code, response.url) == (302, reverse("mfa_index"))
    assert page not in client.get(reverse("mfa_index")).content.decode(), "not before it is done"
    make.second_factor(client.user)
    assert page in client.get(reverse("mfa_index")).content.decode()
    assert client.get(page).status_code == 200


def test_the_admin_asks_for_the_second_factor_too(conference):
    client = staff_client(conference, factor=False)
    goal = reverse("admin:scale_outgoingemail_changelist")
    response = client.get(goal, follow=True)
    assert response.request["PATH_INFO"] == reverse("mfa_index")
    assert client.session["go_on"] == goal


def test_recovery_codes_alone_are_no_second_factor(conference):
    client = staff_client(conference, factor=False)
    make.second_factor(client.user, type="recovery_codes")
    assert client.get(reverse("scale:mail-doubts", args=[conference.slug])).status_code == 302


def test_the_demo_asks_for_no_second_factor(conference, settings):
    settings.DEMO = True
    client = staff_client(conference, factor=False)
    assert client.get(reverse("scale:mail-doubts", args=[conference.slug])).status_code == 200


def test_the_admin_leads_back_only_to_our_own_site(conference):
    client = staff_client(conference, factor=True)
    for goal in ("https://evil.example/", "//evil.example", "/admin/login/?next=//evil.example"):
        response = client.get(reverse("admin:login"), {"next": goal}, follow=True)
        assert response.redirect_chain[-1] == ("/admin/", 302)
        assert response.status_code == 200


def test_who_is_not_signed_in_comes_back_after_it(conference):
    page = reverse("scale:health", args=[conference.slug])
    assert Client().get(page).url == f"{reverse('account_login')}?next={page}"


def test_an_edition_that_is_not_public_is_there_for_its_staff_alone(conference, as_role):
    hidden = make.conference(is_public=False)
    front = reverse("pages:front", args=[hidden.slug])
    assert Client().get(front).status_code == 404
    assert as_role(Role.CHAIR).get(front).status_code == 404
    assert as_role(Role.DOOR, edition=hidden).get(front).status_code == 200


# --- giving roles -----------------------------------------------------------------------------


def give(client, edition, **fields):
    data = {"email": "ada@example.org", "name": "Ada", "conference": edition.pk, "role": "door"}
    return client.post(reverse("admin:scale_staffrole_add"), data | fields)


def test_a_chair_gives_a_role_by_address_and_the_person_is_told(conference, chair):
    assert give(chair, conference, email=" Ada@Example.ORG ").status_code == 302
    role = conference.staff_roles.get(role=Role.DOOR)
    assert (role.user.email, role.user.name) == ("ada@example.org", "Ada")
    assert not role.user.has_usable_password()
    mail = OutgoingEmail.objects.get(kind="role")
    assert (mail.to_address, mail.conference) == ("ada@example.org", conference)
    assert "door" in mail.text.lower()
    assert f"/staff/{conference.slug}/" in mail.text


def test_a_role_given_twice_stays_one(conference, chair):
    give(chair, conference)
    give(chair, conference)
    assert conference.staff_roles.filter(role=Role.DOOR).count() == 1
    assert OutgoingEmail.objects.filter(kind="role").count() == 1


def test_a_known_person_keeps_the_name(conference, chair):
    user = make.user(email="ada@example.org", name="Ada Lovelace")
    give(chair, conference, name="Somebody Else")
    user.refresh_from_db()
    assert user.name == "Ada Lovelace"


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "nobody"},
        {"email": "a\x00@example.org"},
        {"email": "a" * 1_000_000 + "@example.org"},
        {"name": "n" * 1_000_000},
        {"role": "emperor"},
        {"role": ""},
        {"conference": "999999"},
        {"conference": "x"},
    ],
)
def test_a_wrong_role_is_refused_beside_its_field(conference, chair, fields):
    response = give(chair, conference, **fields)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert conference.staff_roles.filter(role=Role.DOOR).count() == 0


def test_a_chair_gives_no_role_in_another_edition(conference, chair):
    other = make.conference()
    response = give(chair, other)
    assert "conference" in response.context["adminform"].form.errors
    assert other.staff_roles.count() == 0


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CHAIR])
def test_only_a_chair_gives_roles(conference, as_role, role):
    assert give(as_role(role), conference).status_code == 403


def test_a_role_taken_away_ends_at_once(conference, chair):
    door = staff_client(conference, factor=True)
    role = conference.staff_roles.get(user=door.user)
    assert door.get(reverse("scale:setup", args=[conference.slug])).status_code == 200
    chair.post(reverse("admin:scale_staffrole_delete", args=[role.pk]), {"post": "yes"})
    assert door.get(reverse("scale:setup", args=[conference.slug])).status_code == 403
