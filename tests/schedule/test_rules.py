"""Whatever staff do in whatever order, what is public can stand, agrees, and is kept.

Hypothesis plays the staff: it plans, undoes, publishes, goes back, renames, cancels, imports
and changes rooms. After each release nothing is booked twice, the feeds say what the rows say,
and every release up to then is rebuilt as it was public; at the end every output is read.
"""

import datetime as dt
import itertools
import json
from contextlib import suppress

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from cfp import actions as committee
from cfp.models import Talk
from scale import cache as page_cache
from schedule import actions, arranging
from schedule.actions import Edit
from schedule.arranging import Spot
from schedule.models import Change, Move, Plan, Release, Room, Slot
from schedule.plans import State, working_plan
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.factories import schedules as files
from tests.pages.test_drift import FEEDS, check_all_outputs
from tests.schedule.truth import double_booked, placed

# Each shows the whole schedule; the others are read once, at the end.
WHOLE = (*FEEDS, "schedule", "schedule as a list", "schedule of a day", "slots of the API")
TITLES = ("Ceph at scale", "Knots & <b>bows</b>", "Zażółć gęślą jaźń", "A “quoted” title")
which = st.integers(0, 11)
hours, lengths = st.integers(9, 11), st.sampled_from([30, 60, 120])
kinds = st.sampled_from(["main", "repeat", "overflow", "part"])


