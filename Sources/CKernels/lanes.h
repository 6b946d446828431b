// Sixteen float32 side by side, whatever the width of the registers: partial sums are the same for
// every instruction set (fused multiplications aside), and four registers of them hide the latency
// of an addition. Used as local variables only, since passing them would depend on the ABI.
#ifndef MYELIN_LANES_H
#define MYELIN_LANES_H

#include <stddef.h>
#include <stdint.h>

enum { LANES = 16 };

typedef float lanes __attribute__((vector_size(64), aligned(4)));
typedef float lanes_half __attribute__((vector_size(32)));
typedef float lanes_quarter __attribute__((vector_size(16)));
typedef int32_t lane_masks __attribute__((vector_size(64)));

#define LOAD(pointer) (*(const lanes *)(pointer))
#define STORE(pointer, value) (*(lanes *)(pointer) = (value))

// The sum of the sixteen, pairwise.
#define LANES_SUM(v)                                                                          \
  ({                                                                                          \
    const lanes all_ = (v);                                                                   \
    const lanes_half half_ = __builtin_shufflevector(all_, all_, 0, 1, 2, 3, 4, 5, 6, 7) +    \
                             __builtin_shufflevector(all_, all_, 8, 9, 10, 11, 12, 13, 14, 15); \
    const lanes_quarter quarter_ = __builtin_shufflevector(half_, half_, 0, 1, 2, 3) +        \
                                   __builtin_shufflevector(half_, half_, 4, 5, 6, 7);         \
    (quarter_[0] + quarter_[2]) + (quarter_[1] + quarter_[3]);                                \
  })

// Where the mask is set `a`, elsewhere `b`.
#define LANES_CHOOSE(mask, a, b)                                                              \
  ({                                                                                          \
    const lane_masks mask_ = (mask);                                                          \
    (lanes)(((lane_masks)(a) & mask_) | ((lane_masks)(b) & ~mask_));                          \
  })

// A NaN on either side stays.
#define LANES_LARGER(a, b) LANES_CHOOSE(((b) > (a)) | ((b) != (b)), b, a)
#define LANES_SMALLER(a, b) LANES_CHOOSE(((b) < (a)) | ((b) != (b)), b, a)

#endif
