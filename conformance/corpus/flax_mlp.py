from typing import Sequence

import jax
import jax.numpy as jnp
from flax import linen as nn


class MLP(nn.Module):
    features: Sequence[int]

    @nn.compact
    def __call__(self, x):
        for i, feat in enumerate(self.features):
            x = nn.Dense(feat, name=f"layers_{i}")(x)
            if i != len(self.features) - 1:
                x = nn.relu(x)
        return x


model = MLP([8, 8, 2])


def mse(params, x, y):
    pred = model.apply(params, x)
    return jnp.mean((pred - y) ** 2)


@jax.jit
def update(params, x, y, lr=0.1):
    grads = jax.grad(mse)(params, x, y)
    return jax.tree_util.tree_map(lambda p, g: p - lr * g, params, grads)


if __name__ == "__main__":
    key = jax.random.PRNGKey(0)
    X = jax.random.normal(key, (10, 3))
    params = model.init(key, X)
    for _ in range(10):
        params = update(params, X, jnp.ones((10, 2)))
