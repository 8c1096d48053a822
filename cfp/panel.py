"""Who reviews in an edition, and which talks are not for whom."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.db.models.functions import Lower, Trim

from scale.models import Conference, Role, StaffRole, User
from scale.text import canonical_email

from .models import (
    ConflictOfInterest,
    Speaker,
    SpeakerInvitation,
    Talk,
    TalkSpeaker,
    TrackRole,
)


@dataclass(frozen=True)
class Panelist:
    """A person and the ids of the tracks they review, or None for every talk.

    Chairs and program people may review; only reviewers are asked without being named.
    """

    user: User
    tracks: frozenset[int] | None
    is_reviewer: bool

    def reads(self, talk: Talk) -> bool:
        return self.tracks is None or talk.track_id in self.tracks


def panel(conference: Conference) -> list[Panelist]:
    """Everyone who may review, by name."""
    people: dict[int, User] = {}
    tracks: defaultdict[int, set[int] | None] = defaultdict(set)
    reviewers: set[int] = set()
    whole = StaffRole.objects.filter(
        conference=conference, role__in=[Role.REVIEWER, Role.PROGRAM, Role.CHAIR]
    )
    for role in whole.filter(user__is_active=True).select_related("user"):
        people[role.user_id] = role.user
        tracks[role.user_id] = None
        if role.role == Role.REVIEWER:
            reviewers.add(role.user_id)
    single = TrackRole.objects.filter(track__conference=conference, user__is_active=True)
    for track_role in single.select_related("user"):
        people[track_role.user_id] = track_role.user
        if (held := tracks[track_role.user_id]) is not None:
            held.add(track_role.track_id)
        if track_role.role == TrackRole.Role.REVIEWER:
            reviewers.add(track_role.user_id)
    found = [
        Panelist(
            user,
            None if (held := tracks[pk]) is None else frozenset(held),
            is_reviewer=pk in reviewers,
        )
        for pk, user in people.items()
    ]
    return sorted(found, key=lambda one: (str(one.user).casefold(), one.user.pk))


def barred(conference: Conference, users: Iterable[User]) -> dict[int, set[int]]:
    """For each user the ids of talks that they do not judge.

    Their own and those that they are invited to give, those of people from their organization,
    and those of which they said so.
    """
    found: dict[int, set[int]] = {user.pk: set() for user in users}
    proven = EmailAddress.objects.filter(user__in=found, verified=True)
    addresses = {
        canonical_email(email): user_id for email, user_id in proven.values_list("email", "user_id")
    }
    own, firms = _profiles(list(found), addresses)
    invited = SpeakerInvitation.objects.filter(
        talk__conference=conference, waiting_email__in=list(addresses)
    )
    for talk_id, email in invited.values_list("talk_id", "email"):
        found[addresses[email]].add(talk_id)
    colleagues = defaultdict(set)
    if firms:
        named = Speaker.objects.annotate(firm=Lower(Trim("organization"))).filter(firm__in=firms)
        for pk, firm in named.values_list("pk", "firm"):
            colleagues[pk] |= firms.get(firm, set())
    for pk, user_id in own.items():
        colleagues[pk].add(user_id)
    if colleagues:
        links = TalkSpeaker.objects.filter(talk__conference=conference, speaker__in=colleagues)
        for talk_id, speaker_id in links.values_list("talk_id", "speaker_id"):
            for user_id in colleagues[speaker_id]:
                found[user_id].add(talk_id)
    declared = ConflictOfInterest.objects.filter(talk__conference=conference, user__in=found)
    for user_id, talk_id in declared.values_list("user_id", "talk_id"):
        found[user_id].add(talk_id)
    return found


def _profiles(
    ids: list[int], addresses: dict[str, int]
) -> tuple[dict[int, int], dict[str, set[int]]]:
    """Profile → its user, also one that waits under a proven address; organization → users."""
    mine = Q(user__in=ids) | Q(user=None, email__in=list(addresses))
    own, firms = {}, defaultdict(set)
    for pk, user_id, email, organization in Speaker.objects.filter(mine).values_list(
        "pk", "user_id", "email", "organization"
    ):
        own[pk] = owner = user_id or addresses[canonical_email(email or "")]
        if firm := organization.strip().lower():
            firms[firm].add(owner)
    return own, dict(firms)
