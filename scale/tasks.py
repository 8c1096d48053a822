import datetime as dt

from celery import shared_task
from django.utils import timezone

from . import editions, email, health
from .models import Conference, Throttle


@shared_task
def send_queued_mail():
    email.deliver_queued()


@shared_task
def beat():
    """Say that a worker is alive, and sweep what only takes up room."""
    health.note_heartbeat()
    Throttle.objects.filter(window_ends_at__lt=timezone.now() - dt.timedelta(days=1)).delete()


@shared_task
def erase_due():
    for conference in Conference.objects.filter(
        erased_at=None, erase_personal_data_on__lte=timezone.now().date()
    ):
        if conference.today() >= conference.erase_personal_data_on:
            editions.erase_personal_data(conference)
