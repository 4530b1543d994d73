"""Turn the JSON objects of a chat completion, streamed or whole, into its text and its last chunk."""

import json

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatGenerationChunk

from support_bot.llm.errors import ModelUnavailable, error_object_fault

MAX_ANSWER_BYTES = 256 * 1024
_BYTES_OF_A_TOKEN = 8  # at most, on the average of an answer
_BAD_FRAMES_SKIPPED = 2
_MOST_TOKENS = 1_000_000_000  # what an endpoint counts beyond this is no count
_DONE = "[DONE]"
_FINISH_REASONS = {"sensitive": "content_filter"}  # Z.ai's own word
_BROKEN_OFF = ("error", "network_error")


class CompletionReader:
    """Reads a completion frame by frame.

    `finished` says that the endpoint has called its answer whole, `is_cut` that it wrote more than an answer may have.
    """

    def __init__(self, *, model: str, max_tokens: int) -> None:
        self._model = model
        self.finished = False
        self.is_cut = False
        self._most_bytes = min(_BYTES_OF_A_TOKEN * max_tokens, MAX_ANSWER_BYTES)
        self._finish_reason = ""
        self._usage: UsageMetadata | None = None
        self._bytes = 0
        self._bad_frames = 0
        self._is_completion = False

    def read(self, event: str) -> str:
        """Return the text that an event adds, often none. Raises ModelUnavailable for what spoils the answer.

        White space before the first word is dropped, so that the first text is something to read.
        """
        if event.strip() == _DONE:
            self.finished = True
        if event.strip() in ("", _DONE):
            return ""
        frame = _json_object(event)
        if frame is None:
            self._skip_bad_frame()
            return ""
        if frame.get("error"):
            raise error_object_fault(frame["error"])

        self._is_completion |= "choices" in frame
        self._usage = _usage(frame.get("usage")) or self._usage  # some endpoints repeat a running total
        choice = _choice(frame)
        self._finish(choice.get("finish_reason"))
        return self._text(choice)

    def last_chunk(self) -> ChatGenerationChunk:
        """Return the chunk that ends the answer, with its usage and finish reason.

        Raises ModelUnavailable (bad_response, truncated or empty) where the frames read make no answer.
        """
        if not self._is_completion:
            raise ModelUnavailable("bad_response")
        if not self.finished:
            raise ModelUnavailable("truncated")
        if not self._bytes and self._finish_reason != "content_filter":
            raise ModelUnavailable("empty")
        message = AIMessageChunk(
            content="",
            usage_metadata=self._usage,
            response_metadata={"finish_reason": self._finish_reason or "stop", "model_name": self._model},
            chunk_position="last",
        )
        return ChatGenerationChunk(message=message)

    def cut(self) -> None:
        """End the answer where it is, before more than can be read. Raises ModelUnavailable where there is no text."""
        if not self._bytes:
            raise ModelUnavailable("oversize")
        self._finish("length")
        self.is_cut = True

    def _skip_bad_frame(self) -> None:
        self._bad_frames += 1
        if self._bad_frames > _BAD_FRAMES_SKIPPED:
            raise ModelUnavailable("truncated", f"{self._bad_frames} frames were not JSON objects")

    def _finish(self, reason: object) -> None:
        if not isinstance(reason, str) or not reason:
            return
        if reason in _BROKEN_OFF:
            raise ModelUnavailable("truncated", "by the endpoint's own account")
        self.finished = True
        self._finish_reason = _FINISH_REASONS.get(reason, reason)

    def _text(self, choice: dict[str, object]) -> str:
        message = choice.get("delta") or choice.get("message")
        content = message.get("content") if isinstance(message, dict) else None
        if not isinstance(content, str):
            return ""
        text = _without_surrogates(content if self._bytes else content.lstrip())
        encoded = text.encode()
        room = self._most_bytes - self._bytes
        self._bytes += len(encoded)
        if len(encoded) > room:
            self.cut()
            return encoded[:room].decode(errors="ignore")
        return text


class WholeBody:
    """Stands in for the SSEDecoder where an endpoint ignores `stream` and answers with one JSON object."""

    def __init__(self) -> None:
        self._body = bytearray()

    def feed(self, data: bytes) -> list[str]:
        """Return nothing: a body is read when it has ended. Raises ModelUnavailable when it is too large."""
        self._body += data
        if len(self._body) > 4 * MAX_ANSWER_BYTES:  # JSON may write a character as six
            raise ModelUnavailable("oversize", f"a body of more than {4 * MAX_ANSWER_BYTES:,} bytes")
        return []

    def flush(self) -> list[str]:
        """Return the body, and the mark that it is whole."""
        return [self._body.decode("utf-8-sig", "replace"), _DONE]


def _json_object(event: str) -> dict[str, object] | None:
    try:
        frame = json.loads(event)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


def _choice(frame: dict[str, object]) -> dict[str, object]:
    """Return the first of the frame's choices, which is the only one asked for."""
    choices = frame.get("choices")
    return choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}


def _usage(usage: object) -> UsageMetadata | None:
    if not isinstance(usage, dict):
        return None
    details = usage.get("prompt_tokens_details")
    cached = _count(details.get("cached_tokens")) if isinstance(details, dict) else 0
    input_tokens, output_tokens = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    return UsageMetadata(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        total_tokens=input_tokens + output_tokens,
        input_token_details=InputTokenDetails(cache_read=cached),
    )


def _count(value: object) -> int:
    return min(max(value, 0), _MOST_TOKENS) if isinstance(value, int) else 0


def _without_surrogates(text: str) -> str:
    """Return the text with what UTF-8 cannot carry replaced: JSON lets half a character through as an escape."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
