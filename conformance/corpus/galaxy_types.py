from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp


class Dense(NamedTuple):
    w: jax.Array
    b: jax.Array


def init(key, n_colours, n_hidden, n_types):
    k1, k2, k3 = jax.random.split(key, 3)
    he = jax.nn.initializers.he_normal()
    return {
        "stem": Dense(he(k1, (n_colours, n_hidden)), jnp.zeros(n_hidden)),
        "mid": Dense(he(k2, (n_hidden, n_hidden)), jnp.zeros(n_hidden)),
        "head": Dense(he(k3, (n_hidden, n_types)), jnp.zeros(n_types)),
    }


def logits(tree, x):
    h = jnp.tanh(x @ tree["stem"].w + tree["stem"].b)
    h = jnp.tanh(h @ tree["mid"].w + tree["mid"].b)
    return h @ tree["head"].w + tree["head"].b


def nll(tree, batch):
    x, labels = batch
    log_probs = jax.nn.log_softmax(logits(tree, x), axis=-1)
    return -log_probs[jnp.arange(x.shape[0]), labels].mean()


@partial(jax.jit, static_argnames=("lr",))
def step(tree, batch, lr):
    value, slopes = jax.value_and_grad(nll)(tree, batch)
    return jax.tree.map(lambda leaf, slope: leaf - lr * slope, tree, slopes), value


def main():
    key, data_key, init_key = jax.random.split(jax.random.PRNGKey(9), 3)
    labels = jax.random.randint(data_key, (256,), 0, 3)
    colours = jax.random.normal(key, (256, 5)) + 2.0 * jnp.eye(3, 5)[labels]
    tree = init(init_key, 5, 16, 3)
    for i in range(200):
        tree, value = step(tree, (colours, labels), 0.1)
    print("after 200 steps:", value)


if __name__ == "__main__":
    main()
