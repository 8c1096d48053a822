from django.contrib import admin

from ..models import Conversation, Note, NoteFile
from .base import SponsorsAdmin


@admin.register(Conversation)
class ConversationAdmin(SponsorsAdmin):
    list_display = ["subject", "organization", "conference", "state", "owner"]
    list_filter = ["conference", "state"]
    list_select_related = ["organization", "conference", "owner"]
    search_fields = ["subject", "organization__name"]
    autocomplete_fields = ["organization"]


@admin.register(Note)
class NoteAdmin(SponsorsAdmin):
    """Notes are written, and corrected by who wrote them, on the organization's page."""

    edition_path = "conversation__conference"
    list_display = ["__str__", "kind", "conversation", "contact", "author", "written_at"]
    list_filter = ["kind"]
    list_select_related = ["conversation", "contact", "author"]
    search_fields = ["text", "conversation__subject", "conversation__organization__name"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(NoteFile)
class NoteFileAdmin(SponsorsAdmin):
    """Files come with a note, and leave as downloads of the conversation's page."""

    edition_path = "note__conversation__conference"
    list_display = ["name", "size", "note", "by"]
    list_select_related = ["note", "by"]
    search_fields = ["name", "note__conversation__subject"]
    exclude = ["file"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
