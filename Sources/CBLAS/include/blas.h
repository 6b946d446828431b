// The BLAS interface of OpenBLAS.
#ifndef MYELIN_BLAS_H
#define MYELIN_BLAS_H
#include <cblas.h>
#endif
