// What differs between oneDNN's API 2 and 3: memory descriptors are structures in the one and
// handles in the other, and a convolution is described in two steps or in one.
#ifndef MYELIN_ONEDNN_DESCRIPTOR_H
#define MYELIN_ONEDNN_DESCRIPTOR_H

#include <dnnl.h>

// A memory descriptor that we own; what the library's functions take is `descriptor_view`.
typedef struct {
  dnnl_memory_desc_t value;
} descriptor;

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t descriptor_view;

static inline descriptor_view view_of(const descriptor *owned) { return owned->value; }

static inline dnnl_status_t descriptor_create(descriptor *owned, int rank, const dnnl_dims_t shape,
                                              dnnl_format_tag_t tag) {
  return dnnl_memory_desc_create_with_tag(&owned->value, rank, shape, dnnl_f32, tag);
}

static inline void descriptor_destroy(descriptor *owned) {
  if (owned->value) dnnl_memory_desc_destroy(owned->value);
}
#else
typedef const dnnl_memory_desc_t *descriptor_view;

static inline descriptor_view view_of(const descriptor *owned) { return &owned->value; }

static inline dnnl_status_t descriptor_create(descriptor *owned, int rank, const dnnl_dims_t shape,
                                              dnnl_format_tag_t tag) {
  return dnnl_memory_desc_init_by_tag(&owned->value, rank, shape, dnnl_f32, tag);
}

static inline void descriptor_destroy(descriptor *owned) { (void)owned; }
#endif

// The operands and sizes of a convolution, as the library wants them.
typedef struct {
  descriptor_view x, w, y, bias;
  dnnl_dims_t stride, dilation, padding_low, padding_high;
} convolution_arguments;

// What follows a forward convolution: y + ·, then max(0, ·).
dnnl_status_t append_sum(dnnl_post_ops_t operations);
dnnl_status_t append_relu(dnnl_post_ops_t operations);

dnnl_status_t describe_forward(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                               dnnl_prop_kind_t kind, const convolution_arguments *arguments,
                               const_dnnl_primitive_attr_t attributes);

dnnl_status_t describe_backward_input(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                                      const convolution_arguments *arguments,
                                      const_dnnl_primitive_desc_t forward,
                                      const_dnnl_primitive_attr_t attributes);

dnnl_status_t describe_backward_weight(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                                       const convolution_arguments *arguments,
                                       const_dnnl_primitive_desc_t forward,
                                       const_dnnl_primitive_attr_t attributes);

#endif
