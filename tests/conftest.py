"""What every test rests on: repeatable Hypothesis runs and no network."""

import os
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Times vary with the machine's load, so no deadline; seeds are fixed so that a failure seen once is seen again.
settings.register_profile("ilc", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("ILC_HYPOTHESIS_PROFILE", "ilc"))

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class NetworkRefused(RuntimeError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOOPBACK:
            raise NetworkRefused(f"a test tried to reach {address[0]}; tests run without a network")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
