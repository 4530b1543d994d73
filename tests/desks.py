"""Helpdesks on loopback sockets that speak as their documentation says, and fail as they are told to.

Zendesk's tickets and idempotency keys, Chatwoot's contacts and conversations, a receiver of signed webhooks, and a mail
server (RFC 5321). The addresses of what they speak are those that support_bot.handoff names.
"""

import json
import os
import signal
import socketserver
import threading
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

Fault = Literal["", "503", "503 after", "cut", "cut after", "kill", "kill after"]
"""What befalls a request, before or after what it asks is done: an error, a cut, or the death of its sender."""


class Faults:
    """Gives each request the next fault, and none when all are used up; `victim` is the process that is killed."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = iter(faults)
        self._lock = threading.Lock()
        self.victim = 0

    def next(self) -> Fault:
        """Return what befalls the request that has come."""
        with self._lock:
            return next(self._faults, "")

    def kill(self) -> None:
        """Kill the sender as the kernel does that has run out of memory."""
        assert self.victim > 0  # 0 would be the whole process group, this process with it
        os.kill(self.victim, signal.SIGKILL)


class Desk:
    """An HTTP server within a `with`; `requests` are those that came: method, path, headers and body."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.faults = Faults(faults)
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self._lock = threading.Lock()
        desk = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                fault = desk.faults.next()
                status: int = 503
                answer: Any = {}
                if not fault or fault.endswith("after"):
                    with desk._lock:
                        desk.requests.append((self.command, self.path, headers, body))
                        status, answer = desk.answer(self.command, self.path, headers, body)
                if fault.startswith("kill"):
                    desk.faults.kill()
                if fault.startswith(("kill", "cut")):
                    self.close_connection = True
                    return
                content = json.dumps(answer).encode()
                self.send_response(503 if fault else status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Do what a request asks, and return the status and the body of the answer."""
        raise NotImplementedError

    def delivered(self) -> list[str]:
        """Return the ids of the handoffs that a person has, each as often as they have it."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class ZendeskDesk(Desk):
    """A Zendesk; one that `forgets` is asked again when its idempotency keys have expired."""

    def __init__(self, faults: Iterable[Fault] = (), *, forgets: bool = False) -> None:
        super().__init__(faults)
        self.tickets: list[dict[str, Any]] = []
        self._keys: dict[str, dict[str, Any]] = {}
        self._forgets = forgets

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        parts = urlsplit(path)
        if parts.path != "/api/v2/tickets.json":
            return 404, {"error": "InvalidEndpoint"}
        if method == "GET":
            wanted = parse_qs(parts.query)["external_id"]
            return 200, {"tickets": [ticket for ticket in self.tickets if ticket["external_id"] in wanted]}
        key = headers["idempotency-key"]
        if key in self._keys and not self._forgets:
            return 200, {"ticket": self._keys[key]}
        ticket = {**json.loads(body)["ticket"], "id": 35_436 + len(self.tickets), "status": "new"}
        self.tickets.append(ticket)
        self._keys[key] = ticket
        return 201, {"ticket": ticket}

    def delivered(self) -> list[str]:
        return [ticket["external_id"] for ticket in self.tickets]


class ChatwootDesk(Desk):
    """A Chatwoot with one account and one inbox, number 7."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        super().__init__(faults)
        self.token = "t0ken"  # of an agent, without which no messages are shown
        self.messages: dict[int, list[dict[str, Any]]] = {}  # by conversation, numbered from 1
        self.contacts: list[dict[str, Any]] = []
        self.conversations: list[dict[str, Any]] = []

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        parts = urlsplit(path)
        place = parts.path.removeprefix("/api/v1/accounts/1/")
        said = json.loads(body) if body else {}
        match method, place.split("/"):
            case "GET", ["contacts", "search"]:
                wanted = parse_qs(parts.query)["q"][0].lower()
                return 200, {"payload": [contact for contact in self.contacts if wanted in contact["email"].lower()]}
            case "POST", ["contacts"]:
                if any(contact["email"].lower() == said["email"].lower() for contact in self.contacts):
                    return 422, {"message": "Email has already been taken"}
                contact = {"id": len(self.contacts) + 1, "name": said["name"], "email": said["email"]}
                self.contacts.append({**contact, "contact_inboxes": [_contact_inbox(said["inbox_id"], contact["id"])]})
                return 200, {"payload": {"contact": self.contacts[-1]}}
            case "POST", ["contacts", number, "contact_inboxes"]:
                made = _contact_inbox(said["inbox_id"], int(number))
                self.contacts[int(number) - 1]["contact_inboxes"].append(made)
                return 200, made
            case "GET", ["contacts", number, "conversations"]:
                theirs = [each for each in reversed(self.conversations) if each["contact_id"] == int(number)]
                return 200, {"payload": theirs[:20]}
            case _, ["conversations", number, "messages"]:
                return self._messages(method, int(number), headers, parse_qs(parts.query), said)
            case "POST", ["conversations"]:
                known = {each["source_id"] for contact in self.contacts for each in contact["contact_inboxes"]}
                if said["source_id"] not in known:
                    return 404, {"error": "Resource could not be found"}
                self.conversations.append({**said, "id": len(self.conversations) + 1})
                return 200, self.conversations[-1]
        return 404, {"error": "Resource could not be found"}

    def _messages(
        self, method: str, number: int, headers: dict[str, str], query: dict[str, list[str]], said: dict[str, Any]
    ) -> tuple[int, Any]:
        """Answer as for an agent's token: the newest twenty messages, oldest first, or one more."""
        if headers.get("api_access_token") != self.token:
            return 401, {"error": "Invalid Access Token"}
        if number not in self.messages:
            return 404, {"error": "Resource could not be found"}
        messages = self.messages[number]
        if method == "POST":
            made = {"id": len(messages) + 1, "content": said["content"], "private": said["private"], "message_type": 1}
            messages.append({**made, "created_at": 1_700_000_000 + made["id"]})
            return 200, messages[-1]
        before = int(query["before"][0]) if "before" in query else len(messages) + 1
        older = [message for message in messages if message["id"] < before]
        return 200, {"meta": {}, "payload": older[-20:]}

    def delivered(self) -> list[str]:
        return [each["custom_attributes"]["support_bot_handoff"] for each in self.conversations]


class WebhookDesk(Desk):
    """A receiver that acts upon each message once, by its id, and names a ticket."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        super().__init__(faults)
        self.messages: dict[str, dict[str, Any]] = {}

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        self.messages.setdefault(headers["webhook-id"], json.loads(body))
        return 200, {"ticket": f"T-{list(self.messages).index(headers['webhook-id']) + 1}"}

    def delivered(self) -> list[str]:
        return [message["data"]["id"] for message in self.messages.values()]


class MailDesk:
    """A mail server within a `with`, and the mailbox behind it, which shows a message of the same Message-ID once."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.faults = Faults(faults)
        self.shown: dict[str, EmailMessage] = {}
        self.envelopes: list[tuple[str, str]] = []
        desk = self

        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def _say(self, line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

            def handle(self) -> None:
                self._say("220 mail.example.com ESMTP")
                sender = to = ""
                while line := self.rfile.readline().decode().strip():
                    match line.split(maxsplit=1)[0].upper():
                        case "EHLO" | "HELO":
                            self._say("250 mail.example.com")
                        case "MAIL":
                            sender = line.partition("<")[2].partition(">")[0]
                            self._say("250 OK")
                        case "RCPT":
                            to = line.partition("<")[2].partition(">")[0]
                            self._say("250 OK")
                        case "DATA":
                            self._say("354 Go on")
                            if not self._take(sender, to):
                                return
                        case "QUIT":
                            self._say("221 Bye")
                            return
                        case _:
                            self._say("250 OK")

            def _take(self, sender: str, to: str) -> bool:
                lines = list[bytes]()
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line[1:] if line.startswith(b"..") else line)
                fault = desk.faults.next()
                if not fault or fault.endswith("after"):
                    message = message_from_bytes(b"".join(lines), policy=policy.default)
                    assert isinstance(message, EmailMessage)
                    desk.envelopes.append((sender, to))
                    desk.shown.setdefault(str(message["Message-ID"]), message)
                if fault.startswith("kill"):
                    desk.faults.kill()
                if fault.startswith(("kill", "cut")):
                    return False
                self._say("451 Try again later" if fault else "250 Taken")
                return True

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def delivered(self) -> list[str]:
        """Return the ids of the handoffs that the mailbox shows."""
        return [name.strip("<>").partition("@")[0] for name in self.shown]

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _contact_inbox(inbox: int, contact: int) -> dict[str, Any]:
    return {"source_id": f"source-{inbox}-{contact}", "inbox": {"id": inbox, "name": "Help"}}
