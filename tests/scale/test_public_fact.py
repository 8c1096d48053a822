"""Saving what public pages show raises the version of the edition, also in a crowd."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from scale.models import Conference
from tests.factories import cfp as make_cfp
from tests.factories import scale as make


def version(conference):
    return Conference.objects.values_list("version", flat=True).get(pk=conference.pk)


@pytest.mark.sqlite
def test_saving_and_deleting_raise_the_version(conference):
    before = version(conference)
    track = make_cfp.track(conference)
    after_save = version(conference)
    track.delete()
    assert before < after_save < version(conference)


def test_a_form_never_puts_an_old_version_back(conference):
    stale = Conference.objects.get(pk=conference.pk)
    Conference.objects.touch([conference.pk])
    raised = version(conference)
    stale.tagline = "New"
    stale.save()
    assert version(conference) == raised + 1


@pytest.mark.django_db(transaction=True)
def test_eight_new_facts_at_once_do_not_deadlock():
    conference = make.conference()
    start = threading.Barrier(8)
    errors = []

    def run():
        start.wait()
        try:
            make_cfp.track(conference)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert conference.tracks.count() == 8


@pytest.mark.parametrize(
    ("first", "last"),
    [((1, 1, 1), (1, 1, 2)), ((2027, 3, 4), (9999, 1, 1)), ((2027, 3, 4), (2028, 3, 4))],
)
def test_dates_that_no_conference_has_are_refused(db, first, last):
    strange = make.conference()
    strange.starts_on, strange.ends_on = dt.date(*first), dt.date(*last)
    with pytest.raises(ValidationError):
        strange.full_clean()
