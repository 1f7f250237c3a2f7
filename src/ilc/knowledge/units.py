"""The closed list of units a parameter may have, and the range each allows."""

import math

_UNIT_INTERVAL = (0.0, 1.0)
_POSITIVE = (math.ulp(0.0), math.inf)
_NOT_NEGATIVE = (0.0, math.inf)
_ANY = (-math.inf, math.inf)

PROBABILITY = "probability"
SENSITIVITY = "sensitivity"
SPECIFICITY = "specificity"
ODDS_RATIO = "odds_ratio"
RISK_RATIO = "risk_ratio"
LIKELIHOOD_RATIO = "likelihood_ratio"

UNIT_RANGES: dict[str, tuple[float, float]] = {
    PROBABILITY: _UNIT_INTERVAL,
    SENSITIVITY: _UNIT_INTERVAL,
    SPECIFICITY: _UNIT_INTERVAL,
    "area_under_curve": _UNIT_INTERVAL,
    ODDS_RATIO: _POSITIVE,
    RISK_RATIO: _POSITIVE,
    "hazard_ratio": _POSITIVE,
    LIKELIHOOD_RATIO: _POSITIVE,
    "correlation": (-1.0, 1.0),
    "percent": _ANY,
    "count": _NOT_NEGATIVE,
    "day": _NOT_NEGATIVE,
    "month": _NOT_NEGATIVE,
    "year": _NOT_NEGATIVE,
    "hour": _NOT_NEGATIVE,
    "minute": _NOT_NEGATIVE,
    "millimetre": _ANY,
    "square_millimetre": _NOT_NEGATIVE,
    "millilitre": _NOT_NEGATIVE,
    "nanomole_per_litre": _NOT_NEGATIVE,
    "degree": (-360.0, 360.0),
    "degree_celsius": _ANY,
    "metre": _NOT_NEGATIVE,
    "metre_per_second": _NOT_NEGATIVE,
    "millisecond": _NOT_NEGATIVE,
    "millivolt": _ANY,
    "microvolt": _ANY,
    "kilopascal": _NOT_NEGATIVE,
    "milligram_per_litre": _NOT_NEGATIVE,
    "millimetre_per_hour": _NOT_NEGATIVE,
    "kilogram_per_square_metre": _NOT_NEGATIVE,
    "point": _ANY,
    "score": _ANY,
    "ratio": _ANY,
    "number": _ANY,
}
