"""What things are called: for clinicians from the knowledge, for patients from the catalogue."""

from __future__ import annotations

from ilc.core import ROOTS, InstanceId
from ilc.knowledge.model import Knowledge
from ilc.report.texts import Texts


class Words:
    """Names of nodes, findings and tests in one language."""

    def __init__(self, knowledge: Knowledge, texts: Texts) -> None:
        self._knowledge = knowledge
        self._texts = texts

    def node(self, instance: str) -> str:
        """Return a node's name with its site: "Disc herniation, L4/5 left"."""
        parsed = InstanceId.parse(instance)
        return self._sited(self._knowledge.nodes[parsed.concept].label, parsed)

    def nodes(self, instances: tuple[str, ...]) -> str:
        """Return the names of several nodes as a list within a sentence."""
        return self._texts.join(self.node(instance) for instance in instances)

    def grouped(self, instances: tuple[str, ...]) -> list[str]:
        """Return the names of nodes, findings or red flags, the sites of one thing together: "Slip, L3/4, L4/5"."""
        sites: dict[str, list[str]] = {}
        for instance in instances:
            parsed = InstanceId.parse(instance)
            sites.setdefault(self._label(parsed.concept), []).append(self.site(parsed.site))
        comma = self._texts.say("list.comma")
        return [self._at(label, comma.join(site for site in found if site)) for label, found in sites.items()]

    def _label(self, concept: str) -> str:
        for group in (self._knowledge.nodes, self._knowledge.red_flags, self._knowledge.findings):
            if concept in group:
                return group[concept].label
        raise LookupError(f"the knowledge knows nothing called {concept!r}")

    def finding(self, instance: str) -> str:
        """Return a finding's name with its site."""
        parsed = InstanceId.parse(instance)
        return self._sited(self._knowledge.findings[parsed.concept].label, parsed)

    def site(self, site: str) -> str:
        """Return a site as clinicians write it: "L4/5 left"."""
        if not site:
            return ""
        parsed = InstanceId("site", site)
        place = parsed.place.replace("_L", "/").replace("_S", "/S")
        if parsed.place in ROOTS and parsed.side:
            return self._texts.say("site.root", root=place, side=self._texts.choose("site", parsed.side))
        side = self._texts.choose("site", parsed.side) if parsed.side else ""
        return " ".join(part for part in (place, side) if part)

    def evidence(self, evidence: str) -> str:
        """Return the name of a piece of evidence: a finding, a complaint, or one of the fixed kinds."""
        if self._texts.has(f"evidence.{evidence}"):
            return self._texts.choose("evidence", evidence)
        known = InstanceId.parse(evidence).concept in self._knowledge.findings
        return self.finding(evidence) if known else self.node(evidence)

    def outcome(self, outcome: str) -> str:
        """Return an outcome as printed; outcome ids are English words, so one without a text of its own is its id."""
        keys = (f"outcome.{outcome}", f"label.outcome.{outcome}")
        said = (self._texts.say(key) for key in keys if self._texts.has(key))
        return next(said, outcome.replace("_", " "))

    def observed(self, clause: str) -> str:
        """Return "Fever: present" of `fever=present`."""
        finding, _, outcome = clause.partition("=")
        return f"{self.finding(finding)}: {self.outcome(outcome)}" if outcome else self.finding(finding)

    def test(self, test: str) -> str:
        """Return a test's name."""
        return self._knowledge.tests[test].label

    def plain_node(self, instance: str) -> str:
        """Return a node's name in everyday words with its side: "an irritated nerve on the left"."""
        parsed = InstanceId.parse(instance)
        sided = f"node.{parsed.concept}.sided"
        if parsed.side and self._texts.has(sided):
            return self._texts.say(sided, side=self._texts.choose("site", parsed.side))
        name = self._texts.say(f"node.{parsed.concept}.name")
        return self._texts.choose("plain_site", parsed.side, name=name) if parsed.side else name

    def plain_finding(self, instance: str) -> str:
        """Return what was looked at in everyday words."""
        return self._texts.choose("finding", InstanceId.parse(instance).concept)

    def plain_about(self, concept: str) -> str:
        """Return what a factor is, in a sentence or two."""
        return self._texts.say(f"node.{concept}.about")

    def plain_test(self, test: str) -> str:
        """Return a test's name in everyday words."""
        return self._texts.choose("test", test)

    def _sited(self, label: str, instance: InstanceId) -> str:
        return self._at(label, self.site(instance.site))

    def _at(self, label: str, site: str) -> str:
        return self._texts.say("site.named", name=label, site=site) if site else label
