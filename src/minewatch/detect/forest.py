"""A boosted forest as plain arrays: made from scikit-learn's once, evaluated by our own kernel ever after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.kernels.forest import walk, walk_families


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees numbered through: see :func:`minewatch.kernels.forest.walk`. ``start`` is added to the sum of leaves."""

    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    children: NDArray[np.int32]
    missing_left: NDArray[np.bool_]
    value: NDArray[np.float32]
    roots: NDArray[np.int32]
    start: NDArray[np.float64]

    def raw(self, figures: NDArray[np.float32]) -> NDArray[np.float64]:
        """Raw score (log-odds, or the regressed value) of each row of figures."""
        out = np.empty(len(figures), np.float64)
        walk(
            figures,
            self.feature,
            self.threshold,
            self.children,
            self.missing_left,
            self.value,
            self.roots,
            out,
        )
        return np.asarray(out + self.start[0])

    def along(self, figure: int, number: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Raw score as a function of one of ``number`` figures, all others missing: borders, and one score more than those.

        Score i holds for what is at most border i and above the one before.
        """
        borders = np.unique(self.threshold[self.feature == figure])
        rows = np.full((len(borders) + 1, number), np.nan, np.float32)
        rows[:, figure] = np.append(borders, np.float32(np.inf))
        return borders, self.raw(rows)

    def by_family(self, figures: NDArray[np.float32], family: NDArray[np.int64], number: int) -> NDArray[np.float64]:
        """Share of each family of figures in the raw score: (rows, families)."""
        out = np.empty((len(figures), number), np.float64)
        walk_families(
            figures,
            self.feature,
            self.threshold,
            self.children,
            self.missing_left,
            self.value,
            self.roots,
            family,
            out,
        )
        return out

    def followed_by(self, other: "Forest") -> "Forest":
        """Forest of these trees and then the other's: its score is the sum of both."""
        nodes = len(self.feature)
        parts = {
            name: np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("feature", "threshold", "missing_left", "value")
        }
        return Forest(
            **parts,
            children=np.concatenate([self.children, other.children + nodes]).astype(np.int32),
            roots=np.concatenate([self.roots, other.roots + nodes]).astype(np.int32),
            start=self.start + other.start,
        )

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays of the forest under names with a prefix, to be saved."""
        return {f"{prefix}_{field.name}": getattr(self, field.name) for field in fields(self)}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], prefix: str) -> "Forest":
        """Forest from what :meth:`arrays` gave."""
        return Forest(**{field.name: arrays[f"{prefix}_{field.name}"] for field in fields(Forest)})

    @staticmethod
    def from_sklearn(model: Any) -> "Forest":
        """Forest of a fitted ``HistGradientBoostingClassifier`` (two classes) or ``…Regressor`` without categories.

        Thresholds are rounded to float32 so that no float32 figure changes sides.
        """
        trees = []
        for (predictor,) in model._predictors:  # noqa: SLF001 - there is no public way to the trees
            nodes = predictor.nodes
            feature = np.where(nodes["is_leaf"].astype(bool), -1, nodes["feature_idx"])
            trees.append((nodes, feature, nodes["num_threshold"], nodes["missing_go_to_left"]))
        start = np.ravel(model._baseline_prediction)[:1].astype(np.float64)  # noqa: SLF001 - as above
        return _joined(trees, start)


def from_trees(trees: Sequence[Any], values: Sequence[NDArray[np.float64]], places: NDArray[np.int64]) -> Forest:
    """Forest of fitted trees (the ``tree_`` of scikit-learn's) with the leaf ``values`` given, one array a tree.

    ``places`` numbers the figures the trees were fitted on as in the table of all figures.
    """
    kept = []
    for tree, value in zip(trees, values, strict=True):
        leaf = tree.children_left < 0
        nodes = np.zeros(len(leaf), [("value", "f8"), ("count", "f8"), ("left", "i8"), ("right", "i8")])
        nodes["value"], nodes["count"] = value, tree.weighted_n_node_samples
        nodes["left"], nodes["right"] = (np.where(leaf, 0, side) for side in (tree.children_left, tree.children_right))
        feature = np.where(leaf, -1, places[np.where(leaf, 0, tree.feature)])
        kept.append((nodes, feature, np.where(leaf, 0.0, tree.threshold), tree.missing_go_to_left))
    return _joined(kept, np.zeros(1))


Tree = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]
"""One tree: nodes (``value``, ``count``, ``left``, ``right``), and of each node figure (-1: leaf), threshold, missing left."""


def _joined(trees: Sequence[Tree], start: NDArray[np.float64]) -> Forest:
    """Return one forest of trees, their nodes numbered through."""
    sizes = [len(nodes) for nodes, *_ in trees]
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    return Forest(
        feature=np.concatenate([feature for _, feature, _, _ in trees]).astype(np.int16),
        threshold=np.concatenate([_down(threshold) for _, _, threshold, _ in trees]),
        children=np.concatenate(
            [
                (np.column_stack([nodes["left"], nodes["right"]]) + root).astype(np.int32)
                for (nodes, *_), root in zip(trees, roots, strict=True)
            ]
        ),
        missing_left=np.concatenate([missing for *_, missing in trees]).astype(bool),
        value=np.concatenate([_expected(nodes, feature < 0) for nodes, feature, _, _ in trees]).astype(np.float32),
        roots=roots,
        start=start,
    )


def _down(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Largest float32 not above each threshold: a float32 figure is at most the one exactly when at most the other."""
    with np.errstate(over="ignore"):
        near = thresholds.astype(np.float32)
    return np.where(near > thresholds, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


def _expected(nodes: NDArray[Any], leaf: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Leaf values, and at inner nodes their mean by number of training rows; children come after their parents."""
    value = nodes["value"].astype(np.float64)
    count = nodes["count"].astype(np.float64)
    for node in range(len(nodes) - 1, -1, -1):
        if not leaf[node]:
            left, right = nodes["left"][node], nodes["right"][node]
            value[node] = (value[left] * count[left] + value[right] * count[right]) / (count[left] + count[right])
    return value
