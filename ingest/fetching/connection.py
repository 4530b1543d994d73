"""Turn a host's name into a connection to an address that may be reached, or into a refusal.

The address that is checked is the one that is connected to: a name that is resolved again might be another's by then.
All that is read of a connection falls under one deadline, since an answer may come a byte at a time.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import httpcore
import httpx

from ingest.errors import SourceError

Resolve = Callable[[str, int], Sequence[str]]
"""Return the addresses of a host."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_CLOUDS_OWN = [ipaddress.ip_network(each) for each in ("168.63.129.16/32", "192.0.0.0/24")]  # though they look public


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet, also where it wraps another."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = _wrapped(address)
        if wrapped is not None:
            return is_public(str(wrapped))
    return address.is_global and not address.is_multicast and not any(address in network for network in _CLOUDS_OWN)


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, as the system resolves it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def allowed_address(host: str, port: int, *, allow_private: bool, resolve: Resolve = addresses_of) -> str:
    """Return the address of a host to connect to. Raises SourceError when any of its addresses is not allowed."""
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:  # UnicodeError: a label that is too long
        raise SourceError("unreachable", f"{host} has no address ({error}); check the source's address") from error
    for address in addresses:
        if not allow_private and not is_public(address):
            raise SourceError(
                "forbidden_address",
                f"{host} is {address}, which is not on the public internet; "
                "write allow_private = true below its source if that is meant",
            )
    return addresses[0]


class Backend(httpcore.NetworkBackend):
    """Connects to allowed addresses, within a deadline that is set for each request."""

    def __init__(self, *, allow_private: bool, resolve: Resolve = addresses_of) -> None:
        self.deadline = 0.0
        self._allow_private = allow_private
        self._resolve = resolve
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses, all of which must be allowed."""
        address = allowed_address(host, port, allow_private=self._allow_private, resolve=self._resolve)
        stream = self._inner.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
        return _Stream(stream, backend=self)

    def left(self, timeout: float | None) -> float:
        """Return how long one step may take: what is left until the deadline, if that is less than the timeout."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, *, backend: Backend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._backend.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._backend.left(timeout))
        return _Stream(secured, backend=self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Transport(httpx.BaseTransport):
    """Sends httpx's requests over such connections, and through no proxy."""

    def __init__(self, backend: Backend) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), max_connections=1, network_backend=backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response, its body unread."""
        url = request.url
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=None,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=response.status, headers=response.headers, stream=_Body(response), extensions={}
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()
