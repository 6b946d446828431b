#ifndef MYELIN_KERNELS_OPTIMIZERS_H
#define MYELIN_KERNELS_OPTIMIZERS_H

#include <stddef.h>

/// The numbers of one Adam step; see `AdamUpdate`.
typedef struct {
  float learning_rate, beta1, beta2, epsilon;
  float bias_correction1, bias_correction2;
  float decay, decoupled_decay, gradient_scale;
} kernel_adam_update;

/// One step of Adam (D. P. Kingma and J. Ba, 2015) in place, with decoupled decay (I. Loshchilov
/// and F. Hutter, 2019) and, where `largest` is not NULL, AMSGrad (S. J. Reddi et al., 2018):
///   g = scale · gradient + decay · p;  p ← p (1 − rate · decoupledDecay)
///   m ← m + (1 − β₁)(g − m);  v ← β₂ v + (1 − β₂) g²
///   p ← p − rate / correction₁ · m / (√(v or its running maximum) / √correction₂ + ε)
void kernel_adam_float32(const kernel_adam_update *update, float *parameter, const float *gradient,
                         float *first, float *second, float *largest, ptrdiff_t count);

#endif
