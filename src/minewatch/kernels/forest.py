"""Trees: walk every meter's figures down every tree, add up the leaves, and say which family of figures moved the sum."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel


@kernel
def walk(
    figures: Array,
    feature: Array,
    threshold: Array,
    children: Array,
    missing_left: Array,
    value: Array,
    roots: Array,
    out: Array,
) -> None:
    """Sum of leaf values over all trees, for each row of ``figures`` (rows, figures) float32; ``out`` (rows,) float64.

    Nodes are numbered through all trees; ``feature`` is -1 at a leaf; ``children`` (nodes, 2); a figure not above the
    threshold goes to child 0, a missing one (NaN) to child 0 where ``missing_left``. ``value`` is the leaf's part.
    """
    for row in range(figures.shape[0]):
        total = 0.0
        for tree in range(roots.shape[0]):
            node = roots[tree]
            while feature[node] >= 0:
                figure = figures[row, feature[node]]
                if np.isnan(figure):
                    side = 0 if missing_left[node] else 1
                else:
                    side = 0 if figure <= threshold[node] else 1
                node = children[node, side]
            total += value[node]
        out[row] = total


@kernel
def walk_families(
    figures: Array,
    feature: Array,
    threshold: Array,
    children: Array,
    missing_left: Array,
    value: Array,
    roots: Array,
    family: Array,
    out: Array,
) -> None:
    """Contribution of each family of figures to the sum of :func:`walk` (Saabas 2014): (rows, families) float64.

    ``value`` of an inner node is the mean of its leaves by training weight; each step from a node to its child moves
    the expectation, and the move is credited to the family of the figure that was asked.
    """
    out[:] = 0.0
    for row in range(figures.shape[0]):
        for tree in range(roots.shape[0]):
            node = roots[tree]
            while feature[node] >= 0:
                figure = figures[row, feature[node]]
                if np.isnan(figure):
                    side = 0 if missing_left[node] else 1
                else:
                    side = 0 if figure <= threshold[node] else 1
                child = children[node, side]
                out[row, family[feature[node]]] += value[child] - value[node]
                node = child
