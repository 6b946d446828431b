// PNG and JPEG files in memory, decoded by libpng and libjpeg-turbo into memory of the caller's.
//
// The libraries report damage by longjmp, which must not cross Swift's frames: it ends here. A
// function returns false where a file is damaged, and says why; nothing stays allocated. None
// keeps state between calls, and any number of threads may call at once.
#ifndef MYELIN_IMAGES_H
#define MYELIN_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What a file's header declares.
typedef struct {
  uint32_t width, height;
  /// What the pixels are: 1 for grey, 3 for red, green and blue; transparency is not counted.
  int channels;
  /// Whether the luminance can be decoded by itself.
  bool has_luminance;
  /// No file of so many bytes holds more pixels: what the densest packing of the format allows.
  uint64_t most_pixels;
} images_header;

/// Why a file could not be decoded, or an image not encoded.
typedef struct {
  char words[200];
  /// How many bytes had been read.
  size_t offset;
} images_failure;

bool images_is_png(const uint8_t *bytes, size_t count);
bool images_is_jpeg(const uint8_t *bytes, size_t count);

/// Reads the header; memory is taken only for tables, which do not depend on the picture's size.
bool images_png_header(const uint8_t *bytes, size_t count, images_header *header,
                       images_failure *failure);
bool images_jpeg_header(const uint8_t *bytes, size_t count, images_header *header,
                        images_failure *failure);

/// Decodes into `pixels`, which has room for the header's height · width · channels bytes.
/// 16 bits become 8 by rounding, palettes and fewer bits are expanded, alpha is dropped.
bool images_png_decode(const uint8_t *bytes, size_t count, const images_header *header,
                       uint8_t *pixels, images_failure *failure);

/// Decodes into `pixels`, which has room for ⌈height · eighths / 8⌉ · ⌈width · eighths / 8⌉ ·
/// channels bytes. `eighths` is 1, 2, 4 or 8; fewer than 8 leave out frequencies and are faster.
/// `channels` is 1, the luminance, or 3. CMYK becomes RGB without a colour profile.
bool images_jpeg_decode(const uint8_t *bytes, size_t count, const images_header *header,
                        int channels, int eighths, uint8_t *pixels, images_failure *failure);

/// Encodes an image of 8-bit pixels as PNG; `*bytes` is to be freed by `images_free`.
bool images_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                       uint8_t **bytes, size_t *count, images_failure *failure);

void images_free(uint8_t *bytes);

#endif
