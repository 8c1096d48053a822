"""One person's data on this floor: contacts, and what was written down about them."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from scale.models import AuditEntry

from .models import Contact, Note, Sponsorship

ERASED = "(erased)"


def of(email):
    return Contact.objects.filter(Q(email=email) | Q(user__email=email)).distinct()


def show(email):
    lines = []
    for contact in of(email).select_related("organization"):
        known = [contact.name, contact.get_role_display(), contact.email, contact.phone]
        lines.append(f"{contact.organization}: " + ", ".join(part for part in known if part))
    notes = Note.objects.filter(contact__in=of(email)).select_related("contact")
    lines += [
        f"{note.get_kind_display().capitalize()} with {note.contact}, {note.written_at:%Y-%m-%d}"
        for note in notes
    ]
    return lines


def erase(email):
    """The notes stay, and say no longer with whom."""
    contacts = list(of(email))
    rows = 0
    for contact in contacts:
        rows += Sponsorship.objects.filter(
            organization=contact.organization_id, signed_by=contact.name
        ).update(signed_by=ERASED)
    ids = [contact.pk for contact in contacts]
    # By UPDATE: a save would write the old name into the audit trail.
    rows += Contact.objects.filter(pk__in=ids).update(name=ERASED, email="", phone="", user=None)
    forget_trail(email, ids)
    return rows


def forget_trail(email, ids):
    """What the audit trail remembers of these contacts, and of deleted ones with the address."""
    trail = AuditEntry.objects.filter(content_type=ContentType.objects.get_for_model(Contact))
    mentioned = trail.filter(changes__icontains=f'"{email}"').values_list("object_pk", flat=True)
    trail.filter(object_pk__in=[*mentioned, *map(str, ids)]).delete()
