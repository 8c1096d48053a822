"""Organizations, conversations and deals: sensible defaults, keywords win."""

import datetime as dt
import io

from django.db.models import F
from django.utils import timezone
from PIL import Image

from sponsors.models import (
    Contact,
    Conversation,
    FollowUp,
    Note,
    Organization,
    Package,
    Sponsorship,
)

from .scale import conference, number, user


def picture(width=320, height=120, form="PNG"):
    """The bytes of a picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#0e7490").save(out, form)
    return out.getvalue()


def organization(**fields):
    return Organization.objects.create(**{"name": f"Organization {next(number)}"} | fields)


def contact(**fields):
    n = next(number)
    return Contact.objects.create(
        **{"name": f"Contact {n}", "email": f"contact{n}@example.com"}
        | fields
        | {"organization": fields.get("organization") or organization()}
    )


def conversation(**fields):
    return Conversation.objects.create(
        **{"subject": f"Conversation {next(number)}"}
        | fields
        | {"organization": fields.get("organization") or organization()}
    )


def note(**fields):
    return Note.objects.create(
        **{"text": f"Note {next(number)}"}
        | fields
        | {"conversation": fields.get("conversation") or conversation()}
    )


def follow_up(**fields):
    return FollowUp.objects.create(
        **{"what": f"Call them {next(number)}", "due_on": dt.date(2027, 1, 15)}
        | fields
        | {
            "conversation": fields.get("conversation") or conversation(),
            "owner": fields.get("owner") or user(),
        }
    )


def package(**fields):
    return Package.objects.create(
        **{"name": f"Package {next(number)}", "price": 5000}
        | fields
        | {"conference": fields.get("conference") or conference()}
    )


def sponsorship(**fields):
    """A deal; a signed one has its date and its place of the package."""
    edition = fields.get("conference") or (
        fields["package"].conference if "package" in fields else conference()
    )
    fields = {"amount": 5000} | fields | {"conference": edition}
    fields["package"] = fields.get("package") or package(conference=edition)
    fields["organization"] = fields.get("organization") or organization()
    if fields.get("status") in Sponsorship.SIGNED_STATES:
        fields.setdefault("signed_at", timezone.now())
        Package.objects.filter(pk=fields["package"].pk).update(taken=F("taken") + 1)
        fields["package"].refresh_from_db()
    return Sponsorship.objects.create(**fields)
