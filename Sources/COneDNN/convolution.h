// What a convolution made ready consists of.
#ifndef MYELIN_ONEDNN_CONVOLUTION_H
#define MYELIN_ONEDNN_CONVOLUTION_H

#include <stdatomic.h>

#include "descriptor.h"
#include "onednn.h"

// The objects of one call: the operands as the caller and as the primitive has them.
typedef struct execution {
  dnnl_stream_t stream;
  dnnl_memory_t outer_x, outer_y, x, w, y, bias, scratchpad;
} execution;

enum { kept_executions = 16 };

// An execution that is created at its first use and kept for whoever takes it next.
typedef struct {
  _Alignas(64) atomic_bool is_taken;
  execution execution;
} execution_slot;

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
  // Brings in the y that is added to, where `reorder_y` brings out the result.
  dnnl_primitive_t gather_y;
  // Rearranged x and y in the workspace, which begins with the primitive's scratch memory.
  size_t x_offset, y_offset, workspace_bytes;
  execution_slot slots[kept_executions];
};

void execution_destroy(execution *execution);

#endif
