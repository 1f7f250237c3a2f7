"""Simulated people read by the shipped network, to compare with their exact truth."""
