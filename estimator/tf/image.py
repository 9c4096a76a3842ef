"""Images: tf.image."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.blocks": "extract_image_patches",
        "estimator.functions.image.boxes": (
            "draw_bounding_boxes non_max_suppression non_max_suppression_overlaps non_max_suppression_padded "
            "non_max_suppression_with_scores sample_distorted_bounding_box"
        ),
        "estimator.functions.image.coding": (
            "adjust_jpeg_quality decode_and_crop_jpeg decode_bmp decode_gif decode_image decode_jpeg decode_png "
            "encode_jpeg encode_png extract_jpeg_shape is_jpeg random_jpeg_quality"
        ),
        "estimator.functions.image.colours": (
            "adjust_brightness adjust_contrast adjust_gamma adjust_hue adjust_saturation grayscale_to_rgb hsv_to_rgb "
            "random_brightness random_contrast random_hue random_saturation rgb_to_grayscale rgb_to_hsv rgb_to_yiq "
            "rgb_to_yuv yiq_to_rgb yuv_to_rgb"
        ),
        "estimator.functions.image.cropping": (
            "extract_glimpse central_crop crop_and_resize crop_to_bounding_box pad_to_bounding_box random_crop "
            "resize_image_with_crop_or_pad resize_with_crop_or_pad=resize_image_with_crop_or_pad"
        ),
        "estimator.functions.image.flipping": (
            "flip_left_right flip_up_down random_flip_left_right random_flip_up_down rot90 "
            "transpose=transpose_image transpose_image"
        ),
        "estimator.functions.image.quality": (
            "image_gradients psnr sobel_edges ssim ssim_multiscale total_variation"
        ),
        "estimator.functions.image.resizing": (
            "resize=resize_images resize_area resize_bicubic resize_bilinear resize_image_with_pad resize_images "
            "resize_nearest_neighbor ResizeMethod"
        ),
        "estimator.functions.image.values": "convert_image_dtype per_image_standardization",
    },
)
