from django.apps import AppConfig


class SponsorsConfig(AppConfig):
    name = "sponsors"

    def ready(self):
        # All of it needs the models loaded.
        from registration import bills, proof  # noqa: PLC0415
        from scale import editions, email, health, privacy  # noqa: PLC0415

        from . import actions, enclosures, menu, outputs, tasks, trail  # noqa: F401, PLC0415
        from . import editions as our_editions  # noqa: PLC0415
        from . import privacy as our_privacy  # noqa: PLC0415
        from . import proof as our_proof  # noqa: PLC0415
        from .actions import announcements  # noqa: PLC0415
        from .mail import capture, outbox  # noqa: PLC0415

        menu.register()
        outputs.register()
        trail.register()
        # Chapters are walked from the last to the first: the packages before the hall.
        editions.register("Plans and booths", our_editions.copy_hall)
        editions.register("Press", our_editions.copy_press, our_editions.erase_press)
        editions.register("Sponsor packages", our_editions.copy, our_editions.erase)
        privacy.register("Mail with sponsors", our_privacy.show_mail, our_privacy.erase_mail)
        privacy.register(
            "Booth application", our_privacy.show_applications, our_privacy.erase_applications
        )
        privacy.register("Press request", our_privacy.show_press, our_privacy.erase_press)
        privacy.register("Contact of an organization", our_privacy.show, our_privacy.erase)
        health.register("shared mailbox", capture.health)
        email.written_by_people(outbox.KIND, outbox.headers)
        email.written_by_people(announcements.KIND, announcements.headers)
        email.attach_rendered(outbox.KIND, outbox.files)
        for kind in ("invoice", "credit note", "invoice reminder"):
            email.attach_rendered(kind, enclosures.of_invoice)
        bills.register(actions.take_notice)
        for name, check in our_proof.CHECKS.items():
            proof.register(name, check)
