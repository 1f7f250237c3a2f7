"""A clinic adds a factor of its own: it is weighed and printed, in the clinician's words where there are no others."""

from __future__ import annotations

from pathlib import Path

from ilc.knowledge import load_knowledge
from ilc.pipeline import diagnose
from ilc.report import detect_missing_texts, render_reports

NODE = """trochanteric_pain:
  label: Outer hip tendon pain
  slice: factor
  group: muscle_fascia
  sites: side
  definition: Tendon disorder at the outer hip.
  prior: {unit: site, bands: [{age: [18, 120], sex: any, p: {assume: [0.05, 0.02, 0.10], because: "for this test"}}]}
  modifiable: true
"""
LINK = """trochanteric_pain->gluteal_pain:
  strength: {assume: [0.5, 0.3, 0.7], because: "for this test"}
  mechanism: nociceptive
  origin: body
  evidence: moderate
  reversible: true
"""
CASE = Path(__file__).parents[1] / "published" / "cases" / "C47-T1"


def test_a_factor_of_an_overlay_is_weighed_and_printed(tmp_path: Path) -> None:
    for kind, text in (("nodes", NODE), ("links", LINK)):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "own.yaml").write_text(text, encoding="utf-8")
    knowledge = load_knowledge(tmp_path)
    assert "node.trochanteric_pain.name" in detect_missing_texts(knowledge)
    run = diagnose(CASE, knowledge=knowledge, intervals=False)
    assert run.diagnosis is not None
    found = next(f for f in run.diagnosis.factors if f.id == "trochanteric_pain@left")
    assert found.p_contributes["leg_pain@left"].p > 0.0
    files = render_reports(run.diagnosis, knowledge, images={})
    assert b"Outer hip tendon pain" in files["report.html"]
