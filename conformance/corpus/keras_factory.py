import os
os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
from keras import layers


def build_model(input_dim=2, hidden=4, outputs=1):
    model = keras.Sequential([
        keras.Input(shape=(input_dim,)),
        layers.Dense(hidden, activation="tanh"),
        layers.Dense(outputs, activation="sigmoid"),
    ])
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.5), loss="mse")
    return model


if __name__ == "__main__":
    import numpy as np
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype="float32")
    y = np.array([[0], [1], [1], [0]], dtype="float32")
    m = build_model()
    m.fit(X, y, epochs=500, verbose=0)
    print(m.predict(X))
