#include "kernels_nest.h"

static ptrdiff_t magnitude(ptrdiff_t stride) { return stride < 0 ? -stride : stride; }

// Puts an axis in its place by the result's stride, outermost first.
static void insert_axis(kernel_nest *nest, ptrdiff_t length, const ptrdiff_t *strides) {
  int32_t place = nest->rank;
  while (place > 0 && magnitude(nest->strides[0][place - 1]) < magnitude(strides[0])) {
    nest->lengths[place] = nest->lengths[place - 1];
    for (int32_t i = 0; i < nest->operands; i++)
      nest->strides[i][place] = nest->strides[i][place - 1];
    place--;
  }
  nest->lengths[place] = length;
  for (int32_t i = 0; i < nest->operands; i++) nest->strides[i][place] = strides[i];
  nest->rank++;
}

static void merge_axes(kernel_nest *nest) {
  int32_t last = 0;
  for (int32_t axis = 1; axis < nest->rank; axis++) {
    int merges = 1;
    for (int32_t i = 0; i < nest->operands; i++)
      merges &= nest->strides[i][last] == nest->strides[i][axis] * nest->lengths[axis];
    if (merges) {
      nest->lengths[last] *= nest->lengths[axis];
    } else {
      last++;
      nest->lengths[last] = nest->lengths[axis];
    }
    for (int32_t i = 0; i < nest->operands; i++) nest->strides[i][last] = nest->strides[i][axis];
  }
  nest->rank = last + 1;
}

kernel_nest kernel_nest_make(ptrdiff_t rank, const ptrdiff_t *lengths, const ptrdiff_t *result,
                             const ptrdiff_t *a, const ptrdiff_t *b, const ptrdiff_t *c) {
  const ptrdiff_t *all[KERNEL_MAXIMUM_OPERANDS] = {result, a, b, c};
  kernel_nest nest;
  nest.rank = 0;
  nest.operands = 1 + (a != NULL) + (b != NULL) + (c != NULL);
  nest.count = 1;
  for (ptrdiff_t axis = 0; axis < rank; axis++) {
    nest.count *= lengths[axis];
    if (lengths[axis] == 1) continue;
    ptrdiff_t strides[KERNEL_MAXIMUM_OPERANDS];
    for (int32_t i = 0; i < nest.operands; i++) strides[i] = all[i][axis];
    insert_axis(&nest, lengths[axis], strides);
  }
  if (nest.rank == 0) {
    ptrdiff_t strides[KERNEL_MAXIMUM_OPERANDS] = {1, 1, 1, 1};
    insert_axis(&nest, 1, strides);
  }
  merge_axes(&nest);
  return nest;
}

void kernel_nest_run(const kernel_nest *nest, ptrdiff_t first, ptrdiff_t last, void *context,
                     void (*body)(void *context, const ptrdiff_t *offsets, ptrdiff_t count)) {
  if (first >= last) return;
  ptrdiff_t indices[KERNEL_MAXIMUM_RANK];
  ptrdiff_t offsets[KERNEL_MAXIMUM_OPERANDS] = {0};
  const int32_t inner = nest->rank - 1, operands = nest->operands;
  ptrdiff_t rest = first;
  for (int32_t axis = inner; axis >= 0; axis--) {
    indices[axis] = rest % nest->lengths[axis];
    rest /= nest->lengths[axis];
    for (int32_t i = 0; i < operands; i++) offsets[i] += indices[axis] * nest->strides[i][axis];
  }
  for (ptrdiff_t done = first; done < last;) {
    ptrdiff_t count = nest->lengths[inner] - indices[inner];
    if (count > last - done) count = last - done;
    body(context, offsets, count);
    done += count;
    for (int32_t i = 0; i < operands; i++)
      offsets[i] -= indices[inner] * nest->strides[i][inner];
    indices[inner] = 0;
    for (int32_t axis = inner - 1; axis >= 0; axis--) {
      for (int32_t i = 0; i < operands; i++) offsets[i] += nest->strides[i][axis];
      if (++indices[axis] < nest->lengths[axis]) break;
      for (int32_t i = 0; i < operands; i++)
        offsets[i] -= nest->lengths[axis] * nest->strides[i][axis];
      indices[axis] = 0;
    }
  }
}
