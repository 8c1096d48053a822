"""Showing and erasing one person: the kernel's own rows."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from scale import privacy
from scale.models import AuditEntry, EmailAttachment, OutgoingEmail, StaffRole, User
from tests.factories import scale as make


@pytest.fixture
def ada(conference):
    user = make.user(email="ada@example.org", name="Ada Lovelace", password="x", is_superuser=True)
    EmailAddress.objects.create(user=user, email="ada@home.example", verified=True)
    EmailAddress.objects.create(user=user, email="not-yet@home.example", verified=False)
    make.staff_role(user, conference, "door")
    make.second_factor(user)
    fields = {"conference": conference, "to_name": "Ada Lovelace", "last_error": "550 <ada@…>"}
    mail = make.outgoing_email(to_address=user.email, text="Dear Ada", **fields)
    EmailAttachment.objects.create(email=mail, name="x", content_type="text/plain", content=b"Ada")
    make.outgoing_email(to_address="someone@example.org", reply_to="ada@example.org")
    user.name = "Ada King"
    user.save()
    return user


@pytest.mark.parametrize("address", ["ada@example.org", " ADA@Home.Example "])
def test_a_person_is_shown_by_every_confirmed_address(ada, address):
    shown = privacy.show(address)
    assert "Ada King" in shown["Account"][0]
    assert "ada@home.example" in shown["Account"][0]


def test_an_address_nobody_confirmed_shows_nobody(ada):
    assert privacy.show("not-yet@home.example") == {}
    assert privacy.erase("not-yet@home.example") == 0


@pytest.mark.sqlite
def test_erasing_leaves_nothing_to_find(ada):
    other = make.user(email="someone@example.org", name="Someone")
    assert privacy.erase("ada@example.org") > 0
    assert privacy.show("ada@example.org") == {}
    ada.refresh_from_db()
    assert (ada.name, ada.is_active, ada.is_superuser) == ("", False, False)
    assert ada.email.endswith("@invalid.invalid")
    assert not ada.has_usable_password()
    assert EmailAddress.objects.filter(user=ada).count() == 0
    assert Authenticator.objects.filter(user=ada).count() == 0
    assert StaffRole.objects.count() == 0
    assert EmailAttachment.objects.count() == 0
    for model in (User, OutgoingEmail, AuditEntry):
        rows = str(list(model.objects.values()))
        assert "Ada" not in rows, model
        assert "ada@" not in rows, model
    other.refresh_from_db()
    assert other.name == "Someone"


def test_a_mail_that_waited_for_the_erased_is_not_sent(ada):
    privacy.erase("ada@example.org")
    assert not OutgoingEmail.objects.filter(status="queued").exists()


def test_erasing_twice_finds_nothing_more(ada):
    privacy.erase("ada@example.org")
    assert privacy.erase("ada@example.org") == 0


def test_two_people_are_erased_to_different_addresses(db):
    for n in range(2):
        make.user(email=f"p{n}@example.org")
        privacy.erase(f"p{n}@example.org")
    assert User.objects.values("email").distinct().count() == 2
