"""What of this floor goes into the next edition: the catalogue. Organizations outlive editions."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from scale.codes import new_code

from .models import (
    Benefit,
    BenefitConflict,
    Biller,
    Booth,
    BoothApplication,
    BoothCall,
    Contract,
    ContractTerms,
    Deliverable,
    FloorPlan,
    Invoice,
    Package,
    PackageBenefit,
    Portal,
    PressCall,
    PressRequest,
    Sponsorship,
)

NOBODY = {"accepted_name": "(erased)", "accepted_title": "", "accepted_email": ""}


def copy(old, new, shift):
    """The same packages and benefits at the same prices, none of them taken yet."""
    if terms := ContractTerms.objects.of(old):
        ContractTerms.objects.create(conference=new, number=1, text=terms.text)
    packages = copy_packages(old, new)
    benefits = copy_benefits(old, new, shift)
    PackageBenefit.objects.bulk_create(
        PackageBenefit(
            package=packages[row.package_id],
            benefit=benefits[row.benefit_id],
            quantity=row.quantity,
        )
        for row in PackageBenefit.objects.filter(package__conference=old).order_by("pk")
    )
    BenefitConflict.objects.bulk_create(
        conflict_of(benefits[row.benefit_id], row, benefits, packages)
        for row in BenefitConflict.objects.filter(benefit__conference=old).order_by("pk")
    )
    copy_biller(old, new)


def copy_packages(old, new):
    """{id of the old one: the new one}, as for benefits."""
    return {
        package.pk: Package.objects.create(
            conference=new,
            name=package.name,
            price=package.price,
            size=package.size,
            position=package.position,
        )
        for package in Package.objects.filter(conference=old).order_by("pk")
    }


def copy_benefits(old, new, shift):
    """Who sees to them is not copied: rights end with an edition."""
    types = {one.code: one.pk for one in new.ticket_types.all()}
    rows = Benefit.objects.filter(conference=old).select_related("pass_type").order_by("pk")
    found = {}
    for row in rows:
        same = {name: getattr(row, name) for name in Benefit.TERMS if name != "pass_type_id"}
        found[row.pk] = Benefit.objects.create(
            conference=new,
            pass_type_id=row.pass_type and types[row.pass_type.code],
            days_before=row.days_before,
            due_on=shift(row.due_on),
            price=row.price,
            size=row.size,
            **same,
        )
    return found


def conflict_of(benefit, row, benefits, packages):
    """The lower id first: copied in their order, the new ones keep it."""
    return BenefitConflict(
        benefit=benefit,
        other=row.other_id and benefits[row.other_id],
        package=row.package_id and packages[row.package_id],
    )


def copy_biller(old, new):
    """Our side of the invoices; their numbers begin at one again."""
    for ours in Biller.objects.filter(conference=old):
        ours.pk, ours.conference, ours.last_number = None, new, 0
        ours.save()


def copy_hall(old, new, shift):
    """The plans with their booths, which nobody has yet, and when projects may ask."""
    for plan in FloorPlan.objects.filter(conference=old).prefetch_related("booths"):
        booths = list(plan.booths.all())
        if not plan.picture.storage.exists(plan.picture.name):
            continue
        with plan.picture.open("rb") as file:
            content = ContentFile(file.read())
        suffix = plan.picture.name.rpartition(".")[2]
        plan.pk, plan.conference = None, new
        plan._state.adding = True
        plan.picture.save(f"{new_code(20).lower()}.{suffix}", content, save=False)
        plan.save()
        for booth in booths:
            booth.pk, booth.conference, booth.plan, booth.sponsorship = None, new, plan, None
            booth.notes = ""
        Booth.objects.bulk_create(booths)
    named = {(one.position, one.name): one for one in Package.objects.filter(conference=new)}
    call = BoothCall.objects.filter(conference=old).select_related("package").first()
    package = call and named.get((call.package.position, call.package.name))
    if package:
        BoothCall.objects.create(
            conference=new,
            package=package,
            opens_at=shift(call.opens_at),
            closes_at=shift(call.closes_at),
            introduction=call.introduction,
        )


def copy_press(old, new, shift):
    """When journalists may ask; what they are told is dated, and does not go along."""
    types = {one.code: one for one in new.ticket_types.all()}
    call = PressCall.objects.filter(conference=old).select_related("pass_type").first()
    if call and call.pass_type.code in types:
        PressCall.objects.create(
            conference=new,
            pass_type=types[call.pass_type.code],
            opens_at=shift(call.opens_at),
            closes_at=shift(call.closes_at),
            contact=call.contact,
            introduction=call.introduction,
        )


def erase_press(conference):
    """Which outlets were there stays; who they sent, and what those wrote, goes."""
    blank = dict.fromkeys(("name", "email", "role", "covering", "links", "wishes", "words"), "")
    PressRequest.objects.filter(conference=conference).update(**blank, contact=None)


def erase(conference):
    """Who signed and accepted, the papers themselves, who stood at the booths; links end.

    Contacts belong to no edition.
    """
    contracts = Contract.objects.filter(deal__conference=conference)
    contracts.filter(file="").update(**NOBODY)
    Portal.objects.live().filter(deal__conference=conference).update(revoked_at=timezone.now())
    storage = Contract._meta.get_field("file").storage
    for name in contracts.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(lambda name=name: storage.delete(name))
    Sponsorship.objects.filter(conference=conference).update(signed_by="")
    Deliverable.objects.filter(deal__conference=conference, wanted=Deliverable.Wanted.NAMES).update(
        text=""
    )
    # Where invoices were mailed does not stand on the paper, which is kept as it was issued.
    addressed = Invoice._base_manager.filter(sponsorship__conference=conference)
    addressed.update(bill_email="")
    BoothApplication.objects.filter(conference=conference).update(
        contact_name="", email="", about="", needs="", words=""
    )
