#include "descriptor.h"

// Winograd's algorithm would save multiplications but costs accuracy: always the direct sum.
static const dnnl_alg_kind_t algorithm = dnnl_convolution_direct;

#if DNNL_VERSION_MAJOR >= 3

dnnl_status_t append_sum(dnnl_post_ops_t operations) {
  return dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef);
}

dnnl_status_t append_relu(dnnl_post_ops_t operations) {
  return dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_relu, 0, 0);
}

dnnl_status_t describe_forward(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                               dnnl_prop_kind_t kind, const convolution_arguments *c,
                               const_dnnl_primitive_attr_t attributes) {
  return dnnl_convolution_forward_primitive_desc_create(
      result, engine, kind, algorithm, c->x, c->w, c->bias, c->y, c->stride, c->dilation,
      c->padding_low, c->padding_high, attributes);
}

dnnl_status_t describe_backward_input(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                                      const convolution_arguments *c,
                                      const_dnnl_primitive_desc_t forward,
                                      const_dnnl_primitive_attr_t attributes) {
  return dnnl_convolution_backward_data_primitive_desc_create(
      result, engine, algorithm, c->x, c->w, c->y, c->stride, c->dilation, c->padding_low,
      c->padding_high, forward, attributes);
}

dnnl_status_t describe_backward_weight(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                                       const convolution_arguments *c,
                                       const_dnnl_primitive_desc_t forward,
                                       const_dnnl_primitive_attr_t attributes) {
  return dnnl_convolution_backward_weights_primitive_desc_create(
      result, engine, algorithm, c->x, c->w, NULL, c->y, c->stride, c->dilation, c->padding_low,
      c->padding_high, forward, attributes);
}

#else

dnnl_status_t append_sum(dnnl_post_ops_t operations) {
  return dnnl_post_ops_append_sum(operations, 1);
}

dnnl_status_t append_relu(dnnl_post_ops_t operations) {
  return dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0);
}

dnnl_status_t describe_forward(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                               dnnl_prop_kind_t kind, const convolution_arguments *c,
                               const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t description;
  dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
      &description, kind, algorithm, c->x, c->w, c->bias, c->y, c->stride, c->dilation,
      c->padding_low, c->padding_high);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, &description, attributes, engine, NULL);
}

dnnl_status_t describe_backward_input(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                                      const convolution_arguments *c,
                                      const_dnnl_primitive_desc_t forward,
                                      const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t description;
  dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
      &description, algorithm, c->x, c->w, c->y, c->stride, c->dilation, c->padding_low,
      c->padding_high);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, &description, attributes, engine, forward);
}

dnnl_status_t describe_backward_weight(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                                       const convolution_arguments *c,
                                       const_dnnl_primitive_desc_t forward,
                                       const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t description;
  dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
      &description, algorithm, c->x, c->w, NULL, c->y, c->stride, c->dilation, c->padding_low,
      c->padding_high);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, &description, attributes, engine, forward);
}

#endif
