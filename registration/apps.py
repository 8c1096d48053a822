from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    name = "registration"

    def ready(self):
        from auditlog.registry import auditlog  # noqa: PLC0415  (all of these need the models)

        from scale import editions, health, navigation, privacy  # noqa: PLC0415
        from scale.models import Role  # noqa: PLC0415

        from . import editions as ours  # noqa: PLC0415
        from . import health as checks  # noqa: PLC0415
        from . import models, tasks  # noqa: F401, PLC0415  (web processes queue tasks)
        from . import privacy as people  # noqa: PLC0415
        from .documents import fonts  # noqa: PLC0415

        for model in (models.TicketType, models.TicketPrice, models.Payment, models.Refund):
            auditlog.register(model)
        auditlog.register(models.Quota, exclude_fields=["taken"])
        secret = ["nonce", "form_token", "buyer_name", "buyer_email"]
        auditlog.register(models.Order, exclude_fields=secret)
        auditlog.register(models.Ticket, mask_fields=["guardian_phone"])
        privacy.register("Orders and tickets", people.show, people.erase)
        editions.register("Ticket types, prices and quotas", ours.copy, ours.erase)
        health.register("ledger", checks.ledger)
        health.register("fonts", fonts.finding)
        navigation.register(
            "Sale", "registration:dashboard", Role.REGISTRATION, Role.FINANCE, position=49
        )
        navigation.register(
            "Tickets", "registration:staff-tickets", Role.REGISTRATION, Role.FINANCE, position=50
        )
