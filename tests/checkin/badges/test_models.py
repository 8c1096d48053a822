"""What the database itself refuses."""

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from checkin.badges.models import CODE_LETTERS, Badge, BadgeLayout, PrintJob, new_badge_code
from scale import codes
from tests.factories import badges as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
REFUSED = (IntegrityError, OperationalError)


def refused(call):
    with pytest.raises(REFUSED), transaction.atomic():
        call()


def test_a_ticket_has_one_live_badge_and_many_void_ones(conference):
    badge = make.printed(conference)
    same = {"ticket": badge.ticket, "holder": badge.holder}
    refused(lambda: Badge.objects.create(**same))
    for _ in range(2):
        Badge.objects.create(**same, status="void", voided_at=timezone.now())
    assert badge.ticket.badges.count() == 3


def test_a_badges_code_is_its_own_and_long(conference):
    badge = make.printed(conference)
    assert len(badge.code) == CODE_LETTERS != len(badge.ticket.code)
    assert len(codes.ALPHABET) ** CODE_LETTERS >= 2**60
    assert new_badge_code() != new_badge_code()


def test_unknown_states_are_refused(conference):
    job = make.job(conference)
    refused(lambda: Badge.objects.filter(pk=job.badge_id).update(status="lost"))
    refused(lambda: PrintJob.objects.filter(pk=job.pk).update(status="lost"))
    refused(lambda: PrintJob.objects.filter(pk=job.pk).update(status="claimed"))


def test_a_badge_is_in_the_queue_once(conference):
    job = make.job(conference)
    refused(lambda: PrintJob.objects.create(conference=conference, badge=job.badge))


def test_a_job_goes_only_where_it_may(conference):
    job = make.job(conference)
    with pytest.raises(ValueError, match="from queued to printed"):
        job.move(PrintJob.Status.PRINTED)
    job.refresh_from_db()
    assert job.status == "queued"


@pytest.mark.parametrize(
    "fields", [{"width_mm": 10}, {"height_mm": 300}, {"paper": "a3"}, {"gap_mm": -1}]
)
def test_impossible_layouts_are_refused(conference, fields):
    wanted = {"conference": conference, "width_mm": 96, "height_mm": 134, "places": {}} | fields
    refused(lambda: BadgeLayout.objects.create(**wanted))
