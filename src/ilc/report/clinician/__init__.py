"""The clinician's report as a document: everything the diagnosis holds, safety first, each number with its reasons."""
