from django.contrib import admin

from ..models import Contact, Organization, OtherName, Tag
from .base import SharedAdmin


@admin.register(Organization)
class OrganizationAdmin(SharedAdmin):
    list_display = ["name", "kind_words", "website", "owner"]
    list_filter = ["is_company", "is_project", "is_media", "tags"]
    list_select_related = ["owner"]
    search_fields = ["name", "contacts__name", "contacts__email"]
    autocomplete_fields = ["tags"]
    exclude = ["logo"]  # is cleaned and put up on the organization's page


@admin.register(Contact)
class ContactAdmin(SharedAdmin):
    list_display = ["name", "organization", "role_words", "email", "phone", "left_on"]
    list_filter = [f"is_{role}" for role in Contact.Role.values]
    list_select_related = ["organization"]
    search_fields = ["name", "email", "organization__name"]
    autocomplete_fields = ["organization"]


@admin.register(Tag)
class TagAdmin(SharedAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]


@admin.register(OtherName)
class OtherNameAdmin(SharedAdmin):
    """Names under which lists may bring an organization; imports and merges add them."""

    list_display = ["name", "organization"]
    list_select_related = ["organization"]
    search_fields = ["name", "organization__name"]
    autocomplete_fields = ["organization"]
