"""C4: whoever asks and then reads nothing holds nothing of the server for long."""

import json
import socket
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.connection import patient
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM
from tests.running import running_app
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves

_TRIES = 600
_ASKED = json.dumps({"message": "When are refunds paid?", "conversation_id": "c_1"})
_REQUEST = (
    "POST /api/v1/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(_ASKED)}\r\n\r\n{_ASKED}"
)


def _slow_readers(url: str) -> str:
    figures = httpx.get(f"{url}/metrics").text.splitlines()
    return next(line for line in figures if line.startswith("support_bot_slow_readers_total "))


def test_c4_a_reader_who_takes_nothing_is_cut_off_and_the_answer_is_kept(tmp_path: Path) -> None:
    with FakeLLM() as llm, socket.socket() as listening:
        llm.replies("Refunds are paid within 5 business days [1].\n\n" * 400)
        settings = SupportBotSettings(
            llm_base_url=llm.base_url, llm_api_key=SecretStr(llm.key), llm_max_tokens=100_000, llm_total_seconds=300
        )
        retriever = ListRetriever(documents=documents(cosine=0.9, coverage=1.0))
        app = create_app(settings, KnowledgeSettings(data_dir=tmp_path), retriever=retriever)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)  # so that little is enough to fill it
        listening.bind(("127.0.0.1", 0))
        http = patient(seconds=0.2, slow_reader=app.state.incidents.slow_reader)
        with running_app(app, http=http, listening=listening) as url, socket.socket() as reader:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            reader.connect(listening.getsockname())
            reader.sendall(_REQUEST.encode())
            for _ in range(_TRIES):
                if _slow_readers(url).endswith(" 1.0"):
                    break
                time.sleep(0.1)
            assert _slow_readers(url).endswith(" 1.0")
            sent = b""
            with suppress(ConnectionResetError):
                while piece := reader.recv(65_536):
                    sent += piece
            assert b"event: meta" in sent
            assert b"event: done" not in sent
            for _ in range(_TRIES):
                [kept] = httpx.get(f"{url}/api/v1/conversations/c_1").json()["messages"]
                if kept["status"] != "running":
                    break
                time.sleep(0.1)
    assert (kept["status"], kept["answer"]["text"].count("Refunds")) == ("complete", 400)
