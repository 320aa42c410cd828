"""CISE: a participant's system hands in messages, asks and subscribes; what it may have is pushed to it.

`answering` says what becomes of a message, `pushing` what is due to whom, `serving` answers.
"""
