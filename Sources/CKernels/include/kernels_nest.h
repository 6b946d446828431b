#ifndef MYELIN_KERNELS_NEST_H
#define MYELIN_KERNELS_NEST_H

#include <stddef.h>
#include <stdint.h>

enum { KERNEL_MAXIMUM_RANK = 16, KERNEL_MAXIMUM_OPERANDS = 4 };

/// The loops over the elements of up to four arrays of one shape: operand 0 is the result. Axes
/// stand in the order of the result's memory (outermost first), without axes of length 1, and
/// neighbours that every operand walks as one are merged. `rank` is at least 1.
typedef struct {
  int32_t rank;
  int32_t operands;
  ptrdiff_t count;
  ptrdiff_t lengths[KERNEL_MAXIMUM_RANK];
  ptrdiff_t strides[KERNEL_MAXIMUM_OPERANDS][KERNEL_MAXIMUM_RANK];
} kernel_nest;

/// The nest over 1 to 4 operands; NULL ends them. `rank` is at most KERNEL_MAXIMUM_RANK.
kernel_nest kernel_nest_make(ptrdiff_t rank, const ptrdiff_t *lengths, const ptrdiff_t *result,
                             const ptrdiff_t *a, const ptrdiff_t *b, const ptrdiff_t *c);

/// Runs `body` on every piece of an innermost row that holds elements `first` ..< `last` of the
/// nest: `offsets` are the operands' elements where the piece begins, `count` its length.
void kernel_nest_run(const kernel_nest *nest, ptrdiff_t first, ptrdiff_t last, void *context,
                     void (*body)(void *context, const ptrdiff_t *offsets, ptrdiff_t count));

#endif
