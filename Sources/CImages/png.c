#include "images.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What reading or writing needs, in one place that longjmp does not make indeterminate.
typedef struct {
  const uint8_t *bytes;
  size_t count, position;
  uint8_t *written;
  size_t capacity;
  images_failure *failure;
} stream;

bool images_is_png(const uint8_t *bytes, size_t count) {
  return count >= 8 && png_sig_cmp(bytes, 0, 8) == 0;
}

static void fail(png_structp png, png_const_charp words) {
  stream *state = png_get_error_ptr(png);
  snprintf(state->failure->words, sizeof state->failure->words, "%s", words);
  state->failure->offset = state->position;
  png_longjmp(png, 1);
}

/// Warnings concern what is beside the pixels: colour profiles, texts.
static void ignore(png_structp png, png_const_charp words) {
  (void)png;
  (void)words;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  stream *state = png_get_io_ptr(png);
  if (count > state->count - state->position) png_error(png, "the file ends early");
  memcpy(target, state->bytes + state->position, count);
  state->position += count;
}

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

bool images_png_header(const uint8_t *bytes, size_t count, images_header *header,
                       images_failure *failure) {
  // Signature, length, name and data of the first chunk. Read without the library, which would
  // look through all chunks before the pixels, compressed texts among them.
  bool is_whole = count >= 33 && memcmp(bytes + 8, "\0\0\0\rIHDR", 8) == 0;
  if (!is_whole) {
    snprintf(failure->words, sizeof failure->words, "no IHDR chunk of 13 bytes");
    failure->offset = 8;
    return false;
  }
  header->width = big_endian(bytes + 16);
  header->height = big_endian(bytes + 20);
  int depth = bytes[24];
  int type = bytes[25];
  header->channels = type & PNG_COLOR_MASK_COLOR ? 3 : 1;
  header->has_luminance = header->channels == 1;
  // Deflate packs at most 1032 bytes into one; a pixel has one bit or more.
  int samples = type == PNG_COLOR_TYPE_RGB         ? 3
                : type == PNG_COLOR_TYPE_RGB_ALPHA ? 4
                : type == PNG_COLOR_TYPE_GRAY_ALPHA ? 2
                                                    : 1;
  header->most_pixels = (uint64_t)count * 1032 * 8 / (uint64_t)(samples * (depth > 0 ? depth : 1));
  return true;
}

static void decode(png_structp png, png_infop info, const images_header *header,
                   uint8_t *pixels) {
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_WARN_DISCARD);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  // Far above the texts and profiles that occur, far below what packed ones could grow to.
  png_set_chunk_malloc_max(png, 8 << 20);
  png_set_user_limits(png, header->width, header->height);
  png_read_info(png, info);
  png_set_scale_16(png);
  png_set_palette_to_rgb(png);
  png_set_expand_gray_1_2_4_to_8(png);
  png_set_strip_alpha(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t stride = (size_t)header->width * (size_t)header->channels;
  if (png_get_image_height(png, info) != header->height || png_get_rowbytes(png, info) != stride)
    png_error(png, "a second header that differs from the first");
  for (int pass = 0; pass < passes; pass++)
    for (uint32_t row = 0; row < header->height; row++)
      png_read_row(png, pixels + row * stride, NULL);
  png_read_end(png, NULL);
}

bool images_png_decode(const uint8_t *bytes, size_t count, const images_header *header,
                       uint8_t *pixels, images_failure *failure) {
  stream state = {.bytes = bytes, .count = count, .failure = failure};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, fail, ignore);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) {
    snprintf(failure->words, sizeof failure->words, "no memory for the decoder");
    png_destroy_read_struct(&png, NULL, NULL);
    return false;
  }
  if (setjmp(png_jmpbuf(png)) != 0) {
    png_destroy_read_struct(&png, &info, NULL);
    return false;
  }
  png_set_read_fn(png, &state, read_bytes);
  decode(png, info, header, pixels);
  png_destroy_read_struct(&png, &info, NULL);
  return true;
}

static void write_bytes(png_structp png, png_bytep source, size_t count) {
  stream *state = png_get_io_ptr(png);
  if (count > state->capacity - state->position) {
    size_t capacity = 2 * state->capacity + count;
    uint8_t *grown = realloc(state->written, capacity);
    if (grown == NULL) png_error(png, "no memory for the file");
    state->written = grown;
    state->capacity = capacity;
  }
  memcpy(state->written + state->position, source, count);
  state->position += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static void encode(png_structp png, png_infop info, const uint8_t *pixels, uint32_t width,
                   uint32_t height, int channels) {
  int type = channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB;
  png_set_IHDR(png, info, width, height, 8, type, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  size_t stride = (size_t)width * (size_t)channels;
  for (uint32_t row = 0; row < height; row++) png_write_row(png, pixels + row * stride);
  png_write_end(png, info);
}

bool images_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                       uint8_t **bytes, size_t *count, images_failure *failure) {
  stream state = {.failure = failure};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &state, fail, ignore);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) {
    snprintf(failure->words, sizeof failure->words, "no memory for the encoder");
    png_destroy_write_struct(&png, NULL);
    return false;
  }
  if (setjmp(png_jmpbuf(png)) != 0) {
    png_destroy_write_struct(&png, &info);
    free(state.written);
    return false;
  }
  png_set_write_fn(png, &state, write_bytes, flush_nothing);
  encode(png, info, pixels, width, height, channels);
  png_destroy_write_struct(&png, &info);
  *bytes = state.written;
  *count = state.position;
  return true;
}

void images_free(uint8_t *bytes) { free(bytes); }
