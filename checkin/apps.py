from django.apps import AppConfig


class CheckinConfig(AppConfig):
    name = "checkin"

    def ready(self):
        from auditlog.registry import auditlog  # noqa: PLC0415  (needs the models loaded)

        from registration import bindings  # noqa: PLC0415
        from scale import editions, navigation, privacy  # noqa: PLC0415
        from scale.models import Role  # noqa: PLC0415
        from schedule import arrivals as projected  # noqa: PLC0415

        from . import arrivals, outputs  # noqa: PLC0415
        from . import editions as ours  # noqa: PLC0415
        from . import privacy as people  # noqa: PLC0415
        from .actions import who_came, why_it_stays, with_a_badge  # noqa: PLC0415
        from .models import Badge, BadgeLayout, CheckIn, CheckInList, Station  # noqa: PLC0415

        outputs.register()
        bindings.register(why_it_stays)
        bindings.register_printed(with_a_badge)
        bindings.register_used(who_came)
        projected.register(arrivals.by_day)
        editions.register("Check-in lists", ours.copy, ours.erase)
        privacy.register("Check-ins", people.show, people.erase)
        register_links(navigation, Role)
        auditlog.register(CheckInList, m2m_fields={"ticket_types", "add_ons"})
        said = ["last_seen_at", "app_version", "queued"]
        auditlog.register(Station, exclude_fields=[*("pairing_hash", "credential_hash"), *said])
        auditlog.register(Badge, exclude_fields=["code", "live_ticket", "holder", "change_no"])
        auditlog.register(BadgeLayout)
        auditlog.register(CheckIn, exclude_fields=["live_key", "change_no"])


def register_links(navigation, role):
    """What the staff's menu has of ours, with the pages behind each."""
    door = (role.REGISTRATION, role.DOOR)
    committee = (role.SPONSORSHIP, role.COMMUNITY)
    group = navigation.Group
    doors = ("failed-scans", "paper", "paper-enter", "conflicts", "speakers-soon", "admission")
    made = ("station", "station-pair", "station-drawer", "lists", "list-new", "list-edit")
    cards = ("badge", "badge-layout", "badge-run")
    for label, name, roles, heading, position, also in (
        ("Stations", "stations", door, group.DOOR, 45, made),
        ("Door", "live", door, group.DOOR, 46, doors),
        ("Badges", "badges", door, group.DOOR, 47, cards),
        ("Report", "report", (role.REGISTRATION, role.FINANCE), group.DOOR, 48, ()),
        ("Exhibitors", "exhibitors", (role.SPONSORSHIP,), group.SPONSORS, 59, ()),
        ("Reports", "sponsor-reports", committee, group.SPONSORS, 60, ("sponsor-report",)),
    ):
        place = {"group": heading, "position": position}
        pages = tuple(f"checkin:{one}" for one in also)
        navigation.register(label, f"checkin:{name}", *roles, **place, also=pages)
