"""Functions of images, under the names of tf.image: one idea a file.

An image is [height, width, channels], a batch of them [batch, height, width, channels]; the last axis of colours is
red, green and blue. Sizes may be unknown until the graph runs. All of it runs in a function of ``Dataset.map`` too.
"""
