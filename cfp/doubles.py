"""Who offers several talks, and which talks are the same one offered twice."""

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from django.db.models import Count

from .models import Speaker, Talk, TalkSpeaker

ALIKE = 0.8
MOST_PAIRS = 200  # of one speaker: who sends in hundreds of talks must not stop the page
GONE = (Talk.Status.DRAFT, Talk.Status.WITHDRAWN)


@dataclass(frozen=True)
class Double:
    """A talk of this edition, and one with nearly its title by the same speaker."""

    speaker: Speaker
    talk: Talk
    other: Talk


def plain_title(title: str) -> str:
    """Without case, punctuation and spaces that differ."""
    return " ".join(re.findall(r"\w+", title.casefold()))


def are_alike(one: str, other: str) -> bool:
    """Whether two plain titles share four fifths of their letters, in order."""
    if one == other:
        return bool(one)
    same = SequenceMatcher(None, one, other, autojunk=False)
    bounds = (same.real_quick_ratio, same.quick_ratio, same.ratio)  # from cheap to exact
    return all(ratio() >= ALIKE for ratio in bounds)


def talks_by_speaker(reach) -> dict[Speaker, list[Talk]]:
    """Of whoever has a talk in reach and another one: all their talks in all editions."""
    asked = reach.to_decide().exclude(status__in=GONE).exclude(pk__in=reach.kept_from)
    here = set(asked.values_list("pk", flat=True))
    people = TalkSpeaker.objects.filter(talk__in=asked).values("speaker")
    links = TalkSpeaker.objects.filter(speaker__in=people).exclude(talk__status__in=GONE)
    # Most people have one talk: counting links first leaves most of the texts unread.
    counted = links.order_by().values("speaker").annotate(n=Count("pk")).filter(n__gt=1)
    links = links.filter(speaker__in=list(counted.values_list("speaker", flat=True)))
    links = links.select_related("speaker", "talk__conference", "talk__track")
    links = links.defer("talk__description", "talk__notes", "speaker__biography")
    found: dict[Speaker, list[Talk]] = defaultdict(list)
    for link in links.order_by("speaker__name", "speaker", "talk__title", "talk"):
        link.talk.is_here = link.talk_id in here
        # Another track's talk of this edition is none of a track chair's business.
        if link.talk.is_here or link.talk.conference_id != reach.conference.pk:
            found[link.speaker].append(link.talk)
    return {person: talks for person, talks in found.items() if len(talks) > 1}


def several(by_speaker) -> list[tuple[Speaker, list[Talk]]]:
    """Speakers with more than one talk of this edition, most first."""
    counted = [
        (person, [talk for talk in talks if talk.is_here]) for person, talks in by_speaker.items()
    ]
    return sorted((one for one in counted if len(one[1]) > 1), key=lambda one: -len(one[1]))


def doubles(by_speaker) -> list[Double]:
    """Each pair once, also when both have the same two speakers.

    Of somebody with very many talks only equal titles are found in the end.
    """
    found: dict[tuple[int, int], Double] = {}
    for person, talks in by_speaker.items():
        plain = {talk.pk: plain_title(talk.title) for talk in talks}
        pairs = (pair for pair in combinations(talks, 2) if pair[0].is_here or pair[1].is_here)
        for number, (one, other) in enumerate(pairs):
            first, second = (one, other) if one.is_here else (other, one)
            a, b = plain[first.pk], plain[second.pk]
            if (a == b and a) or (number < MOST_PAIRS and are_alike(a, b)):
                pair = (min(first.pk, second.pk), max(first.pk, second.pk))
                found.setdefault(pair, Double(person, first, second))
    return list(found.values())
