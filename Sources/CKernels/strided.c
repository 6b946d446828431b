// The element-wise kernels over nests: a row whose operand has neither step 1 nor step 0 is
// gathered into a buffer first, so that the loops themselves see only those two.
#include "kernels_elementwise.h"

enum { BUFFER = 512 };

#define ROW_OPERAND(type, name)                                                          \
  static inline const type *name(const type *source, ptrdiff_t stride, ptrdiff_t count,  \
                                 type *buffer) {                                         \
    if (stride == 0 || stride == 1) return source;                                       \
    for (ptrdiff_t i = 0; i < count; i++) buffer[i] = source[i * stride];                \
    return buffer;                                                                       \
  }

ROW_OPERAND(float, row_of_float32)
ROW_OPERAND(int64_t, row_of_int64)
ROW_OPERAND(uint8_t, row_of_uint8)

static inline ptrdiff_t at_most(ptrdiff_t count, ptrdiff_t limit) {
  return count < limit ? count : limit;
}

static inline ptrdiff_t inner_stride(const kernel_nest *nest, int operand) {
  return nest->strides[operand][nest->rank - 1];
}

typedef struct {
  int operation;
  const kernel_nest *nest;
  const void *x, *y, *condition;
  void *z;
  float p, q;
} strided_call;

static void unary_row(void *context, const ptrdiff_t *offsets, ptrdiff_t count) {
  const strided_call *call = context;
  const ptrdiff_t stride = inner_stride(call->nest, 1);
  const float *x = (const float *)call->x + offsets[1];
  float *z = (float *)call->z + offsets[0];
  float buffer[BUFFER];
  if (stride == 1) {
    kernel_unary_float32((kernel_unary_operation)call->operation, x, z, count, call->p, call->q);
    return;
  }
  for (ptrdiff_t done = 0; done < count; done += BUFFER) {
    ptrdiff_t part = at_most(count - done, BUFFER);
    for (ptrdiff_t i = 0; i < part; i++) buffer[i] = x[(done + i) * stride];
    kernel_unary_float32((kernel_unary_operation)call->operation, buffer, z + done, part, call->p,
                         call->q);
  }
}

void kernel_unary_float32_strided(kernel_unary_operation operation, const kernel_nest *nest,
                                  const float *x, float *y, ptrdiff_t first, ptrdiff_t last,
                                  float p, float q) {
  strided_call call = {(int)operation, nest, x, NULL, NULL, y, p, q};
  kernel_nest_run(nest, first, last, &call, unary_row);
}

// Cuts a row into parts of BUFFER elements and hands each to a kernel of two operands.
#define BINARY_ROW(name, type, result, operand, kernel, operation_type)                         \
  static void name(void *context, const ptrdiff_t *offsets, ptrdiff_t count) {                  \
    const strided_call *call = context;                                                         \
    const ptrdiff_t xs = inner_stride(call->nest, 1), ys = inner_stride(call->nest, 2);         \
    const type *x = (const type *)call->x + offsets[1];                                         \
    const type *y = (const type *)call->y + offsets[2];                                         \
    result *z = (result *)call->z + offsets[0];                                                 \
    const operation_type operation = (operation_type)call->operation;                           \
    if ((xs == 0 || xs == 1) && (ys == 0 || ys == 1)) {                                         \
      kernel(operation, x, xs, y, ys, z, count);                                                \
      return;                                                                                   \
    }                                                                                           \
    type x_buffer[BUFFER], y_buffer[BUFFER];                                                    \
    for (ptrdiff_t done = 0; done < count; done += BUFFER) {                                    \
      const ptrdiff_t part = at_most(count - done, BUFFER);                                     \
      kernel(operation, operand(x + done * xs, xs, part, x_buffer), xs != 0,                    \
             operand(y + done * ys, ys, part, y_buffer), ys != 0, z + done, part);              \
    }                                                                                           \
  }

BINARY_ROW(binary_row, float, float, row_of_float32, kernel_binary_float32,
           kernel_binary_operation)
BINARY_ROW(compare_row_float32, float, uint8_t, row_of_float32, kernel_compare_float32,
           kernel_comparison)
BINARY_ROW(compare_row_int64, int64_t, uint8_t, row_of_int64, kernel_compare_int64,
           kernel_comparison)

