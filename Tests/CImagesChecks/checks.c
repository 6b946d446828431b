// Decodes files and damaged copies of them under the sanitizers: nothing may be read or written
// outside its memory, and nothing may stay allocated.
//
// usage: checks FILE...
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "images.h"

/// Larger pictures are passed over, as the Swift side refuses them by their headers.
enum { MOST_PIXELS = 1 << 20, DAMAGED_COPIES = 400 };

static uint32_t random_state = 1;

/// Xorshift: G. Marsaglia, 2003.
static uint32_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  return random_state ^= random_state << 5;
}

/// Whether the bytes decode; in memory of exactly the declared size.
static bool decode(const uint8_t *bytes, size_t count, int channels, int eighths) {
  images_header header;
  images_failure failure;
  bool is_png = images_is_png(bytes, count);
  if (!is_png && !images_is_jpeg(bytes, count)) return false;
  if (!(is_png ? images_png_header : images_jpeg_header)(bytes, count, &header, &failure))
    return false;
  uint64_t area = (uint64_t)header.width * header.height;
  if (area == 0 || area > MOST_PIXELS) return false;
  if (is_png) eighths = 8;
  if (is_png || (channels == 1 && !header.has_luminance)) channels = header.channels;
  uint64_t height = ((uint64_t)header.height * (uint64_t)eighths + 7) / 8;
  uint64_t width = ((uint64_t)header.width * (uint64_t)eighths + 7) / 8;
  uint8_t *pixels = malloc(height * width * (uint64_t)channels);
  bool is_decoded =
      is_png ? images_png_decode(bytes, count, &header, pixels, &failure)
             : images_jpeg_decode(bytes, count, &header, channels, eighths, pixels, &failure);
  if (is_decoded && is_png) {
    uint8_t *encoded = NULL;
    size_t encoded_count = 0;
    if (!images_png_encode(pixels, header.width, header.height, channels, &encoded, &encoded_count,
                           &failure))
      abort();
    images_free(encoded);
  }
  free(pixels);
  return is_decoded;
}

/// A copy in memory of its own, so that reading beyond its end is seen.
static bool decode_copy(const uint8_t *bytes, size_t count) {
  uint8_t *copy = malloc(count > 0 ? count : 1);
  memcpy(copy, bytes, count);
  bool is_decoded = decode(copy, count, 3, 8);
  decode(copy, count, 1, 1 << next_random() % 4);
  free(copy);
  return is_decoded;
}

static bool check(const char *path) {
  static uint8_t bytes[1 << 20], damaged[1 << 20];
  FILE *file = fopen(path, "rb");
  if (file == NULL) return false;
  size_t count = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  if (!decode_copy(bytes, count)) return false;
  for (size_t length = 0; length < count; length += 1 + length / 40) decode_copy(bytes, length);
  for (int copy = 0; copy < DAMAGED_COPIES; copy++) {
    memcpy(damaged, bytes, count);
    for (uint32_t change = 0; change <= next_random() % 4; change++)
      damaged[next_random() % count] = (uint8_t)next_random();
    decode_copy(damaged, count);
  }
  return true;
}

int main(int argument_count, char **arguments) {
  int failures = argument_count < 2;
  for (int i = 1; i < argument_count; i++)
    if (!check(arguments[i])) {
      fprintf(stderr, "%s does not decode\n", arguments[i]);
      failures++;
    }
  printf("%d pictures decoded, whole and damaged\n", argument_count - 1 - failures);
  return failures > 0;
}
