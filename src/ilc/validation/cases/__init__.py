"""Published cases, or a researcher's own: are the confirmed causes found, and is no serious one missed?"""

from ilc.validation.cases.measure import measure_cases

__all__ = ["measure_cases"]
