"""Rooms, slots and one's own favourites, as programs read them under /api/v1/."""

import uuid

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from cfp.api.auth import OwnsToken
from cfp.api.shapes import TalkShape
from cfp.api.views import EDITION, WRONG, Private, Public, lists, shows
from scale.auth import edition_page
from scale.time import rfc3339

from .models import Kind, Room, Slot
from .outputs import public_talks


class RoomShape(serializers.ModelSerializer):
    venue = serializers.CharField(
        source="venue.name", default=None, allow_null=True, help_text="Its building."
    )
    parts = serializers.SerializerMethodField(help_text="Codes of the rooms that it consists of.")
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Room
        fields = ("code", "name", "venue", "capacity", "parts", "url")

    def get_parts(self, room) -> list[str]:
        return [part.code for part in room.parts.all()]

    def get_url(self, room) -> str:
        slug = self.context["conference"].slug
        return settings.SITE_URL + reverse("schedule:room", args=[slug, room.code])


class SlotShape(serializers.ModelSerializer):
    title = serializers.CharField(source="what", help_text="The talk’s title, or its own.")
    talk = serializers.CharField(
        source="talk.code", default=None, allow_null=True, help_text="Code of its talk."
    )
    is_cancelled = serializers.SerializerMethodField(
        help_text="The talk was cancelled; nobody has reused the slot yet."
    )
    room = serializers.CharField(
        source="room.code", default=None, allow_null=True, help_text="Code of its room."
    )
    place = serializers.CharField(source="where", help_text="The room’s name, or another place.")
    starts_at = serializers.SerializerMethodField(help_text="With the venue’s offset.")
    ends_at = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(Kind.choices, help_text="What it is to its talk.")
    version = serializers.IntegerField(help_text="The version that last changed it.")

    class Meta:
        model = Slot
        fields = ("uuid", "title", "talk", "is_cancelled", "room", "place", "starts_at", "ends_at")
        fields += ("kind", "version")

    def get_is_cancelled(self, slot) -> bool:
        return bool(slot.talk and slot.talk.is_cancelled)

    @extend_schema_field(OpenApiTypes.DATETIME)
    def get_starts_at(self, slot):
        return rfc3339(slot.starts_at, self.context["conference"])

    @extend_schema_field(OpenApiTypes.DATETIME)
    def get_ends_at(self, slot):
        return rfc3339(slot.ends_at, self.context["conference"])


class OfEdition(Public):
    def get_serializer_context(self):
        return super().get_serializer_context() | {"conference": getattr(self, "conference", None)}


class Rooms(OfEdition):
    serializer_class = RoomShape

    def get_queryset(self):
        rows = Room.objects.filter(conference=self.conference)
        return rows.select_related("venue").prefetch_related("parts").order_by("position", "pk")


@lists(RoomShape, WRONG, "public")
class RoomList(Rooms):
    """Rooms, also those that nothing is in."""

    parameters = ("page",)


@shows(RoomShape, WRONG, "public")
class OneRoom(Rooms):
    """One room."""


class Slots(OfEdition):
    serializer_class = SlotShape

    def get_queryset(self):
        rows = Slot.objects.filter(conference=self.conference).select_related("room", "talk")
        heavy = ("talk__abstract", "talk__description", "talk__notes")
        return rows.defer(*heavy).order_by("starts_at", "pk")


@lists(SlotShape, WRONG, "public")
class SlotList(Slots):
    """What happens where and when, breaks too: the public schedule."""

    parameters = ("page",)


IDENTITY = OpenApiParameter("uuid", uuid.UUID, OpenApiParameter.PATH, description="Its identity.")


@extend_schema(parameters=[EDITION, IDENTITY], responses={200: SlotShape, **WRONG}, tags=["public"])
class OneSlot(Slots):
    """One slot; it keeps its identity when it moves."""

    def data(self):
        try:
            wanted = uuid.UUID(self.kwargs["uuid"])
        except ValueError:
            raise Http404("No such slot.") from None
        slot = self.get_queryset().filter(uuid=wanted).first()
        if slot is None:
            raise Http404("No such slot.")
        return self.get_serializer(slot).data


class StarredShape(TalkShape):
    is_cancelled = serializers.BooleanField(help_text="It does not take place.")

    class Meta(TalkShape.Meta):
        fields = (*TalkShape.Meta.fields, "is_cancelled")


@lists(StarredShape, WRONG, "own")
class Favourites(Private):
    """Talks that the owner of the token has starred. Where and when are the slots."""

    serializer_class = StarredShape
    permission_classes = [OwnsToken]
    parameters = ("page",)

    def get(self, request, slug):
        return edition_page(self.answer)(request, slug)

    def answer(self, request, conference):
        self.conference = conference
        return Response(self.data())

    def get_queryset(self):
        rows = public_talks(self.conference).filter(favourites__list__user=self.request.user)
        return rows.select_related("track", "kind", "conference").with_speakers().order_by("pk")
