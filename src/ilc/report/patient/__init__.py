"""The patient's report as a document: plain and calm, safety first, nothing that frightens or promises too much."""
