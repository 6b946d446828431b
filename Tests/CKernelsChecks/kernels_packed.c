#include "kernels_packed.h"

#include "check.h"

// How many panels `columns` columns fill, the last one perhaps in part.
static int64_t panels_of(int64_t columns) {
  return (columns + kernel_panel_width() - 1) / kernel_panel_width();
}

// Elements of panels `stride` apart, none after the last of them.
static int64_t panels_size(int64_t depth, int64_t columns, int64_t stride) {
  const int64_t panels = panels_of(columns);
  return panels > 0 ? (panels - 1) * stride + depth * kernel_panel_width() : 0;
}

// Where element (p, j) of a packed matrix lies.
static int64_t place_of(int64_t p, int64_t j, int64_t panel, int64_t row) {
  return j / kernel_panel_width() * panel + p * row + j % kernel_panel_width();
}

static void pack(int64_t depth, int64_t columns, int64_t gap) {
  const int64_t width = kernel_panel_width(), panel = depth * width + gap;
  const int64_t row = columns + gap, column = depth + gap;
  const float *x = check_floats(depth > 0 ? (depth - 1) * row + columns : 0);
  const float *turned = check_floats(columns > 0 ? (columns - 1) * column + depth : 0);
  const int64_t size = panels_size(depth, columns, panel);
  float *a = check_results(size), *b = check_results(size);
  kernel_pack_rows_float32(depth, columns, x, row, a, panel);
  kernel_pack_transposed_float32(depth, columns, turned, column, b, panel);
  for (int64_t j = 0; j < panels_of(columns) * width; j++)
    for (int64_t p = 0; p < depth; p++) {
      EXPECT(a[place_of(p, j, panel, width)] == (j < columns ? x[p * row + j] : 0));
      EXPECT(b[place_of(p, j, panel, width)] == (j < columns ? turned[j * column + p] : 0));
    }
  float *rows = check_results(depth * columns), *lines = check_results(depth * columns);
  kernel_unpack_rows_float32(depth, columns, a, panel, rows, columns);
  kernel_unpack_transposed_float32(depth, columns, b, panel, lines, depth);
  for (int64_t p = 0; p < depth; p++)
    for (int64_t j = 0; j < columns; j++) {
      EXPECT(rows[p * columns + j] == x[p * row + j]);
      EXPECT(lines[j * depth + p] == turned[j * column + p]);
    }
}

CHECK(pack) {
  FOR_LENGTHS(n) {
    for (int64_t gap = 0; gap < 4; gap += 3) {
      pack(n, n % 40 + 1, gap);
      pack(n % 11, n, gap);
    }
  }
}

typedef enum { BY_ROWS, BY_COLUMNS, WITH_GAPS, LEFT_KINDS } left_kind;
typedef enum { AS_ROWS, AS_PANELS, RESULT_KINDS } result_kind;
typedef enum { FROM_ZERO, FROM_BIAS, FROM_RESULT, START_KINDS } start_kind;

// `a_depth` is used with gaps only: from one term of a sum to the next.
static void product(int64_t rows, int64_t columns, int64_t depth, left_kind left, int64_t a_depth,
                    result_kind result, start_kind start) {
  const int64_t width = kernel_panel_width();
  kernel_packed_block x = {
      .rows = rows, .columns = columns, .depth = depth,
      .a_row = left == BY_ROWS ? depth + 3 : left == BY_COLUMNS ? 1 : 2,
      .a_depth = left == BY_ROWS ? 1 : left == BY_COLUMNS ? rows + 1 : a_depth,
      .b_panel = depth * width + 5, .b_depth = width,
      .c_panel = result == AS_ROWS ? width : rows * width + 3,
      .c_row = result == AS_ROWS ? columns + 2 : width, .c_is_padded = result == AS_PANELS,
      .accumulates = start == FROM_RESULT};
  x.a = check_floats(rows > 0 && depth > 0
                         ? (rows - 1) * x.a_row + (depth - 1) * x.a_depth + 1 : 0);
  x.b = check_floats(panels_size(depth, columns, x.b_panel));
  x.bias = start == FROM_BIAS ? check_floats(columns) : NULL;
  const int64_t size = rows == 0 || columns == 0 ? 0
                       : result == AS_PANELS     ? panels_size(rows, columns, x.c_panel)
                                                 : (rows - 1) * x.c_row + columns;
  float *before = check_floats(size);
  x.c = check_memory((size_t)size * sizeof *x.c);
  for (int64_t i = 0; i < size; i++) x.c[i] = before[i];
  kernel_product_packed_float32(&x);
  // Only the result itself may differ from what was there.
  for (int64_t j = 0; j < panels_of(columns) * width; j++)
    for (int64_t i = 0; i < rows; i++) {
      if (j >= columns && result == AS_ROWS) continue;
      const int64_t place = place_of(i, j, x.c_panel, x.c_row);
      double sum = start == FROM_RESULT ? before[place] : x.bias && j < columns ? x.bias[j] : 0;
      for (int64_t p = 0; p < depth; p++)
        sum += (double)x.a[i * x.a_row + p * x.a_depth] *
               x.b[place_of(p, j, x.b_panel, x.b_depth)];
      EXPECT_CLOSE(x.c[place], sum, 1e-4);
      before[place] = x.c[place];
    }
  for (int64_t i = 0; i < size; i++) EXPECT(x.c[i] == before[i]);
}

