import asyncio
import time

import pytest

from support_bot.watchdog import watched


def _hold_up() -> None:
    time.sleep(0.5)


async def test_p7_what_holds_the_loop_up_is_logged_with_its_place_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[float] = []
    with watched(blocked=told.append):
        for _ in range(50):  # on a busy machine the watching thread may oversleep, and then says nothing
            _hold_up()
            await asyncio.sleep(0.1)
            if told:
                break
    assert told[0] > 0.25
    assert "_hold_up" in caplog.text
    assert "Nothing else was done for" in caplog.text


async def test_a_loop_that_goes_round_is_not_complained_of(caplog: pytest.LogCaptureFixture) -> None:
    told: list[float] = []
    with watched(blocked=told.append, too_long=60):
        await asyncio.sleep(0.3)
    assert (told, caplog.text) == ([], "")
