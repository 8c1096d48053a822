from django.apps import AppConfig
from django.urls import reverse


class CfpConfig(AppConfig):
    name = "cfp"
    verbose_name = "Talks"

    def ready(self):
        from auditlog.registry import auditlog  # noqa: PLC0415  (needs the models loaded)

        from scale import audit, editions, navigation, privacy  # noqa: PLC0415
        from scale.models import Role  # noqa: PLC0415

        from . import editions as our_editions  # noqa: PLC0415
        from . import privacy as our_privacy  # noqa: PLC0415
        from .access import judgements_hidden_from  # noqa: PLC0415
        from .models import (  # noqa: PLC0415
            AccessCode,
            ApiToken,
            Assignment,
            Budget,
            Call,
            CallQuestion,
            ConflictOfInterest,
            Criterion,
            Decision,
            Review,
            ReviewRules,
            Speaker,
            SpeakerMail,
            Talk,
            TalkSpeaker,
            Track,
            TrackRole,
            TrackSuggestion,
        )

        navigation.register("Talks", "cfp:talks", Role.PROGRAM, position=20)
        navigation.register("Reviews", "cfp:reviews", Role.REVIEWER, Role.PROGRAM, position=21)
        navigation.register("Changes", "cfp:changes", Role.PROGRAM, position=22)
        navigation.register("Tracks", "cfp:tracks", Role.PROGRAM, position=23)
        navigation.register_setup(
            "API tokens",
            "Which programs read the committee’s work, and for whom.",
            lambda conference: reverse("cfp:tokens", args=[conference.slug]),
            position=60,
        )
        privacy.register("Talks and reviews", our_privacy.show, our_privacy.erase)
        editions.register("Tracks and calls", our_editions.copy, our_editions.erase)
        audit.hide(judgements_hidden_from)
        # Words for the committee alone are erased one day; the trail keeps no copy of them.
        auditlog.register(
            Talk,
            exclude_fields=["changed_at", "notes", "reason", "day_phone"],
            m2m_fields={"tags"},
        )
        auditlog.register(Review, exclude_fields=["changed_at", "comment", "feedback", "note"])
        auditlog.register(Decision, exclude_fields=["why"])
        auditlog.register(Speaker, mask_fields=["email"])
        auditlog.register(SpeakerMail, exclude_fields=["text"])
        auditlog.register(ApiToken, exclude_fields=["digest", "used_on"])
        auditlog.register(TrackSuggestion, exclude_fields=["why", "open_talk"])
        auditlog.register(TalkSpeaker, exclude_fields=["shirt"])
        for model in (
            Track,
            TrackRole,
            Call,
            CallQuestion,
            AccessCode,
            Budget,
            ReviewRules,
            Criterion,
        ):
            auditlog.register(model)
        for model in (Assignment, ConflictOfInterest):
            auditlog.register(model)
