"""Messages as they come in: bytes made by hand, right and wrong ones."""

import itertools
from email.message import EmailMessage

number = itertools.count(1)


def message(
    *,
    sender="Ada Quill <ada@harbor.example>",
    to="sponsors@conference.example",
    subject="Our booth",
    text="Hello, is the booth free?",
    message_id=None,
    references=(),
    date="Thu, 26 Nov 2026 10:00:00 +0000",
    html="",
    files=(),
    **headers,
):
    """The bytes of a well-made message; `headers` with _ for -."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"] = message_id or f"<{next(number)}@test.example>"
    if date:
        made["Date"] = date
    if references:
        made["References"] = " ".join(references)
        made["In-Reply-To"] = references[-1]
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for name, content, kind in files:
        main, _, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def bounce(of, recipient, *, status="5.1.1", action="failed", why="550 5.1.1 no such user here"):
    """What a mail server sends back when `of` (bytes) could not be delivered (RFC 3464)."""
    head = of.partition(b"\r\n\r\n")[0].decode()
    lines = f"""From: Mail Delivery System <MAILER-DAEMON@relay.example>
To: sponsors@conference.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <b{next(number)}@relay.example>
Date: Thu, 26 Nov 2026 11:00:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

This is the mail system. I could not deliver your message.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {why}

--B
Content-Type: message/rfc822

{head}

Hello
--B--
"""
    return lines.replace("\r\n", "\n").replace("\n", "\r\n").encode()
