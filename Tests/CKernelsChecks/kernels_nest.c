#include "kernels_nest.h"

#include "check.h"

typedef struct {
  const check_view *view;
  const kernel_nest *nest;
  uint8_t *visits;
} walk;

// The result is dense, so that its offset is the element's index.
static void visit(void *context, const ptrdiff_t *offsets, ptrdiff_t count) {
  const walk *walk = context;
  const int32_t inner = walk->nest->rank - 1;
  for (ptrdiff_t i = 0; i < count; i++) {
    const ptrdiff_t index = offsets[0] + i * walk->nest->strides[0][inner];
    const ptrdiff_t offset = offsets[1] + i * walk->nest->strides[1][inner];
    EXPECT(index >= 0 && index < walk->view->count);
    EXPECT(offset == check_view_offset(walk->view, index));
    walk->visits[index]++;
  }
}

CHECK(nest) {
  static const ptrdiff_t shapes[][CHECK_RANK] = {
      {1, 1, 1}, {1, 1, 7}, {7, 1, 1}, {5, 1, 3}, {2, 3, 11}, {4, 4, 4}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    const check_view dense = check_view_make(shapes[s], CHECK_DENSE);
    for (int kind = 0; kind < CHECK_ARRANGEMENTS; kind++) {
      const check_view view = check_view_make(shapes[s], kind);
      const kernel_nest nest = kernel_nest_make(CHECK_RANK, view.lengths, dense.strides,
                                                view.strides, NULL, NULL);
      EXPECT(nest.count == view.count && nest.rank >= 1 && nest.operands == 2);
      if (kind == CHECK_DENSE) EXPECT(nest.rank == 1);
      uint8_t *visits = check_memory((size_t)view.count);
      for (ptrdiff_t i = 0; i < view.count; i++) visits[i] = 0;
      walk walk = {&view, &nest, visits};
      for (ptrdiff_t first = 0, step = 1; first < view.count; first += step, step += 2) {
        const ptrdiff_t last = first + step < view.count ? first + step : view.count;
        kernel_nest_run(&nest, first, last, &walk, visit);
      }
      kernel_nest_run(&nest, view.count, view.count, &walk, visit);
      for (ptrdiff_t i = 0; i < view.count; i++) EXPECT(visits[i] == 1);
    }
  }
}

static void count_elements(void *context, const ptrdiff_t *offsets, ptrdiff_t count) {
  (void)offsets;
  *(ptrdiff_t *)context += count;
}

CHECK(nest_of_highest_rank) {
  ptrdiff_t lengths[KERNEL_MAXIMUM_RANK], dense[KERNEL_MAXIMUM_RANK], zeros[KERNEL_MAXIMUM_RANK];
  for (int axis = 0; axis < KERNEL_MAXIMUM_RANK; axis++) {
    lengths[axis] = axis % 3 == 0 ? 2 : 1;
    zeros[axis] = 0;
  }
  for (ptrdiff_t axis = KERNEL_MAXIMUM_RANK - 1, stride = 1; axis >= 0; axis--) {
    dense[axis] = stride;
    stride *= lengths[axis];
  }
  const kernel_nest nest =
      kernel_nest_make(KERNEL_MAXIMUM_RANK, lengths, dense, zeros, dense, zeros);
  ptrdiff_t count = 0;
  kernel_nest_run(&nest, 0, nest.count, &count, count_elements);
  EXPECT(count == 64 && nest.operands == 4);
}
