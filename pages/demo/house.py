"""How the days are laid out, and how many people sat in the rooms."""

import datetime as dt
from itertools import groupby

from schedule.models import DayHours, HeadCount, Kind, SlotTemplate

from .history import Story
from .placing import BLOCKS
from .world import Edition

OPEN, CLOSE = dt.time(8), dt.time(23)
LENGTH = 45
# Of the people in the house by the clock, as many as the demo has tickets.
IN_THE_HOUSE = 0.75


def add_house(edition: Edition) -> None:
    """Opening hours, and the times of the day that talks snap to."""
    for date in edition.conference.days():
        edition.add(
            DayHours(conference=edition.conference, date=date, opens_at=OPEN, closes_at=CLOSE)
        )
        for first, number, gap in runs(BLOCKS):
            edition.add(
                SlotTemplate(
                    conference=edition.conference,
                    date=date,
                    first_at=dt.time(*divmod(first, 60)),
                    number=number,
                    minutes=LENGTH,
                    gap=gap,
                )
            )


def runs(blocks: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """(first, how many, minutes between) of blocks that follow each other evenly."""
    steps = [after - before for before, after in zip(blocks, blocks[1:], strict=False)]
    found, at = [], 0
    for step, same in groupby(steps):
        number = len(list(same))
        if step - LENGTH <= LENGTH:
            found.append((blocks[at], number + 1, step - LENGTH))
        at += number
    return found


def add_counts(edition: Edition, stories: list[Story], tickets: int) -> None:
    """Crews counted most rooms of what is over: the year before, and yesterday and this morning."""
    dice, world = edition.dice("head counts"), edition.world
    present = max(1, round(tickets * IN_THE_HOUSE))
    for story in stories:
        spot, staged = story.steps[story.last], story.line.staged
        is_counted = staged is not None and story.line.kind in (Kind.MAIN, Kind.BOF)
        if spot is None or spot.room is None or not is_counted:
            continue
        at = edition.moment(spot.day, *divmod(spot.begins + 10, 60))
        if at > world.now or not dice.chance(0.7):
            continue
        expected = staged.talk.expected_audience
        came = round((expected or 40) * dice.uniform(0.5, 1.25))
        edition.add(
            HeadCount(
                conference=edition.conference,
                slot_uuid=story.uuid,
                talk=staged.talk,
                room_id=spot.room,
                people=min(came, present),
                present=present,
                expected=expected,
                counted_at=at,
            )
        )
