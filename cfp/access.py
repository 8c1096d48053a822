"""What the committee may see: by a role in the edition, or by a role in single tracks."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from scale.auth import ask_second_factor, goal_of, second_factor_missing
from scale.models import Conference, Role, User

from .models import Talk, TrackRole
from .panel import barred


@dataclass(frozen=True)
class Reach:
    """The part of one edition's talks that a person reviews, and the part they decide on.

    Each is a set of track ids, or None for every talk.
    """

    user: User
    conference: Conference
    reviews: frozenset[int] | None
    decides: frozenset[int] | None

    @classmethod
    def of(cls, user: User, conference: Conference) -> "Reach":
        roles = TrackRole.objects.filter(user=user, track__conference=conference)
        held = set(roles.values_list("track_id", "role"))
        chaired = frozenset(track for track, role in held if role == TrackRole.Role.CHAIR)
        everything = user.has_role(conference, Role.PROGRAM)
        reads_all = everything or user.has_role(conference, Role.REVIEWER)
        return cls(
            user=user,
            conference=conference,
            reviews=None if reads_all else frozenset(track for track, _ in held),
            decides=None if everything else chaired,
        )

    @property
    def may_review(self) -> bool:
        return self.reviews is None or bool(self.reviews)

    @property
    def may_decide(self) -> bool:
        return self.decides is None or bool(self.decides)

    @property
    def is_staff_here(self) -> bool:
        """Whether the edition's staff home is there for the person."""
        return self.user.has_role(self.conference, *Role)

    @property
    def links(self) -> list[tuple[str, str]]:
        """Links that the staff navigation, which knows only the edition's roles, lacks."""
        links = []
        if self.may_decide and self.decides is not None:
            links += [("Talks", "cfp:talks"), ("Changes", "cfp:changes")]
            links.append(("Tracks", "cfp:tracks"))
            links.append(("Rooms and times", "schedule:board"))
            links.append(("Ratings", "schedule:ratings"))
        if self.may_review and self.reviews is not None:
            links.append(("Reviews", "cfp:reviews"))
        return links

    @functools.cached_property
    def own(self) -> list[int]:
        """Ids of the person's own talks: a few numbers are quicker than a subquery in each read."""
        return list(Talk.objects.own(self.user).values_list("pk", flat=True))

    @functools.cached_property
    def kept_from(self) -> list[int]:
        """Ids of talks that the person neither decides on nor reads opinions of."""
        return list(Talk.objects.kept_from(self.user).values_list("pk", flat=True))

    @functools.cached_property
    def barred(self) -> set[int]:
        """Ids of talks that the person does not judge: own, own organization, declared."""
        return barred(self.conference, [self.user])[self.user.pk]

    def to_read(self) -> QuerySet[Talk]:
        """Talks of which the person may have an opinion."""
        return self._within(self.reviews).exclude(pk__in=self.barred)

    def to_review(self) -> QuerySet[Talk]:
        """Those that wait for opinions."""
        return self.to_read().in_review()

    def to_decide(self) -> QuerySet[Talk]:
        return self._within(self.decides)

    def to_look_at(self) -> QuerySet[Talk]:
        """Whatever the person decides on or may have an opinion of."""
        if self.decides is None:
            return self.to_decide()
        read = ~Q(pk__in=self.barred)
        if self.reviews is not None:
            read &= Q(track__in=self.reviews)
        return self._within(None).filter(read | Q(track__in=self.decides))

    def decides_on(self, talk: Talk) -> bool:
        return self.decides is None or talk.track_id in self.decides

    def _within(self, tracks):
        rows = Talk.objects.filter(conference=self.conference).seen_by_committee()
        return rows if tracks is None else rows.filter(track__in=tracks)


def judgements_hidden_from(user: User) -> Q:
    """In the audit trail: reviews and decisions of editions in which the person gives a talk.

    All of them: what was deleted does not tell any more which talk it was about.
    """
    editions = set(Talk.objects.own(user).values_list("conference", flat=True))
    return Q(
        content_type__app_label="cfp",
        content_type__model__in=["review", "decision"],
        conference__in=editions,
    )


def committee_page(may: Callable[[Reach], bool], *roles: str) -> Callable:
    """For staff views under an edition's slug; the view receives the person's Reach instead.

    Roles in a track count as much as roles in the edition: both need the second factor.
    """

    def decorate(view):
        @functools.wraps(view)
        def guarded(request, slug, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            conference = get_object_or_404(Conference, slug=slug)
            reach = Reach.of(request.user, conference)
            if not may(reach):
                raise PermissionDenied
            if second_factor_missing(request.user):
                return ask_second_factor(request, goal_of(request))
            return view(request, reach, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]  # the table test of rights reads it
        return guarded

    return decorate


review_page = committee_page(lambda reach: reach.may_review, Role.REVIEWER, Role.PROGRAM)
program_page = committee_page(lambda reach: reach.may_decide, Role.PROGRAM)
