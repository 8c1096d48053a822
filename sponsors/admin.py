from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError

from scale.admin import EditionAdmin
from scale.models import Conference, User

from .models import COMMITTEE, Contact, Conversation, Note, Organization, Package, Sponsorship


class SponsorsAdmin(EditionAdmin):
    """Writes only what was changed in the form, so that nothing taken or signed meanwhile
    is put back; owners come from the committees."""

    def save_model(self, request, obj, form, change):
        obj.save(update_fields=form.changed_data) if change else obj.save()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model is User:
            allowed = self.allowed_editions(request, "change")
            roles = {"staff_roles__role__in": [*COMMITTEE, "chair"]}
            if allowed is not None:
                roles["staff_roles__conference__in"] = allowed
            kwargs["queryset"] = User.objects.filter(**roles).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SharedAdmin(SponsorsAdmin):
    """Tables that outlive editions; who has a role in closed editions alone may look only."""

    edition_path = None

    def allowed_editions(self, request, verb="view"):
        allowed = super().allowed_editions(request, verb)
        if allowed and verb != "view":
            still_open = Conference.objects.filter(pk__in=allowed, closed_at=None)
            return set(still_open.values_list("pk", flat=True))
        return allowed


class AmountsAdmin(SponsorsAdmin):
    """Tables that show amounts: who may only look, elsewhere, must not even do that here."""

    def allowed_editions(self, request, verb="view"):
        return super().allowed_editions(request, "change" if verb == "view" else verb)


@admin.register(Organization)
class OrganizationAdmin(SharedAdmin):
    list_display = ["name", "kind", "website", "owner"]
    list_filter = ["kind"]
    list_select_related = ["owner"]
    search_fields = ["name", "contacts__name", "contacts__email"]
    exclude = ["logo"]  # is cleaned and put up on the organization's page


@admin.register(Contact)
class ContactAdmin(SharedAdmin):
    list_display = ["name", "organization", "role", "email", "phone"]
    list_filter = ["role"]
    list_select_related = ["organization"]
    search_fields = ["name", "email", "organization__name"]
    autocomplete_fields = ["organization"]


class PackageForm(forms.ModelForm):
    class Meta:
        model = Package
        fields = ["conference", "name", "price", "size", "passes", "pass_type", "position"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("passes") and not cleaned.get("pass_type"):
            self.add_error("pass_type", "Say which ticket the passes are.")
        return cleaned

    def clean_size(self):
        """Under the row's lock, which lasts until the admin has saved: nobody signs meanwhile."""
        size = self.cleaned_data["size"]
        if self.instance.pk and size is not None:
            taken = Package.objects.select_for_update().get(pk=self.instance.pk).taken
            if size < taken:
                raise ValidationError(f"{taken} are signed already.")
        return size


@admin.register(Package)
class PackageAdmin(AmountsAdmin):
    form = PackageForm
    lent = ("pass_type",)
    list_display = ["name", "conference", "price", "size", "taken", "passes", "position"]
    list_filter = ["conference"]
    list_select_related = ["conference"]
    search_fields = ["name"]

    def get_readonly_fields(self, request, obj=None):
        return ["conference", "taken"] if obj else []


@admin.register(Sponsorship)
class SponsorshipAdmin(AmountsAdmin):
    """A look at all deals; they begin, move and are signed on the organization's page."""

    list_display = ["organization", "conference", "package", "status", "amount", "owner"]
    list_filter = ["conference", "status"]
    list_select_related = ["organization", "conference", "package", "owner"]
    search_fields = ["organization__name"]
    fields = [
        *("organization", "conference", "package", "status", "amount", "owner"),
        *("signed_at", "signed_by"),
    ]
    readonly_fields = ["organization", "conference", "package", "status", "signed_at", "signed_by"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        """One by one, and never a signed one: it holds a place of its package."""
        return obj is not None and not obj.is_signed and super().has_delete_permission(request, obj)

    def delete_model(self, request, obj):
        locked = Sponsorship.objects.select_for_update().get(pk=obj.pk)
        if locked.is_signed:
            raise PermissionDenied
        super().delete_model(request, locked)


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
