from django.contrib import admin

from scale.admin.tables import ReadOnly

from ..models import IgnoredSender, Mail, Mailbox, MailFolder
from .base import SharedAdmin


@admin.register(Mail)
class MailAdmin(ReadOnly, SharedAdmin):
    """A look only; mail is sorted on its own pages."""

    list_display = ["__str__", "way", "status", "party_address", "sent_at", "conversation"]
    list_filter = ["way", "status"]
    list_select_related = ["conversation"]
    search_fields = ["subject", "party_name", "party_address"]
    fields = [
        *("subject", "way", "status", "conversation", "contact", "sender", "recipients"),
        *("text", "is_cut", "sent_at", "taken_at", "written_by", "filed_at", "message_id"),
    ]


@admin.register(IgnoredSender)
class IgnoredSenderAdmin(ReadOnly, SharedAdmin):
    list_display = ["address", "since", "by"]
    list_select_related = ["by"]
    search_fields = ["address"]


class FolderInline(ReadOnly, admin.TabularInline):
    model = MailFolder
    fields = ["name", "uidvalidity", "last_uid", "waiting"]


@admin.register(Mailbox)
class MailboxAdmin(ReadOnly, SharedAdmin):
    list_display = ["name", "last_good_at", "last_error"]
    inlines = [FolderInline]
