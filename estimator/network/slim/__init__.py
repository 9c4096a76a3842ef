"""The layers of tf.contrib.layers, which tf.contrib.slim has too: functions with their scopes, activations and lists.

They call :mod:`estimator.network.layers`, and differ from them in what their variables are called (``weights`` and
``biases`` below ``fully_connected`` or ``Conv``), in listing them among the model variables, in their defaults (relu),
and in taking arguments from the :func:`~estimator.core.arg_scope.arg_scope` around a call.
"""
