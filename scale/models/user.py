from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.utils.functional import cached_property

from ..text import canonical_email


class UserManager(BaseUserManager["User"]):
    def create_user(self, email, password=None, **fields):
        """A person; without a password they get in by a code sent to the address."""
        user = self.model(email=canonical_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=canonical_email(email))


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in; the e-mail address is the login."""

    email = models.EmailField("e-mail", max_length=190, unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    def __str__(self):
        return self.name or self.email

    def save(self, *args, **kwargs):
        self.email = canonical_email(self.email)
        super().save(*args, **kwargs)

    @property
    def is_staff(self):
        """The admin asks this; the answer is a role in some edition."""
        return self.is_superuser or bool(self.roles())

    def roles(self):
        """(conference id, role) pairs."""
        return self._rights[0]

    def factors(self):
        """The kinds of second step that are set up: totp, webauthn, recovery_codes."""
        return self._rights[1]

    @cached_property
    def _rights(self):
        """Roles and factors: every staff page asks both, in one statement for each instance."""
        columns = ("staff_roles__conference_id", "staff_roles__role", "authenticator__type")
        rows = list(User.objects.filter(pk=self.pk).values_list(*columns))
        roles = {(conference, role) for conference, role, _ in rows if role}
        return roles, {factor for *_, factor in rows if factor}

    def has_role(self, conference, *roles):
        """Whether the user has one of the roles in the edition; a chair has every role."""
        if self.is_superuser:
            return True
        wanted = {(conference.pk, role) for role in (*roles, Role.CHAIR)}
        return bool(wanted & self.roles())

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.split(" ")[0] or self.email


class Role(models.TextChoices):
    CHAIR = "chair"
    REGISTRATION = "registration"
    PROGRAM = "program"
    REVIEWER = "reviewer"
    CREW = "crew"
    DOOR = "door"
    SPONSORSHIP = "sponsorship"
    COMMUNITY = "community"
    PRESS = "press"
    FINANCE = "finance"
    EDITOR = "editor"
    COMMUNICATIONS = "communications"


class StaffRole(models.Model):
    """A right that a person has in one edition, and that ends with it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="staff_roles")
    conference = models.ForeignKey("scale.Conference", models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=16, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "conference", "role"], name="one_role_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_known"),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}, {self.conference}"
