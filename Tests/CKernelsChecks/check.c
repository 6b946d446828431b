#include "check.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_memory.h"
#include "kernels_processor.h"

enum { MAXIMUM_CHECKS = 256, PRINTED_FAILURES = 20 };

static struct {
  const char *name;
  void (*body)(void);
} checks[MAXIMUM_CHECKS];

static int check_count, failures;
static const char *current = "";
static ptrdiff_t current_length;
static uint64_t random_state;

void check_register(const char *name, void (*body)(void)) {
  if (check_count == MAXIMUM_CHECKS) abort();
  checks[check_count].name = name;
  checks[check_count++].body = body;
}

ptrdiff_t check_first_length(void) { return current_length = 0; }

ptrdiff_t check_next_length(ptrdiff_t length) {
  check_memory_release_all();
  return current_length = length + 1;
}

// SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, 2014).
uint64_t check_random(void) {
  uint64_t z = random_state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

float *check_floats(ptrdiff_t count) {
  float *x = check_memory((size_t)count * sizeof *x);
  for (ptrdiff_t i = 0; i < count; i++)
    x[i] = (float)(int32_t)(check_random() >> 40) * 0x1p-22f - 2.0f;
  return x;
}

float *check_special_floats(ptrdiff_t count) {
  static const float specials[] = {
      0.0f, -0.0f, 1.0f, -1.0f, INFINITY, -INFINITY, NAN, -NAN, FLT_MAX, -FLT_MAX, FLT_MIN,
      -FLT_MIN, 0x1p-149f, -0x1p-149f, 0x1p-24f, 0.5f, -0.5f, 88.7f, 89.5f, -87.4f, -103.9f,
      -105.0f, 4.0f, -4.0f, 16.0f, 1e10f, -1e10f, 0x1p23f, 8388607.5f, -3.5f};
  float *x = check_memory((size_t)count * sizeof *x);
  for (ptrdiff_t i = 0; i < count; i++)
    x[i] = specials[check_random() % (sizeof specials / sizeof *specials)];
  return x;
}

float *check_results(ptrdiff_t count) {
  float *x = check_memory((size_t)count * sizeof *x);
  for (ptrdiff_t i = 0; i < count; i++) x[i] = NAN;
  return x;
}

uint8_t *check_bytes(ptrdiff_t count, uint32_t limit) {
  uint8_t *x = check_memory((size_t)count);
  for (ptrdiff_t i = 0; i < count; i++)
    x[i] = (uint8_t)(limit ? check_random() % limit : check_random());
  return x;
}

static bool may_print(const char *file, int line) {
  failures++;
  if (failures > PRINTED_FAILURES) return false;
  fprintf(stderr, "%s:%d: %s, instruction set %d, length %td: ", file, line, current,
          (int)kernel_processor_level(), current_length);
  return true;
}

void check_that(bool holds, const char *words, const char *file, int line) {
  if (!holds && may_print(file, line)) fprintf(stderr, "not so: %s\n", words);
}

void check_close(double found, double expected, double tolerance, const char *words,
                 const char *file, int line) {
  const double size = fabs(expected) > 1 ? fabs(expected) : 1;
  if (found == expected || fabs(found - expected) <= tolerance * size ||
      (isnan(found) && isnan(expected)))
    return;
  if (may_print(file, line)) fprintf(stderr, "%s is %.9g, not %.9g\n", words, found, expected);
}

check_view check_view_make(const ptrdiff_t *lengths, check_arrangement arrangement) {
  check_view view = {.count = 1};
  ptrdiff_t stride = arrangement == CHECK_SPACED ? 3 : 1;
  for (int place = 0; place < CHECK_RANK; place++) {
    const int axis = arrangement == CHECK_PERMUTED ? place : CHECK_RANK - 1 - place;
    view.lengths[axis] = lengths[axis];
    view.count *= lengths[axis];
    const bool repeats = arrangement == CHECK_SINGLE ||
                         (arrangement == CHECK_REPEATED_FIRST && axis == 0) ||
                         (arrangement == CHECK_REPEATED_LAST && axis == CHECK_RANK - 1);
    view.strides[axis] = repeats ? 0 : arrangement == CHECK_REVERSED ? -stride : stride;
    if (!repeats) stride *= lengths[axis];
  }
  if (view.count == 0) return view;
  view.size = 1;
  for (int axis = 0; axis < CHECK_RANK; axis++) {
    const ptrdiff_t reach = (lengths[axis] - 1) * view.strides[axis];
    view.size += reach < 0 ? -reach : reach;
    if (reach < 0) view.origin -= reach;
  }
  return view;
}

ptrdiff_t check_view_offset(const check_view *view, ptrdiff_t index) {
  ptrdiff_t offset = 0;
  for (int axis = CHECK_RANK - 1; axis >= 0; axis--) {
    offset += index % view->lengths[axis] * view->strides[axis];
    index /= view->lengths[axis];
  }
  return offset;
}

static bool is_asked(const char *name, int count, char **names) {
  for (int i = 1; i < count; i++)
    if (strcmp(names[i], name) == 0) return true;
  return count <= 1;
}

// Runs all checks, or those that the arguments name, once for each instruction set.
int main(int argument_count, char **arguments) {
  const int32_t highest = kernel_processor_level();
  for (int32_t level = 0; level <= highest; level++)
    for (int i = 0; i < check_count; i++) {
      if (!is_asked(checks[i].name, argument_count, arguments)) continue;
      kernel_processor_set_level(level);
      current = checks[i].name;
      current_length = 0;
      random_state = (uint64_t)i;
      checks[i].body();
      check_memory_release_all();
    }
  if (failures > 0) {
    fprintf(stderr, "%d comparisons failed\n", failures);
    return 1;
  }
  printf("%d checks passed with %d instruction set%s\n", check_count, (int)highest + 1,
         highest > 0 ? "s" : "");
  return 0;
}
