#include "kernels_copy.h"

#include <string.h>

#include "variants.h"

enum { TILE = 32 };

#define KERNEL_LOOPS "copy.inc"
#include "variants.inc"

typedef struct {
  const kernel_nest *nest;
  const char *input;
  char *output;
  int32_t bytes;
} copy_call;

#define STRIDED_ROW(type)                                                               \
  {                                                                                     \
    const type *x = (const type *)from;                                                 \
    type *y = (type *)to;                                                               \
    for (ptrdiff_t i = 0; i < count; i++) y[i * to_stride] = x[i * from_stride];        \
    return;                                                                             \
  }

static void copy_row(void *context, const ptrdiff_t *offsets, ptrdiff_t count) {
  const copy_call *call = context;
  const ptrdiff_t to_stride = call->nest->strides[0][call->nest->rank - 1];
  const ptrdiff_t from_stride = call->nest->strides[1][call->nest->rank - 1];
  const char *from = call->input + offsets[1] * call->bytes;
  char *to = call->output + offsets[0] * call->bytes;
  if (from_stride == 1 && to_stride == 1) {
    memcpy(to, from, (size_t)(count * call->bytes));
    return;
  }
  switch (call->bytes) {
    case 1: STRIDED_ROW(uint8_t)
    case 2: STRIDED_ROW(uint16_t)
    case 4: STRIDED_ROW(uint32_t)
    default: STRIDED_ROW(uint64_t)
  }
}

void kernel_copy_strided(const kernel_nest *nest, const void *input, void *output, int32_t bytes,
                         ptrdiff_t first, ptrdiff_t last) {
  copy_call call = {nest, input, output, bytes};
  kernel_nest_run(nest, first, last, &call, copy_row);
}

int32_t kernel_copy_transposed_axis(const kernel_nest *nest) {
  const int32_t inner = nest->rank - 1;
  if (nest->strides[0][inner] != 1 || nest->strides[1][inner] == 1 ||
      nest->strides[1][inner] == 0 || nest->lengths[inner] < 4)
    return -1;
  for (int32_t axis = 0; axis < inner; axis++)
    if (nest->strides[1][axis] == 1 && nest->lengths[axis] >= 4) return axis;
  return -1;
}

static ptrdiff_t tiles(ptrdiff_t length) { return (length + TILE - 1) / TILE; }

ptrdiff_t kernel_copy_transposed_units(const kernel_nest *nest, int32_t axis) {
  ptrdiff_t units = 1;
  for (int32_t i = 0; i + 1 < nest->rank; i++)
    units *= i == axis ? tiles(nest->lengths[i]) : nest->lengths[i];
  return units;
}

void kernel_copy_transposed(const kernel_nest *nest, int32_t axis, const void *input, void *output,
                            int32_t bytes, ptrdiff_t first, ptrdiff_t last) {
  const int32_t inner = nest->rank - 1;
  for (ptrdiff_t unit = first; unit < last; unit++) {
    ptrdiff_t rest = unit, to = 0, from = 0, rows = 0;
    for (int32_t i = inner - 1; i >= 0; i--) {
      const ptrdiff_t length = i == axis ? tiles(nest->lengths[i]) : nest->lengths[i];
      ptrdiff_t index = rest % length;
      rest /= length;
      if (i == axis) {
        index *= TILE;
        rows = nest->lengths[i] - index < TILE ? nest->lengths[i] - index : TILE;
      }
      to += index * nest->strides[0][i];
      from += index * nest->strides[1][i];
    }
    const void *source = (const char *)input + from * bytes;
    void *target = (char *)output + to * bytes;
    const ptrdiff_t columns = nest->lengths[inner], from_step = nest->strides[1][inner];
    const ptrdiff_t to_step = nest->strides[0][axis];
    switch (bytes) {
      case 1: CHOOSE(transpose_1, source, target, rows, columns, from_step, to_step); break;
      case 2: CHOOSE(transpose_2, source, target, rows, columns, from_step, to_step); break;
      case 4: CHOOSE(transpose_4, source, target, rows, columns, from_step, to_step); break;
      default: CHOOSE(transpose_8, source, target, rows, columns, from_step, to_step);
    }
  }
}

void kernel_convert_uint8_to_float32(const uint8_t *x, float *y, ptrdiff_t count) {
  CHOOSE(kernel_convert_uint8_to_float32, x, y, count);
}

void kernel_convert_int32_to_float32(const int32_t *x, float *y, ptrdiff_t count) {
  CHOOSE(kernel_convert_int32_to_float32, x, y, count);
}

void kernel_convert_int64_to_float32(const int64_t *x, float *y, ptrdiff_t count) {
  CHOOSE(kernel_convert_int64_to_float32, x, y, count);
}

void kernel_convert_float32_to_float64(const float *x, double *y, ptrdiff_t count) {
  CHOOSE(kernel_convert_float32_to_float64, x, y, count);
}

void kernel_convert_float64_to_float32(const double *x, float *y, ptrdiff_t count) {
  CHOOSE(kernel_convert_float64_to_float32, x, y, count);
}

void kernel_convert_float32_to_bool(const float *x, uint8_t *y, ptrdiff_t count) {
  CHOOSE(kernel_convert_float32_to_bool, x, y, count);
}
