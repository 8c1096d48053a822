"""What visitors star: kept for a browser's key or an account, carried over at sign-in."""

from collections.abc import Iterable
from itertools import pairwise

from scale import codes
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from .models import Favourite, FavouriteList, Slot, new_nonce
from .outputs import public_talks


def owned(conference: Conference, user: User | None, key: str) -> FavouriteList | None:
    """The list of the account, else the one that the browser's key opens."""
    lists = FavouriteList.objects.filter(conference=conference)
    if user:
        return lists.filter(user=user).first()
    return lists.filter(browser=codes.digest(key)).first() if key else None


@retry
def sync(
    conference: Conference,
    *,
    user: User | None,
    key: str = "",
    add: Iterable[str] = (),
    drop: Iterable[str] = (),
) -> list[str]:
    """Star and unstar talks by their codes; the codes of all that are starred then.

    What cannot be starred (no such talk here, more than a list holds) is left out. With an
    account, what the browser had starred before is its own from now on.
    """
    add, drop = list(add), list(drop)
    if add or drop:
        require_open(conference)
    browser = owned(conference, None, key)
    if not add and browser is None and owned(conference, user, key) is None:
        return []
    kept, _ = FavouriteList.objects.get_or_create(
        conference=conference,
        user=user,
        browser=None if user else codes.digest(key),
    )
    FavouriteList.objects.select_for_update().get(pk=kept.pk)
    if user and browser and not conference.is_closed:
        add = [*add, *browser.favourites.values_list("talk__code", flat=True)]
        browser.delete()
    mine = Favourite.objects.filter(list=kept)
    mine.filter(talk__code__in=set(drop) - set(add)).delete()
    have = set(mine.values_list("talk", flat=True))
    wanted = public_talks(conference).filter(code__in=add).exclude(pk__in=have)
    room = max(0, FavouriteList.MOST - len(have))
    Favourite.objects.bulk_create(
        Favourite(list=kept, talk_id=pk)
        for pk in wanted.order_by("pk").values_list("pk", flat=True)[:room]
    )
    return sorted(mine.values_list("talk__code", flat=True))


@retry
def calendar_link(
    conference: Conference, *, user: User | None, key: str = "", anew: bool = False
) -> FavouriteList | None:
    """The list whose calendar link to show; `anew` makes every earlier link dead."""
    if user:
        FavouriteList.objects.get_or_create(conference=conference, user=user)
    found = owned(conference, user, key)
    if found and anew:
        found.nonce = new_nonce()
        found.save(update_fields=["nonce"])
    return found


def slots_of(conference: Conference, talks: Iterable[str]) -> list[Slot]:
    """Every slot of the talks with these codes, by time; each knows whether it `clashes`."""
    slots = list(
        Slot.objects.shown(conference)
        .filter(talk__code__in=list(talks))
        .defer("talk__description", "talk__notes")
    )
    mark_clashes(slots)
    return slots


def mark_clashes(slots: list[Slot]) -> None:
    """Nobody can be in two rooms at once; a repeat may be the way out, so it is marked as well."""
    for slot in slots:
        slot.clashes = False
    live = [slot for slot in slots if not (slot.talk and slot.talk.is_cancelled)]
    latest: Slot | None = None
    for before, slot in pairwise(sorted(live, key=lambda one: (one.starts_at, one.ends_at))):
        if latest is None or before.ends_at > latest.ends_at:
            latest = before
        if slot.starts_at < latest.ends_at and slot.talk_id != latest.talk_id:
            slot.clashes = latest.clashes = True


def show(email: str) -> list[str]:
    lists = FavouriteList.objects.filter(user__email=email).select_related("conference")
    return [f"Own schedule, {one.conference}: {one.favourites.count()} talks" for one in lists]


def erase(email: str) -> int:
    return FavouriteList.objects.filter(user__email=email).delete()[0]


def forget(conference: Conference) -> None:
    """Whoever starred what: nobody needs it once the edition is history."""
    FavouriteList.objects.filter(conference=conference).delete()
