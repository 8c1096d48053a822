"""Speakers and what they submitted, from draft to stage."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from cfp.models import Speaker, Talk, TalkSpeaker
from scale.models import User

from .cast import add_guest
from .dice import Dice
from .titles import NONE, OWN, TalkText, Titles
from .words import TrackWords, words
from .world import Edition, World

Status = Talk.Status
LEVELS = {"anyone": 4, "beginner": 2, "intermediate": 3, "advanced": 1}
# How many talks of each status there are for each talk on stage, beside those on stage.
BESIDE = {
    "over": {Status.REJECTED: 0.5, Status.WITHDRAWN: 0.02},
    "on": {
        Status.REJECTED: 1.05,
        Status.WAITLISTED: 0.05,
        Status.WITHDRAWN: 0.03,
        Status.DECLINED: 0.02,
        Status.ACCEPTED: 0.01,
        Status.CONFIRMED: 0.01,
    },
    "open": {
        Status.SUBMITTED: 0.40,
        Status.DRAFT: 0.05,
        Status.REJECTED: 0.02,
        Status.ACCEPTED: 0.03,
        Status.CONFIRMED: 0.02,
        Status.WITHDRAWN: 0.01,
    },
}
REASONS = {
    Status.WITHDRAWN: ("Changed jobs.", "Cannot travel in spring after all.", ""),
    Status.DECLINED: ("My employer does not pay the trip.", "The date clashes with exams."),
    Status.CANCELLED: ("Fell ill; hopes to give it next year.",),
}
# A talk has 1.3 speakers.
HOW_MANY_SPEAKERS = {1: 76, 2: 19, 3: 5}


@dataclass
class Staged:
    """A talk with what placing it needs to know."""

    talk: Talk
    speakers: list[Speaker]
    kind: str
    track: str


class Troupe:
    """Everyone who speaks: people come back in later editions and seldom give two talks."""

    def __init__(self, world: World):
        self.world = world
        self.by_track: dict[str, list[Speaker]] = {track.code: [] for track in words().tracks}
        self.titles = Titles(world.dice("titles"))
        self.have_spoken: set[int] = set()

    def some(self, edition: Edition, track: TrackWords, dice: Dice, busy: Counter):
        """The speakers of one talk."""
        chosen: list[Speaker] = []
        for _ in range(dice.weighted(HOW_MANY_SPEAKERS)):
            one = self.known(track, dice, busy, chosen) or self.new(edition, track, dice)
            busy[one.pk] += 1
            chosen.append(one)
        return chosen

    def known(self, track, dice, busy, besides) -> Speaker | None:
        pool = self.by_track[track.code]
        if not pool or not dice.chance(0.45):
            return None
        for one in dice.choices(pool, k=6):
            if one not in besides and busy[one.pk] < (2 if dice.chance(0.25) else 1):
                return one
        return None

    def new(self, edition: Edition, track: TrackWords, dice: Dice) -> Speaker:
        world, person = self.world, self.world.names.person()
        since = edition.moment(-200, 9) + dt.timedelta(minutes=dice.randrange(40_000))
        user = None
        if dice.chance(0.7):
            user = add_guest(world, person.name, person.email, dice, since)
        speaker = self.profile(
            person.name,
            person.email,
            user,
            dice,
            pronouns=person.pronouns,
            biography=world.names.biography(person, dice.choice(track.roles)),
        )
        self.by_track[track.code].append(speaker)
        return speaker

    def profile(self, name: str, email: str, user: User | None, dice: Dice, **facts) -> Speaker:
        code = dice.code(6, self.world.taken("speaker"))
        organization = ""
        if dice.chance(0.55):
            organization = dice.choice(words().sponsors["employers"])
        return self.world.writer.add(
            Speaker(
                code=code, user=user, email=email, name=name, organization=organization, **facts
            )
        )


def kinds_on_stage(edition: Edition, count: int) -> list[str]:
    """The kind of each talk on stage, long ones first: they are the hardest to place."""
    days = len(edition.conference.days())
    kinds = ["keynote"] * days
    for kind in ("tutorial", "workshop", "bof", "lightning", "short"):
        kinds += [kind] * max(1, round(count * edition.world.size.mix[kind]))
    return kinds + ["talk"] * (count - len(kinds))


def add_talks(edition: Edition, troupe: Troupe, on_stage: int) -> tuple[list[Staged], list[Staged]]:
    """All talks of an edition: those to place, and the others that reviewers see."""
    maker = TalkMaker(edition, troupe)
    staged = []
    if edition.phase == "open":  # only the keynotes are known yet
        staged = [maker.keynote() for _ in edition.conference.days()]
    else:
        for kind in kinds_on_stage(edition, on_stage):
            staged.append(maker.keynote() if kind == "keynote" else maker.on_stage(kind))
    beside = []
    for status, share in BESIDE[edition.phase].items():
        for _ in range(max(1, round(on_stage * share))):
            beside.append(maker.beside(status))
    if edition.phase == "open":
        beside += [maker.own(status) for status in (Status.ACCEPTED, Status.DRAFT)]
    if edition.phase != "open":
        lone = [one for one in staged if maker.is_all_they_do(one)]
        for one in lone[-2:] if edition.phase == "over" else lone[-1:]:
            maker.retire(one.talk, Status.CANCELLED)
    return staged, beside


class TalkMaker:
    def __init__(self, edition: Edition, troupe: Troupe):
        self.edition, self.troupe, self.world = edition, troupe, edition.world
        self.dice = edition.dice("talks")
        self.firsts = edition.dice("first talks")
        self.phones = edition.dice("phones for the day")
        self.busy: Counter[int] = Counter()
        self.weights = [track.weight for track in words().tracks]
        self.star_has_spoken = False
        call_ends = edition.moment(-90, 23, 59)
        if edition.phase == "open":
            call_ends = self.world.now
        self.call_ends = call_ends

    def keynote(self) -> Staged:
        track = next(track for track in words().tracks if track.code == "community")
        speaker = self.troupe.new(self.edition, track, self.dice)
        self.busy[speaker.pk] += 5  # nobody gives a keynote and another talk
        talk = self.talk(self.troupe.titles.keynote(), None, "keynote", Status.CONFIRMED, [speaker])
        return self.staged(talk, [speaker], "keynote", "")

    def on_stage(self, kind: str) -> Staged:
        track = self.track(kind)
        speakers = self.star(kind) or self.speakers(track)
        text = self.troupe.titles.text(track, kind, OWN[self.edition.phase])
        confirmed = self.edition.phase == "over" or self.dice.chance(0.95) or kind != "talk"
        status = Status.CONFIRMED if confirmed else Status.ACCEPTED
        talk = self.talk(text, track, kind, status, speakers)
        return self.staged(talk, speakers, kind, track.code)

    def beside(self, status: str) -> Staged:
        kind = self.dice.weighted({"talk": 70, "short": 16, "workshop": 8, "lightning": 6})
        track = self.track(kind)
        own = OWN["open"] if self.edition.phase == "open" else NONE
        text = self.troupe.titles.text(track, kind, own)
        speakers = self.star("talk") or self.speakers(track)
        return Staged(self.talk(text, track, kind, status, speakers), speakers, kind, track.code)

    def own(self, status: str) -> Staged:
        """One more of the demo's speaker, so that every next step can be tried."""
        self.star_has_spoken = False
        return self.beside(status)

    def star(self, kind: str) -> list[Speaker] | None:
        """The speaker who can sign in to the demo gives the first ordinary talk."""
        if self.star_has_spoken or kind != "talk":
            return None
        self.star_has_spoken = True
        user = self.world.users["speaker"]
        if not hasattr(self.troupe, "star"):
            biography = (
                f"{user.name} maintains a test suite that finishes before the tea does. "
                "Sam writes about it now and then, and will have stickers."
            )
            self.troupe.star = self.troupe.profile(
                user.name, user.email, user, self.dice, biography=biography
            )
        return [self.troupe.star]

    def speakers(self, track: TrackWords) -> list[Speaker]:
        return self.troupe.some(self.edition, track, self.dice, self.busy)

    def track(self, kind: str) -> TrackWords:
        while True:
            track = self.dice.choices(words().tracks, self.weights)[0]
            if kind not in ("bof", "tutorial") or not track.partner_day:
                return track

    def staged(self, talk, speakers, kind, track) -> Staged:
        for speaker in speakers:
            self.edition.on_stage[speaker.pk] = speaker
        return Staged(talk, speakers, kind, track)

    def talk(
        self, text: TalkText, track: TrackWords | None, kind: str, status: str, speakers
    ) -> Talk:
        dice, edition = self.dice, self.edition
        days = 20 if edition.phase == "open" else 50  # an open call has not been so for long
        sent = self.call_ends - dt.timedelta(minutes=int(dice.random() ** 2 * 60 * 24 * days) + 1)
        talk_kind = edition.kinds[kind]
        talk = edition.add(
            Talk(
                conference=edition.conference,
                code=dice.code(6, self.world.taken("talk")),
                status=status,
                title=text.title,
                abstract=text.abstract,
                description=text.description,
                notes=dice.choice(words().talks["notes_to_committee"]),
                track=edition.tracks[track.code] if track else None,
                kind=talk_kind,
                minutes=talk_kind.minutes,
                level="anyone" if kind in ("keynote", "bof") else dice.weighted(LEVELS),
                equipment_note=dice.choice(words().talks["equipment_notes"])
                if dice.chance(0.04)
                else "",
                may_record=dice.chance(0.94),
                is_first_time=self.is_first(kind, speakers),
                reason=dice.choice(REASONS.get(status, ("",))),
                day_phone=self.day_phone() if status == Status.CONFIRMED else "",
                submitted_at=None if status == Status.DRAFT else sent,
                created_at=sent - dt.timedelta(minutes=dice.randrange(5, 9_000)),
                changed_at=sent,
            )
        )
        for position, speaker in enumerate(speakers):
            edition.add(TalkSpeaker(talk=talk, speaker=speaker, position=position))
            if status == Status.CONFIRMED:
                edition.confirmed.setdefault(speaker.pk, (speaker, talk))
        return talk

    def day_phone(self) -> str:
        """Numbers that are reserved for stories; some leave none."""
        return f"+1 626 555 01{self.phones.randrange(100):02}" if self.phones.chance(0.8) else ""

    def is_first(self, kind: str, speakers) -> bool:
        """Nobody gives a keynote first, and few who are new have never spoken anywhere."""
        new = [one for one in speakers if one.pk not in self.troupe.have_spoken]
        self.troupe.have_spoken.update(one.pk for one in speakers)
        return kind != "keynote" and bool(new) and self.firsts.chance(0.2)

    def is_all_they_do(self, one: Staged) -> bool:
        """A confirmed talk of people who give no other."""
        confirmed = one.kind == "talk" and one.talk.status == Status.CONFIRMED
        return confirmed and all(self.busy[speaker.pk] == 1 for speaker in one.speakers)

    def retire(self, talk: Talk, status: str) -> None:
        talk.status = status
        talk.reason = self.dice.choice(REASONS[status])
