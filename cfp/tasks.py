from celery import shared_task

from . import actions


@shared_task
def remind_unconfirmed():
    """Reminds who was accepted and has not answered; late is as good as on time."""
    actions.remind_unconfirmed()
