// The C side of Myelin: memory, the thread team and kernels chosen per CPU.
#ifndef MYELIN_KERNELS_H
#define MYELIN_KERNELS_H

#include "kernels_memory.h"
#include "kernels_products.h"
#include "kernels_state.h"
#include "kernels_team.h"

#endif