CHECK(product_packed) {
  FOR_LENGTHS(n) {
    for (int kind = 0; kind < LEFT_KINDS * RESULT_KINDS * START_KINDS; kind++) {
      const left_kind left = kind % LEFT_KINDS;
      const result_kind result = kind / LEFT_KINDS % RESULT_KINDS;
      const start_kind start = kind / (LEFT_KINDS * RESULT_KINDS);
      product(n % 27, n, n % 4, left, 1000, result, start);
      product(n, n % 7 + 1, 3, left, 2 * n + 1, result, start);
    }
  }
}

// Sums that are cut, more rows than a panel meets at a time, and columns of a that are gathered
// because they lie far apart.
CHECK(product_packed_large) {
  for (int kind = 0; kind < LEFT_KINDS * RESULT_KINDS * START_KINDS; kind++) {
    const left_kind left = kind % LEFT_KINDS;
    const result_kind result = kind / LEFT_KINDS % RESULT_KINDS;
    const start_kind start = kind / (LEFT_KINDS * RESULT_KINDS);
    product(5, 35, 900, left, 10, result, start);
    product(150, 35, 7, left, 301, result, start);
  }
  product(300, 70, 300, BY_COLUMNS, 0, AS_ROWS, FROM_BIAS);
}

static void sum(int64_t rows, int64_t columns, int64_t parts, result_kind result, bool adds) {
  const int64_t width = kernel_panel_width(), row = panels_of(columns) * width + 1;
  const int64_t stride = rows * row + 2, c_panel = result == AS_ROWS ? width : rows * width + 3;
  const int64_t c_row = result == AS_ROWS ? columns + 2 : width;
  const bool is_empty = rows == 0 || columns == 0;
  const float *partials = check_floats(is_empty ? 0 : (parts - 1) * stride + rows * row - 1);
  const int64_t size = is_empty              ? 0
                       : result == AS_PANELS ? panels_size(rows, columns, c_panel)
                                             : (rows - 1) * c_row + columns;
  float *c = check_floats(size);
  double *expected = check_memory((size_t)size * sizeof *expected);
  for (int64_t i = 0; i < size; i++) expected[i] = c[i];
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < (result == AS_ROWS ? columns : panels_of(columns) * width); j++) {
      // A padded result's last panel may be written as a whole or by vectors.
      const int64_t place = place_of(i, j, c_panel, c_row);
      double total = adds ? c[place] : 0;
      for (int64_t part = 0; part < parts; part++) total += partials[part * stride + i * row + j];
      expected[place] = j < columns ? total : NAN;
    }
  kernel_packed_sum_float32(rows, columns, parts, partials, stride, row, c, c_panel, c_row,
                            result == AS_PANELS, adds);
  for (int64_t i = 0; i < size; i++)
    if (!isnan(expected[i])) EXPECT_CLOSE(c[i], expected[i], 1e-5);
}

CHECK(packed_sum) {
  FOR_LENGTHS(n) {
    for (int64_t parts = 1; parts < 5; parts++)
      for (int kind = 0; kind < 4; kind++) {
        sum(3, n, parts, kind % 2, kind / 2);
        sum(n, 5, parts, kind % 2, kind / 2);
      }
  }
}
