"""The first reading of a mailbox that was used for years."""

import os

import pytest

from sponsors.mail import capture
from sponsors.models import Conversation, Mail, MailFolder
from tests.factories import sponsors as sell

from .messages import message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MESSAGES = 10_000
PEOPLE = 200


def test_ten_thousand_messages_are_taken_in_once(box):
    for n in range(PEOPLE // 2):  # half of them are known
        sell.contact(email=f"p{n}@firm{n}.example")
    folder = box.server.maildir(box.user)
    box.put()  # Dovecot makes the folders
    pattern = message(sender="P <SENDER>", subject="SUBJECT", message_id="<ID>", to=box.user)
    for n in range(MESSAGES - 1):
        who = n % PEOPLE
        content = (
            pattern.replace(b"SENDER", b"p%d@firm%d.example" % (who, who))
            .replace(b"SUBJECT", b"Subject %d" % (n % 600))
            .replace(b"<ID>", b"<m%d@test.example>" % n)
        )
        path = folder / "new" / f"1700000000.M{n}.test"
        path.write_bytes(content)
        os.chmod(path, 0o644)
    rounds = 0
    while capture.run(seconds=20):
        rounds += 1
    assert rounds >= 1
    assert Mail.objects.count() == MESSAGES
    assert MailFolder.objects.get(name="INBOX").waiting == 0
    assert Mail.objects.filter(status="attached").count() == MESSAGES // 2
    assert Conversation.objects.count() == 300
    assert capture.run() == 0
    MailFolder.objects.update(uidvalidity=1)
    assert capture.run() == 0
    assert Mail.objects.count() == MESSAGES
