"""What a row looks like from outside."""

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..blind import blind
from ..models import Review, Speaker, Talk, Track


class TrackShape(serializers.ModelSerializer):
    class Meta:
        model = Track
        fields = ("code", "name", "description", "colour", "is_partner_event", "starts_on")
        fields += ("ends_on",)


class NamedShape(serializers.Serializer):
    """A speaker as the line under a talk shows them."""

    code = serializers.CharField()
    name = serializers.CharField()
    organization = serializers.CharField()


class TalkShape(serializers.ModelSerializer):
    track = serializers.CharField(
        source="shown_track.code", default=None, allow_null=True, help_text="Code of its track."
    )
    kind = serializers.CharField(
        source="kind.code", default=None, allow_null=True, help_text="Code of its kind."
    )
    url = serializers.SerializerMethodField(help_text="Its page.")
    speakers = NamedShape(many=True, help_text="In their order.")

    class Meta:
        model = Talk
        fields = ("code", "title", "abstract", "description", "track", "kind", "minutes", "level")
        fields += ("language", "url", "slides_url", "recording_url", "speakers")

    def get_url(self, talk) -> str:
        return settings.SITE_URL + talk.get_absolute_url()


class SpeakerShape(serializers.ModelSerializer):
    photo = serializers.SerializerMethodField(help_text="Address of a picture, or empty.")
    talks = serializers.SerializerMethodField(help_text="Codes of the talks.")

    class Meta:
        model = Speaker
        fields = ("code", "name", "pronouns", "organization", "biography", "website", "photo")
        fields += ("talks",)

    def get_photo(self, speaker) -> str:
        if not speaker.photo:
            return ""
        return settings.SITE_URL + reverse("schedule:photo", args=[speaker.code])

    def get_talks(self, speaker) -> list[str]:
        return [link.talk.code for link in speaker.links_here]


class SubmissionShape(serializers.ModelSerializer):
    track = serializers.CharField(source="track.code", default=None, allow_null=True)
    kind = serializers.CharField(source="kind.code", default=None, allow_null=True)
    speakers = serializers.SerializerMethodField(
        help_text="Null where you review and do not decide."
    )
    opinions = serializers.SerializerMethodField(
        help_text="How many reviews; null where you do not decide, and for talks of your own."
    )
    mean = serializers.SerializerMethodField(help_text="Mean score, null as above.")

    class Meta:
        model = Talk
        fields = ("code", "title", "status", "track", "kind", "minutes", "level", "language")
        fields += ("abstract", "description", "notes", "submitted_at", "speakers", "opinions")
        fields += ("mean",)

    def to_representation(self, talk):
        """Who reviews without knowing whose a talk is reads no names in its words either."""
        if self.context["rules"].is_anonymous and not self.decides_on(talk):
            talk = blind(talk)
        return super().to_representation(talk)

    def decides_on(self, talk):
        return self.context["reach"].decides_on(talk)

    @extend_schema_field(NamedShape(many=True, allow_null=True))
    def get_speakers(self, talk):
        return NamedShape(talk.speakers(), many=True).data if self.decides_on(talk) else None

    def get_opinions(self, talk) -> int | None:
        kept = talk.pk in self.context["reach"].kept_from
        return talk.opinions if self.decides_on(talk) and not kept else None

    def get_mean(self, talk) -> float | None:
        kept = talk.pk in self.context["reach"].kept_from
        if not self.decides_on(talk) or kept or talk.mean is None:
            return None
        return round(float(talk.mean), 2)


class ReviewShape(serializers.ModelSerializer):
    talk = serializers.CharField(source="talk.code", help_text="Code of the talk.")
    reviewer = serializers.CharField(source="reviewer.name", help_text="Name of the reviewer.")

    class Meta:
        model = Review
        fields = ("talk", "reviewer", "score", "comment", "created_at", "changed_at")
