"""Who asks: the owner of a bearer token, and what the token may read."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from scale.auth import second_factor_missing

from ..models import ApiToken

LONGEST = 200


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer scale_…`"""

    def authenticate(self, request):
        word, _, given = get_authorization_header(request).partition(b" ")
        if not word:
            return None
        if word.lower() != b"bearer" or len(given) > LONGEST or not given.isascii():
            raise AuthenticationFailed("Send “Authorization: Bearer” and a token.")
        token = ApiToken.objects.given(given.decode().strip())
        if token is None:
            raise AuthenticationFailed("This token opens nothing: mistyped, or revoked.")
        token.note_use(timezone.now().date())
        return token.user, token

    def authenticate_header(self, request):
        return "Bearer"


class BearerTokenScheme(OpenApiAuthenticationExtension):
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer"}


class OwnsToken(BasePermission):
    """Whoever a living token belongs to, whatever its scope: for what is their own."""

    def has_permission(self, request, view):
        return request.auth is not None


class ReadsForCommittee(BasePermission):
    """The token's scope, and the second factor that staff pages ask for too."""

    message = "A token with the scope “committee” is needed."

    def has_permission(self, request, view):
        if request.auth is None:
            return False
        if request.auth.scope != ApiToken.Scope.COMMITTEE:
            return False
        if second_factor_missing(request.user):
            self.message = "Its owner needs a second step at sign-in first."
            return False
        return True
