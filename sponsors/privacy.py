"""One person's data on this floor: contacts, and what was written down about them."""

import re

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from scale.models import AuditEntry

from .editions import NOBODY
from .models import (
    BoothApplication,
    Contact,
    Contract,
    Deliverable,
    Digest,
    IgnoredSender,
    Invoice,
    Mail,
    MailAttachment,
    Note,
    NoteFile,
    NoteMention,
    PressRequest,
    Sponsorship,
)

ERASED = "(erased)"


def of(email):
    """At every organization that they moved from or to, whatever their address is there."""
    found = Contact.objects.filter(Q(email=email) | Q(user__email=email)).distinct()
    way = {row.pk for contact in found for row in contact.way()}
    return Contact.objects.filter(pk__in=way)


def show(email):
    lines = []
    for contact in of(email).select_related("organization"):
        known = [contact.name, contact.role_words, contact.email, contact.phone]
        if contact.left_on:
            known.append(f"left on {contact.left_on:%Y-%m-%d}")
        lines.append(f"{contact.organization}: " + ", ".join(part for part in known if part))
    notes = Note.objects.filter(contact__in=of(email)).select_related("contact")
    lines += [
        f"{note.get_kind_display().capitalize()} with {note.contact}, {note.written_at:%Y-%m-%d}"
        for note in notes
    ]
    accepted = Contract.objects.filter(accepted_email=email)
    lines += [
        f"{one.terms} of {one.deal.conference} accepted for {one.deal.organization} as "
        + ", ".join(part for part in (one.accepted_name, one.accepted_title) if part)
        for one in accepted.select_related("terms", "deal__conference", "deal__organization")
    ]
    lines += [
        f"{row.deal.organization}: named as “{row.name}” of {row.deal.conference}"
        for row in naming(email, names_of(email))
    ]
    lines += [
        f"File “{file.name}” of a note with {file.note.contact}"
        for file in NoteFile.objects.filter(note__in=notes).select_related("note__contact")
    ]
    lines += [
        f"Named in a note of {mention.note.written_at:%Y-%m-%d}"
        for mention in NoteMention.objects.filter(user__email=email).select_related("note")
    ]
    mailed = Invoice.objects.filter(bill_email=email).order_by("pk")
    return lines + [f"Invoice {one}, mailed there" for one in mailed]


def names_of(email):
    return [name for name in of(email).values_list("name", flat=True) if name != ERASED]


def naming(email, names):
    """The lists of names, such as booth staff, that have the person on a line of their own."""
    rows = Deliverable.objects.filter(wanted=Deliverable.Wanted.NAMES).exclude(text="")
    said = Q(text__icontains=email)
    for name in names:
        said |= Q(text__icontains=name)
    found = rows.filter(said).select_related("deal__organization", "deal__conference")
    return [row for row in found.order_by("pk") if lines_naming(row.text, email, names)]


def lines_naming(text, email, names):
    known = {name.casefold() for name in names}
    return [
        line
        for line in text.split("\n")
        if email.casefold() in line.casefold() or line.strip().casefold() in known
    ]


def forget_names(email, names):
    rows = naming(email, names)
    for row in rows:
        gone = set(lines_naming(row.text, email, names))
        left = [ERASED if line in gone else line for line in row.text.split("\n")]
        Deliverable.objects.filter(pk=row.pk).update(text="\n".join(left))
    return len(rows)


def erase(email):
    """The notes stay, and say no longer with whom; what was attached to them goes."""
    contacts = list(of(email))
    rows = forget_names(email, names_of(email))
    for contact in contacts:
        rows += Sponsorship.objects.filter(
            organization=contact.organization_id, signed_by=contact.name
        ).update(signed_by=ERASED)
    ids = [contact.pk for contact in contacts]
    rows += NoteFile.objects.filter(note__contact__in=ids).remove()
    rows += forget_named(email)
    # By UPDATE: a save would write the old name into the audit trail.
    blank = {"email": "", "phone": "", "user": None, "bounced_address": "", "bounce_why": ""}
    rows += Contact.objects.filter(pk__in=ids).update(name=ERASED, **blank)
    rows += Contract.objects.filter(accepted_email=email).update(**NOBODY)
    # The address is not on the paper; what stands there is kept as it was issued.
    rows += Invoice._base_manager.filter(bill_email=email).update(bill_email="")
    forget_trail(email, ids)
    return rows


