"""The site's own settings and apps, but bare views and no middleware: for the ceiling."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scale.settings")
django.setup()
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = "bench.ceiling"
application = WSGIHandler()
