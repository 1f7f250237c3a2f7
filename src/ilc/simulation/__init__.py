"""Patients, images and signals with known truth."""
