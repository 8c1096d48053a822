import os

from celery import Celery

from . import broker  # noqa: F401  (how a queue in a folder is written)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scale.settings")
app = Celery("scale")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
