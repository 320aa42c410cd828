"""Words for how likely and how responsible: two published scales, as data.

How likely: MISP taxonomy "estimative-language", after US Intelligence Community Directive 203. Who is responsible:
MISP taxonomy "state-responsibility", after J. Healey, "Beyond Attribution" (Atlantic Council 2012), ten steps.
"""

from __future__ import annotations

LIKELIHOODS = {
    0: "almost_no_chance",
    5: "very_unlikely",
    20: "unlikely",
    45: "roughly_even_chance",
    55: "likely",
    80: "very_likely",
    95: "almost_certain",
}
"""Each word by the percent it begins at; it reaches to where the next begins."""
CONFIDENCES = ("low", "moderate", "high")
RESPONSIBILITIES = (
    "state_prohibited", "state_prohibited_but_inadequate", "state_ignored", "state_encouraged", "state_shaped",
    "state_coordinated", "state_ordered", "state_rogue_conducted", "state_executed", "state_integrated",
)  # fmt: skip
"""A State's part, from helping to stop it to doing it together with others; steps count from 1."""


def likelihood(percent: int) -> str:
    """The word for a likelihood in percent.

    >>> likelihood(0), likelihood(54), likelihood(100)
    ('almost_no_chance', 'roughly_even_chance', 'almost_certain')
    """
    return LIKELIHOODS[max(edge for edge in LIKELIHOODS if edge <= percent)]
