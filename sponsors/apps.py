from django.apps import AppConfig


class SponsorsConfig(AppConfig):
    name = "sponsors"

    def ready(self):
        from auditlog.registry import auditlog  # noqa: PLC0415  (needs the models loaded)

        from scale import editions, navigation, privacy  # noqa: PLC0415
        from scale.models import Role  # noqa: PLC0415

        from . import editions as our_editions  # noqa: PLC0415
        from . import privacy as our_privacy  # noqa: PLC0415
        from .models import Contact, Organization, Package, Sponsorship  # noqa: PLC0415

        editions.register("Sponsor packages", our_editions.copy, our_editions.erase)
        privacy.register("Contact of an organization", our_privacy.show, our_privacy.erase)
        navigation.register(
            *("Sponsors", "sponsors:organizations"),
            *(Role.SPONSORSHIP, Role.COMMUNITY, Role.PRESS),
            position=50,
        )
        navigation.register(
            *("Deals", "sponsors:pipeline"),
            *(Role.SPONSORSHIP, Role.COMMUNITY, Role.FINANCE),
            position=51,
        )
        auditlog.register(Organization)
        auditlog.register(Contact)
        auditlog.register(Package, exclude_fields=["taken"])
        # Who signed for them is erased with the edition; the trail must not keep it.
        auditlog.register(Sponsorship, exclude_fields=["live_key", "signed_by"])
