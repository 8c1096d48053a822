"""A real SMTP server whose answer depends on the recipient's name."""

import email
import socket
import threading
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Mailbox:
    """Every mail the server said yes to, in order."""

    def __init__(self):
        self.messages, self.said, self.lock = [], {}, threading.Lock()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("hangup-before"):
            server.transport.abort()
            return "250 never heard"
        for name, answer in self.said.items():
            if address.startswith(name):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        to = envelope.rcpt_tos[0]
        if to.startswith("silent"):  # taken, and the line broke before it could say so
            self.keep(envelope)
            server.transport.abort()
            return "250 never heard"
        if to.startswith("full"):
            return "452 no room just now"
        if to.startswith("spam"):
            return "554 not that"
        self.keep(envelope)
        return "250 taken"

    def keep(self, envelope):
        with self.lock:
            self.messages.append(email.message_from_bytes(envelope.content))

    def ids(self):
        with self.lock:
            return [message["Message-ID"] for message in self.messages]


@contextmanager
def running(port=0):
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def send_through(box, settings):
    """What the site sends goes to this server."""
    settings.EMAIL_BACKEND = "scale.transport.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def deaf():
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]
