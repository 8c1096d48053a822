"""Organizations, conversations and deals: sensible defaults, keywords win."""

import datetime as dt
import io

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from PIL import Image

from sponsors import imports
from sponsors.actions import promises
from sponsors.actions.organizations import set_tags
from sponsors.models import (
    Announcement,
    Benefit,
    BenefitConflict,
    Booth,
    BoothApplication,
    BoothCall,
    Contact,
    Contract,
    ContractTerms,
    Conversation,
    Coverage,
    FloorPlan,
    FollowUp,
    IgnoredSender,
    Mail,
    MailAttachment,
    Note,
    NoteFile,
    Organization,
    OrganizationFile,
    Package,
    PackageBenefit,
    PressCall,
    PressRequest,
    Sponsorship,
    SponsorshipExtra,
)

from . import registration as reg
from .scale import conference, number, user


def picture(width=320, height=120, form="PNG"):
    """The bytes of a picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#0e7490").save(out, form)
    return out.getvalue()


def organization(kinds=("company",), tags=(), **fields):
    made = Organization.objects.create(
        **{"name": f"Organization {next(number)}"}
        | {f"is_{kind}": kind in kinds for kind in Organization.Kind.values}
        | fields
    )
    set_tags(made, tags)
    return made


def contact(roles=("primary",), **fields):
    n = next(number)
    return Contact.objects.create(
        **{"name": f"Contact {n}", "email": f"contact{n}@example.com"}
        | {f"is_{role}": True for role in roles}
        | fields
        | {"organization": fields.get("organization") or organization()}
    )


def organization_file(**fields):
    row = OrganizationFile(
        **{"name": "media-kit.pdf"}
        | fields
        | {"organization": fields.get("organization") or organization()}
    )
    row.file.save(row.name, ContentFile(b"%PDF-1.7"))
    return row


def organization_import(conference, text="Company,Web\nHarbor DB,harbor.example\n", **fields):
    """A list that was sent and whose columns were not named yet."""
    return imports.ask(
        conference, SimpleUploadedFile("list.csv", text.encode()), fields.get("by") or user()
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


def extra(deal, **fields):
    """Sold beside the package; a signed deal is promised it."""
    row = fields.pop("benefit", None) or benefit(deal.conference, price=100)
    found = SponsorshipExtra.objects.create(
        **{"deal": deal, "benefit": row, "price": row.price} | fields
    )
    if deal.is_promised:
        with transaction.atomic():
            promises.add(deal, row, found.quantity)
    return found


def conflict(one, other):
    first, second = sorted((one, other), key=lambda row: row.pk)
    return BenefitConflict.objects.create(benefit=first, other=second)


def note_file(content=b"%PDF-1.7 a contract", name="Contract.pdf", **fields):
    return NoteFile.objects.create(
        **{"name": name, "size": len(content), "file": ContentFile(content, name=name)}
        | fields
        | {"note": fields.get("note") or note()}
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


def package(*, passes=0, pass_type=None, **fields):
    """With so many free passes, if any."""
    row = Package.objects.create(
        **{"name": f"Package {next(number)}", "price": 5000}
        | fields
        | {"conference": fields.get("conference") or conference()}
    )
    if passes:
        having(row, benefit(row.conference, kind="passes", pass_type=pass_type), passes)
    return row


def benefit(edition=None, **fields):
    """Something that we owe; with `wanted`, something that they owe."""
    side = "them" if fields.get("wanted") else "us"
    facts = {"name": f"Benefit {next(number)}", "side": side} | fields
    return Benefit.objects.create(conference=edition or conference(), **facts)


def having(package, benefit, quantity=1):
    """The benefit comes with the package."""
    return PackageBenefit.objects.create(package=package, benefit=benefit, quantity=quantity)


def deliverable(deal=None, **fields):
    """One promise of a signed deal."""
    deal = deal or sponsorship(status="signed")
    row = benefit(deal.conference, **fields)
    having(deal.package, row)
    with transaction.atomic():
        return promises.add(deal, row, 1)


def terms(edition, text="We thank you, you pay us.", number=1, **fields):
    return ContractTerms.objects.create(conference=edition, text=text, number=number, **fields)


def contract(deal, **fields):
    """What binds a deal: a paper, unless the fields name terms."""
    agreed = {"package": deal.package, "amount": deal.amount}
    if "terms" in fields:
        kind = {"accepted_name": "Jo Lindqvist", "accepted_email": "jo@example.org"}
    else:
        kind = {"file": f"contracts/{next(number)}", "file_name": "contract.pdf"}
    return Contract.objects.create(**{"deal": deal} | agreed | kind | fields)


def sponsorship(*, agreed=True, **fields):
    """A deal with its contract (unless not `agreed`), so that it may be signed.

    A signed one has its date, its place of the package and its promises, a lost one its reason.
    """
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
    if fields.get("status") == Sponsorship.Status.LOST:
        agreed = False
        fields.setdefault("lost_why", "price")
    deal = Sponsorship.objects.create(**fields)
    if agreed:
        contract(deal)
    if deal.is_signed:
        with transaction.atomic():
            promises.issue(deal)
    return deal


def mail(**fields):
    """A mail that waits to be sorted; with a conversation, one that stands in it."""
    n = next(number)
    if fields.get("conversation"):
        fields.setdefault("status", Mail.Status.ATTACHED)
    return Mail.objects.create(
        **{
            "key": f"{n:064}",
            "message_id": f"{n}@test.example",
            "way": Mail.Way.IN,
            "party_name": f"Person {n}",
            "party_address": f"person{n}@example.com",
            "subject": f"Mail {n}",
            "text": f"Words of mail {n}",
            "sent_at": timezone.now(),
        }
        | fields
    )


def mail_file(mail_of=None, **fields):
    """A file that came with a mail."""
    fields.setdefault("file", ContentFile(b"%PDF-1.7", name="x.pdf"))
    return MailAttachment.objects.create(
        **{"name": "plan.pdf", "size": 8} | fields, mail=mail_of or mail()
    )


def ignored_sender(**fields):
    return IgnoredSender.objects.create(**{"address": f"ads{next(number)}@shop.example"} | fields)


DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200">'
    '<rect width="400" height="200" fill="#eee"/></svg>'
)


def floor_plan(**fields):
    fields = {"name": f"Hall {next(number)}", "width": 400, "height": 200} | fields
    fields["conference"] = fields.get("conference") or conference()
    if "picture" not in fields:
        fields["picture"] = ContentFile(DRAWING.encode(), name=f"hall{next(number)}.svg")
    return FloorPlan.objects.create(**fields)


def booth(**fields):
    """A booth in a corner; with `sponsorship`, of its edition and taken."""
    deal = fields.get("sponsorship")
    if "plan" not in fields:
        edition = fields.get("conference") or (deal.conference if deal else None)
        fields["plan"] = floor_plan(conference=edition)
    sides = {"x": "0.1", "y": "0.1", "w": "0.1", "h": "0.2"}
    fields = {"number": str(next(number)), "conference": fields["plan"].conference} | sides | fields
    row = Booth.objects.create(**fields)
    row.refresh_from_db()
    return row


def booth_call(**fields):
    """Open now; accepted projects get a package of their own."""
    now = timezone.now()
    week = dt.timedelta(days=7)
    fields = {"opens_at": now - week, "closes_at": now + week} | fields
    fields["conference"] = fields.get("conference") or conference()
    if "package" not in fields:
        fields["package"] = package(
            conference=fields["conference"], name="Non-profit booth", price=0
        )
    return BoothCall.objects.create(**fields)


def booth_application(**fields):
    n = next(number)
    words = {"name": f"Project {n}", "about": "Maps", "contact_name": f"Asker {n}"}
    return BoothApplication.objects.create(
        **words
        | {"email": f"asker{n}@example.org"}
        | fields
        | {"conference": fields.get("conference") or conference()}
    )


def press_call(**fields):
    """Open now."""
    now, week = timezone.now(), dt.timedelta(days=7)
    fields = {"opens_at": now - week, "closes_at": now + week} | fields
    fields = {"contact": "press@conference.example"} | fields
    fields["conference"] = fields.get("conference") or conference()
    if "pass_type" not in fields:
        fields["pass_type"] = reg.ticket_type(fields["conference"], price=None)
    return PressCall.objects.create(**fields)


def press_request(**fields):
    n = next(number)
    words = {"outlet": f"Outlet {n}", "covering": "Everything", "name": f"Journalist {n}"}
    return PressRequest.objects.create(
        **words
        | {"email": f"journalist{n}@example.org"}
        | fields
        | {"conference": fields.get("conference") or conference()}
    )


def announcement(**fields):
    """A draft; with `status="sent"`, one that was sent now."""
    if fields.get("status") == "sent":
        fields = {"sent_at": timezone.now(), "embargo_until": timezone.now()} | fields
    return Announcement.objects.create(
        **{"title": f"News {next(number)}", "text": "We **open** soon."}
        | fields
        | {"conference": fields.get("conference") or conference()}
    )


def coverage(organization, conference, **fields):
    n = next(number)
    words = {"url": f"https://paper.example/{n}", "title": f"Article {n}"}
    return Coverage.objects.create(
        **words | fields, organization=organization, conference=conference
    )
