"""A submission in steps: what each one holds, and what is missing before it can be handed in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from .models import Calls, Talk

LABELS = {
    "talk": "The talk",
    "needs": "Needs",
    "you": "You",
    "speakers": "Speakers",
    "files": "Files",
    "check": "Check",
}
PAGES = {"talk": "cfp:talk-edit"} | {name: f"cfp:{name}" for name in list(LABELS)[1:]}
# What a talk must have, in the words of the form.
NEEDED = {
    "abstract": "the short abstract",
    "description": "the full description",
    "track": "the track",
    "kind": "the kind of talk",
}


@dataclass(frozen=True)
class Missing:
    step: str
    words: str
    url: str


@dataclass(frozen=True)
class Step:
    """`state` is done, missing (only said of what is handed in), or empty: it may stay so."""

    name: str
    label: str
    url: str
    state: str = ""


def address(name: str, talk: Talk) -> str:
    return reverse(PAGES[name], args=[talk.code])


def after(name: str) -> str:
    """The step that follows."""
    names = list(LABELS)
    return names[names.index(name) + 1]


def missing(talk: Talk, calls: Calls) -> list[Missing]:
    """What the committee would miss; of what it has accepted, nothing."""
    if talk.is_public:
        return []
    found = [("talk", NEEDED[name]) for name in needed(talk, calls) if not getattr(talk, name)]
    said = set(talk.answers.values_list("question", flat=True))
    for question in asked(talk):
        if question.must_be_answered(calls.now) and question.pk not in said:
            found.append(("needs", f"an answer: {question.text}"))
    if any("@" in link.speaker.name for link in talk.talk_speakers.all()):
        found.append(("you", "a name that the public may read"))
    return [Missing(step, words, address(step, talk)) for step, words in found]


def needed(talk: Talk, calls: Calls, access=None) -> list[str]:
    """The fields that must be filled; where there is nothing to choose from, none is chosen."""
    names = dict(NEEDED)
    if not calls.tracks_for(talk, access or talk.access_now()):
        del names["track"]
    if not (talk.kind_id or talk.conference.talk_kinds.filter(is_offered=True).exists()):
        del names["kind"]
    return list(names)


def asked(talk: Talk) -> list:
    """The questions for a talk of this track and kind."""
    rows = talk.conference.call_questions.prefetch_related("tracks", "kinds")
    return [question for question in rows if question.is_for(talk.track, talk.kind)]


def progress(talk: Talk, calls: Calls) -> list[Step]:
    lacking = {one.step for one in missing(talk, calls)}
    filled = set(_filled(talk))
    is_draft = talk.status == Talk.Status.DRAFT

    def state(name):
        if name in lacking:
            return "" if is_draft else "missing"
        return "done" if name in filled else ""

    return [Step(name, label, address(name, talk), state(name)) for name, label in LABELS.items()]


def nothing_yet() -> list[Step]:
    """The steps of a talk that is not saved once."""
    return [Step(name, label, "") for name, label in LABELS.items()]


def _filled(talk: Talk) -> Iterable[str]:
    yield "talk"
    written = (talk.notes, talk.links, talk.equipment_note, talk.expected_audience)
    if any(written) or talk.equipment.exists() or talk.answers.exists():
        yield "needs"
    links = talk.talk_speakers.all()
    if all(link.speaker.biography for link in links):
        yield "you"
    if len(links) > 1 or talk.invitations.filter(status="waiting").exists():
        yield "speakers"
    if talk.files.exists():
        yield "files"
    if talk.status != Talk.Status.DRAFT:
        yield "check"
