#include "kernels_tiles.h"

#include <string.h>

#include "check.h"
#include "elementwise_formulas.h"

// Tiles of several rows with different gaps behind them. A result's gaps must stay as they were.
enum { ROWS = 3, Z_GAP = 2, X_GAP = 1, Y_GAP = 3, W_GAP = 0 };

// Elements of a tile's operand: rows of `columns` elements, or one number a row.
static ptrdiff_t size_of(ptrdiff_t columns, ptrdiff_t gap, bool varies) {
  return varies ? (ROWS - 1) * (columns + gap) + columns : ROWS;
}

static kernel_tile tile_of(ptrdiff_t columns, bool x_varies, bool y_varies, bool w_varies) {
  return (kernel_tile){.z_stride = columns + Z_GAP, .x_stride = x_varies ? columns + X_GAP : 1,
                       .y_stride = y_varies ? columns + Y_GAP : 1,
                       .w_stride = w_varies ? columns + W_GAP : 1, .rows = ROWS,
                       .columns = columns, .p = -0.5f, .q = 0.75f};
}

#define FOR_TILE(tile)                                     \
  for (ptrdiff_t row = 0; row < (tile)->rows; row++)       \
    for (ptrdiff_t column = 0; column < (tile)->columns; column++)

// An operand's element at (row, column).
#define AT(tile, name, type, varies) \
  (((const type *)(tile)->name)[row * (tile)->name##_stride + ((varies) ? column : 0)])
#define RESULT(tile, type) AT(tile, z, type, true)

static bool gaps_are(const kernel_tile *tile, float value) {
  const float *z = tile->z;
  for (ptrdiff_t row = 0; row + 1 < tile->rows; row++)
    for (ptrdiff_t i = tile->columns; i < tile->z_stride; i++)
      if (z[row * tile->z_stride + i] != value) return false;
  return true;
}

// A result of `n` columns whose every element is `value`.
static float *filled(ptrdiff_t n, float value) {
  const ptrdiff_t size = size_of(n, Z_GAP, true);
  float *z = check_memory((size_t)size * sizeof *z);
  for (ptrdiff_t i = 0; i < size; i++) z[i] = value;
  return z;
}

static int64_t *integers(ptrdiff_t count) {
  int64_t *x = check_memory((size_t)count * sizeof *x);
  for (ptrdiff_t i = 0; i < count; i++) x[i] = (int64_t)(check_random() % 3) - 1;
  return x;
}

CHECK(tile_unary) {
  FOR_LENGTHS(n) {
    const float *x = check_floats(size_of(n, X_GAP, true));
    const float *special = check_special_floats(size_of(n, X_GAP, true));
    for (int operation = 0; operation <= KERNEL_LEAKY_RELU; operation++) {
      kernel_tile tile = tile_of(n, true, true, true);
      tile.z = filled(n, 7);
      tile.x = special;
      kernel_tile_unary_float32(operation)(&tile);
      tile.x = x;
      kernel_tile_unary_float32(operation)(&tile);
      FOR_TILE(&tile)
        EXPECT_CLOSE(RESULT(&tile, float),
                     unary_formula(operation, AT(&tile, x, float, true), -0.5, 0.75), 3e-5);
      EXPECT(gaps_are(&tile, 7));
      float *over = check_memory((size_t)size_of(n, X_GAP, true) * sizeof *over);
      memcpy(over, x, (size_t)size_of(n, X_GAP, true) * sizeof *over);
      kernel_tile onto = tile;
      onto.z = over;
      onto.x = over;
      onto.z_stride = onto.x_stride;
      kernel_tile_unary_float32(operation)(&onto);
      FOR_TILE(&onto) EXPECT_CLOSE(RESULT(&onto, float), RESULT(&tile, float), 1e-6);
    }
  }
}

CHECK(tile_binary) {
  FOR_LENGTHS(n) {
    for (int steps = 0; steps <= KERNEL_SECOND_VARIES; steps++) {
      const bool xs = steps != KERNEL_SECOND_VARIES, ys = steps != KERNEL_FIRST_VARIES;
      kernel_tile tile = tile_of(n, xs, ys, true);
      const float *x = check_floats(size_of(n, X_GAP, xs));
      const float *special = check_special_floats(size_of(n, X_GAP, xs));
      tile.y = check_floats(size_of(n, Y_GAP, ys));
      for (int operation = 0; operation <= KERNEL_SILU_GRADIENT; operation++) {
        tile.z = filled(n, 7);
        tile.x = special;
        kernel_tile_binary_float32(operation, steps)(&tile);
        tile.x = x;
        kernel_tile_binary_float32(operation, steps)(&tile);
        FOR_TILE(&tile)
          EXPECT_CLOSE(RESULT(&tile, float),
                       binary_formula(operation, AT(&tile, x, float, xs), AT(&tile, y, float, ys)),
                       3e-5);
        EXPECT(gaps_are(&tile, 7));
      }
    }
  }
}

CHECK(tile_multiply_add) {
  FOR_LENGTHS(n) {
    for (int kind = 0; kind < 6; kind++) {
      const kernel_tile_steps steps = kind / 2;
      const bool xs = steps != KERNEL_SECOND_VARIES, ys = steps != KERNEL_FIRST_VARIES;
      const bool ws = kind % 2;
      kernel_tile tile = tile_of(n, xs, ys, ws);
      tile.x = check_floats(size_of(n, X_GAP, xs));
      tile.y = check_floats(size_of(n, Y_GAP, ys));
      tile.w = check_floats(size_of(n, W_GAP, ws));
      tile.z = filled(n, 7);
      kernel_tile_multiply_add_float32(steps, ws)(&tile);
      FOR_TILE(&tile)
        EXPECT_CLOSE(RESULT(&tile, float),
                     (double)AT(&tile, x, float, xs) * AT(&tile, y, float, ys) +
                         AT(&tile, w, float, ws), 1e-6);
      EXPECT(gaps_are(&tile, 7));
    }
  }
}

// Compares the operands x and y, of `type`, in every way.
#define COMPARISONS(kernel, type)                                                             \
  for (int comparison = 0; comparison <= KERNEL_GREATER_OR_EQUAL; comparison++) {             \
    tile.z = check_bytes(size_of(n, Z_GAP, true), 0);                                         \
    kernel(comparison, steps)(&tile);                                                         \
    FOR_TILE(&tile)                                                                           \
      EXPECT(RESULT(&tile, uint8_t) ==                                                        \
             comparison_formula(comparison, (double)AT(&tile, x, type, xs),                   \
                                (double)AT(&tile, y, type, ys)));                             \
  }

CHECK(tile_compare) {
  FOR_LENGTHS(n) {
    for (int steps = 0; steps <= KERNEL_SECOND_VARIES; steps++) {
      const bool xs = steps != KERNEL_SECOND_VARIES, ys = steps != KERNEL_FIRST_VARIES;
      kernel_tile tile = tile_of(n, xs, ys, true);
      tile.x = check_special_floats(size_of(n, X_GAP, xs));
      tile.y = check_special_floats(size_of(n, Y_GAP, ys));
      COMPARISONS(kernel_tile_compare_float32, float)
      tile.x = integers(size_of(n, X_GAP, xs));
      tile.y = integers(size_of(n, Y_GAP, ys));
      COMPARISONS(kernel_tile_compare_int64, int64_t)
    }
  }
}

CHECK(tile_select) {
  FOR_LENGTHS(n) {
    for (int kind = 0; kind < 4; kind++) {
      const bool xs = kind % 2, ys = kind / 2;
      kernel_tile tile = tile_of(n, xs, ys, true);
      tile.x = check_floats(size_of(n, X_GAP, xs));
      tile.y = check_floats(size_of(n, Y_GAP, ys));
      tile.w = check_bytes(size_of(n, W_GAP, true), 2);
      tile.z = filled(n, 7);
      kernel_tile_select_float32(xs, ys)(&tile);
      FOR_TILE(&tile)
        EXPECT(RESULT(&tile, float) == (AT(&tile, w, uint8_t, true) ? AT(&tile, x, float, xs)
                                                                    : AT(&tile, y, float, ys)));
      EXPECT(gaps_are(&tile, 7));
    }
  }
}

static uint8_t logic_formula(kernel_tile_logic logic, uint8_t a, uint8_t b, float x) {
  switch (logic) {
    case KERNEL_LOGICAL_AND: return a && b;
    case KERNEL_LOGICAL_OR: return a || b;
    case KERNEL_LOGICAL_XOR: return a != b;
    case KERNEL_LOGICAL_NOT: return !a;
    case KERNEL_IS_NAN: return isnan(x) != 0;
    case KERNEL_IS_FINITE: return isfinite(x) != 0;
    case KERNEL_IS_INFINITE: return isinf(x) != 0;
  }
  return 2;
}

CHECK(tile_logical) {
  FOR_LENGTHS(n) {
    kernel_tile tile = tile_of(n, true, true, true);
    const ptrdiff_t size = size_of(n, X_GAP, true);
    const uint8_t *a = check_bytes(size, 2);
    const float *x = check_special_floats(size);
    tile.y = check_bytes(size_of(n, Y_GAP, true), 2);
    for (int logic = 0; logic <= KERNEL_IS_INFINITE; logic++) {
      tile.x = logic < KERNEL_IS_NAN ? (const void *)a : x;
      tile.z = check_bytes(size_of(n, Z_GAP, true), 0);
      kernel_tile_logical(logic)(&tile);
      FOR_TILE(&tile) {
        const ptrdiff_t place = row * tile.x_stride + column;
        EXPECT(RESULT(&tile, uint8_t) ==
               logic_formula(logic, a[place], AT(&tile, y, uint8_t, true), x[place]));
      }
    }
  }
}

static const size_t sizes[] = {sizeof(float), sizeof(uint8_t), sizeof(int64_t)};

static double element(const void *x, kernel_tile_type type, ptrdiff_t place) {
  switch (type) {
    case KERNEL_TILE_FLOAT32: return ((const float *)x)[place];
    case KERNEL_TILE_BOOL: return ((const uint8_t *)x)[place];
    case KERNEL_TILE_INT64: return (double)((const int64_t *)x)[place];
  }
  return NAN;
}

static const void *operand(kernel_tile_type type, ptrdiff_t size) {
  return type == KERNEL_TILE_FLOAT32 ? (const void *)check_special_floats(size)
         : type == KERNEL_TILE_BOOL  ? (const void *)check_bytes(size, 2)
                                     : (const void *)integers(size);
}

CHECK(tile_convert_and_expand) {
  FOR_LENGTHS(n) {
    for (int from = 0; from <= KERNEL_TILE_INT64; from++) {
      kernel_tile tile = tile_of(n, true, true, true);
      tile.x = operand(from, size_of(n, X_GAP, true));
      for (int to = 0; to <= KERNEL_TILE_INT64; to++) {
        const kernel_tile_function convert = kernel_tile_convert(from, to);
        const bool is_known = from == to || to == KERNEL_TILE_FLOAT32 ||
                              (from == KERNEL_TILE_FLOAT32 && to == KERNEL_TILE_BOOL);
        EXPECT((convert != NULL) == is_known);
        if (!convert) continue;
        tile.z = check_memory((size_t)size_of(n, Z_GAP, true) * sizes[to]);
        convert(&tile);
        FOR_TILE(&tile) {
          const double x = element(tile.x, from, row * tile.x_stride + column);
          EXPECT_CLOSE(element(tile.z, to, row * tile.z_stride + column),
                       to == KERNEL_TILE_BOOL ? x != 0 : x, 0);
        }
      }
      tile = tile_of(n, false, true, true);
      tile.x = operand(from, ROWS);
      tile.z = check_memory((size_t)size_of(n, Z_GAP, true) * sizes[from]);
      kernel_tile_expand(from)(&tile);
      FOR_TILE(&tile)
        EXPECT_CLOSE(element(tile.z, from, row * tile.z_stride + column),
                     element(tile.x, from, row), 0);
    }
  }
}

CHECK(tile_fill) {
  FOR_LENGTHS(n) {
    kernel_tile tile = tile_of(n, false, true, true);
    tile.z = filled(n, 7);
    kernel_tile_constant_float32()(&tile);
    FOR_TILE(&tile) EXPECT(RESULT(&tile, float) == tile.p);
    EXPECT(gaps_are(&tile, 7));
    // Rows without gaps, and room after the last.
    enum { ROOM = 16 };
    tile.x = check_floats(ROWS);
    tile.z = check_results(ROWS * n + ROOM);
    tile.z_stride = n;
    kernel_tile_expand_narrow_float32()(&tile);
    FOR_TILE(&tile) EXPECT(RESULT(&tile, float) == AT(&tile, x, float, false));
  }
}

static double reduced(kernel_reduction reduction, const float *x, ptrdiff_t count, double scale) {
  double result = reduction == KERNEL_TOTAL     ? 0
                  : reduction == KERNEL_LARGEST ? -INFINITY
                                                : INFINITY;
  for (ptrdiff_t i = 0; i < count; i++) {
    if (reduction == KERNEL_TOTAL) result += x[i];
    else if (isnan(x[i]) || isnan(result)) result = NAN;
    else result = reduction == KERNEL_LARGEST ? fmax(result, x[i]) : fmin(result, x[i]);
  }
  return reduction == KERNEL_TOTAL ? result * scale : result;
}

static void reduce(ptrdiff_t n, bool is_special) {
  kernel_tile tile = tile_of(n, true, true, true);
  const ptrdiff_t size = size_of(n, X_GAP, true);
  tile.x = is_special ? check_special_floats(size) : check_floats(size);
  for (int reduction = is_special; reduction <= KERNEL_SMALLEST; reduction++) {
    // Extremes are asked for without a factor.
    tile.p = reduction == KERNEL_TOTAL ? 0.25f : 1;
    float *z = check_results(ROWS);
    tile.z = z;
    kernel_tile_reduce_float32(reduction)(&tile);
    for (ptrdiff_t row = 0; row < ROWS; row++)
      EXPECT_CLOSE(z[row], reduced(reduction, (const float *)tile.x + row * tile.x_stride, n, 0.25),
                   1e-4);
  }
}

CHECK(tile_reduce) {
  FOR_LENGTHS(n) {
    reduce(n, false);
    reduce(n, true);
  }
  reduce(4096, false);
  reduce(8197, false);
}

CHECK(tile_index) {
  FOR_LENGTHS(n) {
    kernel_tile tile = tile_of(n, true, false, true);
    const float *x = check_floats(size_of(n, X_GAP, true));
    float *z = check_results(ROWS);
    int64_t *index = check_memory(ROWS * sizeof *index);
    for (int64_t first = -1; first <= n + 1; first++) {
      for (ptrdiff_t row = 0; row < ROWS; row++) index[row] = row == 1 ? n - first : first;
      tile.x = x;
      tile.y = index;
      tile.z = z;
      kernel_tile_element_float32()(&tile);
      for (ptrdiff_t row = 0; row < ROWS; row++) {
        const bool is_column = index[row] >= 0 && index[row] < n;
        EXPECT_CLOSE(z[row], is_column ? x[row * tile.x_stride + index[row]] : NAN, 0);
      }
      kernel_tile equals = tile;
      equals.x = index;
      equals.first_column = 5;
      equals.z = check_bytes(size_of(n, Z_GAP, true), 0);
      kernel_tile_column_equals()(&equals);
      FOR_TILE(&equals) EXPECT(RESULT(&equals, uint8_t) == (5 + column == index[row]));
    }
    for (ptrdiff_t row = 0; row < ROWS; row++) index[row] = row == 1 ? INT64_MAX : INT64_MIN;
    kernel_tile_element_float32()(&tile);
    for (ptrdiff_t row = 0; row < ROWS; row++) EXPECT(isnan(z[row]));
    tile.x = index;
    tile.first_column = 5;
    tile.z = check_bytes(size_of(n, Z_GAP, true), 0);
    kernel_tile_column_equals()(&tile);
    FOR_TILE(&tile) EXPECT(RESULT(&tile, uint8_t) == 0);
  }
}

CHECK(tile_add_columns) {
  FOR_LENGTHS(n) {
    for (ptrdiff_t rows = 0; rows < 5; rows++) {
      const ptrdiff_t stride = n + rows % 3;
      const float *x = check_floats(rows > 0 ? (rows - 1) * stride + n : 0);
      float *sums = check_floats(n);
      double *totals = check_memory((size_t)n * sizeof *totals);
      double *expected = check_memory((size_t)n * sizeof *expected);
      for (ptrdiff_t i = 0; i < n; i++) {
        totals[i] = 3;
        expected[i] = sums[i];
        for (ptrdiff_t row = 0; row < rows; row++) expected[i] += x[row * stride + i];
      }
      kernel_tile_add_columns_float32(x, rows, stride, n, sums);
      for (ptrdiff_t i = 0; i < n; i++) EXPECT_CLOSE(sums[i], expected[i], 1e-6);
      kernel_tile_flush_columns_float32(sums, totals, n);
      for (ptrdiff_t i = 0; i < n; i++) {
        EXPECT(sums[i] == 0);
        EXPECT_CLOSE(totals[i], 3 + expected[i], 1e-6);
      }
    }
  }
}

CHECK(tile_add_products) {
  FOR_LENGTHS(n) {
    const ptrdiff_t x_stride = n + X_GAP, y_stride = n + Y_GAP;
    const float *x = check_floats((ROWS - 1) * x_stride + n);
    const float *y = check_floats((ROWS - 1) * y_stride + n);
    float *sums = check_memory((size_t)n * sizeof *sums);
    for (ptrdiff_t i = 0; i < n; i++) sums[i] = (float)i;
    kernel_tile_add_products_float32(x, x_stride, y, y_stride, ROWS, n, sums);
    for (ptrdiff_t i = 0; i < n; i++) {
      double expected = (double)i;
      for (ptrdiff_t row = 0; row < ROWS; row++)
        expected += (double)x[row * x_stride + i] * y[row * y_stride + i];
      EXPECT_CLOSE(sums[i], expected, 3e-5);
    }
  }
}

CHECK(tile_workspace) {
  char *small = kernel_tile_workspace(100);
  memset(small, 1, 100);
  EXPECT((uintptr_t)small % 64 == 0);
  EXPECT(kernel_tile_workspace(50) == small);
  char *large = kernel_tile_workspace(100000);
  memset(large, 1, 100000);
  EXPECT((uintptr_t)large % 64 == 0);
  EXPECT(kernel_tile_workspace(100000) == large);
  EXPECT(kernel_first_level_cache_size() >= 16 * 1024);
}
