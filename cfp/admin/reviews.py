"""How an edition reviews, and what was said and decided."""

from django.contrib import admin

from scale.admin import EditionAdmin
from scale.models import Conference

from ..actions import weigh_again
from ..models import ConflictOfInterest, Criterion, Decision, Review, ReviewRules, ReviewTag, Talk
from .filters import OWN_EDITIONS


class HistoryAdmin(EditionAdmin):
    """Rows that are read here and never changed; nobody sees those about talks kept from them."""

    edition_path = "talk__conference"

    def get_queryset(self, request):
        kept = Talk.objects.kept_from(request.user).values("pk")
        return super().get_queryset(request).exclude(talk__in=kept)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Review)
class ReviewAdmin(HistoryAdmin):
    list_display = ["talk", "reviewer", "said", "changed_at"]
    list_filter = [("talk__conference", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["talk", "reviewer"]
    search_fields = ["talk__title", "talk__code", "reviewer__name", "reviewer__email"]


@admin.register(Decision)
class DecisionAdmin(HistoryAdmin):
    list_display = ["talk", "verdict", "by", "made_at", "released_at"]
    list_filter = [("talk__conference", admin.RelatedOnlyFieldListFilter), "verdict"]
    list_select_related = ["talk", "by"]
    search_fields = ["talk__title", "talk__code", "by__name", "by__email"]


@admin.register(ReviewRules)
class ReviewRulesAdmin(EditionAdmin):
    list_display = ["conference", "is_anonymous", "others", "reviews_a_talk", "shares_feedback"]
    list_select_related = ["conference"]


@admin.register(Criterion)
class CriterionAdmin(EditionAdmin):
    """Reviews that were made by criteria follow what changes here."""

    list_display = ["name", "conference", "weight", "position"]
    list_filter = [OWN_EDITIONS]
    list_select_related = ["conference"]

    def save_model(self, request, criterion, form, change):
        super().save_model(request, criterion, form, change)
        weigh_again(criterion.conference)

    def delete_model(self, request, criterion):
        super().delete_model(request, criterion)
        weigh_again(criterion.conference)

    def delete_queryset(self, request, queryset):
        editions = list(Conference.objects.filter(criteria__in=queryset).distinct())
        super().delete_queryset(request, queryset)
        for conference in editions:
            weigh_again(conference)


@admin.register(ReviewTag)
class ReviewTagAdmin(EditionAdmin):
    list_display = ["name", "conference", "position"]
    list_filter = [OWN_EDITIONS]
    list_select_related = ["conference"]
    search_fields = ["name"]


@admin.register(ConflictOfInterest)
class ConflictAdmin(EditionAdmin):
    """Who has declared one; somebody else takes it away where it was a slip of the hand."""

    edition_path = "talk__conference"
    list_display = ["talk", "user", "declared_at"]
    list_filter = [("talk__conference", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["talk", "user"]
    search_fields = ["talk__title", "talk__code", "user__name", "user__email"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.user_id != request.user.pk)
