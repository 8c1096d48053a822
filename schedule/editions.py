"""What of this floor goes into the next edition, and what is erased when one is closed."""

from cfp.models import Equipment

from . import bofs, favourites, ratings
from .models import (
    DayHours,
    HeadCount,
    PlanStep,
    PresenceHour,
    Room,
    RoomSetup,
    ScheduleImport,
    SlotTemplate,
    Venue,
    Walk,
)


def copy(old, new, shift):
    """Buildings, rooms and how days are laid out, with their dates moved; no slots."""
    venues = {row.pk: again(row, conference=new) for row in Venue.objects.filter(conference=old)}
    for walk in Walk.objects.filter(one__conference=old):
        again(walk, one=venues[walk.one_id], other=venues[walk.other_id])
    equipment = {thing.name: thing for thing in Equipment.objects.filter(conference=new)}
    rooms = {}
    for room in Room.objects.filter(conference=old).prefetch_related("equipment"):
        copied = rooms[room.pk] = again(room, conference=new, venue=venues.get(room.venue_id))
        names = [thing.name for thing in room.equipment.all()]
        copied.equipment.set(equipment[name] for name in names if name in equipment)
    for room in Room.objects.filter(conference=old).prefetch_related("parts"):
        rooms[room.pk].parts.set(rooms[part.pk] for part in room.parts.all())
    for setup in RoomSetup.objects.filter(room__conference=old):
        again(setup, room=rooms[setup.room_id], date=shift(setup.date))
    for model in (DayHours, SlotTemplate):
        for day in model.objects.filter(conference=old):
            again(day, conference=new, date=shift(day.date))
    for hour in PresenceHour.objects.filter(conference=old):
        again(hour, conference=new)


def again(row, **changed):
    """A copy of the row in which some fields are different."""
    names = {field.name for field in row._meta.concrete_fields} - {"id"}
    return type(row).objects.create(**{name: getattr(row, name) for name in names} | changed)


def erase(conference):
    """Uploads, steps and counts name people, stars belong to them; the schedule is history."""
    favourites.forget(conference)
    ratings.forget(conference)
    bofs.forget(conference)
    for run in ScheduleImport.objects.filter(conference=conference):
        run.file.delete(save=False)
        run.delete()
    PlanStep.objects.filter(plan__conference=conference).delete()
    HeadCount.objects.filter(conference=conference).update(by="")
