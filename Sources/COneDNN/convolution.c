#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "convolution.h"
#include "kernels_single_thread.h"

static dnnl_engine_t engine;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void create_engine(void) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

static size_t aligned(size_t bytes) { return (bytes + 63) / 64 * 64; }

// The operands' shapes; the weights' begins with the groups.
typedef struct {
  int rank, has_groups;
  dnnl_dims_t x, w, y;
} operand_shapes;

static operand_shapes shapes_of(const onednn_convolution_sizes *s) {
  operand_shapes shapes = {
      s->spatial_rank + 2,
      s->groups > 1,
      {s->batch, s->input_channels},
      {s->groups, s->output_channels / s->groups, s->input_channels / s->groups},
      {s->batch, s->output_channels}};
  for (int axis = 0; axis < s->spatial_rank; axis++) {
    shapes.x[2 + axis] = s->input[axis];
    shapes.y[2 + axis] = s->output[axis];
    shapes.w[3 + axis] = s->kernel[axis];
  }
  return shapes;
}

static int describe_operands(const operand_shapes *shapes, descriptor *x, dnnl_format_tag_t x_tag,
                             descriptor *w, dnnl_format_tag_t w_tag, descriptor *y,
                             dnnl_format_tag_t y_tag) {
  int groups = shapes->has_groups;
  return descriptor_create(x, shapes->rank, shapes->x, x_tag) == dnnl_success &&
         descriptor_create(y, shapes->rank, shapes->y, y_tag) == dnnl_success &&
         descriptor_create(w, shapes->rank + groups, groups ? shapes->w : shapes->w + 1, w_tag) ==
             dnnl_success;
}

// As they lie in the caller's memory.
static int describe_outer(onednn_convolution *c, const onednn_convolution_sizes *s) {
  operand_shapes shapes = shapes_of(s);
  int is_flat = s->spatial_rank == 2;
  dnnl_format_tag_t row_major = is_flat ? dnnl_nchw : dnnl_ncdhw;
  dnnl_format_tag_t channels_last = is_flat ? dnnl_nhwc : dnnl_ndhwc;
  dnnl_format_tag_t grouped = is_flat ? dnnl_goihw : dnnl_goidhw;
  dnnl_format_tag_t ungrouped = is_flat ? dnnl_oihw : dnnl_oidhw;
  dnnl_dims_t bias = {s->output_channels};
  return describe_operands(&shapes, &c->outer_x,
                           s->x_is_channels_last ? channels_last : row_major, &c->outer_w,
                           shapes.has_groups ? grouped : ungrouped, &c->outer_y,
                           s->y_is_channels_last ? channels_last : row_major) &&
         descriptor_create(&c->bias, 1, bias, dnnl_x) == dnnl_success;
}

// With the arrangement left to the library: of the weights always, of the activations unless both
// are channels-last, which it takes as they are.
static int describe_choices(const onednn_convolution_sizes *s, descriptor *x, descriptor *w,
                            descriptor *y) {
  operand_shapes shapes = shapes_of(s);
  dnnl_format_tag_t tag = dnnl_format_tag_any;
  if (s->x_is_channels_last && s->y_is_channels_last)
    tag = s->spatial_rank == 2 ? dnnl_nhwc : dnnl_ndhwc;
  return describe_operands(&shapes, x, tag, w, dnnl_format_tag_any, y, tag);
}

// Chooses the implementation.
static int describe_primitive(onednn_convolution *c, const onednn_convolution_sizes *s,
                              const_dnnl_primitive_attr_t attributes) {
  descriptor x = {0}, w = {0}, y = {0};
  dnnl_primitive_desc_t forward = NULL;
  int done = describe_choices(s, &x, &w, &y);
  if (done) {
    convolution_arguments arguments = {view_of(&x), view_of(&w), view_of(&y),
                                       s->has_bias ? view_of(&c->bias) : NULL, {0}, {0},
                                       {0}, {0}};
    for (int axis = 0; axis < s->spatial_rank; axis++) {
      arguments.stride[axis] = s->stride[axis];
      arguments.dilation[axis] = s->dilation[axis] - 1;
      arguments.padding_low[axis] = s->padding_low[axis];
      arguments.padding_high[axis] = s->padding_high[axis];
    }
    if (s->direction == onednn_forward) {
      done = describe_forward(&c->described, engine, dnnl_forward_inference, &arguments,
                              attributes) == dnnl_success;
    } else {
      done = describe_forward(&forward, engine, dnnl_forward_training, &arguments, attributes) ==
                 dnnl_success &&
             (s->direction == onednn_backward_input
                  ? describe_backward_input(&c->described, engine, &arguments, forward, attributes)
                  : describe_backward_weight(&c->described, engine, &arguments, forward,
                                             attributes)) == dnnl_success;
    }
  }
  if (forward) dnnl_primitive_desc_destroy(forward);
  descriptor_destroy(&x);
  descriptor_destroy(&w);
  descriptor_destroy(&y);
  return done;
}

static descriptor_view query(const onednn_convolution *c, dnnl_query_t what) {
  return dnnl_primitive_desc_query_md(c->described, what, 0);
}