class Staff(RuleBasedStateMachine):
    """Two of them, and an edition of one day: G and H are Ballroom GH, beside it are two rooms."""

    def __init__(self):
        super().__init__()
        page_cache.memory.clear()
        page_cache.cache.clear()
        self.undone = transaction.atomic()
        self.undone._from_testcase = True  # like a test's own: what is `durable` may run inside
        self.undone.__enter__()
        self.numbers = itertools.count(1)
        self.public = {}  # release → what the world saw of it

    def teardown(self):
        try:
            if self.public:
                check_all_outputs(self.conference)
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @initialize()
    def set_up(self):
        first = dt.date(2027, 3, 5)
        self.conference = make_scale.conference(starts_on=first, ends_on=first)
        names = ("G", "H", "GH", "Room 7", "Tent")
        g, h, whole, *_ = (self.add_room(name) for name in names)
        whole.parts.set([g, h])
        ada, bob, eve = (make_cfp.speaker(name=name) for name in ("Ada", "Bob", "Eve"))
        track = make_cfp.track(self.conference, name="Kernel")
        self.talks = [
            make.confirmed(self.conference, title=f"Talk of {n}", speakers=people, track=track)
            for n, people in enumerate([[ada], [ada, bob], [bob], [eve], [eve, ada], [bob]])
        ]
        make.favourites(self.conference, *self.talks)
        self.staff = [make_scale.user(), make_scale.user()]
        for talk, room in zip(self.talks[:3], (g, whole, g), strict=True):
            starts_at = make.at(self.conference, 9 + self.talks.index(talk))
            make.slot(self.conference, talk=talk, room=room, starts_at=starts_at)
        make.slot(self.conference, title="Lunch", place="Lawn")
        self.look()

    def add_room(self, name):
        return make.room(self.conference, name=name, code=f"r{next(self.numbers)}")

    def rooms(self):
        return list(Room.objects.filter(conference=self.conference).order_by("pk"))

    def state(self):
        return State.of(working_plan(self.conference))

    def spot(self, room, hour, minutes):
        rooms = self.rooms()
        begins = make.at(self.conference, hour)
        pk = rooms[room % len(rooms)].pk
        return Spot(pk, "", begins, begins + dt.timedelta(minutes=minutes))

    def line(self, n):
        lines = self.state().lines
        return lines[n % len(lines)] if lines else None

    def edit(self, edits, by=0):
        """As the board does: what is cancelled makes room, and a refusal changes nothing."""
        edits = [*edits, *arranging.displaced(self.state(), edits)]
        plan = working_plan(self.conference)
        actions.edit_plan(plan, edits, by=self.staff[by % 2], what="Edited")

    # --- planning ------------------------------------------------------------------------------

    @rule(talk=which, room=which, hour=hours, minutes=lengths, kind=kinds, by=which)
    def place(self, talk, room, hour, minutes, kind, by):
        talk = self.talks[talk % len(self.talks)]
        part = 1 if kind == "part" else None
        self.edit(
            [arranging.new(self.spot(room, hour, minutes), talk=talk.pk, kind=kind, part=part)], by
        )

    @rule(room=which, hour=hours, minutes=lengths, outside=st.booleans())
    def place_break(self, room, hour, minutes, outside):
        spot = self.spot(room, hour, minutes)
        if outside:
            spot = Spot(None, "Lawn", spot.starts_at, spot.ends_at)
        self.edit([arranging.new(spot, title=f"Break {next(self.numbers)}")])

    @rule(n=which, room=which, hour=hours, minutes=lengths, by=which)
    def move(self, n, room, hour, minutes, by):
        if (line := self.line(n)) and not line.goes_away:
            self.edit([arranging.placed(line, **self.spot(room, hour, minutes).facts)], by)

    @rule(n=which, minutes=lengths)
    def resize(self, n, minutes):
        if (line := self.line(n)) and not line.goes_away:
            ends_at = line.shown.starts_at + dt.timedelta(minutes=minutes)
            self.edit([arranging.placed(line, ends_at=ends_at)])

    @rule(n=which, m=which)
    def swap(self, n, m):
        one, other = self.line(n), self.line(m)
        if one and one.uuid != other.uuid and not (one.goes_away or other.goes_away):
            self.edit(arranging.swapped(one, other))

    @rule(n=which, minutes=st.sampled_from([-30, 30, 60]))
    def push(self, n, minutes):
        if (line := self.line(n)) and not line.goes_away:
            self.edit(arranging.pushed(self.state(), line, minutes))

    @rule(n=which, by=which)
    def take_off(self, n, by):
        if (line := self.line(n)) and line.now:
            self.edit([Edit(line.uuid, goes_away=True, seen=line.mark)], by)

    @rule(n=which)
    def drop_move(self, n):
        if line := self.line(n):
            self.edit([Edit(line.uuid, seen=line.mark)])

    @rule()
    def clear_cancelled(self):
        self.edit(arranging.cleared(self.state()))

    @rule(by=which, again=st.booleans())
    def undo(self, by, again):
        verb = actions.redo if again else actions.undo
        with suppress(actions.Refused):
            verb(working_plan(self.conference), by=self.staff[by % 2])

    # --- publishing ----------------------------------------------------------------------------

    def publish(self, plan, **more):
        """What was released, or None; a refusal leaves everything as it was."""
        before = placed(Slot.objects.all()), Release.objects.count(), Change.objects.count()
        try:
            release = actions.publish(plan, **more)
        except actions.Refused:
            after = placed(Slot.objects.all()), Release.objects.count(), Change.objects.count()
            assert after == before
            release = None
        self.look()
        return release

    def look(self):
        """What holds after each release."""
        number = actions.next_number(self.conference) - 1
        self.public.setdefault(number, placed(Slot.objects.filter(conference=self.conference)))
        assert double_booked(self.conference) == []
        for earlier, seen in self.public.items():
            assert placed(actions.schedule_at(self.conference, earlier)) == seen, earlier
        assert placed(Slot.objects.filter(conference=self.conference)) == self.public[number]
        check_all_outputs(self.conference, only=WHOLE)

    @rule(notify=st.booleans())
    def publish_all(self, notify):
        """Who is refused gives up that plan, so that the next can be published."""
        plan = working_plan(self.conference)
        if self.publish(plan, notify=notify) is None:
            actions.throw_plan_away(plan)

    @rule(picks=st.sets(st.integers(0, 5), min_size=1))
    def publish_some(self, picks):
        plan = working_plan(self.conference)
        moves = list(plan.moves.order_by("pk"))
        chosen = [move for n, move in enumerate(moves) if n in picks]
        left = placed(move for move in moves if move not in chosen)
        if self.publish(plan, moves=chosen):
            assert placed(plan.moves.all()) == left

    @rule(n=which, room=which, hour=hours, minutes=lengths)
    def change_now(self, n, room, hour, minutes):
        if not (line := self.line(n)):
            return
        edit = arranging.placed(line, **self.spot(room, hour, minutes).facts)
        before = Plan.objects.count(), Move.objects.count()
        try:
            actions.change_now(self.conference, [edit], by=self.staff[0])
        except actions.Refused:
            assert (Plan.objects.count(), Move.objects.count()) == before
        self.look()

    @rule(n=which)
    def go_back(self, n):
        """A plan that brings a release back does so exactly, or is refused as a whole."""
        number = sorted(self.public)[n % len(self.public)]
        plan = actions.plan_release(self.conference, number, by=self.staff[0])
        self.publish(plan, notify=False)
        now = placed(Slot.objects.filter(conference=self.conference))
        assert now == self.public[number] or plan.moves.exists()
        if plan.moves.exists():
            actions.throw_plan_away(plan)

    @rule(
        entries=st.lists(st.tuples(which, which, hours, lengths), min_size=1, max_size=3),
        prune=st.booleans(),
    )
    def import_file(self, entries, prune):
        """Talks that are known by their title, and new ones; rooms that are known, and one new."""
        rooms = [*(room.name for room in self.rooms()), "Annex"]
        signs = []
        for talk, room, hour, minutes in entries:
            begins = make.at(self.conference, hour)
            talk = self.talks[talk] if talk < len(self.talks) else None
            if talk:
                talk.refresh_from_db()
            signs.append(
                files.sign(
                    Name=talk.title if talk else f"New {next(self.numbers)}",
                    Speakers=", ".join(one.name for one in talk.speakers()) if talk else "Ada",
                    Location=rooms[room % len(rooms)],
                    StartTime=begins.isoformat(),
                    EndTime=(begins + dt.timedelta(minutes=minutes)).isoformat(),
                    Topic="Kernel",
                )
            )
        data = json.dumps(signs).encode()
        files.load(data, self.conference.slug, prune=prune, by=self.staff[0])
        missing = Talk.objects.exclude(pk__in=[talk.pk for talk in self.talks])
        if new := list(missing.filter(conference=self.conference)):
            self.talks += new
            make.favourites(self.conference, *new)
        self.look()

    # --- what is true whenever it changes ------------------------------------------------------

    @rule(talk=which, title=st.sampled_from(TITLES))
    def rename_talk(self, talk, title):
        talk = self.talks[talk % len(self.talks)]
        committee.rename_talk(talk, f"{title} {next(self.numbers)}")

    @rule(talk=which)
    def cancel_talk(self, talk):
        talk = self.talks[talk % len(self.talks)]
        talk.refresh_from_db()
        if not talk.is_cancelled:
            committee.cancel_talk(talk, by=self.staff[0], reason="Ill")

    @rule(room=which)
    def rename_room(self, room):
        rooms = self.rooms()
        room = rooms[room % len(rooms)]
        room.name = f"Hall {next(self.numbers)}"
        actions.save_room(room)

    @rule()
    def new_room(self):
        self.add_room(f"Tent {next(self.numbers)}")

    @rule(room=which)
    def delete_room(self, room):
        """Only where nothing is, was or shall be in it."""
        rooms = self.rooms()
        room = rooms[room % len(rooms)]
        if room.parts.exists() or room.wholes.exists():
            return
        is_used = any(model.objects.filter(room=room).exists() for model in (Slot, Move, Change))
        try:
            with transaction.atomic():
                room.delete()
        except ProtectedError:
            assert is_used
        else:
            assert not is_used


@pytest.mark.slow
def test_whatever_staff_do_the_public_truth_stands_and_is_told_alike(db):
    run_state_machine_as_test(
        Staff,
        settings=settings(
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=10,
            stateful_step_count=25,
            # To see the shortest way to a fault, which takes minutes, add Phase.shrink.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
