from celery import shared_task

from scale.models import Conference, User

from .sponsor_reports import actions


@shared_task
def send_sponsor_reports(conference_id, user_id):
    """Begun twice, it sends nothing twice."""
    conference = Conference.objects.get(pk=conference_id)
    actions.send_reports(conference, by=User.objects.filter(pk=user_id).first())
