from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    name = "schedule"

    def ready(self):
        from auditlog.registry import auditlog  # noqa: PLC0415  (needs the models loaded)

        from cfp import places as cfp_places  # noqa: PLC0415
        from registration import seats as shop_seats  # noqa: PLC0415
        from scale import editions, email, navigation, privacy  # noqa: PLC0415
        from scale.models import Role  # noqa: PLC0415

        from . import editions as ours  # noqa: PLC0415
        from . import enclosures, favourites, outputs, places, seats  # noqa: PLC0415
        from .models import Release, Room, Venue  # noqa: PLC0415

        outputs.register()
        shop_seats.register(seats.sessions, seats.is_sized)
        privacy.register("Own schedule", favourites.show, favourites.erase)
        email.attach_rendered(enclosures.PLACED, enclosures.of_placed)
        cfp_places.register(places.of)
        editions.register("Rooms", ours.copy, ours.erase)
        navigation.register("Rooms and times", "schedule:board", Role.PROGRAM, position=30)
        navigation.register("Versions", "schedule:releases", Role.PROGRAM, Role.CREW, position=31)
        navigation.register("Crew", "schedule:crew", Role.CREW, Role.PROGRAM, position=33)
        navigation.register("Import", "schedule:import", Role.PROGRAM, position=32)
        # Moves are drafts; what became of them is in Release and Change.
        for model in (Venue, Room, Release):
            auditlog.register(model)
