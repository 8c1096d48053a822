from django import template

from scale.navigation import menu_for

register = template.Library()


@register.simple_tag(takes_context=True)
def staff_menu(context):
    """The staff menu of the page's edition for who looks at it."""
    request = context["request"]
    here = request.resolver_match.view_name if request.resolver_match else ""
    return menu_for(request.user, context["conference"], here)


@register.simple_tag(takes_context=True)
def has_role(context, *roles):
    """Whether who looks at the page has one of the roles: what answers 403 has no link."""
    return context["request"].user.has_role(context["conference"], *roles)
