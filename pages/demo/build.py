"""The whole demo: three editions around today's date."""

import datetime as dt
from collections import defaultdict

from django.db import transaction

from scale.models import Conference

from .afterwards import add_links, add_ratings
from .bofs import add_bofs
from .cast import add_cast, add_roles
from .dice import Dice
from .door import add_door
from .exhibitors import add_exhibitors
from .hall import add_hall
from .history import add_schedule
from .house import add_counts, add_house
from .invoices import add_invoices
from .mails import add_mails, add_speaker_mail
from .names import Names
from .partners import add_deals, add_organizations, add_voices
from .press import add_outlets, add_press
from .progress import Progress
from .projects import add_projects
from .reviews import add_absences, add_committee, add_reviews
from .setup import ZONE, add_conference, add_setup
from .shop import add_shop
from .sizes import Size
from .stars import add_stars
from .submissions import add_submissions
from .talks import Troupe, add_talks
from .tickets import sell
from .workshops import add_workshops
from .world import Edition, World
from .writer import Writer, dates_as_given

# slug, phase, share of the size's talks
EDITIONS = (("23x", "over", 0.85), ("24x", "on", 1.0), ("25x", "open", 1.0))
SOLD_ALREADY = 0.05  # for the edition to come
THURSDAY = 3


def make_demo(size: Size, seed: int, now: dt.datetime, out) -> World:
    """Writes the demo in one transaction; `out` hears how far it is."""
    tickets = {
        "over": round(size.tickets * size.last_year),
        "on": size.tickets,
        "open": round(size.tickets * SOLD_ALREADY),
    }
    progress = Progress(out, sum(tickets.values()) + size.talks * 6)
    with transaction.atomic(), dates_as_given():
        world = new_world(size, seed, now, progress)
        troupe = Troupe(world)
        conferences = []
        for slug, phase, talks in EDITIONS:
            edition = Edition(world, add_conference(world, slug, first_day(phase, now)), phase)
            make_edition(edition, troupe, round(size.talks * talks), tickets[phase])
            conferences.append(edition.conference.pk)
        Conference.objects.touch(conferences)
    progress.end(f"Made SCALE 23x, 24x and 25x: {world.writer.written:,} rows")
    return world


def first_day(phase: str, now: dt.datetime) -> dt.date:
    """Today is the second day of the edition that is on; the last was 52 weeks before it."""
    yesterday = Conference(time_zone=ZONE).today(now) - dt.timedelta(days=1)
    if phase == "over":
        return yesterday - dt.timedelta(weeks=52)
    if phase == "on":
        return yesterday
    some_day = yesterday + dt.timedelta(days=107)
    return some_day + dt.timedelta(days=(THURSDAY - some_day.weekday()) % 7)


def new_world(size: Size, seed: int, now: dt.datetime, progress: Progress) -> World:
    world = World(
        seed=seed,
        size=size,
        now=now,
        writer=Writer(),
        progress=progress,
        names=Names(Dice(seed, "names")),
    )
    progress.begin("people and organizations")
    add_cast(world, now - dt.timedelta(days=500))
    add_organizations(world)
    add_outlets(world)
    world.writer.flush()
    return world


def make_edition(edition: Edition, troupe: Troupe, talks: int, tickets: int) -> None:
    world, name = edition.world, edition.conference.name
    if edition.phase == "over":
        edition.conference.closed_at = edition.moment(30, 12)
    shop = add_shop(edition, tickets)
    add_setup(edition)
    add_roles(edition)
    world.progress.begin(f"{name}: talks")
    staged, beside = add_talks(edition, troupe, talks)
    world.progress.advance(talks)
    world.progress.begin(f"{name}: schedule")
    days_of = defaultdict(set)
    grid, stories = add_schedule(edition, staged, beside)
    for line in grid.lines:
        for speaker in line.staged.speakers if line.staged else ():
            days_of[speaker.pk].add(line.spot.day)
    add_links(edition, staged, grid)
    add_house(edition)
    add_counts(edition, stories, tickets)
    add_absences(edition, staged, days_of)
    add_stars(edition, staged, tickets)
    add_reviews(edition, [*staged, *beside])
    add_submissions(edition, [*staged, *beside])
    add_committee(edition, [*staged, *beside])
    world.writer.flush()
    world.progress.advance(talks)
    world.progress.begin(f"{name}: sponsors and mail")
    add_deals(edition)
    add_voices(edition, staged)
    add_invoices(edition)
    add_hall(edition)
    add_projects(edition)
    add_press(edition)
    add_mails(edition, edition.on_stage.values())
    add_speaker_mail(edition, [*staged, *beside])
    world.progress.begin(f"{name}: {tickets:,} tickets")
    sell(edition, shop, tickets)
    add_workshops(edition, shop, grid)
    add_ratings(edition, shop, grid)
    add_bofs(edition, shop, stories)
    world.progress.begin(f"{name}: the door")
    add_door(edition, shop)
    world.writer.flush()
    add_exhibitors(edition)
