#include "check.h"
#include "elementwise_formulas.h"
#include "kernels_elementwise.h"

// Among them rows longer than what is gathered at a time, and short ones that repeat.
static const ptrdiff_t shapes[][CHECK_RANK] = {{1, 1, 1}, {1, 1, 67}, {5, 1, 13},
                                               {2, 3, 11}, {40, 1, 3}, {1, 300, 7},
                                               {1, 2, 1100}, {0, 2, 3}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

#define FOR_ARRANGEMENTS(name) for (int name = 0; name < CHECK_ARRANGEMENTS; name++)

// Element `index` of an operand that begins at the view's origin.
#define AT(x, view, index) (x)[check_view_offset(&(view), index)]

static void unary(const check_view *a, const ptrdiff_t *dense) {
  const float *x = check_floats(a->size) + a->origin;
  float *z = check_results(a->count);
  const kernel_nest nest =
      kernel_nest_make(CHECK_RANK, a->lengths, dense, a->strides, NULL, NULL);
  const ptrdiff_t half = a->count / 2;
  kernel_unary_float32_strided(KERNEL_SHIFT, &nest, x, z, 0, half, 2, 0);
  kernel_unary_float32_strided(KERNEL_SHIFT, &nest, x, z, half, a->count, 2, 0);
  for (ptrdiff_t i = 0; i < a->count; i++) EXPECT(z[i] == AT(x, *a, i) + 2);
}

static void binary(const check_view *a, const check_view *b, const ptrdiff_t *dense) {
  const float *x = check_floats(a->size) + a->origin, *y = check_floats(b->size) + b->origin;
  float *z = check_results(a->count);
  uint8_t *less = check_bytes(a->count, 0), *integer_less = check_bytes(a->count, 0);
  int64_t *m = check_memory((size_t)a->size * sizeof *m);
  int64_t *n = check_memory((size_t)b->size * sizeof *n);
  for (ptrdiff_t i = 0; i < a->size; i++) m[i] = (int64_t)(check_random() % 5);
  for (ptrdiff_t i = 0; i < b->size; i++) n[i] = (int64_t)(check_random() % 5);
  m += a->origin;
  n += b->origin;
  const kernel_nest nest =
      kernel_nest_make(CHECK_RANK, a->lengths, dense, a->strides, b->strides, NULL);
  const ptrdiff_t cuts[] = {0, a->count / 3, a->count};
  for (int part = 0; part < 2; part++) {
    const ptrdiff_t first = cuts[part], last = cuts[part + 1];
    kernel_binary_float32_strided(KERNEL_SUBTRACT, &nest, x, y, z, first, last);
    kernel_compare_float32_strided(KERNEL_LESS, &nest, x, y, less, first, last);
    kernel_compare_int64_strided(KERNEL_LESS, &nest, m, n, integer_less, first, last);
  }
  for (ptrdiff_t i = 0; i < a->count; i++) {
    EXPECT(z[i] == AT(x, *a, i) - AT(y, *b, i));
    EXPECT(less[i] == (AT(x, *a, i) < AT(y, *b, i)));
    EXPECT(integer_less[i] == (AT(m, *a, i) < AT(n, *b, i)));
  }
}

static void select(const check_view *c, const check_view *a, const check_view *b,
                   const ptrdiff_t *dense) {
  const uint8_t *condition = check_bytes(c->size, 2) + c->origin;
  const float *x = check_floats(a->size) + a->origin, *y = check_floats(b->size) + b->origin;
  float *z = check_results(a->count);
  const kernel_nest nest =
      kernel_nest_make(CHECK_RANK, a->lengths, dense, c->strides, a->strides, b->strides);
  const ptrdiff_t cuts[] = {0, a->count / 3, a->count};
  for (int part = 0; part < 2; part++)
    kernel_select_float32_strided(&nest, condition, x, y, z, cuts[part], cuts[part + 1]);
  for (ptrdiff_t i = 0; i < a->count; i++)
    EXPECT(z[i] == (AT(condition, *c, i) ? AT(x, *a, i) : AT(y, *b, i)));
}

CHECK(elementwise_strided) {
  for (int s = 0; s < SHAPES; s++) {
    const check_view dense = check_view_make(shapes[s], CHECK_DENSE);
    FOR_ARRANGEMENTS(first) {
      const check_view a = check_view_make(shapes[s], first);
      unary(&a, dense.strides);
      FOR_ARRANGEMENTS(second) {
        const check_view b = check_view_make(shapes[s], second);
        const check_view c = check_view_make(shapes[s], (first + second) % CHECK_ARRANGEMENTS);
        binary(&a, &b, dense.strides);
        select(&a, &b, &c, dense.strides);
      }
    }
  }
}
