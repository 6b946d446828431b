// What the checks of the kernels share: registration, arrays with nothing addressable beyond their
// ends, comparisons.
//
// A check calls the functions of one header of Sources/CKernels/include and compares them with
// plain loops. The program runs every check once for each instruction set of the processor.
#ifndef MYELIN_CHECK_H
#define MYELIN_CHECK_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Defines a check: CHECK(softmax) { … }. It registers itself.
#define CHECK(name)                                                                           \
  static void body_of_##name(void);                                                             \
  __attribute__((constructor)) static void register_##name(void) {                            \
    check_register(#name, body_of_##name);                                                      \
  }                                                                                           \
  static void body_of_##name(void)

void check_register(const char *name, void (*body)(void));

/// Runs the statement after it for the lengths 0 … 67, which end before, at and after every width
/// of a vector loop; arrays live until the next length.
#define FOR_LENGTHS(n) for (ptrdiff_t n = check_first_length(); n <= 67; n = check_next_length(n))

ptrdiff_t check_first_length(void);
ptrdiff_t check_next_length(ptrdiff_t length);

/// Memory of exactly `bytes` bytes, undefined, aligned to no more than 8 bytes, that lives until
/// the next length or the end of the check. An access before or beyond it ends the program.
void *check_memory(size_t bytes);

/// `count` random numbers in [−2, 2).
float *check_floats(ptrdiff_t count);

/// `count` numbers at the edges of float32: zeros of both signs, subnormal and huge numbers,
/// infinities, NaN, and where functions overflow.
float *check_special_floats(ptrdiff_t count);

/// `count` times NaN, for a result that must be written as a whole.
float *check_results(ptrdiff_t count);

/// `count` random bytes below `limit`, or any where it is 0.
uint8_t *check_bytes(ptrdiff_t count, uint32_t limit);

/// The next random number of 64 bits; the same in every run.
uint64_t check_random(void);

/// Counts a failure and prints it where `condition` is false.
#define EXPECT(condition) check_that((condition), #condition, __FILE__, __LINE__)

/// |found − expected| ≤ tolerance · max(1, |expected|); equal infinities and two NaNs are close.
#define EXPECT_CLOSE(found, expected, tolerance) \
  check_close((found), (expected), (tolerance), #found, __FILE__, __LINE__)

void check_that(bool holds, const char *words, const char *file, int line);
void check_close(double found, double expected, double tolerance, const char *words,
                 const char *file, int line);

/// Ways in which an operand of a given shape may lie in memory.
typedef enum {
  CHECK_DENSE,
  /// The axes in opposite order.
  CHECK_PERMUTED,
  /// The first, the last, every axis with stride 0.
  CHECK_REPEATED_FIRST, CHECK_REPEATED_LAST, CHECK_SINGLE,
  /// Every third element.
  CHECK_SPACED,
  /// From the end to the beginning.
  CHECK_REVERSED,
  CHECK_ARRANGEMENTS
} check_arrangement;

enum { CHECK_RANK = 3 };

/// A shape of CHECK_RANK axes in an array of `size` elements; element (0, 0, 0) is `origin`.
typedef struct {
  ptrdiff_t lengths[CHECK_RANK], strides[CHECK_RANK];
  ptrdiff_t count, origin, size;
} check_view;

check_view check_view_make(const ptrdiff_t *lengths, check_arrangement arrangement);

/// How far from the origin the view's element `index`, counted in row-major order, lies.
ptrdiff_t check_view_offset(const check_view *view, ptrdiff_t index);

#endif
