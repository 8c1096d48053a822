from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core.validators import EmailValidator


class ScaleConfig(AppConfig):
    name = "scale"
    default = True

    def ready(self):
        from allauth.account.signals import email_confirmed  # noqa: PLC0415  (need the models)
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415
        from auditlog.registry import auditlog  # noqa: PLC0415

        from . import accounts, privacy, setup, tasks  # noqa: F401, PLC0415  (web processes queue tasks)
        from .models import Conference, StaffRole, User  # noqa: PLC0415

        setup.register()
        privacy.register_own()
        EmailValidator.message = "Enter a valid e-mail address."  # the spelling of every screen
        email_confirmed.connect(accounts.forget_stale_password)
        authenticator_added.connect(accounts.note_proof)
        auditlog.register(Conference, exclude_fields=["version"])
        auditlog.register(StaffRole)
        auditlog.register(User, exclude_fields=["password", "last_login"], mask_fields=["email"])


class SiteAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "scale.admin_site.ScaleAdminSite"
