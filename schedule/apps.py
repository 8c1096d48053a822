from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    name = "schedule"

    def ready(self):
        from auditlog.registry import auditlog  # noqa: PLC0415  (needs the models loaded)

        from cfp import places as cfp_places  # noqa: PLC0415
        from registration import bindings, ways  # noqa: PLC0415
        from registration import seats as shop_seats  # noqa: PLC0415
        from scale import editions, email, navigation, privacy  # noqa: PLC0415
        from scale.models import Role  # noqa: PLC0415

        from . import (  # noqa: PLC0415
            bofs,
            enclosures,
            favourites,
            letters,
            outputs,
            places,
            ratings,
            seats,
        )
        from . import editions as ours  # noqa: PLC0415
        from .actions import holders  # noqa: PLC0415
        from .models import Release, Room, Venue  # noqa: PLC0415

        outputs.register()
        shop_seats.register(seats.sessions, seats.is_sized)
        privacy.register("Own schedule", favourites.show, favourites.erase)
        privacy.register("Ratings of talks", ratings.show, ratings.erase)
        privacy.register("Birds of a feather", bofs.show, bofs.erase)
        bindings.register(bofs.why_it_stays)
        ways.register(bofs.link_of)
        email.attach_rendered(letters.BOF, enclosures.of_placed)
        email.attach_rendered(enclosures.PLACED, enclosures.of_placed)
        cfp_places.register(places.of, holders.tell_turned, places.require_free)
        editions.register("Rooms", ours.copy, ours.erase)
        register_links(navigation, Role)
        # Moves are drafts; what became of them is in Release and Change.
        for model in (Venue, Room, Release):
            auditlog.register(model)


def register_links(navigation, role):
    """What the staff's navigation has of ours, with the pages behind each."""
    planning = ("plan", "place", "plans", "compare", "publish", "workshops", "workshop")
    evenings = ("bof-claims", "bof-claim", "bof-places")
    versions = ("release", "rebuilt", "releases-compare")
    crew = ("crew-sheet", "crew-speakers", "crew-workshops", "head-counts", "seat-list")
    crew += ("crew-links", "crew-link")
    ratings = ("rating-comments", "talk-ratings")
    group = navigation.Group
    for label, name, roles, heading, position, behind in (
        ("Rooms and times", "board", (role.PROGRAM,), group.ROOMS, 30, planning + evenings),
        ("Versions", "releases", (role.PROGRAM, role.CREW), group.ROOMS, 31, versions),
        ("Import", "import", (role.PROGRAM,), group.ROOMS, 32, ("import-report",)),
        ("Crew", "crew", (role.CREW, role.PROGRAM), group.ROOMS, 33, crew),
        ("Ratings", "ratings", (role.PROGRAM,), group.PROGRAM, 34, ratings),
    ):
        also = tuple(f"schedule:{one}" for one in behind)
        place = {"group": heading, "position": position}
        navigation.register(label, f"schedule:{name}", *roles, **place, also=also)
