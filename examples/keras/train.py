"""A model of Keras, saved with its optimizer after each epoch; run again, it goes on with the latest checkpoint.

    python examples/keras/train.py --model_dir=models/flowers --epochs=20
    python examples/keras/train.py --model_dir=models/flowers --epochs=40

The two together leave the same model as one run of 40 epochs.
"""

from __future__ import annotations

import os

import flowers
import numpy as np
from absl import app, flags

import estimator.tf as tf

FLAGS = flags.FLAGS
flags.DEFINE_string("model_dir", "models/flowers", "Where the checkpoints are.")
flags.DEFINE_integer("epochs", 20, "How often all flowers are seen, those of earlier runs included.")
flags.DEFINE_integer("batch_size", 16, "How many flowers a step sees.")
flags.DEFINE_float("learning_rate", 0.01, "How far a step goes.")
flags.DEFINE_integer("seed", 1, "What the first weights follow from.")


def main(_):
    os.makedirs(FLAGS.model_dir, exist_ok=True)
    tf.keras.utils.set_random_seed(FLAGS.seed)
    model = flowers.make_model()
    optimizer = tf.keras.optimizers.Adam(FLAGS.learning_rate)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])

    checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
    manager = tf.train.CheckpointManager(checkpoint, FLAGS.model_dir, max_to_keep=3)
    checkpoint.restore(manager.latest_checkpoint)  # None if there is none: the model begins anew
    if manager.latest_checkpoint:
        print(f"goes on with {manager.latest_checkpoint}")

    features, labels = flowers.load("training")
    for epoch in range(int(checkpoint.save_counter), FLAGS.epochs):
        order = np.random.RandomState(epoch).permutation(
            len(labels)
        )  # the same in whichever run the epoch is
        history = model.fit(
            features[order], labels[order], batch_size=FLAGS.batch_size, shuffle=False, verbose=0
        )
        print(f"epoch {epoch + 1}: loss {history.history['loss'][0]:.4f}, saved {manager.save()}")

    _, accuracy = model.evaluate(*flowers.load("test"), verbose=0)
    print(f"knows {accuracy:.1%} of the test flowers")


if __name__ == "__main__":
    app.run(main)
