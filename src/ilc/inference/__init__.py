"""Findings become posterior worlds: the network is built and solved exactly."""
