"""Probabilities of pairs are those of all assignments; the best assignment is the best of all."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from hanbada.sightings import associating
from hanbada.sightings.associating import associate, best_assignment, probabilities


def slow(ratio):
    """Every assignment in turn: its probability per pair, and the likeliest."""
    rows, columns = ratio.shape
    total, each, best = 0.0, np.zeros(ratio.shape), (0.0, None)
    for choice in product(range(-1, columns), repeat=rows):
        taken = [j for j in choice if j >= 0]
        if len(set(taken)) < len(taken):
            continue
        weight = float(np.prod([ratio[i, j] for i, j in enumerate(choice) if j >= 0]))
        total += weight
        best = max(best, (weight, choice))
        for i, j in enumerate(choice):
            if j >= 0:
                each[i, j] += weight
    return each / total, best


@pytest.mark.parametrize("shape", [(1, 1), (3, 4), (5, 3), (4, 4)])
def test_probabilities_are_those_of_all_assignments(shape):
    dice = np.random.default_rng(sum(shape))
    for _ in range(5):
        ratio = np.exp(dice.normal(0, 3, shape)) * (dice.random(shape) < 0.8)
        each, (weight, choice) = slow(ratio)
        np.testing.assert_allclose(probabilities(ratio), each, atol=1e-9)
        found = best_assignment(ratio)
        assert float(np.prod(ratio[found])) == pytest.approx(weight)
        assert [list(row).index(True) if row.any() else -1 for row in found] == list(choice)


def test_both_sides_may_be_the_smaller_one(monkeypatch):
    ratio = np.exp(np.random.default_rng(1).normal(0, 2, (3, 6)))
    whole = probabilities(ratio)
    monkeypatch.setattr(associating, "EXACT", 4)
    np.testing.assert_allclose(probabilities(ratio), whole, atol=1e-12)
    np.testing.assert_allclose(probabilities(ratio.T), whole.T, atol=1e-12)


def test_belief_propagation_comes_close_where_exact_sums_would_take_too_long(monkeypatch):
    ratio = np.exp(np.random.default_rng(2).normal(0, 2, (6, 6)))
    whole = probabilities(ratio)
    monkeypatch.setattr(associating, "EXACT", 1)
    believed = probabilities(ratio)
    assert np.abs(believed - whole).max() < 0.12
    assert (believed.sum(0) <= 1 + 1e-9).all()
    assert (believed.sum(1) <= 1 + 1e-9).all()


def test_a_scene_falls_apart_into_its_components():
    pairs = [(0, 0, 2.0), (0, 1, 1.0), (1, 1, 0.5), (2, 2, 0.4), (3, 3, -20.0)]
    row, column, log_ratio = map(np.array, zip(*pairs, strict=True))
    found = associate(row, column, log_ratio)
    ratio = np.zeros((2, 2))
    ratio[row[:3], column[:3]] = np.exp(log_ratio[:3])
    np.testing.assert_allclose(found.probability[:3], slow(ratio)[0][row[:3], column[:3]])
    assert found.probability[3] == pytest.approx(np.exp(0.4) / (1 + np.exp(0.4)))
    assert found.probability[4] == 0.0
    assert found.best.tolist() == [True, False, True, True, False]


def test_the_order_of_pairs_changes_nothing():
    dice = np.random.default_rng(3)
    row, column = (index.ravel() for index in np.indices((5, 5)))
    log_ratio = dice.normal(0, 2, 25)
    whole = associate(row, column, log_ratio).probability
    for order in (dice.permutation(25) for _ in range(3)):
        np.testing.assert_allclose(associate(row[order], column[order], log_ratio[order]).probability, whole[order])


def test_a_far_pair_does_not_steal_a_near_one():
    """Two sightings, two tracks in line: nearest pairs alone would leave the last of each without a partner."""
    log_ratio = np.array([[8.0, 7.5], [7.0, -5.0]])
    row, column = (index.ravel() for index in np.indices((2, 2)))
    assert associate(row, column, log_ratio.ravel()).best.tolist() == [False, True, True, False]


def test_certain_pairs_do_not_overflow():
    size = 12
    row, column = np.arange(size), np.arange(size)
    found = associate(row, column, np.full(size, 1e4))
    np.testing.assert_allclose(found.probability, 1.0)
    assert len(list(permutations(range(3)))) == 6


@pytest.mark.parametrize("name", ["exact", "believed"])
def test_compiled_loops_do_what_their_python_does(name):
    from hanbada.sightings import associating_kernel as k

    ratio = np.exp(np.random.default_rng(4).normal(0, 2, (4, 5)))
    compiled, plain = np.empty(ratio.shape), np.empty(ratio.shape)
    getattr(k, name)(ratio, compiled)
    getattr(k, name).py_func(ratio, plain)
    np.testing.assert_allclose(plain, compiled, atol=1e-12)
