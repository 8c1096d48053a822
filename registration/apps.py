from django.apps import AppConfig
from django.urls import reverse


class RegistrationConfig(AppConfig):
    name = "registration"

    def ready(self):
        from scale import editions, email, health, navigation, privacy  # noqa: PLC0415
        from scale.models import Role  # noqa: PLC0415

        from . import editions as ours  # noqa: PLC0415
        from . import enclosures, models, tasks  # noqa: F401, PLC0415  (web processes queue tasks)
        from . import health as checks  # noqa: PLC0415
        from . import privacy as people  # noqa: PLC0415
        from .documents import fonts  # noqa: PLC0415

        register_trail(models)
        privacy.register("Orders and tickets", people.show, people.erase)
        editions.register("What is sold, its rules and terms", ours.copy, ours.erase, ours.close)
        email.attach_rendered("tickets", enclosures.of_order)
        email.attach_rendered("ticket upgraded", enclosures.of_upgrade)
        for kind in ("ticket given", "ticket passed on", "ticket again"):
            email.attach_rendered(kind, enclosures.of_ticket)
        health.register("ledger", checks.ledger)
        health.register("fonts", fonts.finding)
        desk = (Role.REGISTRATION, Role.FINANCE)
        group = navigation.Group.ATTENDEES
        navigation.register("Desk", "registration:staff-desk", *desk, group=group, position=40)
        navigation.register("Sale", "registration:dashboard", *desk, group=group, position=41)
        navigation.register_setup(
            "The sale",
            "Ticket types, places, prices, extras, questions, codes, rules and terms.",
            lambda conference: reverse("registration:sale", args=[conference.slug]),
            Role.REGISTRATION,
            position=30,
        )
        navigation.register_setup(
            "Lists for mails and spreadsheets",
            "Attendees, orders, payments, extras, addresses of who agreed to be written to.",
            lambda conference: reverse("registration:exports", args=[conference.slug]),
            *desk,
            Role.COMMUNICATIONS,
            position=31,
        )


def register_trail(models):
    """People's own words, addresses and passports are erased one day; the trail has no copy."""
    from auditlog.registry import auditlog  # noqa: PLC0415  (needs the models loaded)

    for model in (
        *(models.TicketType, models.TicketPrice, models.Payment, models.Refund),
        *(models.AddOn, models.Question, models.Terms, models.GroupCode, models.CashDrawer),
        *(models.Ribbon, models.CompChoice),
    ):
        auditlog.register(model)
    auditlog.register(models.Quota, exclude_fields=["taken"])
    auditlog.register(models.PromoCode, exclude_fields=["uses"])
    auditlog.register(models.CompAllowance, exclude_fields=["given"])
    auditlog.register(models.SaleRules, m2m_fields={"accessibility_readers"})
    person = ["name", "email", "live_email", "nonce"]
    auditlog.register(models.WaitlistEntry, exclude_fields=person)
    passport = ["full_name", "nationality", "passport_number", "born_on", "address"]
    auditlog.register(models.VisaRequest, exclude_fields=[*passport, "answer"])
    auditlog.register(models.CancellationRequest, exclude_fields=["why", "answer"])
    secret = ["nonce", "form_token", "buyer_name", "buyer_email", "change_no"]
    auditlog.register(models.Order, exclude_fields=secret)
    private = ["nonce", "accessibility_needs", "guardian_phone", "phone"]
    auditlog.register(models.Ticket, exclude_fields=[*private, "code_key", "change_no"])
