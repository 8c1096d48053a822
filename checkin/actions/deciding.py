"""Decide on scans: one that is asked now, or a queue that a device kept while it was offline."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from auditlog.context import disable_auditlog
from django.db import IntegrityError, connection
from django.db.models import Count, Exists, F, QuerySet
from django.utils import timezone

from registration.models import RetiredCode, Ticket
from scale.db import retry
from scale.editions import require_open
from scale.prepared import Prepared

from .. import marks
from ..badges.lookup import looks_like_badge
from ..models import Badge, CheckIn, CheckInList, Scan, Station
from .judging import facts, standing, why_not

UNKNOWN_LIMIT, UNKNOWN_TIME = 60, dt.timedelta(minutes=5)
Verdict = Scan.Verdict


class ScanIdTaken(Exception):
    """The scan id belongs to another code or another station's scan."""


class TooManyUnknown(Exception):
    """This station has sent so many unknown codes that it looks like guessing."""


@dataclass(frozen=True)
class Attempt:
    """One code held up at a list. `key` stands for the code (Ticket.code_key); `code` is clean.

    `said` is what the device had shown by itself; without it nobody was told anything yet.
    """

    scan_id: uuid.UUID
    key: str
    at: dt.datetime
    code: str = ""
    volunteer: str = ""
    said: str = ""
    was_offline: bool = False


Result = Scan | ScanIdTaken | TooManyUnknown


