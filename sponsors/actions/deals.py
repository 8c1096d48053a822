"""A deal: begun, corrected, signed, moved, or given back."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..models import Organization, Package, Sponsorship
from . import promises
from .booths import free_booths_of
from .contracts import end_contracts, end_outdated_click, require_contract
from .rules import Refused, SoldOut, locked, locked_organization, rewrite

Status = Sponsorship.Status
MOVED = ["status", "moved_at", "signed_at", "signed_by", "lost_why", "lost_words"]


@retry
def start_sponsorship(
    conference: Conference,
    organization: Organization,
    *,
    package: Package,
    amount: Decimal,
    owner: User | None = None,
    **more: Any,
) -> Sponsorship:
    """Begin a deal of this edition, as a lead; `more`: what they give in kind."""
    require_open(conference)
    if package.conference_id != conference.pk:
        raise Refused(f"{package} is a package of another edition.", "package")
    organization = locked_organization(organization.pk)
    live = Sponsorship.objects.filter(conference=conference, live_key=organization.pk)
    if live.exists():
        raise Refused(f"{organization} has a deal in this edition already.")
    return Sponsorship.objects.create(
        conference=conference,
        organization=organization,
        package=package,
        amount=amount,
        owner=owner,
        **more,
    )


@retry
def change_sponsorship(
    pk: int, *, package: Package, amount: Decimal, owner: User | None, **more: Any
) -> Sponsorship:
    """Correct a deal. What was signed for stays: the package moves only before that.

    `more`: what they give in kind, how it went.
    """
    deal = locked(pk)
    if package.conference_id != deal.conference_id:
        raise Refused(f"{package} is a package of another edition.", "package")
    if deal.is_promised and package.pk != deal.package_id:
        done, undo = ("signed", "signature") if deal.is_signed else ("released early", "release")
        raise Refused(
            f"This deal is {done} for {deal.package}. Take the {undo} back first, "
            "then choose another package.",
            "package",
        )
    rewrite(deal, {"package": package, "amount": amount, "owner": owner, **more})
    if not deal.is_signed:
        end_outdated_click(deal)
    return deal


@retry
def sign_sponsorship(pk: int, *, signed_by: str) -> Sponsorship:
    """Sign: takes a place and issues the promises, unless an early release did so."""
    deal = locked(pk)
    move(deal, Status.SIGNED)
    require_contract(deal)
    if deal.released_at is None:
        promise(deal)
    deal.signed_at, deal.signed_by = timezone.now(), signed_by
    deal.save(update_fields=MOVED)
    return deal


@retry
def release_early(pk: int, *, why: str, by: User | None = None) -> Sponsorship:
    """Issue the promises before a signature; why stands beside the deal wherever it is shown."""
    deal = locked(pk)
    if not why.strip():
        raise Refused("Say why the promises go out before the signature.", "why")
    if deal.is_promised:
        raise Refused("The promises of this deal are out already.")
    if deal.status == Status.LOST:
        raise Refused("This deal is lost: nothing can be promised.")
    promise(deal)
    deal.released_at, deal.released_why, deal.released_by = timezone.now(), why.strip(), by
    deal.save(update_fields=["released_at", "released_why", "released_by"])
    return deal


def promise(deal: Sponsorship) -> None:
    take_place(deal.package)
    promises.issue(deal)


@retry
def take_release_back(pk: int) -> Sponsorship:
    """Before the signature: what was released early is promised no more. `told`: see below."""
    deal = locked(pk)
    if deal.is_signed or deal.released_at is None:
        raise Refused("Only what was released early, and is not signed, can be taken back.")
    unpromise(deal)
    deal.save(update_fields=["released_at", "released_why", "released_by"])
    return deal


@retry
def move_sponsorship(
    pk: int, status: str, *, expected: str = "", lost_why: str = "", lost_words: str = ""
) -> Sponsorship:
    """Every other step. A deal that promises no longer gives its place and promises back.

    `expected` is the status that whoever moves it saw: moved meanwhile, it stays where it is.
    `told` of the deal that comes back says what of the promises is used already.
    """
    deal = locked(pk)
    if expected and deal.status != expected:
        raise Refused(
            f"{deal.organization} was moved to “{deal.get_status_display()}” meanwhile; "
            "it stays there."
        )
    was_signed, was_promised = deal.is_signed, deal.is_promised
    move(deal, status)
    if status == Status.LOST:
        if lost_why not in Sponsorship.Why.values:
            raise Refused("Say why it is lost.", "lost_why")
        deal.lost_why, deal.lost_words = lost_why, lost_words
        end_contracts(deal, timezone.now())
    if deal.is_signed and not was_signed:
        raise Refused("Say who signed for them.")
    if was_promised and not deal.is_signed and (was_signed or status == Status.LOST):
        unpromise(deal)
    try:
        with transaction.atomic():
            deal.save(
                update_fields=[*MOVED, "released_at", "released_why", "released_by"],
            )
    except IntegrityError as error:  # a lost deal that would live again beside another
        raise Refused(f"{deal.organization} has another deal in this edition by now.") from error
    return deal


def unpromise(deal: Sponsorship) -> None:
    Package.objects.filter(pk=deal.package_id, taken__gte=1).update(taken=F("taken") - 1)
    deal.told = promises.take_back(deal)
    free_booths_of(deal)
    deal.signed_at, deal.signed_by = None, ""
    deal.released_at, deal.released_why, deal.released_by = None, "", None


def move(deal: Sponsorship, status: str) -> None:
    if deal.status == status:
        raise Refused(f"This deal is “{deal.get_status_display()}” already.")
    try:
        deal.move_to(status)
    except ValueError as error:
        raise Refused(str(error)) from error


def take_place(package: Package) -> None:
    """One place of the package, by one conditional UPDATE, so that none is sold twice."""
    free = Package.objects.filter(Q(size=None) | Q(taken__lt=F("size")), pk=package.pk)
    if not free.update(taken=F("taken") + 1):
        raise SoldOut(f"{package} is sold out: all {package.size} are signed.")
