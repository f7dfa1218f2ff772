"""Functions that return a scikit-learn perceptron, or a pipeline that ends in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlp_conformance.loading import LoadError, load

pytest.importorskip("sklearn")

IMPORTS = """
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
import numpy as np
"""


@pytest.mark.parametrize(
    ("text", "name", "activation", "said"),
    [
        (
            "def build():\n    return MLPRegressor(hidden_layer_sizes=(16,), activation='tanh')\n",
            "sklearn MLPRegressor",
            "tanh",
            "what build returns",
        ),
        (
            "def build(units, seed=0):\n    return MLPClassifier(units, random_state=seed)\n",
            "sklearn MLPClassifier",
            "relu",
            "build",
        ),
        (
            "def model(*, hidden):\n    return make_pipeline(StandardScaler(), MLPClassifier(hidden, activation='logistic'))\n",
            "sklearn MLPClassifier",
            "sigmoid",
            "without StandardScaler before it, which is no part of a network",
        ),
        (
            "def fitted():\n    return MLPRegressor(hidden_layer_sizes=(4,), max_iter=2).fit(np.eye(3), np.arange(3.0))\n",
            "sklearn MLPRegressor",
            "relu",
            "what fitted returns",
        ),
    ],
)
def test_what_a_function_returns_is_judged(text: str, name: str, activation: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text(IMPORTS + text, encoding="utf-8")
    subject = load(str(path))
    assert subject.claims.name == name
    assert subject.claims.activations == {activation}
    assert said in str(subject.found)


def test_beside_a_network_of_its_own_a_librarys_is_there_to_compare(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    own = (
        "class Net:\n    def __init__(self, a, b, c):\n        self.w, self.b = np.ones((a, b)), np.zeros(b)\n"
        "        self.v, self.c = np.ones((b, c)), np.zeros(c)\n    def forward(self, X):\n"
        "        return np.tanh(X @ self.w + self.b) @ self.v + self.c\n"
    )
    path.write_text(f"{IMPORTS}{own}\ndef baseline():\n    return MLPRegressor()\n", encoding="utf-8")
    assert load(str(path)).claims.name == "Net"


SCRIPT = """
X, y = load_iris(return_X_y=True)
clf = {made}
clf.fit(X, y)
print(clf.score(X, y))
"""


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("MLPClassifier((10, 5), activation='tanh', solver='sgd', momentum=0)", "scikit-learn's MLPClassifier"),
        ("make_pipeline(StandardScaler(), MLPClassifier((4,), 'tanh'))", "MLPClassifier, without StandardScaler before it"),
    ],
)
def test_what_a_script_makes_is_judged_where_it_has_no_network_of_its_own(made: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "iris.py"
    path.write_text(f"{IMPORTS}from sklearn.datasets import load_iris\n{SCRIPT.format(made=made)}", encoding="utf-8")
    subject = load(str(path))
    assert subject.claims.activations == {"tanh"}
    assert said in str(subject.found)


def test_of_several_that_a_script_makes_one_has_to_be_named(tmp_path: Path) -> None:
    path = tmp_path / "two.py"
    path.write_text(f"{IMPORTS}one, two = MLPClassifier((3,)), MLPRegressor((3,))\n", encoding="utf-8")
    with pytest.raises(LoadError, match="has several, one, two: name one"):
        load(str(path))
    assert "MLPRegressor" in str(load(f"{path}:two").found)
