"""Run a real nginx before the application, with the very configuration that `deploy nginx` prints."""

import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from pathlib import Path

import httpx

from support_bot.__main__ import main

HOST = "help.example.com"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")

_STARTS = 30  # seconds
_AROUND = """
daemon off;
master_process off;
pid @/pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path @/body;
    proxy_temp_path @/proxy;
    fastcgi_temp_path @/fastcgi;
    uwsgi_temp_path @/uwsgi;
    scgi_temp_path @/scgi;
    include @/support-bot.conf;
}
"""

_HOLDING_BACK = """
    proxy_buffering on;
    proxy_ignore_headers X-Accel-Buffering;
    gzip on;
    gzip_proxied any;
    gzip_types text/event-stream;
    gzip_min_length 1;
"""


@contextmanager
def behind_nginx(address: str, *, holds_back: bool = False) -> Iterator[httpx.Client]:
    """Yield a client that reaches the application at this address by way of nginx alone."""
    assert NGINX is not None
    with tempfile.TemporaryDirectory() as folder:  # a path short enough for a socket
        listening = Path(folder) / "socket"
        printed = _printed(address.rsplit(":", 1)[1], listen=f"unix:{listening}")
        Path(folder, "support-bot.conf").write_text(
            printed.replace("proxy_buffering off;", _HOLDING_BACK).replace("gzip off;", "") if holds_back else printed
        )
        Path(folder, "nginx.conf").write_text(_AROUND.replace("@", folder))
        command = [NGINX, "-c", f"{folder}/nginx.conf", "-p", folder]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as nginx:
            try:
                _wait_for(listening, nginx)
                transport = httpx.HTTPTransport(uds=str(listening))
                with httpx.Client(transport=transport, base_url=f"http://{HOST}", timeout=60) as client:
                    yield client
            finally:
                nginx.terminate()


def _printed(port: str, *, listen: str) -> str:
    printed = StringIO()
    with redirect_stdout(printed):
        assert main(["deploy", "nginx", "--host", HOST, "--port", port, "--listen", listen]) == 0
    return printed.getvalue()


def _wait_for(listening: Path, nginx: "subprocess.Popen[str]") -> None:
    waited = threading.Event()
    for _ in range(_STARTS * 100):
        with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.connect(str(listening))
            return
        assert nginx.poll() is None, nginx.stderr.read() if nginx.stderr else ""
        waited.wait(0.01)
    raise AssertionError("nginx does not listen")
