"""The catalogue of an edition; what is promised already never changes with it."""

from decimal import Decimal
from typing import Any

from django.db.models import ProtectedError

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference

from ..models import (
    Benefit,
    BenefitConflict,
    Package,
    PackageBenefit,
    Sponsorship,
    SponsorshipExtra,
)
from . import promises
from .deals import locked
from .rules import Refused


def open_edition(conference: Conference) -> Conference:
    """Its row, locked: the catalogue is changed by one at a time."""
    row = Conference.objects.select_for_update().get(pk=conference.pk)
    require_open(row)
    return row


@retry
def save_benefit(conference: Conference, benefit: Benefit, **facts: Any) -> Benefit:
    """Add a benefit or correct one; signed deals keep what they were promised."""
    require_open(Conference.objects.get(pk=conference.pk))
    ticket = facts.get("pass_type")
    if ticket and ticket.conference_id != conference.pk:
        raise Refused("This ticket belongs to another edition.", "pass_type")
    if benefit.pk:
        row = Benefit.objects.select_for_update().filter(pk=benefit.pk).first()
        if row is None:
            raise Refused("This was deleted meanwhile.")
        if facts["size"] is not None and facts["size"] < row.taken:
            raise Refused(f"{row.taken} are promised already.", "size")
    else:
        row = Benefit(conference=conference)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    return row


@retry
def remove_benefit(conference: Conference, benefit: Benefit) -> None:
    """Only what no deal was promised, nor has bought, can go."""
    open_edition(conference)
    try:
        benefit.delete()
    except ProtectedError as error:
        raise Refused(
            f"“{benefit}” stands in a deal. Take it out of the packages instead: "
            "what is promised stays promised."
        ) from error


@retry
def set_quantities(conference: Conference, wanted: dict[tuple[int, int], int]) -> None:
    """{(package, benefit): how many}, 0 for none; a pair that is not named stays as it is."""
    open_edition(conference)
    packages = {one.pk: one for one in Package.objects.filter(conference=conference)}
    benefits = {one.pk: one for one in Benefit.objects.filter(conference=conference)}
    for (package, benefit), quantity in sorted(wanted.items()):
        if package not in packages or benefit not in benefits:
            raise Refused("A package or benefit was deleted meanwhile.")
        rows = PackageBenefit.objects.filter(package=package, benefit=benefit)
        if quantity == 0:
            rows.delete()
        elif not rows.update(quantity=quantity):
            PackageBenefit.objects.get_or_create(
                package_id=package, benefit_id=benefit, defaults={"quantity": quantity}
            )
    for package in sorted({pair[0] for pair in wanted}):
        here = packages[package].package_benefits.values_list("benefit", flat=True)
        promises.require_no_clash(packages[package], set(here))


@retry
def add_conflict(
    conference: Conference, benefit: Benefit, *, other: Benefit | Package
) -> BenefitConflict:
    """From now on no package has both, and no deal is signed with both."""
    open_edition(conference)
    if conference.pk not in {benefit.conference_id} & {other.conference_id}:
        raise Refused("Both must be of this edition.")
    pair: dict[str, Any]
    if isinstance(other, Package):
        pair = {"benefit": benefit, "package": other}
        both = PackageBenefit.objects.filter(package=other, benefit=benefit)
    elif benefit.pk == other.pk:
        raise Refused("A benefit cannot exclude itself.", "other")
    else:
        first, second = sorted((benefit, other), key=lambda one: one.pk)
        pair = {"benefit": first, "other": second}
        both = PackageBenefit.objects.filter(
            benefit=first, package__package_benefits__benefit=second
        )
    if found := both.select_related("package").first():
        raise Refused(f"{found.package} has both: take one of them out first.", "other")
    row, _ = BenefitConflict.objects.get_or_create(**pair)
    return row


@retry
def remove_conflict(conference: Conference, pk: int) -> None:
    open_edition(conference)
    BenefitConflict.objects.filter(pk=pk, benefit__conference=conference).delete()


# --- extras ------------------------------------------------------------------------------------


@retry
def add_extra(
    pk: int, *, benefit: Benefit, quantity: int = 1, price: Decimal | None = None
) -> SponsorshipExtra:
    """Beside the package, at the catalogue's price or the one agreed for all of them.

    A deal that promises already has it at once.
    """
    deal = locked(pk)
    if benefit.conference_id != deal.conference_id or benefit.price is None:
        raise Refused("This is not sold alone.", "benefit")
    if deal.status == Sponsorship.Status.LOST:
        raise Refused("This deal is lost.")
    if deal.extras.filter(benefit=benefit).exists():
        raise Refused("This deal has it already: take it out first.", "benefit")
    promises.require_no_clash(deal.package, {*promises.promised_by(deal), benefit.pk})
    row = SponsorshipExtra.objects.create(
        deal=deal,
        benefit=benefit,
        quantity=quantity,
        price=benefit.price * quantity if price is None else price,
    )
    if deal.is_promised:
        promises.add(deal, benefit, quantity)
    return row


@retry
def remove_extra(pk: int) -> None:
    """Not what is used already."""
    found = SponsorshipExtra.objects.filter(pk=pk).values_list("deal", flat=True).first()
    if found is None:
        return
    deal = locked(found)
    extra = SponsorshipExtra.objects.select_related("benefit").filter(pk=pk).first()
    if extra is None:
        return
    if deal.is_promised:
        promises.lessen(deal, extra.benefit, extra.quantity)
    extra.delete()
