"""A real Dovecot for all of these tests, and in it a mailbox of its own for each."""

import secrets

import pytest
from imap_tools import MailBoxUnencrypted

from deploy import dovecot
from scale.settings.mailbox import mailbox as read_url

from .messages import message


class Box:
    """The shared mailbox as a mail program has it: messages come and go."""

    def __init__(self, server, user):
        self.server, self.user = server, user
        self.account = read_url(server.url(user))

    def open(self):
        box = MailBoxUnencrypted("127.0.0.1", self.server.port, timeout=30)
        return box.login(self.user, dovecot.PASSWORD, initial_folder=None)

    def put(self, *messages, folder="INBOX", **fields):
        """Append raw messages, or one made of the fields."""
        with self.open() as box:
            for one in messages or [message(**{"to": self.user} | fields)]:
                box.append(one, folder)

    def flags(self, folder="INBOX"):
        with self.open() as box:
            box.folder.set(folder, readonly=True)
            return [one.flags for one in box.fetch(mark_seen=False)]

    def messages(self, folder="INBOX"):
        with self.open() as box:
            box.folder.set(folder, readonly=True)
            return [one.obj for one in box.fetch(mark_seen=False)]

    def delete_folder(self, folder):
        with self.open() as box:
            box.folder.delete(folder)
            box.folder.create(folder)


@pytest.fixture(scope="session")
def mail_server():
    with dovecot.dovecot() as server:
        yield server


@pytest.fixture
def box(mail_server, settings):
    """The one shared mailbox of the site."""
    made = Box(mail_server, f"{secrets.token_hex(6)}@conference.example")
    settings.MAILBOXES = (made.account,)
    return made


@pytest.fixture
def second_box(mail_server, settings, box):
    made = Box(mail_server, f"{secrets.token_hex(6)}@conference.example")
    settings.MAILBOXES = (*settings.MAILBOXES, made.account)
    return made
