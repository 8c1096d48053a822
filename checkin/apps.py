from django.apps import AppConfig


class CheckinConfig(AppConfig):
    name = "checkin"

    def ready(self):
        from auditlog.registry import auditlog  # noqa: PLC0415  (needs the models loaded)

        from registration import bindings  # noqa: PLC0415
        from scale import editions, navigation, privacy  # noqa: PLC0415
        from scale.models import Role  # noqa: PLC0415
        from schedule import arrivals as projected  # noqa: PLC0415

        from . import arrivals  # noqa: PLC0415
        from . import editions as ours  # noqa: PLC0415
        from . import privacy as people  # noqa: PLC0415
        from .actions import why_it_stays  # noqa: PLC0415
        from .models import Badge, BadgeLayout, CheckIn, CheckInList, Station  # noqa: PLC0415

        bindings.register(why_it_stays)
        projected.register(arrivals.by_day)
        editions.register("Check-in lists", ours.copy, ours.erase)
        privacy.register("Check-ins", people.show, people.erase)
        navigation.register(
            "Stations", "checkin:stations", Role.REGISTRATION, Role.DOOR, position=45
        )
        navigation.register("Door", "checkin:live", Role.REGISTRATION, Role.DOOR, position=46)
        navigation.register("Badges", "checkin:badges", Role.REGISTRATION, Role.DOOR, position=47)
        auditlog.register(CheckInList, m2m_fields={"ticket_types", "add_ons"})
        said = ["last_seen_at", "app_version", "queued"]
        auditlog.register(Station, exclude_fields=[*("pairing_hash", "credential_hash"), *said])
        auditlog.register(Badge, exclude_fields=["code", "live_ticket", "holder", "change_no"])
        auditlog.register(BadgeLayout)
        auditlog.register(CheckIn, exclude_fields=["live_key", "change_no"])
