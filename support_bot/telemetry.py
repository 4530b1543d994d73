"""Turn what is done for each request into OpenTelemetry's spans, and send them to a collector by OTLP over HTTP.

The one home of OpenTelemetry's packages, which nothing imports unless a collector is set. Spans belong to nobody else's
tracing in this process, and errors leave their kind in them, never their text.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import SpanKind, Status, StatusCode, format_trace_id, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from support_bot.api.request_log import ASKED_OFTEN, about, note, route_of
from support_bot.spans import RECORDER, Span

_SECONDS = 3.0  # that a collector may take
_PROPAGATOR = TraceContextTextMapPropagator()


class Telemetry:
    """Sends spans to the collector at this address, in a thread of its own."""

    def __init__(self, *, url: str, site: str) -> None:
        resource = Resource.create({"service.name": "support-bot", "support_bot.site": site})
        exporter = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces", timeout=_SECONDS)
        self._provider = TracerProvider(resource=resource, sampler=ALWAYS_ON, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("support_bot")

    def close(self) -> None:
        """Send what is left. It blocks."""
        self._provider.shutdown()

    @contextmanager
    def request(self, scope: Scope) -> Iterator[trace.Span]:
        """Record a request, part of the trace that it names, and let its parts be recorded below it."""
        # Of what anybody may send the trace's name alone is taken over: neither what is not recorded nor their state.
        named = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")
        parent = _PROPAGATOR.extract({"traceparent": named}, context=Context())
        with _ended(self._tracer.start_span(scope["method"], context=parent, kind=SpanKind.SERVER)) as recorded:
            note(trace_id=format_trace_id(recorded.get_span_context().trace_id))
            RECORDER.set(partial(self._part, parent=set_span_in_context(recorded, Context())))
            try:
                yield recorded
            finally:
                route = route_of(scope)
                recorded.update_name(f"{scope['method']} {route}")
                recorded.set_attributes({"http.request.method": scope["method"], "http.route": route})
                recorded.set_attributes({f"support_bot.{name}": value for name, value in about().items()})

    @contextmanager
    def _part(self, name: str, *, parent: Context) -> Iterator[Span]:
        part = Span()
        recorded = self._tracer.start_span(name, context=parent)
        with _ended(recorded, of=part):
            try:
                yield part
            finally:
                recorded.set_attributes(part.attributes)


class TracedRequests:
    """Records each request, except those of what watches the server."""

    def __init__(self, app: ASGIApp, *, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["path"] in ASKED_OFTEN:
            await self._app(scope, receive, send)
            return
        with self._telemetry.request(scope) as recorded:

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    recorded.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        recorded.set_status(Status(StatusCode.ERROR))
                await send(message)

            await self._app(scope, receive, told)


@contextmanager
def _ended(recorded: trace.Span, *, of: Span | None = None) -> Iterator[trace.Span]:
    """End a span however it goes, unless it is not to be kept: one that is never ended is never sent."""
    try:
        yield recorded
    except Exception as error:
        recorded.set_status(Status(StatusCode.ERROR, type(error).__name__))
        raise
    finally:
        if of is None or of.is_kept:
            recorded.end()
