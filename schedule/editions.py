"""What of this floor goes into the next edition, and what is erased when one is closed."""

from cfp.models import Equipment

from .favourites import forget
from .models import Room, ScheduleImport, Venue


def copy(old, new, shift):
    """Buildings and rooms, no slots."""
    venues = {}
    for venue in Venue.objects.filter(conference=old):
        venues[venue.pk] = Venue.objects.create(
            conference=new, name=venue.name, address=venue.address
        )
    equipment = {thing.name: thing for thing in Equipment.objects.filter(conference=new)}
    rooms = {}
    for room in Room.objects.filter(conference=old).prefetch_related("equipment"):
        copied = rooms[room.pk] = Room.objects.create(
            conference=new,
            venue=venues.get(room.venue_id),
            code=room.code,
            name=room.name,
            capacity=room.capacity,
            note=room.note,
            position=room.position,
        )
        names = [thing.name for thing in room.equipment.all()]
        copied.equipment.set(equipment[name] for name in names if name in equipment)
    for room in Room.objects.filter(conference=old).prefetch_related("parts"):
        rooms[room.pk].parts.set(rooms[part.pk] for part in room.parts.all())


def erase(conference):
    """Uploads name people, stars belong to them; the schedule itself is history and stays."""
    forget(conference)
    for run in ScheduleImport.objects.filter(conference=conference):
        run.file.delete(save=False)
        run.delete()
