"""Sessions of people who are signed in, as cookies."""

import secrets

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from scale.models import Conference, StaffRole, User


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def staff(conference: Conference, role: str) -> str:
    """Of somebody with the role in the edition and a second factor, made once."""
    user, made = User.objects.get_or_create(
        email=f"bench-{role}@example.org", defaults={"name": f"Bench {role}"}
    )
    StaffRole.objects.get_or_create(user=user, conference=conference, role=role)
    if made:
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": secrets.token_hex(16)}
        )
    return session_of(user)
