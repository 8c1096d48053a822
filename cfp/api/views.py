"""Lists and single rows: what the public reads, and what the committee reads by token."""

from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from scale.cache import public
from scale.models import Conference

from ..access import Reach
from ..models import Review, ReviewRules, Speaker, Talk, TalkSpeaker
from .auth import ReadsForCommittee
from .shapes import ReviewShape, SpeakerShape, SubmissionShape, TalkShape, TrackShape


class Problem(serializers.Serializer):
    """Why there is no answer."""

    detail = serializers.CharField()


def parameter(name, says):
    return OpenApiParameter(name, str, OpenApiParameter.PATH, description=says)


EDITION = parameter("slug", "The first part of the edition’s addresses, such as 24x.")
CODE = parameter("code", "The row’s code.")
WRONG = {
    400: OpenApiResponse(Problem, "The request cannot be read."),
    401: OpenApiResponse(Problem, "A token that opens nothing."),
    404: OpenApiResponse(Problem, "Nothing is here."),
}
REFUSED = WRONG | {403: OpenApiResponse(Problem, "The token’s owner may not read this.")}


class Readable(generics.GenericAPIView):
    """Rows of one edition. Parameters that mean nothing here are refused, not passed over."""

    parameters: tuple[str, ...] = ()

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if unknown := sorted(set(request.query_params) - set(self.parameters)):
            raise ValidationError({"detail": f"Unknown parameter: {unknown[0][:60]}"})

    def data(self):
        """One row where the address names one, else a page of them."""
        if code := self.kwargs.get("code"):
            return self.get_serializer(get_object_or_404(self.get_queryset(), code=code)).data
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(rows, many=True).data).data


class Public(Readable):
    """Kept like every public page: made once for each version of the edition.

    Needs no token; with one it also opens an edition that is not public yet to its staff.
    """

    permission_classes = [AllowAny]  # the document says so only where it is written

    def get(self, request, slug, **kwargs):
        return public(asked=self.parameters)(self.render)(request._request, slug)

    def render(self, request, conference):
        self.request, self.conference = Request(request), conference
        return HttpResponse(JSONRenderer().render(self.data()), content_type="application/json")


class Private(Readable):
    """By token only; answers are kept by nobody."""

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response


class Committee(Private):
    """As far as the token's owner sees."""

    permission_classes = [ReadsForCommittee]

    def get(self, request, slug, **kwargs):
        self.reach = Reach.of(request.user, get_object_or_404(Conference, slug=slug))
        if not (self.reach.may_review or self.reach.may_decide):
            raise PermissionDenied("You are not on the committee of this edition.")
        return Response(self.data())

    def get_serializer_context(self):
        return super().get_serializer_context() | {"reach": getattr(self, "reach", None)}


def lists(shape, problems, tag):
    return extend_schema(
        parameters=[EDITION], responses={200: shape(many=True), **problems}, tags=[tag]
    )


def shows(shape, problems, tag):
    return extend_schema(parameters=[EDITION, CODE], responses={200: shape, **problems}, tags=[tag])


# --- what the public reads -------------------------------------------------------------------


class Talks(Public):
    serializer_class = TalkShape

    def get_queryset(self):
        rows = Talk.objects.filter(conference=self.conference).confirmed()
        return rows.select_related("track", "kind", "conference").with_speakers().order_by("pk")


@lists(TalkShape, WRONG, "public")
class TalkList(Talks):
    """Talks that their speakers have confirmed. Where and when are the slots."""

    parameters = ("page",)


@shows(TalkShape, WRONG, "public")
class OneTalk(Talks):
    """One confirmed talk."""


class Speakers(Public):
    serializer_class = SpeakerShape

    def get_queryset(self):
        here = TalkSpeaker.objects.filter(
            talk__conference=self.conference, talk__status=Talk.Status.CONFIRMED
        )
        rows = Speaker.objects.filter(pk__in=here.values("speaker"))
        links = here.select_related("talk").order_by("talk")
        return rows.prefetch_related(
            Prefetch("talk_speakers", links, to_attr="links_here")
        ).order_by("pk")


@lists(SpeakerShape, WRONG, "public")
class SpeakerList(Speakers):
    """Who gives confirmed talks."""

    parameters = ("page",)


@shows(SpeakerShape, WRONG, "public")
class OneSpeaker(Speakers):
    """One speaker of a confirmed talk."""


class Tracks(Public):
    serializer_class = TrackShape

    def get_queryset(self):
        return self.conference.tracks.shown().order_by("position", "pk")


@lists(TrackShape, WRONG, "public")
class TrackList(Tracks):
    """Topical strands, partners' events among them."""

    parameters = ("page",)


@shows(TrackShape, WRONG, "public")
class OneTrack(Tracks):
    """One track."""


# --- what the committee reads ----------------------------------------------------------------


class Submissions(Committee):
    serializer_class = SubmissionShape

    def get_queryset(self):
        rows = self.reach.to_look_at().with_scores(hidden=self.reach.kept_from)
        rows = rows.select_related("track", "kind", "redaction")
        return rows.with_speakers().order_by("pk")

    def get_serializer_context(self):
        context = super().get_serializer_context()
        if reach := context["reach"]:
            context["rules"] = ReviewRules.objects.of(reach.conference)
        return context


@lists(SubmissionShape, REFUSED, "committee")
class SubmissionList(Submissions):
    """What was submitted, as far as you review it or decide on it; never drafts."""

    parameters = ("page",)


@shows(SubmissionShape, REFUSED, "committee")
class OneSubmission(Submissions):
    """One submission."""


@lists(ReviewShape, REFUSED, "committee")
class ReviewList(Committee):
    """Reviews of the talks that you decide on, and your own; never of a talk of yours or one with a
    conflict of interest."""

    serializer_class = ReviewShape
    parameters = ("page",)

    def get_queryset(self):
        reach = self.reach
        decided = reach.to_decide().exclude(pk__in=reach.kept_from)
        seen = Q(talk__in=decided) | Q(talk__in=reach.to_read(), reviewer=reach.user)
        return Review.objects.filter(seen).select_related("talk", "reviewer").order_by("pk")