def take(
    station: Station, checkin_list: CheckInList, attempts: list[Attempt]
) -> dict[uuid.UUID, Result]:
    """Decide on attempts at one list, each once; a scan id that is known gets its verdict again.

    Every attempt becomes a Scan row. What cannot be taken has its exception as the result and
    stands in nobody's way. The scan ids differ.
    """
    require_open(station.conference)
    checkin_list.conference = station.conference
    days: dict[dt.date | None, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        days[checkin_list.day(station.conference, attempt.at)].append(attempt)
    found: dict[uuid.UUID, Result] = {}
    for day, of_day in days.items():
        found |= _decide_or_look_again(station, checkin_list, day, of_day)
    return found


def _decide_or_look_again(station, checkin_list, day, attempts):
    for last_try in (False, True):
        try:
            return _decide(station, checkin_list, day, attempts)
        except IntegrityError:
            # The last guard: someone took a scan id or a ticket's live key between our
            # reading and our writing. Another look sees theirs.
            if last_try:
                raise
    raise AssertionError("unreachable")


@retry
def _decide(station, checkin_list, day, attempts):
    return Round(station, checkin_list, day, attempts).decide()


class Round:
    """The attempts at one list, of one of its days, that are decided in one transaction.

    In a fixed number of statements, however many there are.
    """

    def __init__(self, station, checkin_list, day, attempts):
        self.station, self.checkin_list, self.day = station, checkin_list, day
        self.attempts = sorted(attempts, key=lambda attempt: attempt.at)
        self.ids = [attempt.scan_id for attempt in attempts]
        self.badges: dict[str, Badge] = {}  # code → the badge of this edition that has it
        self.known: dict[uuid.UUID, Scan] = {}
        self.standing: dict[int, CheckIn] = {}  # ticket → the check-in that counts
        self.left: int | None = None  # while leftovers are given out: how many there are
        self.new: list[Scan] = []
        self.new_checkins: list[CheckIn] = []
        self.moved: list[tuple[CheckIn, Scan]] = []

    def decide(self) -> dict[uuid.UUID, Result]:
        self.count_leftovers()
        self.find_badges()
        tickets = self.lock_and_read()
        strangers = [one for one in self.attempts if self.key(one) not in tickets]
        retired, unknown = self.look_at(strangers) if strangers else ({}, 0)
        found: dict[uuid.UUID, Result] = {}
        for attempt in self.attempts:
            ticket, old = tickets.get(self.key(attempt)), retired.get(attempt.code)
            if attempt.scan_id in self.known:
                found[attempt.scan_id] = self.again(attempt, ticket, old)
            elif ticket:
                found[attempt.scan_id] = self.judged(attempt, ticket)
            elif not old and unknown >= UNKNOWN_LIMIT:
                found[attempt.scan_id] = TooManyUnknown()
            else:
                unknown += not old
                found[attempt.scan_id] = self.no_ticket(attempt, old)
        self.write()
        return found

    def count_leftovers(self):
        """Under the list's lock, which is taken before any ticket's: nothing is given twice."""
        if self.checkin_list.leftovers_open_at:
            rows = CheckInList.objects.select_for_update()
            self.left = rows.get(pk=self.checkin_list.pk).left()

    def find_badges(self):
        """Whose badges were shown; whether they still count is asked under the tickets' locks."""
        shown = [attempt.code for attempt in self.attempts if looks_like_badge(attempt.code)]
        if shown:
            rows = Badge.objects.filter(code__in=shown, ticket__conference=self.station.conference)
            rows = rows.annotate(ticket_key=F("ticket__code_key")).only("code", "ticket")
            self.badges = {badge.code: badge for badge in rows}

    def key(self, attempt):
        """The `code_key` of the ticket that the attempt is about, if it is about one."""
        badge: Any = self.badges.get(attempt.code)
        return badge.ticket_key if badge else attempt.key

    def lock_and_read(self) -> dict[str, Any]:
        """Key → the ticket with all that its verdict depends on, read after its lock.

        Lock alone first: a statement that also joined would lock type and order for everyone,
        and one that also read would see the check-ins from before it waited.
        """
        keys = {self.key(attempt) for attempt in self.attempts}
        conference = self.station.conference_id
        pks = [pk for pk, edition in locked(keys) if edition == conference]
        if not pks:
            return {}
        tickets = facts(pks, self.checkin_list, self.day, self.ids)
        self.note_known(any(ticket.scanned for ticket in tickets))
        live = [ticket.live for ticket in tickets if ticket.live]
        self.standing = {row.ticket_id: row for row in standing(live)}
        return {ticket.code_key: ticket for ticket in tickets}

    def note_known(self, some):
        if some and not self.known:
            self.known = Scan.objects.told().in_bulk(self.ids, field_name="scan_id")

    def look_at(self, strangers):
        """Codes that are no ticket of this edition: ({code: what was one}, unknown ones lately)."""
        lately = Scan.objects.filter(
            station=self.station,
            received_at__gte=timezone.now() - UNKNOWN_TIME,
            verdict=Verdict.UNKNOWN,
        )
        codes = [attempt.code for attempt in strangers if attempt.code]
        retired = RetiredCode.objects.filter(
            code__in=codes, ticket__conference=self.station.conference_id
        )
        known, some, unknown = (
            Station.objects.annotate(
                known=Exists(Scan.objects.filter(scan_id__in=self.ids)),
                some=Exists(retired) if codes else Exists(RetiredCode.objects.none()),
                unknown=lately.values("station").annotate(n=Count("pk")).values("n"),
            )
            .values_list("known", "some", "unknown")
            .get(pk=self.station.pk)
        )
        self.note_known(known)
        rows = retired.select_related("ticket__ticket_type") if some else []
        return {row.code: row for row in rows}, unknown or 0

    def again(self, attempt, ticket, old):
        """The earlier scan, if this one is a repetition of it.

        A scan id that comes with another code must never show the first person's verdict.
        """
        earlier = self.known[attempt.scan_id]
        pk = ticket.pk if ticket else old.ticket_id if old else None
        badge = self.badges.get(attempt.code)
        shown = (pk, old and old.pk, badge and badge.pk)
        codes_differ = (earlier.ticket_id, earlier.retired_id, earlier.badge_id) != shown
        if earlier.station_id != self.station.pk or codes_differ:
            return ScanIdTaken()
        return earlier

    def scan(self, attempt, ticket, verdict):
        made = Scan(
            scan_id=attempt.scan_id,
            station=self.station,
            checkin_list=self.checkin_list,
            ticket=ticket,
            verdict=verdict,
            said=attempt.said,
            was_offline=attempt.was_offline,
            volunteer=attempt.volunteer,
            scanned_at=attempt.at,
        )
        marks.carry(ticket, made)
        self.new.append(made)
        return made

    def no_ticket(self, attempt, old):
        verdict = Verdict.PASSED_ON if old else Verdict.UNKNOWN
        made = self.scan(attempt, old.ticket if old else None, verdict)
        made.retired = old
        return made

    def judged(self, attempt, ticket):
        """Who was sent away by the device stays away; whom it let in, the earlier scan owns."""
        earlier, badge = self.standing.get(ticket.pk), self.badges.get(attempt.code)
        if badge and badge.pk != ticket.live_badge:
            verdict = Verdict.OLD_BADGE
            badge.refresh_from_db(fields=["holder", "voided_at"])
        else:
            verdict = why_not(ticket, self.checkin_list, attempt.at) or (
                Verdict.ALREADY if earlier else self.give(attempt)
            )
        if attempt.said and attempt.said != Verdict.ADMITTED:
            verdict = Verdict(attempt.said)
        made = self.scan(attempt, ticket, verdict)
        made.badge = badge
        if verdict == Verdict.ADMITTED:
            made.checkin = self.standing[ticket.pk] = self.check_in(ticket, attempt.at)
            self.left = self.left and self.left - 1
        elif verdict == Verdict.ALREADY:
            made.checkin = earlier
            if earlier and attempt.said == Verdict.ADMITTED and attempt.at < earlier.at:
                made.verdict = Verdict.ADMITTED
                self.move(earlier, made)
        return made

    def give(self, attempt):
        """Of leftovers nobody has a share of their own any more: first come, first served."""
        if self.left == 0 and self.checkin_list.gives_leftovers(attempt.at):
            return Verdict.NOT_HERE
        return Verdict.ADMITTED

    def check_in(self, ticket, at):
        made = CheckIn(
            checkin_list=self.checkin_list,
            ticket=ticket,
            day=self.day,
            station=self.station,
            at=at,
        )
        self.new_checkins.append(made)
        return made

    def move(self, checkin, scan):
        """The check-in goes to the scan that was earlier and arrived later."""
        checkin.station, checkin.at = self.station, scan.scanned_at
        self.moved.append((checkin, scan))

    def write(self):
        insert(self.new_checkins)
        insert(self.new)
        for checkin, scan in self.moved:
            with disable_auditlog():
                checkin.save(update_fields=["station", "at"])
            self.take_from_earlier_owner(checkin, scan)
        self.name_the_owners()

    def take_from_earlier_owner(self, checkin, scan):
        """Whoever had the check-in let somebody in for whom it was taken.

        Staff let nobody in: they wrote down what somebody had seen.
        """
        for loser in checkin.scans.filter(verdict=Verdict.ADMITTED).exclude(pk=scan.pk):
            loser.verdict, loser.conflict_with = Verdict.ALREADY, scan
            loser.said = Verdict.ADMITTED if loser.station_id else ""
            loser.save(update_fields=["verdict", "said", "conflict_with"])

    def name_the_owners(self):
        """New conflicts learn which scan owns the check-in."""
        conflicts = [scan for scan in self.new if scan.is_conflict and scan.checkin_id]
        if not conflicts:
            return
        owners = Scan.objects.filter(
            checkin__in={scan.checkin_id for scan in conflicts}, verdict=Verdict.ADMITTED
        )
        by_checkin = {owner.checkin_id: owner for owner in owners}
        for scan in conflicts:
            scan.conflict_with = by_checkin.get(scan.checkin_id)
            scan.save(update_fields=["conflict_with"])


def locked(keys: set[str]) -> Iterable[tuple[int, int]]:
    """(pk, edition) of the tickets with these keys, which are locked from now on."""
    if len(keys) == 1:
        return LOCK_ONE.rows(key=next(iter(keys)))
    return locking().filter(code_key__in=keys)


def locking() -> QuerySet:
    return Ticket.objects.select_for_update().values_list("pk", "conference")


LOCK_ONE = Prepared(
    lambda key: locking().filter(code_key=key),
    key=(Ticket._meta.get_field("code_key"), "of the ticket"),
)


def insert(rows):
    """All in one statement, where the database tells their keys.

    Without the audit trail: a scan is the record of an admission, the trail is for who
    changes it later.
    """
    if not rows:
        return
    if len(rows) > 1 and connection.features.can_return_rows_from_bulk_insert:
        type(rows[0]).objects.bulk_create(rows)
        return
    with disable_auditlog():
        for row in rows:
            row.save(force_insert=True)
