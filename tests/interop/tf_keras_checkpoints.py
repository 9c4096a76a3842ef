"""TensorFlow's side of Keras' object-based checkpoints: it restores ours, and writes its own.

Request: {cases, mode ("eager" or "graph"), theirs (directory), ours (directory, of some cases: case/ckpt-1 and case/weights)}.
Answer: {case: {restored: outcome of ours, if there is one, weights: predictions of our weights, saved: prefix of theirs,
weights_path, weights_predictions, outcome: what theirs comes to}}.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "keras"))

request = json.load(sys.stdin)
if request["mode"] == "graph":
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
else:
    import tensorflow as tf

import checkpointed_models  # noqa: E402  it stands beside our tests of the same models


def predictions(model, case):
    return model.predict_on_batch(checkpointed_models.features(case)).ravel().tolist()


def restored(case, prefix):
    """What ours comes to, restored before the model and the optimizer have variables, and all of it consumed."""
    tf.keras.backend.clear_session()
    model, optimizer = checkpointed_models.compiled(tf, case)
    checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
    status = checkpoint.restore(prefix)
    if request["mode"] == "graph":
        checkpointed_models.outcome(model, case)  # makes all variables
        status = checkpoint.restore(prefix)
        status.assert_consumed().run_restore_ops()
        return checkpointed_models.outcome(model, case)
    found = checkpointed_models.outcome(model, case)
    status.assert_consumed()
    return found


def predicted(case, path):
    tf.keras.backend.clear_session()
    model, _ = checkpointed_models.compiled(tf, case)
    predictions(model, case)
    model.load_weights(path)
    return predictions(model, case)


def written(case, directory):
    tf.keras.backend.clear_session()
    (tf.set_random_seed if request["mode"] == "graph" else tf.keras.utils.set_random_seed)(1)
    model, optimizer = checkpointed_models.trained(tf, case)
    prefix = tf.train.Checkpoint(model=model, optimizer=optimizer).save(f"{directory}/ckpt")
    model.save_weights(f"{directory}/weights")
    weights = predictions(model, case)
    return {"saved": prefix, "weights_path": f"{directory}/weights", "weights_predictions": weights} | {
        "outcome": checkpointed_models.outcome(model, case)
    }


answer = {}
for name in request["cases"]:
    answer[name] = written(name, f"{request['theirs']}/{name}")
    if Path(request["ours"], name).exists():
        answer[name]["restored"] = restored(name, f"{request['ours']}/{name}/ckpt-1")
        answer[name]["weights"] = predicted(name, f"{request['ours']}/{name}/weights")
print(json.dumps(answer))
