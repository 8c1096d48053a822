"""Ways for a mail to leave: a mail server, or files in a folder.

Each knows after an error whether the mail may have arrived all the same
(`may_have_it`): only then is it in doubt.
"""

import os
import secrets
import smtplib
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone


class _KnowsHowFar:
    """Until the DATA command a mail has certainly not been taken."""

    may_have_it = False

    def mail(self, *args, **kwargs):
        self.may_have_it = False
        return super().mail(*args, **kwargs)  # type: ignore[misc]

    def data(self, msg):
        self.may_have_it = True
        return super().data(msg)  # type: ignore[misc]


class _Plain(_KnowsHowFar, smtplib.SMTP):
    pass


class _Encrypted(_KnowsHowFar, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    @property
    def connection_class(self):
        return _Encrypted if self.use_ssl else _Plain

    @property
    def may_have_it(self) -> bool:
        return bool(getattr(self.connection, "may_have_it", False))


class FolderBackend(BaseEmailBackend):
    """Keeps each mail as one .eml file under var/mail/, for the demo and for development."""

    may_have_it = False  # a file is there whole, or an error says that it is not

    def send_messages(self, email_messages):
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            stamp = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
            path = folder / f"{stamp}-{secrets.token_hex(4)}.eml"
            partial = path.with_suffix(".part")
            partial.write_bytes(message.message().as_bytes())
            os.replace(partial, path)
        return len(email_messages)
