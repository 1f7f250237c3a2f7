"""Why some days are better: what this person told, and what their own factors do from day to day."""

from __future__ import annotations

from ilc.core import InstanceId
from ilc.report.document import Bullets, Paragraph, Section, line
from ilc.report.material import Material
from ilc.report.patient.comfort import BENIGN_OUTCOMES
from ilc.report.patient.plain import plain_factors

MOST_DAYS = 4
# what the person told -> the sentence that takes it up
TOLD = {
    "cold_worsens": "cold",
    "stillness_worsens": "still",
    "varies_with_stress": "stress",
    "better_bending_forward": "forward",
    "no_pain_seated": "forward",
}
# a factor that may play a part -> the sentence on its good and bad days; factors alike share one
OWN = {
    "central_stenosis": "forward",
    "poor_blood_flow": "flow",
    "muscle_tension": "muscle",
    "muscle_dysfunction": "muscle",
    "paraspinal_trigger_points": "muscle",
    "gluteal_trigger_points": "muscle",
    "quadratus_trigger_points": "muscle",
    "fascial_adhesion": "still",
    "deconditioning": "pace",
    "poor_sleep": "sleep",
    "general_distress": "stress",
    "anxiety": "stress",
    "catastrophising": "stress",
    "depression": "mood",
    "fear_avoidance": "pace",
    "central_sensitisation": "alert",
    "root_compression": "nerve",
    "root_inflammation": "nerve",
    "disc_herniation": "load",
    "disc_degeneration": "load",
    "endplate_inflammation": "load",
    "facet_arthropathy": "joint",
    "facet_synovitis": "joint",
    "sacroiliac_dysfunction": "joint",
}


def compose_days(material: Material) -> Section | None:
    """Compose the reasons, what was told first; none where nothing of this person explains it."""
    texts = material.texts
    told = [
        TOLD[concept]
        for finding in material.diagnosis.findings
        if (concept := InstanceId.parse(finding.id).concept) in TOLD and finding.outcome not in BENIGN_OUTCOMES
    ]
    own = [OWN[item.concept] for item in plain_factors(material) if item.band != "low" and item.concept in OWN]
    keys = list(dict.fromkeys(told + own))[:MOST_DAYS]
    if not keys:
        return None
    blocks = (
        Paragraph(line(texts.say("days.lead"))),
        Bullets(tuple(line(texts.choose("days_reason", key)) for key in keys)),
        Paragraph(line(texts.say("days.after"))),
    )
    return Section("days", texts.say("days.title"), blocks)
