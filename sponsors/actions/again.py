"""Ask last year's sponsors: their deals become this year's leads."""

from collections.abc import Iterable

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..models import Organization, Package, Sponsorship
from .rules import Refused


@retry
def ask_again(
    conference: Conference, pks: Iterable[int], *, otherwise: Package | None, by: User
) -> list[Sponsorship]:
    """A lead for each of these signed deals of another edition; the leads that were made.

    Whoever has a deal here already, lost ones too, is left alone: the same again does
    nothing. The package is the one of the same name, else `otherwise`.
    """
    require_open(conference)
    signed = Sponsorship.objects.filter(pk__in=pks, status__in=Sponsorship.SIGNED_STATES)
    signed = signed.exclude(conference=conference).select_related("package")
    before = sorted(signed, key=lambda deal: deal.organization_id)
    # The lock under which every deal begins.
    firms = Organization.objects.filter(pk__in=[deal.organization_id for deal in before])
    owners = dict(firms.select_for_update().order_by("pk").values_list("pk", "owner"))
    if any(deal.organization_id not in owners for deal in before):
        raise Refused("Some were joined with others meanwhile: look at the list again.")
    here = Sponsorship.objects.filter(conference=conference, organization__in=owners)
    asked = set(here.values_list("organization", flat=True))
    packages = {one.name: one for one in Package.objects.filter(conference=conference)}
    made = []
    for deal in before:
        if deal.organization_id in asked:
            continue
        package = packages.get(deal.package.name, otherwise)
        if package is None:
            raise Refused(
                f"There is no package “{deal.package}” in {conference}: choose another for it.",
                "otherwise",
            )
        asked.add(deal.organization_id)
        made.append(
            Sponsorship.objects.create(
                conference=conference,
                organization_id=deal.organization_id,
                package=package,
                amount=package.price,
                owner_id=deal.owner_id or owners[deal.organization_id] or by.pk,
                previous=deal,
            )
        )
    return made
