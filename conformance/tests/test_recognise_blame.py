"""What is said to stand in the way is what does: no library that the network does without, but data that it is made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlp_conformance.loading import LoadError, load

NET = """
class Net:
    def __init__(self, n_in, n_hidden, n_out{default}):
        self.W, self.b = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.V, self.c = np.random.randn(n_hidden, n_out), np.zeros(n_out)

    def forward(self, X):
        z = X @ self.W + self.b
        return {hidden} @ self.V + self.c
"""
DATA = "import numpy as np\nimport absent_tables as at\ntable = at.read_csv('x.csv')\n"
NO_DATA = "import json\nimport numpy as np\nWORDS = json.loads(open('words.json').read())\n"
SCRIPT = """
X = table.values
y = X[:, -1:]
W1, b1 = np.random.randn(X.shape[1], 4), np.zeros((1, 4))
W2, b2 = np.random.randn(4, 1), np.zeros((1, 1))

def forward(X):
    return np.tanh(X @ W1 + b1) @ W2 + b2
"""


LAYERS = """
import numpy as np

class Layer:
    def __init__(self, units, inputs):
        self.w = np.zeros((inputs, units))

class Stack:
    def __init__(self, first, second):
        self.first, self.second = first, second
    def think(self, x):
        return np.tanh(np.tanh(x @ self.first.w) @ self.second.w)

if __name__ == "__main__":
    with open("given.txt") as lines:
        count = int(lines.read())
    first = Layer(count, 7)
    stack = Stack(first, Layer(1, count))
"""
LOOP = """
import numpy as np
data = np.genfromtxt("hours.csv")
features, target = data[:, 1:], data[:, 0]
into_hidden = np.random.normal(size=(features.shape[1], 5))
for k in range(100):
    into_hidden += np.tanh(features @ into_hidden).sum() * target.sum()
"""


@pytest.mark.parametrize(
    ("source", "said", "unsaid"),
    [
        (DATA + NET.format(default="", hidden="np.where(z > 0, z, 0.1 * z)"), "has a leaky ReLU", "absent_tables"),
        (NO_DATA + NET.format(default=", words=len(WORDS)", hidden="z"), "`Net`, in line 5, needs `WORDS`", "not installed"),
        (DATA + SCRIPT, "`W1`, in line 7, needs `X`, and line 3 was not run, as it reads data", "not installed"),
        (
            "import absent_tables as at\nimport absent_nets as an\n\nclass Net(an.Module):\n    pass\n",
            "absent_nets",
            "absent_tables",
        ),
        (LAYERS, "`first`, in line 17, needs `count`, and line 15 was not run, as it reads data", "makes something"),
        (LOOP, "`into_hidden`, in line 5, needs `features`, and line 3 was not run, as it reads data", "raised"),
        ("import absent_tables as at\n", "the module 'absent_tables' that it imports is not installed", "needs"),
    ],
    ids=["activation", "words", "script", "base", "main", "loop", "nothing"],
)
def test_what_stands_in_the_way(tmp_path: Path, source: str, said: str, unsaid: str) -> None:
    path = tmp_path / "program.py"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(LoadError) as raised:
        load(str(path))
    assert said in str(raised.value)
    assert unsaid not in str(raised.value)
