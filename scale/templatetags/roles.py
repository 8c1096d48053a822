from django import template

from scale.navigation import links_for

register = template.Library()


@register.simple_tag(takes_context=True)
def staff_links(context):
    """The staff navigation of the page's edition for who looks at it."""
    request = context["request"]
    here = request.resolver_match.view_name if request.resolver_match else ""
    return links_for(request.user, context["conference"], here)