// A primitive that rearranges memory, or NULL where the arrangements are the same.
static int create_reorder(dnnl_primitive_t *result, descriptor_view from, descriptor_view to) {
  *result = NULL;
  if (dnnl_memory_desc_equal(from, to)) return 1;
  dnnl_primitive_desc_t described = NULL;
  if (dnnl_reorder_primitive_desc_create(&described, from, engine, to, engine, NULL) !=
      dnnl_success)
    return 0;
  int done = dnnl_primitive_create(result, described) == dnnl_success;
  dnnl_primitive_desc_destroy(described);
  return done;
}

static int set_operations(dnnl_primitive_attr_t attributes, const onednn_convolution_sizes *s) {
  dnnl_post_ops_t operations = NULL;
  if (dnnl_post_ops_create(&operations) != dnnl_success) return 0;
  int done = (!s->adds_to_y || append_sum(operations) == dnnl_success) &&
             (!s->has_relu || append_relu(operations) == dnnl_success) &&
             dnnl_primitive_attr_set_post_ops(attributes, operations) == dnnl_success;
  dnnl_post_ops_destroy(operations);
  return done;
}

static int create_primitive(onednn_convolution *c, const onednn_convolution_sizes *s) {
  dnnl_primitive_attr_t attributes = NULL;
  if (dnnl_primitive_attr_create(&attributes) != dnnl_success) return 0;
  // Scratch memory of ours: several threads may run one primitive at the same time.
  int done = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) ==
                 dnnl_success &&
             set_operations(attributes, s) && describe_outer(c, s) &&
             describe_primitive(c, s, attributes) &&
             dnnl_primitive_create(&c->primitive, c->described) == dnnl_success;
  dnnl_primitive_attr_destroy(attributes);
  return done;
}

static int create_parts(onednn_convolution *c, const onednn_convolution_sizes *s) {
  if (!create_primitive(c, s)) return 0;

  int to_x = s->direction == onednn_backward_input, to_w = s->direction == onednn_backward_weight;
  int to_y = s->direction == onednn_forward;
  c->x = query(c, to_x ? dnnl_query_diff_src_md : dnnl_query_src_md);
  c->w = query(c, to_w ? dnnl_query_diff_weights_md : dnnl_query_weights_md);
  c->y = query(c, to_y ? dnnl_query_dst_md : dnnl_query_diff_dst_md);
  c->scratchpad = query(c, dnnl_query_scratchpad_md);
  descriptor_view x = view_of(&c->outer_x), y = view_of(&c->outer_y), w = view_of(&c->outer_w);
  int done = create_reorder(&c->reorder_x, to_x ? c->x : x, to_x ? x : c->x) &&
             create_reorder(&c->reorder_y, to_y ? c->y : y, to_y ? y : c->y) &&
             (!s->adds_to_y || create_reorder(&c->gather_y, y, c->y)) &&
             create_reorder(&c->arrange_w, w, c->w) && create_reorder(&c->restore_w, c->w, w);
  c->x_offset = aligned(dnnl_memory_desc_get_size(c->scratchpad));
  c->y_offset = c->x_offset + (c->reorder_x ? aligned(dnnl_memory_desc_get_size(c->x)) : 0);
  c->workspace_bytes =
      c->y_offset + (c->reorder_y ? aligned(dnnl_memory_desc_get_size(c->y)) : 0);
  return done;
}

onednn_convolution *onednn_convolution_create(const onednn_convolution_sizes *sizes) {
  pthread_once(&engine_once, create_engine);
  if (!engine) return NULL;
  onednn_convolution *c = aligned_alloc(_Alignof(onednn_convolution), sizeof *c);
  if (!c) return NULL;
  memset(c, 0, sizeof *c);
  c->direction = sizes->direction;
  c->engine = engine;
  int threads = single_thread_enter();
  int done = create_parts(c, sizes);
  single_thread_leave(threads);
  if (done) return c;
  onednn_convolution_destroy(c);
  return NULL;
}

void onednn_convolution_destroy(onednn_convolution *c) {
  for (int i = 0; i < kept_executions; i++) execution_destroy(&c->slots[i].execution);
  dnnl_primitive_t primitives[] = {c->primitive, c->reorder_x, c->reorder_y, c->arrange_w,
                                   c->restore_w, c->gather_y};
  for (size_t i = 0; i < sizeof primitives / sizeof *primitives; i++)
    if (primitives[i]) dnnl_primitive_destroy(primitives[i]);
  if (c->described) dnnl_primitive_desc_destroy(c->described);
  descriptor_destroy(&c->outer_x);
  descriptor_destroy(&c->outer_w);
  descriptor_destroy(&c->outer_y);
  descriptor_destroy(&c->bias);
  free(c);
}

size_t onednn_convolution_weight_bytes(const onednn_convolution *c) {
  return dnnl_memory_desc_get_size(c->w);
}

int32_t onednn_convolution_weight_is_plain(const onednn_convolution *c) { return !c->arrange_w; }

int32_t onednn_convolution_weights_agree(const onednn_convolution *a,
                                         const onednn_convolution *b) {
  return dnnl_memory_desc_equal(a->w, b->w);
}
