#include "images.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The library's header needs stdio.h in front of it.
#include <jpeglib.h>

#include <jerror.h>

/// What one decoding needs; the library knows its first members.
typedef struct {
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  struct jpeg_decompress_struct decoder;
  const uint8_t *bytes;
  size_t count;
  jmp_buf escape;
  images_failure *failure;
} decoding;

bool images_is_jpeg(const uint8_t *bytes, size_t count) {
  return count >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

static void leave(decoding *state, const char *words) {
  snprintf(state->failure->words, sizeof state->failure->words, "%s", words);
  struct jpeg_source_mgr *source = state->decoder.src;
  state->failure->offset = source == NULL ? 0 : state->count - source->bytes_in_buffer;
  longjmp(state->escape, 1);
}

static void fail(j_common_ptr common) {
  char words[JMSG_LENGTH_MAX];
  common->err->format_message(common, words);
  leave((decoding *)common->err, words);
}

/// Most warnings mean that pixels were made up; others, as bytes between markers, harm none.
static void warn(j_common_ptr common, int level) {
  if (level >= 0) return;
  switch (common->err->msg_code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_ARITH_BAD_CODE:
      fail(common);
      break;
    default:
      break;
  }
}

static void print_nothing(j_common_ptr common) { (void)common; }

/// A small file of thousands of empty scans would keep a processor busy for minutes; encoders make
/// about ten.
static void limit_scans(j_common_ptr common) {
  struct jpeg_decompress_struct *decoder = (struct jpeg_decompress_struct *)common;
  if (decoder->input_scan_number > 200)
    leave((decoding *)common->err, "more than 200 scans");
}

static void start_source(j_decompress_ptr decoder) { (void)decoder; }

static boolean want_more(j_decompress_ptr decoder) {
  leave((decoding *)decoder->err, "the file ends early");
  return FALSE;
}

static void skip(j_decompress_ptr decoder, long count) {
  if (count <= 0) return;
  if ((size_t)count > decoder->src->bytes_in_buffer)
    leave((decoding *)decoder->err, "a marker that reaches beyond the end of the file");
  decoder->src->next_input_byte += count;
  decoder->src->bytes_in_buffer -= (size_t)count;
}

/// Sets the decoder up and reads the header.
static void open_file(decoding *state, struct jpeg_source_mgr *source) {
  jpeg_create_decompress(&state->decoder);
  *source = (struct jpeg_source_mgr){
      .next_input_byte = state->bytes,
      .bytes_in_buffer = state->count,
      .init_source = start_source,
      .fill_input_buffer = want_more,
      .skip_input_data = skip,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = start_source,
  };
  state->decoder.src = source;
  state->progress.progress_monitor = limit_scans;
  state->decoder.progress = &state->progress;
  jpeg_read_header(&state->decoder, TRUE);
}

static void prepare(decoding *state, const uint8_t *bytes, size_t count,
                    images_failure *failure) {
  memset(state, 0, sizeof *state);
  state->bytes = bytes;
  state->count = count;
  state->failure = failure;
  state->decoder.err = jpeg_std_error(&state->errors);
  state->errors.error_exit = fail;
  state->errors.emit_message = warn;
  state->errors.output_message = print_nothing;
}

/// Whether the library turns the file's colours into `space`.
static bool can_become(J_COLOR_SPACE stored, J_COLOR_SPACE space) {
  if (space == JCS_GRAYSCALE) return stored == JCS_GRAYSCALE || stored == JCS_YCbCr;
  return stored == JCS_GRAYSCALE || stored == JCS_YCbCr || stored == JCS_RGB;
}

bool images_jpeg_header(const uint8_t *bytes, size_t count, images_header *header,
                        images_failure *failure) {
  decoding state;
  struct jpeg_source_mgr source;
  prepare(&state, bytes, count, failure);
  if (setjmp(state.escape) != 0) {
    jpeg_destroy_decompress(&state.decoder);
    return false;
  }
  open_file(&state, &source);
  header->width = state.decoder.image_width;
  header->height = state.decoder.image_height;
  header->channels = state.decoder.num_components == 1 ? 1 : 3;
  header->has_luminance = can_become(state.decoder.jpeg_color_space, JCS_GRAYSCALE);
  // A block of 64 pixels has a Huffman code of one bit at least; arithmetic coding has no bound.
  header->most_pixels = state.decoder.arith_code ? UINT64_MAX : (uint64_t)count * 8 * 64;
  jpeg_destroy_decompress(&state.decoder);
  return true;
}

/// Inks, of which Adobe's programs write how much of each is left out, as red, green and blue.
static void inks_to_rgb(const uint8_t *inks, uint32_t width, bool is_inverted, uint8_t *row) {
  for (uint32_t x = 0; x < width; x++, inks += 4, row += 3)
    for (int channel = 0; channel < 3; channel++) {
      int left = is_inverted ? inks[channel] : 255 - inks[channel];
      int black = is_inverted ? inks[3] : 255 - inks[3];
      row[channel] = (uint8_t)((left * black + 127) / 255);
    }
}

/// Decodes the rows, those of inks by way of one row in the decoder's own memory.
static void decode_rows(decoding *state, int channels, uint8_t *pixels) {
  struct jpeg_decompress_struct *decoder = &state->decoder;
  bool has_inks = decoder->out_color_space == JCS_CMYK;
  size_t stride = (size_t)decoder->output_width * (size_t)channels;
  JSAMPARRAY inks = NULL;
  if (has_inks)
    inks = decoder->mem->alloc_sarray((j_common_ptr)decoder, JPOOL_IMAGE,
                                      decoder->output_width * 4, 1);
  while (decoder->output_scanline < decoder->output_height) {
    uint8_t *row = pixels + decoder->output_scanline * stride;
    jpeg_read_scanlines(decoder, has_inks ? inks : &row, 1);
    if (has_inks)
      inks_to_rgb(inks[0], decoder->output_width, decoder->saw_Adobe_marker, row);
  }
}

bool images_jpeg_decode(const uint8_t *bytes, size_t count, const images_header *header,
                        int channels, int eighths, uint8_t *pixels, images_failure *failure) {
  decoding state;
  struct jpeg_source_mgr source;
  prepare(&state, bytes, count, failure);
  if (setjmp(state.escape) != 0) {
    jpeg_destroy_decompress(&state.decoder);
    return false;
  }
  open_file(&state, &source);
  struct jpeg_decompress_struct *decoder = &state.decoder;
  J_COLOR_SPACE stored = decoder->jpeg_color_space;
  J_COLOR_SPACE wanted = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  bool has_inks = stored == JCS_CMYK || stored == JCS_YCCK;
  if (has_inks && channels == 3) {
    wanted = JCS_CMYK;
  } else if (!can_become(stored, wanted)) {
    leave(&state, "colours that are neither grey, RGB nor CMYK");
  }
  decoder->out_color_space = wanted;
  decoder->scale_num = (unsigned)eighths;
  decoder->scale_denom = 8;
  jpeg_start_decompress(decoder);
  uint64_t width = ((uint64_t)header->width * (uint64_t)eighths + 7) / 8;
  uint64_t height = ((uint64_t)header->height * (uint64_t)eighths + 7) / 8;
  if (decoder->output_width != width || decoder->output_height != height)
    leave(&state, "a size that differs from the header's");
  decode_rows(&state, channels, pixels);
  jpeg_finish_decompress(decoder);
  jpeg_destroy_decompress(decoder);
  return true;
}
