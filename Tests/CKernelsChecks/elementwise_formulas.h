// The element-wise operations in double precision.
#ifndef MYELIN_ELEMENTWISE_FORMULAS_H
#define MYELIN_ELEMENTWISE_FORMULAS_H

#include "kernels_elementwise.h"

double unary_formula(kernel_unary_operation operation, double x, double p, double q);
double binary_formula(kernel_binary_operation operation, double x, double y);
uint8_t comparison_formula(kernel_comparison comparison, double x, double y);

#endif
