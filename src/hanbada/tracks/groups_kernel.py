"""Points joined by pairs fall into groups: union-find. The compiled part of `tracks.groups`."""

from typing import Any

from hanbada.model.kernel import kernel


@kernel
def label(first: Any, second: Any, parent: Any) -> None:
    """Fill `parent`, which begins as 0, 1, 2 ..., with the least number of each point's group."""
    for i in range(len(first)):
        a, b = first[i], second[i]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b
    for i in range(len(parent)):
        a = i
        while parent[a] != a:
            a = parent[a]
        parent[i] = a
