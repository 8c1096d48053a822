"""One plain function a model: sensible defaults, keywords win."""

import datetime as dt
import itertools

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import timezone

from scale.models import Conference, OutgoingEmail, StaffRole, User

number = itertools.count(1)


def conference(**fields):
    n = next(number)
    first = fields.get("starts_on", dt.date(2027, 3, 4))
    return Conference.objects.create(
        **{
            "slug": f"e{n}x",
            "name": f"SCALE {n}x",
            "time_zone": "America/Los_Angeles",
            "starts_on": first,
            "ends_on": first + dt.timedelta(days=3),
            "venue_name": "Pasadena Convention Center",
            "conduct_phone": "+1 555 0100",
            "conduct_email": "conduct@example.org",
        }
        | fields
    )


def user(**fields):
    n = next(number)
    fields = {"email": f"person{n}@example.org", "name": f"Person {n}"} | fields
    made = User.objects.create_user(**fields)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def staff_role(user, conference, role):
    return StaffRole.objects.create(user=user, conference=conference, role=role)


def second_factor(user, type=Authenticator.Type.TOTP):
    return Authenticator.objects.create(user=user, type=type, data={"secret": "JBSWY3DPEHPK3PXP"})


def outgoing_email(**fields):
    n = next(number)
    return OutgoingEmail.objects.create(
        **{
            "dedupe_key": f"key-{n}",
            "message_id": f"<{n}@example.org>",
            "kind": "test",
            "to_address": f"to{n}@example.org",
            "subject": f"Subject {n}",
            "text": "Text",
            "not_before": timezone.now(),
        }
        | fields
    )
