#include "convolution.h"
#include "kernels_single_thread.h"

enum { most_arguments = 5 };

// The operands of one call, and the stream that it runs on.
typedef struct {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_exec_arg_t arguments[most_arguments];
  int count;
  dnnl_status_t status;
} call;

static call begin(dnnl_engine_t engine) {
  call result = {.engine = engine};
  result.status = dnnl_stream_create(&result.stream, engine, dnnl_stream_default_flags);
  return result;
}

static void add(call *call, int role, descriptor_view description, const void *data) {
  if (call->status != dnnl_success) return;
  dnnl_memory_t memory = NULL;
  call->status = dnnl_memory_create(&memory, description, call->engine, (void *)data);
  if (call->status == dnnl_success)
    call->arguments[call->count++] = (dnnl_exec_arg_t){role, memory};
}

// Runs a primitive on the arguments added so far, and forgets them.
static void execute(call *call, dnnl_primitive_t primitive) {
  if (call->status == dnnl_success)
    call->status = dnnl_primitive_execute(primitive, call->stream, call->count, call->arguments);
  for (int i = 0; i < call->count; i++) dnnl_memory_destroy(call->arguments[i].memory);
  call->count = 0;
}

static int32_t end(call *call) {
  if (call->stream) {
    dnnl_status_t status = dnnl_stream_wait(call->stream);
    if (call->status == dnnl_success) call->status = status;
    dnnl_stream_destroy(call->stream);
  }
  return call->status;
}

static void rearrange(call *call, dnnl_primitive_t reorder, descriptor_view from, const void *source,
                      descriptor_view to, void *target) {
  add(call, DNNL_ARG_FROM, from, source);
  add(call, DNNL_ARG_TO, to, target);
  execute(call, reorder);
}

int32_t onednn_convolution_arrange_weight(const onednn_convolution *c, const float *plain,
                                          void *arranged) {
  int threads = single_thread_enter();
  call call = begin(c->engine);
  rearrange(&call, c->arrange_w, view_of(&c->outer_w), plain, c->w, arranged);
  int32_t status = end(&call);
  single_thread_leave(threads);
  return status;
}

int32_t onednn_convolution_restore_weight(const onednn_convolution *c, const void *arranged,
                                          float *plain) {
  int threads = single_thread_enter();
  call call = begin(c->engine);
  rearrange(&call, c->restore_w, c->w, arranged, view_of(&c->outer_w), plain);
  int32_t status = end(&call);
  single_thread_leave(threads);
  return status;
}

int32_t onednn_convolution_execute(const onednn_convolution *c, void *x, void *w,
                                   const float *bias, void *y, void *workspace) {
  int to_x = c->direction == onednn_backward_input, to_y = c->direction == onednn_forward;
  int to_w = c->direction == onednn_backward_weight;
  void *inner_x = c->reorder_x ? (char *)workspace + c->x_offset : x;
  void *inner_y = c->reorder_y ? (char *)workspace + c->y_offset : y;
  descriptor_view outer_x = view_of(&c->outer_x), outer_y = view_of(&c->outer_y);

  int threads = single_thread_enter();
  call call = begin(c->engine);
  if (c->reorder_x && !to_x) rearrange(&call, c->reorder_x, outer_x, x, c->x, inner_x);
  if (c->reorder_y && !to_y) rearrange(&call, c->reorder_y, outer_y, y, c->y, inner_y);
  add(&call, to_x ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, c->x, inner_x);
  add(&call, to_w ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, c->w, w);
  add(&call, to_y ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST, c->y, inner_y);
  add(&call, DNNL_ARG_SCRATCHPAD, c->scratchpad, workspace);
  if (bias) add(&call, DNNL_ARG_BIAS, view_of(&c->bias), bias);
  execute(&call, c->primitive);
  if (c->reorder_x && to_x) rearrange(&call, c->reorder_x, c->x, inner_x, outer_x, x);
  if (c->reorder_y && to_y) rearrange(&call, c->reorder_y, c->y, inner_y, outer_y, y);
  int32_t status = end(&call);
  single_thread_leave(threads);
  return status;
}
