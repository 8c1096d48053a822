from django.apps import AppConfig
from django.urls import reverse


class CfpConfig(AppConfig):
    name = "cfp"
    verbose_name = "Talks"

    def ready(self):
        from scale import audit, editions, privacy  # noqa: PLC0415  (needs the models loaded)

        from . import editions as our_editions  # noqa: PLC0415
        from . import privacy as our_privacy  # noqa: PLC0415
        from .access import judgements_hidden_from  # noqa: PLC0415

        privacy.register("Talks and reviews", our_privacy.show, our_privacy.erase)
        editions.register("Tracks and calls", our_editions.copy, our_editions.erase)
        audit.hide(judgements_hidden_from)
        register_pages()
        register_trail()


def register_pages():
    from scale import navigation  # noqa: PLC0415
    from scale.models import Role  # noqa: PLC0415

    group = navigation.Group.PROGRAM
    navigation.register("Talks", "cfp:talks", Role.PROGRAM, group=group, position=20)
    navigation.register(
        "Reviews", "cfp:reviews", Role.REVIEWER, Role.PROGRAM, group=group, position=21
    )
    navigation.register("Changes", "cfp:changes", Role.PROGRAM, group=group, position=22)
    navigation.register("Tracks", "cfp:tracks", Role.PROGRAM, group=group, position=23)
    navigation.register_setup(
        "API tokens",
        "Which programs read the committee’s work, and for whom.",
        lambda conference: reverse("cfp:tokens", args=[conference.slug]),
        position=60,
    )


def register_trail():
    """Words for the committee alone are erased one day; the trail keeps no copy of them."""
    from auditlog.registry import auditlog  # noqa: PLC0415

    from . import models  # noqa: PLC0415

    auditlog.register(
        models.Talk,
        exclude_fields=["changed_at", "notes", "reason", "day_phone"],
        m2m_fields={"tags"},
    )
    said = ["changed_at", "comment", "feedback", "note"]
    auditlog.register(models.Review, exclude_fields=said)
    auditlog.register(models.Decision, exclude_fields=["why"])
    auditlog.register(models.Speaker, mask_fields=["email"])
    auditlog.register(models.SpeakerMail, exclude_fields=["text"])
    auditlog.register(models.ApiToken, exclude_fields=["digest", "used_on"])
    auditlog.register(models.TrackSuggestion, exclude_fields=["why", "open_talk"])
    auditlog.register(models.TalkSpeaker, exclude_fields=["shirt"])
    for model in (
        *(models.Track, models.TrackRole, models.Call, models.CallQuestion, models.AccessCode),
        *(models.Budget, models.ReviewRules, models.Criterion),
        *(models.Assignment, models.ConflictOfInterest),
    ):
        auditlog.register(model)
