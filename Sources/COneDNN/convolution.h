// What a convolution made ready consists of.
#ifndef MYELIN_ONEDNN_CONVOLUTION_H
#define MYELIN_ONEDNN_CONVOLUTION_H

#include "descriptor.h"
#include "onednn.h"

struct onednn_convolution {
  int32_t direction;
  dnnl_engine_t engine;
  dnnl_primitive_desc_t described;
  dnnl_primitive_t primitive;
  // The operands as the caller has them.
  descriptor outer_x, outer_w, outer_y, bias;
  // As the primitive wants them: views into `described`.
  descriptor_view x, w, y, scratchpad;
  // From the one to the other, where they differ; else NULL.
  dnnl_primitive_t reorder_x, reorder_y, arrange_w, restore_w;
  // Rearranged x and y in the workspace, which begins with the primitive's scratch memory.
  size_t x_offset, y_offset, workspace_bytes;
};

#endif
