"""Floor plans and their booths: drawn, given, exchanged, given back."""

import re
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference

from ..models import Booth, FloorPlan, Sponsorship
from ..models.booths import promised_booths
from .rules import Refused, rewrite

MOST_AT_ONCE = 60
MOST_PLANS = 20


@retry
def add_plan(conference: Conference, *, picture: ContentFile, **facts: Any) -> FloorPlan:
    """A plan with a picture that was cleaned; `facts` are its name and sides."""
    require_open(conference)
    Conference.objects.select_for_update().get(pk=conference.pk)
    if FloorPlan.objects.filter(conference=conference).count() >= MOST_PLANS:
        raise Refused(f"An edition has at most {MOST_PLANS} floor plans.")
    plan = FloorPlan(conference=conference, **facts)
    plan.picture.save(picture.name or "plan.png", picture, save=False)
    plan.save()
    return plan


@retry
def change_plan(plan: FloorPlan, *, picture: ContentFile | None = None, **facts: Any) -> FloorPlan:
    """Another name or picture; the booths keep their places on it."""
    locked = lock_plan(plan.pk)
    old, storage = locked.picture.name or "", locked.picture.storage
    if picture:
        locked.picture.save(picture.name or "plan.png", picture, save=False)
        facts["picture"] = locked.picture.name
        transaction.on_commit(lambda: storage.delete(old))
    return rewrite(locked, facts)


@retry
def remove_plan(plan: FloorPlan) -> None:
    """With its booths, as long as nobody has one of them."""
    locked = lock_plan(plan.pk)
    if held := Booth.objects.select_for_update().filter(plan=locked).exclude(sponsorship=None):
        raise Refused(f"Booth {held[0].number} on it is taken. Free the booths first.")
    name, storage = locked.picture.name or "", locked.picture.storage
    locked.delete()
    transaction.on_commit(lambda: storage.delete(name))


@retry
def add_booths(
    plan: FloorPlan, *, number: str, count: int = 1, down: bool = False, **facts: Any
) -> list[Booth]:
    """One booth, or a row of so many that touch each other, numbered on from the first."""
    plan = lock_plan(plan.pk)
    numbers = numbered(number, count)
    known = Booth.objects.filter(conference=plan.conference_id, number__in=numbers)
    if taken := known.values_list("number", flat=True).first():
        raise Refused(f"There is a booth {taken} already.", "number")
    made = []
    for step, name in enumerate(numbers):
        booth = Booth(plan=plan, conference_id=plan.conference_id, number=name, **facts)
        booth.x += 0 if down else step * booth.w
        booth.y += step * booth.h if down else 0
        if booth.x + booth.w > 1 or booth.y + booth.h > 1:
            raise Refused(f"Booth {name} would lie beside the plan.", "count")
        made.append(booth)
    try:
        with transaction.atomic():
            for booth in made:
                booth.save(force_insert=True)
    except IntegrityError as error:  # drawn on another plan at the same moment
        raise Refused("One of these numbers is taken by now.", "number") from error
    return made


def numbered(first: str, count: int) -> list[str]:
    """A-9, A-10, A-11 …"""
    found = re.fullmatch(r"(.*?)(\d+)", first)
    if count == 1:
        return [first]
    if count > MOST_AT_ONCE:
        raise Refused(f"At most {MOST_AT_ONCE} at once.", "count")
    if not found:
        raise Refused("To count on, the first number must end in a digit.", "number")
    head, digits = found.groups()
    names = [f"{head}{int(digits) + n:0{len(digits)}}" for n in range(count)]
    if len(names[-1]) > 10:
        raise Refused("The last of these numbers would be too long.", "number")
    return names


@retry
def change_booth(booth: Booth, **facts: Any) -> Booth:
    """New values for its number, place and what it has."""
    locked = lock_booths(booth.pk)[0]
    try:
        with transaction.atomic():
            return rewrite(locked, facts)
    except IntegrityError as error:
        raise Refused(f"There is a booth {facts.get('number')} already.", "number") from error


