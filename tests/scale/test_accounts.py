"""Signing up and in: every way, every wrong way, and the mails of it."""

import re
import threading

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from scale.models import OutgoingEmail, User
from scale.text import canonical_email
from tests.factories import scale as make

PASSWORD = "correct horse battery"  # noqa: S105
SIGNUP = {"name": "Ada Lovelace", "email": "ada@example.org", "password1": PASSWORD}


def url(name, *args):
    return reverse(name, args=args)


def last_mail(**wanted):
    return OutgoingEmail.objects.filter(**wanted).order_by("-pk").first()


def mailed_code():
    return re.search(r"^ {4}(\S+)$", last_mail().text, re.MULTILINE)[1]


def signed_in(client):
    return User.objects.filter(pk=client.session.get("_auth_user_id", 0)).first()


def digits(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


# --- signing up -------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_signing_up_confirms_the_address_by_a_mailed_code(client, db):
    response = client.post(url("account_signup"), SIGNUP)
    assert response.url == url("account_email_verification_sent")
    assert signed_in(client) is None
    mail = last_mail()
    assert (mail.kind, mail.to_address) == ("account", "ada@example.org")
    assert mail.resend_if_in_doubt
    response = client.post(response.url, {"code": mailed_code()})
    assert response.status_code == 302
    user = signed_in(client)
    assert (user.email, user.name) == ("ada@example.org", "Ada Lovelace")
    address = EmailAddress.objects.get(user=user)
    assert (address.verified, address.primary) == (True, True)


def test_the_name_of_someone_who_signs_up_is_not_put_into_a_strangers_mail(client, db):
    client.post(url("account_signup"), SIGNUP | {"name": "BUY at https://spam.example"})
    assert "spam.example" not in last_mail().text + last_mail().subject


def test_signing_up_again_answers_the_same_and_tells_the_owner_by_mail(client, db):
    make.user(email="ada@example.org")
    response = client.post(url("account_signup"), SIGNUP)
    assert response.url == url("account_email_verification_sent")
    assert last_mail().subject == "You have an account already"
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_two_sign_ups_at_once_make_one_account_and_no_error(settings):
    settings.ACCOUNT_RATE_LIMITS = False
    begin, answers = threading.Barrier(4), []

    def sign_up():
        try:
            begin.wait()
            answers.append(Client().post(url("account_signup"), SIGNUP).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 4
    assert User.objects.count() == 1


# --- signing in -------------------------------------------------------------------------------


def test_signing_in_by_password(client, db):
    user = make.user(password=PASSWORD)
    response = client.post(
        url("account_login"), {"login": f" {user.email.upper()}", "password": PASSWORD}
    )
    assert response.url == url("pages:after-login")
    assert signed_in(client) == user


def test_a_wrong_password_is_told_beside_the_form_and_the_address_stays(client, db):
    user = make.user(password=PASSWORD)
    response = client.post(url("account_login"), {"login": user.email, "password": "wrong"})
    assert response.status_code == 200
    assert "not correct" in response.content.decode()
    assert f'value="{user.email}"' in response.content.decode()


def test_after_ten_wrong_passwords_even_the_right_one_must_wait(client, db):
    """Counted in the database: a cache that forgets everything changes nothing."""
    user = make.user(password=PASSWORD)
    for n in range(10):
        cache.clear()
        client.post(url("account_login"), {"login": user.email, "password": f"wrong {n}"})
    cache.clear()
    response = Client().post(url("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.status_code == 429
    assert "Please wait 15 minutes" in response.content.decode()
    assert int(response["Retry-After"]) > 800


def test_the_right_password_ends_the_count(db):
    user = make.user(password=PASSWORD)
    for _ in range(12):
        cache.clear()
        answer = Client().post(url("account_login"), {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 302


@pytest.mark.parametrize("has_address", [True, False])
def test_who_never_logged_in_gets_in_by_a_code(client, db, has_address):
    user = make.user()
    if not has_address:
        EmailAddress.objects.all().delete()
    assert not user.has_usable_password()
    response = client.post(url("account_request_login_code"), {"email": user.email})
    assert response.url == url("account_confirm_login_code")
    response = client.post(response.url, {"code": mailed_code()})
    assert response.url == url("pages:after-login")
    assert signed_in(client) == user
    assert EmailAddress.objects.get(user=user).verified


def test_a_code_leads_back_to_where_one_wanted_to_go(client, db):
    user = make.user()
    goal = "/my/talks/"
    ask = f"{url('account_request_login_code')}?next={goal}"
    assert goal in client.get(ask).content.decode()
    response = client.post(ask, {"email": user.email, "next": goal})
    response = client.post(response.url, {"code": mailed_code(), "next": goal})
    assert response.url == goal


def test_an_unknown_address_is_answered_alike_and_told_by_mail_alone(db):
    known, unknown = make.user().email, "nobody@example.org"
    pages = []
    for to in (known, unknown):
        answer = Client().post(url("account_request_login_code"), {"email": to}, follow=True)
        pages.append(re.sub(r"value=\"[^\"]*\"|person\d+@|nobody@", "", answer.content.decode()))
    assert pages[0] == pages[1]
    assert last_mail(to_address=unknown).subject == "No account with this address"


def test_a_wrong_code_ends_after_three_tries(client, db):
    user = make.user()
    client.post(url("account_request_login_code"), {"email": user.email})
    code = mailed_code()
    for _ in range(3):
        client.post(url("account_confirm_login_code"), {"code": "WRONG-1"})
    client.post(url("account_confirm_login_code"), {"code": code})
    assert signed_in(client) is None


def test_one_address_is_sent_six_codes_in_a_quarter_of_an_hour(db):
    user = make.user()
    for _ in range(6):
        cache.clear()
        answer = Client().post(url("account_request_login_code"), {"email": user.email})
        assert answer.status_code == 302
    cache.clear()
    answer = Client().post(url("account_request_login_code"), {"email": user.email})
    assert answer.status_code == 429
    assert OutgoingEmail.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_a_code_is_forgotten_once_it_is_sent(client):
    user = make.user()
    client.post(url("account_request_login_code"), {"email": user.email})
    row = OutgoingEmail.objects.get()
    assert row.status == OutgoingEmail.Status.SENT
    assert "code is" not in row.text


def test_an_inactive_account_stays_out(client, db):
    user = make.user(password=PASSWORD, is_active=False)
    client.post(url("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(url("account_request_login_code"), {"email": user.email})
    assert signed_in(client) is None


def test_a_password_typed_before_the_address_was_proved_does_not_count(db):
    """Else one could sign up as another, wait until the owner comes by a code, and walk in."""
    thief, owner = Client(), Client()
    thief.post(url("account_signup"), SIGNUP)
    cache.clear()
    owner.post(url("account_request_login_code"), {"email": SIGNUP["email"]})
    owner.post(url("account_confirm_login_code"), {"code": mailed_code()})
    assert signed_in(owner).email == SIGNUP["email"]
    cache.clear()
    Client().post(url("account_login"), {"login": SIGNUP["email"], "password": PASSWORD})
    thief.post(url("account_login"), {"login": SIGNUP["email"], "password": PASSWORD})
    assert signed_in(thief) is None


def test_a_new_password_by_a_mailed_link(client, db):
    user = make.user(password=PASSWORD)
    client.post(url("account_reset_password"), {"email": user.email})
    link = re.search(r"http://\S+", last_mail().text)[0]
    page = client.get(link, follow=True)
    path = page.request["PATH_INFO"]
    assert link.rsplit("-", 1)[-1] not in path, "the key leaves the address at once"
    new = {"password1": "another fine day", "password2": "another fine day"}
    assert client.post(path, new).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another fine day")
    assert last_mail().subject == "Your password was changed"
    assert Client().get(link, follow=True).context["token_fail"], "a link works once"


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("\u017fam@example.org", "sam@example.org"),
        ("a@ｅxample.org", "a@example.org"),
        ("no address", "no address"),
        ("a@..", "a@.."),
        ("", ""),
    ],
)
def test_an_address_has_one_form_as_a_key(typed, canonical):
    assert canonical_email(typed) == canonical
    assert canonical_email(canonical) == canonical


def test_an_accent_in_a_domain_makes_another_person(client, db):
    """MariaDB thinks the two are one; whoever owns the accented domain is somebody else."""
    owner = make.user(email="ada@bucher.example")
    client.post(url("account_request_login_code"), {"email": "ada@bücher.example"})
    assert last_mail().to_address == "ada@xn--bcher-kva.example"
    assert last_mail().subject == "No account with this address"
    client.post(url("account_signup"), SIGNUP | {"email": "ada@bücher.example"})
    client.post(url("account_email_verification_sent"), {"code": mailed_code()})
    assert signed_in(client).email == "ada@xn--bcher-kva.example"
    assert signed_in(client) != owner
    again = Client()
    cache.clear()
    again.post(url("account_login"), {"login": "ada@bücher.example", "password": PASSWORD})
    assert signed_in(again) == signed_in(client)


@pytest.mark.sqlite
def test_the_database_keeps_one_account_for_a_confirmed_address(db):
    one, other = make.user(), make.user()
    EmailAddress.objects.create(user=one, email="both@example.org", verified=True)
    EmailAddress.objects.create(user=other, email="both@example.org", verified=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        EmailAddress.objects.filter(user=other, email="both@example.org").update(verified=True)


@pytest.mark.sqlite
def test_the_database_keeps_one_primary_address_for_an_account(db):
    user = make.user()
    with pytest.raises(IntegrityError), transaction.atomic():
        EmailAddress.objects.create(user=user, email="second@example.org", primary=True)
    EmailAddress.objects.create(user=user, email="second@example.org", primary=False)
    EmailAddress.objects.create(user=user, email="third@example.org", primary=False)


@pytest.mark.sqlite
def test_the_database_keeps_one_authenticator_app_and_many_keys(db):
    user = make.user()
    make.second_factor(user)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.second_factor(user)
    for _ in range(2):
        make.second_factor(user, type=Authenticator.Type.WEBAUTHN)


@pytest.mark.django_db(transaction=True)
def test_an_address_confirmed_by_two_at_once_belongs_to_one():
    clients = []
    for _ in range(2):
        client = Client()
        client.force_login(make.user())
        cache.clear()
        added = client.post(url("account_email"), {"action_add": "", "email": "both@example.org"})
        assert added.status_code == 302
        clients.append((client, client.session["account_email_verification_code"]["code"]))
    begin, answers = threading.Barrier(2), []

    def confirm(client, code):
        try:
            begin.wait()
            path = url("account_email_verification_sent")
            answers.append(client.post(path, {"code": code}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=pair) for pair in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert EmailAddress.objects.filter(email="both@example.org", verified=True).count() == 1
    assert max(answers) < 500


# --- second step ------------------------------------------------------------------------------


def set_up_app(client):
    page = client.get(url("mfa_activate_totp"))
    secret = page.context["form"].secret
    return secret, client.post(url("mfa_activate_totp"), {"code": digits(secret)})


@pytest.mark.django_db(transaction=True)
def test_an_authenticator_app_is_set_up_and_asked_for(client):
    user = make.user()
    client.force_login(user)
    secret, response = set_up_app(client)
    assert response.url == url("mfa_view_recovery_codes")
    codes = client.get(response.url).context["unused_codes"]
    assert len(codes) == 10
    assert last_mail(subject="A second step was added")
    user.set_password(PASSWORD)
    user.save()
    cache.clear()  # where the digits of the set-up stand as used
    for answer in (digits(secret), codes[0]):
        again = Client()
        response = again.post(url("account_login"), {"login": user.email, "password": PASSWORD})
        assert response.url == url("mfa_authenticate")
        assert signed_in(again) is None
        again.post(response.url, {"code": "000000"})
        assert signed_in(again) is None
        again.post(response.url, {"code": answer})
        assert signed_in(again) == user
    assert Client().post(response.url, {"code": codes[0]}).url == url("account_login")


def test_guessing_the_second_step_must_wait_after_ten_tries(client, db):
    user = make.user(password=PASSWORD)
    make.second_factor(user)
    client.post(url("account_login"), {"login": user.email, "password": PASSWORD})
    for _ in range(10):
        cache.clear()
        client.post(url("mfa_authenticate"), {"code": "000000"})
    cache.clear()
    page = client.post(url("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert "Too many tries. Please wait 15 minutes." in page


def test_adding_an_address_needs_a_recent_proof(client, db):
    user = make.user(password=PASSWORD)
    client.force_login(user)
    answer = client.post(url("account_email"), {"action_add": "", "email": "new@example.org"})
    assert answer.url.startswith(url("account_reauthenticate"))
    assert EmailAddress.objects.count() == 1


# --- every page, every field ------------------------------------------------------------------

HOSTILE = {
    "NUL": "a\x00b",
    "a megabyte": "x" * 1_000_000,
    "emoji": "🎉🐧@🎉.example",
    "right to left": "\u202emoc.elpmaxe@ada محمد",
    "half a character": "\ud83d".encode("utf-8", "surrogatepass"),
    "negative": "-1",
    "html": "<script>alert(1)</script>",
}
FORMS = {
    "account_login": ["login", "password"],
    "account_signup": ["name", "email", "password1"],
    "account_request_login_code": ["email"],
    "account_reset_password": ["email"],
}
OWN_FORMS = {
    "account_email": ["email"],
    "account_set_password": ["password1", "password2"],
    "mfa_activate_totp": ["code"],
}
GOOD = SIGNUP | {"login": "ada@example.org", "password": PASSWORD}
WAITS = {"login": ("account_confirm_login_code",), "second": ("mfa_authenticate",)}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", FORMS)
def test_hostile_input_to_a_visitors_form_is_an_error_beside_the_field(db, name, value):
    for field in FORMS[name]:
        cache.clear()
        client = Client()
        data = {key: GOOD[key] for key in FORMS[name]} | {field: value}
        answer = client.post(url(name), data)
        fine = field in ("name", "password1") and answer.status_code == 302
        assert fine or (answer.status_code == 200 and answer.context["form"].errors), field


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", OWN_FORMS)
def test_hostile_input_to_ones_own_form_is_an_error_beside_the_field(client, db, name, value):
    client.force_login(make.user())
    for field in OWN_FORMS[name]:
        answer = client.post(url(name), {"action_add": "", field: value})
        assert answer.status_code == 200
        assert answer.context["form"].errors


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_codes_are_refused(client, db, value):
    user = make.user(password=PASSWORD)
    make.second_factor(user)
    client.post(url("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.post(url("mfa_authenticate"), {"code": value}).status_code == 200
    assert client.post(url("mfa_authenticate"), {"credential": value}).status_code == 200
    other = Client()
    other.post(url("account_request_login_code"), {"email": user.email})
    assert other.post(url("account_confirm_login_code"), {"code": value}).status_code == 200
    assert signed_in(client) is signed_in(other) is None


def test_an_address_longer_than_the_column_is_refused(client, db):
    answer = client.post(
        url("account_signup"),
        SIGNUP | {"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.org"},
    )
    assert "at most 190" in str(answer.context["form"].errors)


@pytest.mark.parametrize(
    "name",
    [
        *("account_login", "account_signup", "account_request_login_code", "account_logout"),
        *("account_reset_password", "account_reset_password_done", "account_inactive"),
    ],
)
def test_entrance_pages_wear_the_sites_look(client, db, name):
    page = client.get(url(name), follow=True)
    assert page.status_code == 200
    assert "scale.css" in page.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        *("account_email", "account_set_password", "account_logout", "mfa_index"),
        *("mfa_list_webauthn", "mfa_activate_totp", "mfa_add_webauthn"),
    ],
)
def test_own_pages_wear_the_sites_look_and_run_nothing_inline(client, db, name):
    client.force_login(make.user())
    page = client.get(url(name))
    text = page.content.decode()
    assert page.status_code == 200
    assert "scale.css" in text
    assert "Your account" in text
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script
    assert "style=" not in re.sub(r"data:image/svg[^\"]*", "", text)
    assert "unsafe" not in page["Content-Security-Policy"]


def test_signing_out_is_a_post(client, db):
    client.force_login(make.user())
    client.get(url("account_logout"))
    assert signed_in(client)
    client.post(url("account_logout"))
    assert signed_in(client) is None
