"""The same file of group codes from several people at once."""

import datetime as dt

import pytest
from django.utils import timezone

from registration.actions.stock import held_places
from registration.bulk import SHEETS
from registration.bulk.reading import run
from registration.models import GroupCode, Order, Quota
from scale.models import OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

from .crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("paid_by", "code", "size"),
    [("invoice", "", 7), ("free", "CORVID26", 7), ("invoice", "CORVID26", 3), ("free", "", 3)],
)
def test_same_group_six_times_at_once_is_one(paid_by, code, size):
    first = timezone.now().date() + dt.timedelta(days=90)
    conference = make.conference(starts_on=first, ends_on=first)
    reg.ticket_type(conference, code="full", quotas=[reg.quota(conference, size=size)])
    user = make.user()
    text = "company,paid by,type,places,e-mail,code,reason\n"
    text += f"Corvid,{paid_by},full,3,hr@corvid.example,{code},Sponsor\n"

    def add(number):
        result = run(SHEETS["group-codes"], conference, text, {}, by=user, dry=False)
        return result.added, result.known, result.problems

    outcome = at_once(add, 6)
    assert sorted(outcome) == [(0, 1, [])] * 5 + [(1, 0, [])]
    quota = Quota.objects.get()
    assert (quota.taken, held_places(quota)) == (3, 3)
    assert (Order.objects.count(), GroupCode.objects.count()) == (1, 1)
    assert OutgoingEmail.objects.count() == 1
