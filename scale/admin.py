import datetime as dt

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils import timezone

from . import email
from .auth import editions_for
from .models import Conference, EmailAttachment, OutgoingEmail, StaffRole, User


class EditionAdmin(admin.ModelAdmin):
    """Base of every table in the admin: one sees and chooses rows of one's own editions only.

    `edition_path` is the lookup from a row to its Conference; None for tables
    that all editions share.
    """

    edition_path: str | None = "conference"
    list_per_page = 50
    show_full_result_count = False

    def allowed_editions(self, request, verb="view"):
        """Ids of the editions whose rows the user may handle, None for all."""
        return editions_for(request.user, f"{self.opts.app_label}.{verb}_{self.opts.model_name}")

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        allowed = self.allowed_editions(request)
        if allowed is None or self.edition_path is None:
            return rows
        return rows.filter(**{f"{self.edition_path}__in": allowed})

    def edition_id_of(self, obj):
        for part in (self.edition_path or "").split("__"):
            obj = getattr(obj, part, None)
        return obj.pk if obj else None

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Times are read and typed on the clocks of the row's edition."""
        with timezone.override(self._zone(request, object_id)):
            return rendered(super().changeform_view(request, object_id, form_url, extra_context))

    def changelist_view(self, request, extra_context=None):
        with timezone.override(self._zone(request, None)):
            return rendered(super().changelist_view(request, extra_context))

    def _zone(self, request, object_id):
        """The row's, else that of the edition posted or filtered by, else the current one's."""
        obj = object_id and self.get_object(request, unquote(object_id))
        given = request.POST.get("conference") or request.GET.get("conference__id__exact") or ""
        pk = self.edition_id_of(obj) if obj else int(given) if given.isdecimal() else 0
        edition = Conference.objects.filter(pk=pk or 0).first() or Conference.objects.current()
        return edition.zone if edition else dt.UTC

    def _may(self, request, verb, obj):
        allowed = self.allowed_editions(request, verb)
        if allowed is None or obj is None or self.edition_path is None:
            return allowed is None or bool(allowed)
        return self.edition_id_of(obj) in allowed

    def has_view_permission(self, request, obj=None):
        return self._may(request, "view", obj) or self._may(request, "change", obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change", obj) and not is_closed(self, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "delete", obj) and not is_closed(self, obj)

    def has_add_permission(self, request):
        return self._may(request, "add", None)

    def delete_queryset(self, request, queryset):
        """One by one: a bulk delete would pass by what `PublicFact.delete` does."""
        for row in queryset:
            row.delete()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(
            db_field, request, **self._limited(db_field, request, kwargs)
        )

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(
            db_field, request, **self._limited(db_field, request, kwargs)
        )

    def _limited(self, db_field, request, kwargs):
        """Choices limited to what the user sees in the related table."""
        model = db_field.related_model
        allowed = self.allowed_editions(request, "change")
        if allowed is None or "queryset" in kwargs:
            return kwargs
        if model is Conference:
            kwargs["queryset"] = Conference.objects.filter(pk__in=allowed, closed_at=None)
        elif related := self.admin_site._registry.get(model):
            kwargs["queryset"] = related.get_queryset(request)
        return kwargs


def rendered(response):
    """A template answer rendered now, while the time zone it was made in still holds."""
    return response.render() if hasattr(response, "render") else response


def is_closed(model_admin, obj):
    """Whether the row belongs to a closed edition, which can only be read."""
    if obj is None or model_admin.edition_path is None:
        return False
    for part in model_admin.edition_path.split("__"):
        obj = getattr(obj, part, None)
    return bool(obj and obj.is_closed)


class EditionInline(admin.TabularInline):
    """Rows inside a row of an EditionAdmin: the parent has already been judged."""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return obj is None or not _parent_closed(obj)

    def has_change_permission(self, request, obj=None):
        return obj is None or not _parent_closed(obj)

    def has_delete_permission(self, request, obj=None):
        return obj is None or not _parent_closed(obj)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        related = self.admin_site._registry.get(db_field.related_model)
        if related and "queryset" not in kwargs:
            kwargs["queryset"] = related.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _parent_closed(obj):
    conference = obj if isinstance(obj, Conference) else getattr(obj, "conference", None)
    return bool(conference and conference.is_closed)


@admin.register(Conference)
class ConferenceAdmin(EditionAdmin):
    edition_path = "pk"
    list_display = ["name", "slug", "starts_on", "ends_on", "is_public", "is_closed"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {}
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


class StaffRoleInline(EditionInline):
    model = StaffRole
    extra = 1
    fk_name = "user"


@admin.register(StaffRole)
class StaffRoleAdmin(EditionAdmin):
    list_display = ["user", "conference", "role"]
    list_filter = ["conference", "role"]
    list_select_related = ["user", "conference"]
    search_fields = ["user__email", "user__name"]
    autocomplete_fields = ["user"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """People; only who runs the whole site (superuser) may change them."""

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

    def has_view_permission(self, request, obj=None):
        # A chair chooses whom to give a role: searching people is enough for that.
        return request.user.is_superuser or (
            obj is None and editions_for(request.user, "scale.add_staffrole")
        )

    def has_module_permission(self, request):
        return request.user.is_superuser


class EmailAttachmentInline(admin.TabularInline):
    model = EmailAttachment
    fields = ("name", "content_type")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(EditionAdmin):
    list_display = ["subject", "to_address", "kind", "status", "queued_at", "sent_at"]
    list_filter = ["status", "kind", "conference"]
    search_fields = ["to_address", "subject"]
    inlines = [EmailAttachmentInline]
    actions = ["send_again", "give_up"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description="Send again: failed or maybe sent", permissions=["view"])
    def send_again(self, request, queryset):
        self._decide(request, queryset, again=True)

    @admin.action(description="Leave it: failed or maybe sent", permissions=["view"])
    def give_up(self, request, queryset):
        self._decide(request, queryset, again=False)

    def _decide(self, request, queryset, again):
        changed = sum(email.decide(row, again) for row in queryset)
        messages.success(request, f"{changed} of {queryset.count()} mails changed.")


if admin.site.is_registered(Group):
    admin.site.unregister(Group)