// Where one operand is a short row that repeats (a bias over channels) and everything else is
// consecutive, the row is written out several times, so that the loops get long stretches.
static int repeats_row(const kernel_nest *nest, int row, int flat) {
  if (nest->rank != 2 || nest->lengths[1] > BUFFER / 2) return 0;
  const ptrdiff_t length = nest->lengths[1];
  return nest->strides[row][0] == 0 && nest->strides[row][1] == 1 &&
         nest->strides[flat][0] == length && nest->strides[flat][1] == 1 &&
         nest->strides[0][0] == length && nest->strides[0][1] == 1;
}

static void binary_repeated(kernel_binary_operation operation, const float *row, ptrdiff_t length,
                            int row_is_first, const float *flat, float *z, ptrdiff_t first,
                            ptrdiff_t last) {
  float buffer[BUFFER];
  ptrdiff_t filled = 0;
  for (ptrdiff_t place = first % length; filled < BUFFER && filled < last - first; filled++) {
    buffer[filled] = row[place];
    place = place + 1 == length ? 0 : place + 1;
  }
  // Whole rows, so that every stretch begins at the same place of the row.
  const ptrdiff_t whole = filled < last - first ? filled / length * length : filled;
  for (ptrdiff_t i = first; i < last; i += whole) {
    const ptrdiff_t part = at_most(last - i, whole);
    kernel_binary_float32(operation, row_is_first ? buffer : flat + i, 1,
                          row_is_first ? flat + i : buffer, 1, z + i, part);
  }
}

void kernel_binary_float32_strided(kernel_binary_operation operation, const kernel_nest *nest,
                                   const float *x, const float *y, float *z, ptrdiff_t first,
                                   ptrdiff_t last) {
  if (first >= last) return;
  if (repeats_row(nest, 2, 1))
    return binary_repeated(operation, y, nest->lengths[1], 0, x, z, first, last);
  if (repeats_row(nest, 1, 2))
    return binary_repeated(operation, x, nest->lengths[1], 1, y, z, first, last);
  strided_call call = {(int)operation, nest, x, y, NULL, z, 0, 0};
  kernel_nest_run(nest, first, last, &call, binary_row);
}

void kernel_compare_float32_strided(kernel_comparison comparison, const kernel_nest *nest,
                                    const float *x, const float *y, uint8_t *z, ptrdiff_t first,
                                    ptrdiff_t last) {
  strided_call call = {(int)comparison, nest, x, y, NULL, z, 0, 0};
  kernel_nest_run(nest, first, last, &call, compare_row_float32);
}

void kernel_compare_int64_strided(kernel_comparison comparison, const kernel_nest *nest,
                                  const int64_t *x, const int64_t *y, uint8_t *z, ptrdiff_t first,
                                  ptrdiff_t last) {
  strided_call call = {(int)comparison, nest, x, y, NULL, z, 0, 0};
  kernel_nest_run(nest, first, last, &call, compare_row_int64);
}

static void select_row(void *context, const ptrdiff_t *offsets, ptrdiff_t count) {
  const strided_call *call = context;
  const ptrdiff_t cs = inner_stride(call->nest, 1), xs = inner_stride(call->nest, 2),
                  ys = inner_stride(call->nest, 3);
  const uint8_t *condition = (const uint8_t *)call->condition + offsets[1];
  const float *x = (const float *)call->x + offsets[2];
  const float *y = (const float *)call->y + offsets[3];
  float *z = (float *)call->z + offsets[0];
  uint8_t c_buffer[BUFFER];
  float x_buffer[BUFFER], y_buffer[BUFFER];
  for (ptrdiff_t done = 0; done < count; done += BUFFER) {
    const ptrdiff_t part = at_most(count - done, BUFFER);
    kernel_select_float32(row_of_uint8(condition + done * cs, cs, part, c_buffer), cs != 0,
                          row_of_float32(x + done * xs, xs, part, x_buffer), xs != 0,
                          row_of_float32(y + done * ys, ys, part, y_buffer), ys != 0, z + done,
                          part);
  }
}

void kernel_select_float32_strided(const kernel_nest *nest, const uint8_t *condition,
                                   const float *x, const float *y, float *z, ptrdiff_t first,
                                   ptrdiff_t last) {
  strided_call call = {0, nest, x, y, condition, z, 0, 0};
  kernel_nest_run(nest, first, last, &call, select_row);
}
