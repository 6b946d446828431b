#include "convolution.h"
#include "kernels_single_thread.h"
#include "workspace.h"

static int create_memory(dnnl_memory_t *result, descriptor_view description, dnnl_engine_t engine) {
  return dnnl_memory_create(result, description, engine, DNNL_MEMORY_NONE) == dnnl_success;
}

static int create_execution(execution *e, const onednn_convolution *c) {
  dnnl_engine_t engine = c->engine;
  return dnnl_stream_create(&e->stream, engine, dnnl_stream_default_flags) == dnnl_success &&
         create_memory(&e->x, c->x, engine) && create_memory(&e->w, c->w, engine) &&
         create_memory(&e->y, c->y, engine) && create_memory(&e->scratchpad, c->scratchpad, engine) &&
         create_memory(&e->bias, view_of(&c->bias), engine) &&
         create_memory(&e->outer_x, view_of(&c->outer_x), engine) &&
         create_memory(&e->outer_y, view_of(&c->outer_y), engine);
}

void execution_destroy(execution *e) {
  dnnl_memory_t memories[] = {e->outer_x, e->outer_y, e->x, e->w, e->y, e->bias, e->scratchpad};
  for (size_t i = 0; i < sizeof memories / sizeof *memories; i++)
    if (memories[i]) dnnl_memory_destroy(memories[i]);
  if (e->stream) dnnl_stream_destroy(e->stream);
}

// Where a thread begins to look for a free slot: mostly each finds its own, warm in its cache.
static int first_slot(void) {
  static atomic_int threads;
  static _Thread_local int thread;
  if (thread == 0) thread = atomic_fetch_add(&threads, 1) % kept_executions + 1;
  return thread - 1;
}

static execution_slot *take_slot(onednn_convolution *c) {
  int first = first_slot();
  for (int i = 0; i < kept_executions; i++) {
    execution_slot *slot = &c->slots[(first + i) % kept_executions];
    if (!atomic_exchange_explicit(&slot->is_taken, 1, memory_order_acquire)) return slot;
  }
  return NULL;
}

static dnnl_status_t rearrange(const execution *e, dnnl_primitive_t reorder, dnnl_memory_t from,
                               dnnl_memory_t to) {
  dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
  return dnnl_primitive_execute(reorder, e->stream, 2, arguments);
}

typedef struct {
  dnnl_memory_t memory;
  const void *data;
} placement;

static dnnl_status_t place(const placement *placements, int count) {
  dnnl_status_t status = dnnl_success;
  for (int i = 0; i < count && status == dnnl_success; i++)
    status = dnnl_memory_set_data_handle(placements[i].memory, (void *)placements[i].data);
  return status;
}

static dnnl_status_t run_primitive(const onednn_convolution *c, const execution *e,
                                   int has_bias) {
  int to_x = c->direction == onednn_backward_input, to_y = c->direction == onednn_forward;
  int to_w = c->direction == onednn_backward_weight;
  dnnl_exec_arg_t arguments[] = {{to_x ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, e->x},
                                 {to_w ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, e->w},
                                 {to_y ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST, e->y},
                                 {DNNL_ARG_SCRATCHPAD, e->scratchpad},
                                 {DNNL_ARG_BIAS, e->bias}};
  return dnnl_primitive_execute(c->primitive, e->stream, has_bias ? 5 : 4, arguments);
}

static dnnl_status_t run(const onednn_convolution *c, const execution *e, void *x, void *w,
                         const float *bias, void *y) {
  char *workspace = c->workspace_bytes ? thread_workspace(c->workspace_bytes) : NULL;
  if (c->workspace_bytes && !workspace) return dnnl_out_of_memory;
  const placement placements[] = {
      {e->scratchpad, workspace}, {e->w, w}, {e->bias, bias}, {e->outer_x, x}, {e->outer_y, y},
      {e->x, c->reorder_x ? workspace + c->x_offset : x},
      {e->y, c->reorder_y ? workspace + c->y_offset : y}};
  dnnl_status_t status = place(placements, sizeof placements / sizeof *placements);
  int to_x = c->direction == onednn_backward_input, to_y = c->direction == onednn_forward;
  if (!status && c->reorder_x && !to_x) status = rearrange(e, c->reorder_x, e->outer_x, e->x);
  if (!status && c->reorder_y && !to_y) status = rearrange(e, c->reorder_y, e->outer_y, e->y);
  if (!status && c->gather_y) status = rearrange(e, c->gather_y, e->outer_y, e->y);
  if (!status) status = run_primitive(c, e, bias != NULL);
  if (!status && c->reorder_x && to_x) status = rearrange(e, c->reorder_x, e->x, e->outer_x);
  if (!status && c->reorder_y && to_y) status = rearrange(e, c->reorder_y, e->y, e->outer_y);
  dnnl_status_t waited = dnnl_stream_wait(e->stream);
  return status ? status : waited;
}

int32_t onednn_convolution_execute(onednn_convolution *c, void *x, void *w, const float *bias,
                                   void *y) {
  int threads = single_thread_enter();
  execution temporary = {0};
  execution_slot *slot = take_slot(c);
  execution *execution = slot ? &slot->execution : &temporary;
  int is_ready = execution->outer_y || create_execution(execution, c);
  dnnl_status_t status = is_ready ? run(c, execution, x, w, bias, y) : dnnl_out_of_memory;
  if (!slot || !is_ready) {
    execution_destroy(execution);
    *execution = (struct execution){0};
  }
  if (slot) atomic_store_explicit(&slot->is_taken, 0, memory_order_release);
  single_thread_leave(threads);
  return status;
}

// Weights are rearranged once a call at most: the objects for it are not kept.
static int32_t rearrange_weight(const onednn_convolution *c, dnnl_primitive_t reorder,
                                descriptor_view from, const void *source, descriptor_view to,
                                void *target) {
  int threads = single_thread_enter();
  execution e = {0};
  dnnl_status_t status =
      dnnl_stream_create(&e.stream, c->engine, dnnl_stream_default_flags);
  if (!status) status = dnnl_memory_create(&e.x, from, c->engine, (void *)source);
  if (!status) status = dnnl_memory_create(&e.y, to, c->engine, target);
  if (!status) status = rearrange(&e, reorder, e.x, e.y);
  if (!status) status = dnnl_stream_wait(e.stream);
  execution_destroy(&e);
  single_thread_leave(threads);
  return status;
}

int32_t onednn_convolution_arrange_weight(const onednn_convolution *c, const float *plain,
                                          void *arranged) {
  return rearrange_weight(c, c->arrange_w, view_of(&c->outer_w), plain, c->w, arranged);
}

int32_t onednn_convolution_restore_weight(const onednn_convolution *c, const void *arranged,
                                          float *plain) {
  return rearrange_weight(c, c->restore_w, c->w, arranged, view_of(&c->outer_w), plain);
}
