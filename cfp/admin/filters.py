"""What several tables are filtered by."""

from django.contrib import admin

OWN_EDITIONS = ("conference", admin.RelatedOnlyFieldListFilter)
