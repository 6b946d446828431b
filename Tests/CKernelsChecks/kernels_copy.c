#include "kernels_copy.h"

#include <string.h>

#include "check.h"

static const ptrdiff_t shapes[][CHECK_RANK] = {
    {1, 1, 1}, {1, 1, 67}, {3, 5, 7}, {2, 33, 35}, {1, 64, 32}, {32, 2, 32}, {67, 1, 5}, {1, 4, 4}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static void compare(const check_view *from, const check_view *to, const uint8_t *input,
                    const uint8_t *output, size_t bytes) {
  for (ptrdiff_t i = 0; i < to->count; i++)
    EXPECT(memcmp(output + (size_t)(to->origin + check_view_offset(to, i)) * bytes,
                  input + (size_t)(from->origin + check_view_offset(from, i)) * bytes,
                  bytes) == 0);
}

static void copy(const check_view *from, const check_view *to, int32_t bytes) {
  const size_t size = (size_t)bytes;
  const uint8_t *input = check_bytes(from->size * bytes, 0);
  uint8_t *output = check_memory((size_t)to->size * size);
  const void *source = input + (size_t)from->origin * size;
  void *target = output + (size_t)to->origin * size;
  const kernel_nest nest =
      kernel_nest_make(CHECK_RANK, from->lengths, to->strides, from->strides, NULL, NULL);
  const ptrdiff_t middle = nest.count / 3;
  kernel_copy_strided(&nest, source, target, bytes, 0, middle);
  kernel_copy_strided(&nest, source, target, bytes, middle, nest.count);
  compare(from, to, input, output, size);

  const int32_t axis = kernel_copy_transposed_axis(&nest);
  if (axis < 0) return;
  memset(output, 0, (size_t)to->size * size);
  const ptrdiff_t units = kernel_copy_transposed_units(&nest, axis), half = units / 2;
  kernel_copy_transposed(&nest, axis, source, target, bytes, half, units);
  kernel_copy_transposed(&nest, axis, source, target, bytes, 0, half);
  compare(from, to, input, output, size);
}

CHECK(copy) {
  static const check_arrangement targets[] = {CHECK_DENSE, CHECK_SPACED, CHECK_PERMUTED,
                                              CHECK_REVERSED};
  for (int s = 0; s < SHAPES; s++)
    for (int source = 0; source < CHECK_ARRANGEMENTS; source++)
      for (int target = 0; target < 4; target++)
        for (int32_t bytes = 1; bytes <= 8; bytes *= 2) {
          const check_view from = check_view_make(shapes[s], source);
          const check_view to = check_view_make(shapes[s], targets[target]);
          copy(&from, &to, bytes);
        }
}

#define CONVERSION(kernel, from, to, value)                        \
  {                                                                \
    from *x = check_memory((size_t)n * sizeof *x);                 \
    to *y = check_memory((size_t)n * sizeof *y);                   \
    for (ptrdiff_t i = 0; i < n; i++) x[i] = (value);              \
    kernel(x, y, n);                                               \
    for (ptrdiff_t i = 0; i < n; i++) EXPECT(y[i] == (to)x[i]);    \
  }

CHECK(convert) {
  FOR_LENGTHS(n) {
    CONVERSION(kernel_convert_uint8_to_float32, uint8_t, float, (uint8_t)check_random())
    CONVERSION(kernel_convert_int32_to_float32, int32_t, float, (int32_t)check_random())
    CONVERSION(kernel_convert_int64_to_float32, int64_t, float, (int64_t)check_random())
    CONVERSION(kernel_convert_float32_to_float64, float, double, (float)(i - 30) * 0.3f)
    CONVERSION(kernel_convert_float64_to_float32, double, float,
               i % 7 == 0 ? 1e300 : (double)(i - 30) * 0.3)
    const float *x = check_special_floats(n);
    uint8_t *y = check_memory((size_t)n);
    kernel_convert_float32_to_bool(x, y, n);
    for (ptrdiff_t i = 0; i < n; i++) EXPECT(y[i] == (x[i] != 0));
  }
}