def forget_named(email):
    """Somebody of a committee: no note names them with an @ any more."""
    mentions = NoteMention.objects.filter(user__email=email).select_related("note", "user")
    for mention in mentions:
        words = re.compile(re.escape(f"@{mention.user}"), re.IGNORECASE)
        said = words.sub(f"@{ERASED}", mention.note.text)
        Note.objects.filter(pk=mention.note_id).update(text=said)
    return mentions.delete()[0] + Digest.objects.filter(user__email=email).delete()[0]


def forget_trail(email, ids):
    """What the audit trail remembers of these contacts, and of deleted ones with the address."""
    trail = AuditEntry.objects.filter(content_type=ContentType.objects.get_for_model(Contact))
    mentioned = trail.filter(changes__icontains=f'"{email}"').values_list("object_pk", flat=True)
    trail.filter(object_pk__in=[*mentioned, *map(str, ids)]).delete()


# --- their mail ------------------------------------------------------------------------------


def mails_of(email):
    """From them, to them, or with them among those it went to."""
    named = Q(sender__icontains=email) | Q(recipients__icontains=email)
    return Mail.objects.filter(Q(party_address=email) | named)


def show_mail(email):
    lines = [
        f"Mail “{one}” {one.get_way_display()}, {one.sent_at:%Y-%m-%d}"
        for one in mails_of(email).only("subject", "way", "sent_at")
    ]
    ignored = IgnoredSender.objects.filter(address=email)
    return lines + [f"Ignored sender since {one.since:%Y-%m-%d}" for one in ignored]


def erase_mail(email):
    """That there was a mail stays, so that it is not taken in anew; words and files go."""
    pks = list(mails_of(email).values_list("pk", flat=True))
    files = MailAttachment.objects.filter(mail__in=pks)
    kept = [(one.file.storage, one.file.name) for one in files.exclude(file="")]
    files.delete()
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in kept])
    blank = dict.fromkeys(("party_address", "message_id", "refers_to", "html", "text"), "")
    blank |= dict.fromkeys(("party_name", "sender", "recipients", "subject"), ERASED)
    rows = Mail.objects.filter(pk__in=pks).update(**blank)
    return rows + IgnoredSender.objects.filter(address=email).delete()[0]


# --- who asked for a booth --------------------------------------------------------------------


def show_applications(email):
    rows = BoothApplication.objects.filter(email=email).select_related("conference")
    return [
        f"{row.name} for {row.conference}, {row.asked_at:%Y-%m-%d}: {row.contact_name}, {row.email}"
        for row in rows
    ]


def erase_applications(email):
    """Which project asked stays; who asked, and in which words, goes."""
    rows = BoothApplication.objects.filter(email=email)
    deals = Sponsorship.objects.filter(application__in=rows)
    deals.exclude(signed_by="").update(signed_by=ERASED)
    return rows.update(contact_name=ERASED, email="", about="", needs="", words="")


# --- who asked for a press pass ---------------------------------------------------------------


def show_press(email):
    rows = PressRequest.objects.filter(email=email).select_related("conference")
    return [
        f"{row.outlet} for {row.conference}, {row.asked_at:%Y-%m-%d}: {row.name}, {row.email}, "
        + row.get_status_display()
        for row in rows
    ]


def erase_press(email):
    """Which outlet asked stays; who asked, and in which words, goes."""
    blank = dict.fromkeys(("email", "role", "covering", "links", "wishes", "words"), "")
    return PressRequest.objects.filter(email=email).update(name=ERASED, **blank)
