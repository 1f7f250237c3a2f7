"""Explanations become documents for clinicians and patients; nothing is computed here."""
