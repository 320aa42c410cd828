"""The nouns: tables with units, frozen records, ids, errors, and the sentences rendered from numbers.

tables    what a table holds, declared once: POSITIONS, STATICS, SAFETY, REJECTS, TRACKS, VOYAGES, PORT_CALLS
records   what a person could point at: Detection, Reason, CounterEvidence, Coverage, Incident, Alert
ids       content ids and line ids
times     UTC microseconds: parse, ISO 8601, date-time group
wording   a Reason's sentence, rendered from its numbers in the reader's language
errors    every error we raise, drawn as a tree
kernel    how a hot loop is compiled
"""