@retry
def remove_booth(booth: Booth) -> None:
    locked = lock_booths(booth.pk)[0]
    if locked.sponsorship_id:
        raise Refused(f"{locked.organization} has booth {locked.number}. Free it first.")
    locked.delete()


@retry
def give_booth(booth: Booth, deal: Sponsorship) -> Booth:
    """A free booth to a signed deal, which gets no more than it was promised.

    The deal is held first, then the booth: whoever wants either waits here.
    """
    holder = Sponsorship.objects.select_for_update().filter(pk=deal.pk).first()
    locked = lock_booths(booth.pk)[0]
    if holder is None or holder.conference_id != locked.conference_id:
        raise Refused("This is a deal of another edition.", "deal")
    if locked.sponsorship_id == holder.pk:  # clicked twice
        return locked
    if not holder.is_signed:
        raise Refused(f"The deal with {holder.organization} is not signed.", "deal")
    if locked.sponsorship_id:
        raise Refused(f"{locked} is taken: {locked.organization} has it.", "booth")
    promised, has = promised_booths(holder), holder.booths.count()
    if has >= promised:
        words = "the booth" if promised == 1 else f"all {promised} booths"
        raise Refused(f"{holder.organization} has {words} that it was promised.", "deal")
    locked.sponsorship = holder
    locked.save(update_fields=["sponsorship"])
    return locked


@retry
def free_booth(booth: Booth, deal: int | None = None) -> Booth:
    """Nobody has it any more. With `deal`, only if that one still has it."""
    locked = lock_booths(booth.pk)[0]
    if deal is not None and locked.sponsorship_id not in (deal, None):
        raise Refused(f"{locked} went to {locked.organization} meanwhile.")
    if locked.sponsorship_id:
        locked.sponsorship = None
        locked.save(update_fields=["sponsorship"])
    return locked


@retry
def swap_booths(one: Booth, other: Booth) -> tuple[Booth, Booth]:
    """Who has one gets the other; where only one is taken, that is a move."""
    if one.pk == other.pk:
        raise Refused("Choose another booth.", "other")
    seen = dict(Booth.objects.filter(pk__in=[one.pk, other.pk]).values_list("pk", "sponsorship_id"))
    # The deals first, as giving does: one that is lost meanwhile must find its booth to free it.
    held = Sponsorship.objects.select_for_update().filter(pk__in=filter(None, seen.values()))
    list(held.order_by("pk"))
    first, second = lock_booths(one.pk, other.pk)
    if any(seen[booth.pk] != booth.sponsorship_id for booth in (first, second)):
        raise Refused("One of the two changed hands meanwhile. Please look again.")
    if first.conference_id != second.conference_id:
        raise Refused("This is a booth of another edition.", "other")
    first.sponsorship, second.sponsorship = second.sponsorship, first.sponsorship
    for booth in (first, second):
        booth.save(update_fields=["sponsorship"])
    return first, second


def free_booths_of(deal: Sponsorship) -> None:
    """A deal that is signed no longer gives its booths back; the caller holds the deal."""
    for booth in Booth.objects.select_for_update().filter(sponsorship=deal).order_by("pk"):
        booth.sponsorship = None
        booth.save(update_fields=["sponsorship"])


def lock_plan(pk: int) -> FloorPlan:
    plan = FloorPlan.objects.select_for_update().filter(pk=pk).first()
    if plan is None:
        raise Refused("This plan was removed meanwhile.")
    require_open(plan.conference)
    return plan


def lock_booths(*pks: int) -> list[Booth]:
    """Held until the end of the transaction, in the order of all locks; of an open edition."""
    booths = list(Booth.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    if len(booths) != len(pks):
        raise Refused("This booth was removed meanwhile.")
    require_open(booths[0].conference)
    return booths
