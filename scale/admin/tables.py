from allauth.mfa import admin as mfa_admin
from allauth.mfa.models import Authenticator
from auditlog import admin as auditlog_admin  # noqa: F401  (registers before we do it our way)
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils.html import format_html_join

from .. import actions, audit, email
from ..logs import redact_links
from ..models import AuditEntry, Conference, EmailAttachment, OutgoingEmail, StaffRole, User
from .base import EditionAdmin, EditionInline


class ReadOnly:
    """Rows that come and go by what people do, never by the admin."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Conference)
class ConferenceAdmin(EditionAdmin):
    edition_path = "pk"
    list_display = ["name", "slug", "starts_on", "ends_on", "is_public", "is_closed"]
    search_fields = ["name", "slug"]
    fieldsets = [
        (None, {"fields": ["name", "series", "slug", "tagline", "introduction", "is_public"]}),
        ("When and where", {"fields": ["starts_on", "ends_on", "time_zone", "venue_name"]}),
        ("Address and money", {"fields": ["venue_address", "currency"]}),
        ("Look", {"fields": ["accent", "accent_dark"]}),
        ("Conduct", {"fields": ["conduct_url", "conduct_phone", "conduct_email"]}),
        ("Afterwards", {"fields": ["erase_personal_data_on"]}),
    ]

    @admin.display(boolean=True, description="closed")
    def is_closed(self, obj):
        return obj.is_closed

    def edition_id_of(self, obj):
        return obj.pk

    def get_readonly_fields(self, request, obj=None):
        """Addresses that were handed out stay, unless who runs the site decides otherwise."""
        return ["slug"] if obj and not request.user.is_superuser else []


class StaffRoleForm(forms.ModelForm):
    """The person is named by address; whoever is new gets an account without a password."""

    email = forms.EmailField(max_length=190, label="E-mail address of the person")
    name = forms.CharField(
        max_length=120, required=False, help_text="For somebody who is new here."
    )

    class Meta:
        model = StaffRole
        fields = ["conference", "role"]


@admin.register(StaffRole)
class StaffRoleAdmin(EditionAdmin):
    """Given and taken away, never changed into another; who gets one is told by mail."""

    form = StaffRoleForm
    list_display = ["user", "address", "role", "conference"]
    list_filter = ["conference", "role"]
    list_select_related = ["user", "conference"]
    search_fields = ["user__email", "user__name"]

    @admin.display(ordering="user__email")
    def address(self, obj):
        return obj.user.email

    def get_fields(self, request, obj=None):
        return ["user", "role", "conference"] if obj else ["email", "name", "conference", "role"]

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request)

    def save_model(self, request, obj, form, change):
        given = form.cleaned_data
        role = actions.give_role(
            given["conference"], given["email"], given["role"], name=given["name"]
        )
        obj.pk, obj.user = role.pk, role.user


class StaffRoleInline(EditionInline):
    model = StaffRole
    fk_name = "user"


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """All people: for who runs the whole site (superuser), and nobody else."""

    ordering = ["email"]
    list_display = ["email", "name", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["email", "name"]
    readonly_fields = ["last_login", "joined_at"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("Rights", {"fields": ["is_active", "is_superuser"]}),
        ("Dates", {"fields": ["last_login", "joined_at"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})
    ]
    inlines = [StaffRoleInline]

    def has_delete_permission(self, request, obj=None):
        """People are erased (set-up, “People’s data”), so that what hangs on them stays."""
        return False


class EmailAttachmentInline(ReadOnly, admin.TabularInline):
    model = EmailAttachment
    fields = readonly_fields = ("name", "content_type")
    extra = 0

    def has_view_permission(self, request, obj=None):
        return True


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnly, EditionAdmin):
    list_display = ["subject", "to_address", "kind", "status", "queued_at", "sent_at"]
    list_filter = ["status", "kind", "conference"]
    search_fields = ["to_address", "subject"]
    fields = [
        *("conference", "kind", "to_name", "to_address", "reply_to", "subject", "words"),
        *("status", "last_error", "attempts", "queued_at", "not_before", "sent_at"),
    ]
    inlines = [EmailAttachmentInline]
    actions = ["send_again", "give_up"]

    @admin.display(description="text")
    def words(self, obj):
        """Without the secrets of its links: they open things for one person alone."""
        lines = redact_links(obj.text).splitlines()
        return format_html_join("", "{}<br>", ((line,) for line in lines))

    @admin.action(description="Send again: failed or maybe sent", permissions=["view"])
    def send_again(self, request, queryset):
        self._decide(request, queryset, again=True)

    @admin.action(description="Leave it: failed or maybe sent", permissions=["view"])
    def give_up(self, request, queryset):
        self._decide(request, queryset, again=False)

    def _decide(self, request, queryset, again):
        changed = email.decide(queryset, again)
        messages.success(request, f"{changed} of {queryset.count()} mails changed.")


admin.site.unregister(AuditEntry)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, EditionAdmin):
    """Who changed what in one's editions."""

    list_display = ["timestamp", "actor", "action", "content_type", "object_repr", "what"]
    list_filter = ["conference", "action"]
    list_select_related = ["actor", "content_type"]
    search_fields = ["object_repr"]
    fields = ["timestamp", "actor", "action", "content_type", "object_repr", "what", "cid"]

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(audit.hidden_from(request.user))

    @admin.display(description="changes")
    def what(self, obj):
        return obj.says()


admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnly, mfa_admin.AuthenticatorAdmin):
    """Second factors, to take away the one of somebody who lost it; never its secret."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser


if admin.site.is_registered(Group):
    admin.site.unregister(Group)
